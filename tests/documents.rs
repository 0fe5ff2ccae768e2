//! The documents keep their word: links lead somewhere, tests that are named exist, commands are understood, and
//! every dependency has its reason.
//!
//! Each check reads the documents as they are and asks the sources, or the program itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Files with that ending below a folder, without what is built or installed.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let built = ["target", "node_modules", "genkan-dev"].contains(&name.as_str());
            if path.is_dir() && !built && !name.starts_with('.') {
                waiting.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn documents() -> Vec<(PathBuf, String)> {
    let all = files(&root(), "md");
    assert!(all.len() >= 15, "the documents are found");
    all.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// Lines of a document, each with the language of the fenced block it is in.
fn lines(text: &str) -> Vec<(Option<String>, &str)> {
    let mut block = None;
    let mut found = Vec::new();
    for line in text.lines() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            block = if block.is_none() { Some(language.trim().to_owned()) } else { None };
        } else {
            found.push((block.clone(), line));
        }
    }
    assert!(block.is_none(), "a fenced block is not closed");
    found
}

/// Targets of `[text](target)` outside of blocks.
fn links(text: &str) -> Vec<String> {
    let prose = lines(text).into_iter().filter(|(block, _)| block.is_none());
    let targets = prose.flat_map(|(_, line)| line.split("](").skip(1));
    targets.filter_map(|rest| rest.split(')').next()).map(str::to_owned).collect()
}

/// The anchor of a heading, as repositories make it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().trim().to_lowercase().replace(' ', "-")
}

fn has_anchor(text: &str, wanted: &str) -> bool {
    let prose = lines(text).into_iter().filter(|(block, _)| block.is_none());
    let mut headings = prose.filter(|(_, line)| line.starts_with('#'));
    headings.any(|(_, line)| anchor(line.trim_start_matches('#')) == wanted)
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut seen = 0;
    for (path, text) in documents() {
        for link in
            links(&text).iter().filter(|link| !link.contains("://") && !link.starts_with("mailto:"))
        {
            seen += 1;
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            assert!(target.exists(), "{} links to {link}, which is not there", relative(&path));
            if !heading.is_empty() {
                let there = has_anchor(&fs::read_to_string(&target).unwrap(), heading);
                assert!(there, "{} links to {link}, where no such heading is", relative(&path));
            }
        }
    }
    assert!(seen > 20, "links are found");
}

#[test]
fn every_decision_names_tests_that_exist() {
    let decisions = files(&root().join("docs/decisions"), "md");
    assert!(decisions.len() >= 12);
    for path in decisions {
        let text = fs::read_to_string(&path).unwrap();
        for heading in ["## Context", "## Choice", "## Price", "## Guarded by"] {
            assert!(text.contains(heading), "{} has no “{heading}”", relative(&path));
        }
        let guards = text.split("## Guarded by").nth(1).unwrap();
        let guards = guards.split("\n- ").skip(1).collect::<Vec<_>>();
        assert!(!guards.is_empty(), "{} is guarded by no test", relative(&path));
        for guard in guards {
            let parts = guard.split('`').collect::<Vec<_>>();
            let (Some(test), Some(file)) = (parts.get(1), parts.get(3)) else {
                panic!("{}: “{guard}” is not `test` in `file`", relative(&path));
            };
            let source = fs::read_to_string(root().join(file)).unwrap_or_default();
            assert!(is_test(&source, test), "{} names {test}, not in {file}", relative(&path));
        }
    }
}

/// Whether a source holds a test of that name.
fn is_test(source: &str, name: &str) -> bool {
    // `#[test]`, or a runtime's: the attribute stands before the name, with no body between them.
    source.split("#[").skip(1).any(|after| {
        let head = after.split('{').next().unwrap_or_default();
        let attribute = head.split(']').next().unwrap_or_default();
        attribute.contains("test") && head.contains(&format!("fn {name}("))
    })
}

/// Names of tests in code spans: sentences in snake case, four words or more.
fn test_names(text: &str) -> BTreeSet<String> {
    let spans = text.split('`').skip(1).step_by(2);
    let is_name = |span: &&str| {
        span.split('_').count() >= 4
            && span.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    spans.filter(is_name).map(str::to_owned).collect()
}

#[test]
fn every_test_that_a_document_names_exists() {
    let sources = files(&root(), "rs").into_iter().map(|path| fs::read_to_string(path).unwrap());
    let sources = sources.collect::<Vec<_>>();
    for document in ["SECURITY.md", "STYLE.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        let names = test_names(&text);
        assert!(names.len() >= 10, "{document} names tests");
        for name in names {
            let there = sources.iter().any(|source| source.contains(&format!("fn {name}(")));
            assert!(there, "{document} names the test {name}, which does not exist");
        }
    }
}

/// The commands of `sh` blocks that begin with `genkan`, continued lines joined, comments cut off.
fn commands(text: &str) -> Vec<String> {
    let in_shell = lines(text).into_iter().filter(|(block, _)| block.as_deref() == Some("sh"));
    let joined = in_shell.map(|(_, line)| line).collect::<Vec<_>>().join("\n").replace("\\\n", " ");
    let uncommented =
        joined.lines().map(|line| line.split(" #").next().unwrap_or(line).trim().to_owned());
    uncommented.filter(|line| line.starts_with("genkan ")).collect()
}

#[test]
fn every_command_in_the_documents_is_understood() {
    let mut seen = 0;
    for (path, text) in documents() {
        for command in commands(&text) {
            seen += 1;
            let words = command.split_whitespace().skip(1).collect::<Vec<_>>();
            let is_word = |word: &&&str| word.bytes().all(|b| b.is_ascii_lowercase());
            let subcommand = words.iter().take_while(is_word).copied().collect::<Vec<_>>();
            let asked =
                Command::new(env!("CARGO_BIN_EXE_genkan")).args(&subcommand).arg("--help").output();
            let asked = asked.unwrap();
            let help = String::from_utf8(asked.stdout).unwrap();
            let place = relative(&path);
            assert!(asked.status.success(), "{place}: `{command}` is no command of genkan");
            for flag in words.iter().filter(|word| word.starts_with("--")) {
                assert!(help.contains(flag), "{place}: `{command}`: there is no {flag}");
            }
        }
    }
    assert!(seen >= 10, "commands are found");
}

#[test]
fn the_two_commands_of_the_readme_exist() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let shell = lines(&readme).into_iter().filter(|(block, _)| block.as_deref() == Some("sh"));
    let commands = shell.map(|(_, line)| line.split(" #").next().unwrap().trim()).collect::<Vec<_>>();
    assert_eq!(commands.first(), Some(&"cargo run --release -- dev"));
    assert_eq!(commands.get(1), Some(&"./test"));
    assert!(root().join("test").is_file(), "./test is there");
}

/// Every crate that a `Cargo.toml` of the workspace names has a row in the decision about dependencies.
#[test]
fn the_steps_of_apps_are_the_ones_of_the_code() {
    let text = fs::read_to_string(root().join("docs/apps.md")).unwrap();
    let section = text.split("### The steps").nth(1).unwrap().split("###").next().unwrap();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let told = cells.filter(|name| *name != "step").collect::<Vec<_>>();
    let code = root().join("crates/web/src/routes/openid/challenge/stage.rs");
    let code = fs::read_to_string(code).unwrap();
    let list = code.split("const STEPS").nth(1).unwrap().split("];").next().unwrap();
    let known = list.split("(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect::<Vec<_>>();
    assert!(known.len() >= 18);
    assert_eq!(told, known);
}

#[test]
fn every_direct_dependency_has_its_reason() {
    let table = fs::read_to_string(root().join("docs/decisions/0011-dependencies.md")).unwrap();
    let first_cells = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let reasons = first_cells.flat_map(|cell| {
        cell.split(", ")
            .filter_map(|name| name.split(' ').next())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    let reasons = reasons.collect::<BTreeSet<_>>();
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let out = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let all = packages.flat_map(|package| package["dependencies"].as_array().unwrap());
    let outside = all.filter(|dependency| dependency["path"].is_null());
    let names = outside.map(|dependency| dependency["name"].as_str().unwrap().to_owned());
    let names = names.collect::<BTreeSet<_>>();
    assert!(names.len() > 20);
    let without = names.difference(&reasons).collect::<Vec<_>>();
    assert!(without.is_empty(), "docs/decisions/0011-dependencies.md has no reason for {without:?}");
    let libraries = ["tokio", "axum", "rusqlite"];
    assert!(libraries.iter().all(|name| reasons.contains(*name)), "the table is read");
}

/// What cargo reads for the program is in the container's build, and is not ignored there.
#[test]
fn the_container_is_built_from_all_that_cargo_reads() {
    let read = |name: &str| fs::read_to_string(root().join(name)).unwrap();
    let (container, kept) = (read("deploy/Containerfile"), read("deploy/Containerfile.dockerignore"));
    let copied = container.lines().filter_map(|line| line.strip_prefix("COPY "));
    let copied = copied.flat_map(|line| line.split(' ')).collect::<BTreeSet<_>>();
    for name in [".cargo", "Cargo.lock", "Cargo.toml", "benches", "crates", "examples", "src"] {
        assert!(root().join(name).exists(), "{name} is there no longer");
        assert!(copied.contains(name), "the container is built without {name}");
        assert!(kept.lines().any(|line| line == format!("!{name}")), "{name} is ignored");
    }
    assert!(container.contains("cargo build --profile dist"), "the profile of what is shipped");
}
