//! Lists that must not lose a case: the modules of the conformance suite, and the published flaws of sessions, tokens and sites.
//!
//! Each case has a test that bears its name. That a test is worth its name is seen by reading it; that it is there is seen here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

/// The names of test functions of a file.
fn tests_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim_start) {
        if line == "#[test]" || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some(rest) = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn "))
            && std::mem::take(&mut is_test)
        {
            found.extend(rest.split('(').next().map(str::to_owned));
        }
    }
    found
}

fn tests_below(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let built = path.file_name().is_some_and(|name| name == "target" || name == "node_modules");
            if !built {
                tests_below(&path, found);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.extend(tests_in(&fs::read_to_string(path).unwrap()));
        }
    }
}

/// How many modules each plan has.
const PLANS: [(&str, usize); 5] = [
    ("oidcc-basic-certification-test-plan", 38),
    ("oidcc-config-certification-test-plan", 1),
    ("oidcc-rp-initiated-logout-certification-test-plan", 11),
    ("oidcc-backchannel-rp-initiated-logout-certification-test-plan", 2),
    ("Of the dynamic plan", 1),
];

#[test]
fn every_module_of_the_conformance_suite_has_its_line_and_its_test() {
    let document = text("docs/openid-conformance.md");
    let mut plan = "";
    let mut modules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in document.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            plan = PLANS.iter().find(|(name, _)| heading.contains(name)).map_or("", |(name, _)| name);
        }
        let cells = line.split('|').map(str::trim).collect::<Vec<_>>();
        if let ["", module, test, outcome, ""] = cells.as_slice()
            && module.starts_with("oidcc-")
        {
            assert_eq!(test.trim_matches('`'), module.replace('-', "_"), "{line}");
            let known = ["passed", "page looked at: ", "skipped: "];
            assert!(known.iter().any(|word| outcome.starts_with(word)), "{line}");
            modules.entry(plan).or_default().push(module);
        }
    }
    let counts =
        modules.iter().map(|(plan, modules)| (*plan, modules.len())).collect::<BTreeMap<_, _>>();
    assert_eq!(counts, PLANS.into_iter().collect());
    let listed = modules.values().flatten().map(|module| module.replace('-', "_")).collect::<Vec<_>>();
    let files =
        ["oidf_basic.rs", "oidf_logout.rs"].map(|file| text(&format!("crates/web/tests/web/{file}")));
    let tests = files.iter().flat_map(|file| tests_in(file)).collect::<BTreeSet<_>>();
    assert_eq!(listed.iter().cloned().collect::<BTreeSet<_>>(), tests);
    assert_eq!(listed.len(), tests.len(), "a module stands once");
}

/// Sessions and cookies (E), tokens and sites (F), as the catalogue of published flaws numbers them.
const CASES: [(char, usize); 2] = [('e', 15), ('f', 16)];

#[test]
fn every_published_flaw_of_sessions_tokens_and_sites_has_a_test_of_its_name() {
    let mut tests = Vec::new();
    for folder in ["crates", "src", "tests"] {
        tests_below(&root().join(folder), &mut tests);
    }
    assert!(tests.len() > 1_500, "the tests are found: {}", tests.len());
    let has = |case: &str| tests.iter().any(|test| test.split('_').any(|part| part == case));
    let cases =
        CASES.iter().flat_map(|(letter, last)| (1..=*last).map(move |n| format!("{letter}{n}")));
    let missing = cases.filter(|case| !has(case)).collect::<Vec<_>>();
    assert!(missing.is_empty(), "no test bears the name of {missing:?}");
}
