//! The house keeps its own plan: the table of arrows in `ARCHITECTURE.md`, the imports inside the rules, the
//! places where certain crates may be named, the length and the head of every file.
//!
//! Each check reads the sources as they are. A new arrow is a changed table: a visible decision.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
                waiting.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Production sources: everything under `src`, without unit tests in files of their own.
fn production() -> Vec<PathBuf> {
    let mut all = sources(&root().join("src"));
    for folder in ["crates", "examples"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            all.extend(sources(&entry.unwrap().path().join("src")));
        }
    }
    all.retain(|path| !path.components().any(|part| part.as_os_str() == "tests"));
    all.retain(|path| path.file_name().is_none_or(|name| name != "tests.rs"));
    all
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// The table of arrows: for each row the columns marked `yes`.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut rows = text.lines().skip_while(|line| !line.starts_with("| from ↓"));
    let cells = |line: &str| {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
    };
    let columns = cells(rows.next().expect("the table of arrows is in ARCHITECTURE.md"));
    let mut table = BTreeMap::new();
    for line in rows.skip(1).take_while(|line| line.starts_with('|')) {
        let row = cells(line);
        let allowed = row.iter().zip(&columns).skip(1).filter(|(cell, _)| *cell == "yes");
        table.insert(row[0].clone(), allowed.map(|(_, column)| column.clone()).collect());
    }
    assert!(table.len() >= 10, "the table has a row for each crate");
    table
}

/// What each crate of the workspace names as a normal dependency, workspace crates only.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let out = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let names =
        packages.iter().map(|p| p["name"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>();
    let of = |package: &serde_json::Value| {
        let all = package["dependencies"].as_array().unwrap().iter();
        let normal = all.filter(|d| d["kind"].is_null());
        normal.map(|d| d["name"].as_str().unwrap().to_owned()).filter(|n| names.contains(n)).collect()
    };
    packages.iter().map(|p| (p["name"].as_str().unwrap().to_owned(), of(p))).collect()
}

#[test]
fn no_crate_uses_another_against_the_arrows() {
    let allowed = arrows();
    for (from, used) in dependencies() {
        let may = allowed.get(&from).unwrap_or_else(|| panic!("{from} has no row in ARCHITECTURE.md"));
        let against = used.difference(may).collect::<Vec<_>>();
        assert!(against.is_empty(), "{from} uses {against:?} against the table of arrows");
    }
}

#[test]
fn the_rules_have_no_dependency_and_no_std() {
    let manifest = fs::read_to_string(root().join("crates/accounts/Cargo.toml")).unwrap();
    let after = manifest.split("[dependencies]").nth(1).unwrap_or("");
    let own = after.split("\n[").next().unwrap_or("").trim();
    assert_eq!(own, "", "accounts depends on nothing");
    let lib = fs::read_to_string(root().join("crates/accounts/src/lib.rs")).unwrap();
    assert!(lib.contains("#![no_std]"));
    for path in sources(&root().join("crates/accounts/src")) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("std::") || text.contains("no_std"), "{} names std", relative(&path));
    }
}

#[test]
fn a_method_never_uses_a_method_and_a_rule_never_does() {
    let methods = sources(&root().join("crates/accounts/src/methods"));
    let rules = sources(&root().join("crates/accounts/src/rules"));
    assert!(methods.len() >= 2 && rules.len() >= 5);
    for path in methods.iter().chain(&rules) {
        let text = fs::read_to_string(path).unwrap();
        assert!(!text.contains("crate::methods"), "{} uses a method", relative(path));
    }
    for noun in ["values", "email", "snapshot", "command", "context", "event", "outcome"] {
        let text = fs::read_to_string(root().join(format!("crates/accounts/src/{noun}.rs"))).unwrap();
        assert!(!text.contains("crate::rules"), "{noun} uses a rule");
    }
}

/// R-LOCK-7, R-SIGNIN-5: every session comes through the one door, so none is without its notice.
#[test]
fn sessions_are_started_in_one_place_and_asked_for_at_one_door() {
    let all = sources(&root().join("crates/accounts/src"));
    let naming = |needle: &str| {
        let hits = all.iter().filter(|path| fs::read_to_string(path).unwrap().contains(needle));
        hits.map(|path| relative(path)).collect::<Vec<_>>()
    };
    assert_eq!(naming("session::start("), ["crates/accounts/src/rules/admit.rs"]);
    assert_eq!(naming("record(Event::SessionStarted"), ["crates/accounts/src/rules/session.rs"]);
}

/// Where a library may be named: the room that exists for it.
#[test]
fn libraries_stay_in_their_rooms() {
    let rooms: [(&[&str], &[&str]); 8] = [
        (
            &["rusqlite", "tokio_postgres", "deadpool_postgres"],
            &["crates/store/src/sqlite", "crates/store/src/postgres"],
        ),
        (&["minijinja", "fluent_bundle"], &["crates/pages/", "examples/"]),
        (&["lettre", "mail_parser"], &["crates/delivery/"]),
        (&["prometheus_client"], &["crates/figures/"]),
        (&["argon2::", "zxcvbn"], &["crates/verifiers/"]),
        (&["aws_lc_rs"], &["crates/verifiers/", "crates/delivery/", "crates/playground/", "examples/"]),
        (&["axum", "tower_http", "hyper"], &["crates/web/", "crates/playground/", "src/", "examples/"]),
        (&["openidconnect"], &["examples/"]),
    ];
    for path in production() {
        let name = relative(&path);
        let text = fs::read_to_string(&path).unwrap();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        for (libraries, places) in rooms {
            let home = places.iter().any(|place| name.starts_with(place));
            let named = libraries.iter().find(|library| names(&code, library));
            assert!(home || named.is_none(), "{name} names {}", named.unwrap_or(&""));
        }
    }
}

/// Whether code names a crate: as a path's first part.
fn names(code: &str, library: &str) -> bool {
    let path = if library.ends_with("::") { library.to_owned() } else { format!("{library}::") };
    code.match_indices(&path).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':' && c != '.')
    })
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    for path in production() {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} does not say what it is", relative(&path));
        let lines = text.lines().count();
        assert!(lines <= FILE_LINES, "{} has {lines} lines, more than {FILE_LINES}", relative(&path));
    }
}

#[test]
fn functions_are_short() {
    for path in production() {
        let text = fs::read_to_string(&path).unwrap();
        for (name, lines) in functions(&text) {
            let place = relative(&path);
            assert!(
                lines <= FUNCTION_LINES,
                "{place}: `{name}` has {lines} lines, more than {FUNCTION_LINES}"
            );
        }
    }
}

/// Functions and their lengths, by indentation: formatted code closes a block where it was opened.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines = text.lines().collect::<Vec<_>>();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let Some(name) = function_name(line.trim_start()) else { continue };
        let close = format!("{}}}", " ".repeat(indent));
        let end = lines.iter().skip(start).position(|line| *line == close);
        if let Some(length) = end {
            found.push((name, length + 1));
        }
    }
    found
}

fn function_name(line: &str) -> Option<String> {
    let words = line.split_whitespace().collect::<Vec<_>>();
    let at = words.iter().position(|word| *word == "fn")?;
    let before = ["pub", "pub(crate)", "pub(super)", "const", "async"];
    if !words.iter().take(at).all(|word| before.contains(word)) || line.ends_with(';') {
        return None;
    }
    let name = words.get(at + 1)?;
    Some(name.split(['(', '<']).next().unwrap_or(name).to_owned())
}

/// Development mode cannot exist under `serve`: nothing but `dev` names the playground.
#[test]
fn only_dev_names_the_playground() {
    for path in production() {
        let name = relative(&path);
        let text = fs::read_to_string(&path).unwrap();
        let at_home = name.starts_with("crates/playground/")
            || name == "src/dev.rs"
            || name.starts_with("src/dev/")
            || name == "src/logging.rs";
        let names = text.contains("playground::") || text.contains("use playground");
        assert!(at_home || !names, "{name} names the playground");
    }
}

/// The instants at which a test may end the process are in no build that nobody asked to have them: no default names the
/// feature, no crate asks for it of another, and nothing that builds what is shipped does.
#[test]
fn fault_points_are_in_no_build_that_does_not_ask_for_them() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let out = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let mut known = 0;
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        for (feature, asks) in package["features"].as_object().unwrap() {
            known += usize::from(feature == "fault-points");
            let asks = asks.to_string().contains("fault-points");
            assert!(!asks || feature == "fault-points", "{name}: {feature} asks for fault points");
        }
        for dependency in package["dependencies"].as_array().unwrap() {
            let asks = dependency["features"].to_string().contains("fault-points");
            assert!(!asks, "{name} asks for fault points of {}", dependency["name"]);
        }
    }
    assert_eq!(known, 2, "the store has the feature, and the program hands it on");
    for place in ["deploy", ".cargo", ".ci"] {
        for path in fs::read_dir(root().join(place)).into_iter().flatten() {
            let text = fs::read_to_string(path.unwrap().path()).unwrap_or_default();
            assert!(!text.contains("fault-points"), "{place} builds with fault points");
        }
    }
}
