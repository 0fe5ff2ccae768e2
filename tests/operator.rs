//! What is handed to operators keeps its word: the dashboard and the alerts ask for figures that exist, and every alert
//! says what it means, what to do, and where more of that stands.
//!
//! `docs/metrics.md` is the list of what exists; the tests of the real program hold it to what is told. Whether an alert
//! speaks at the right moment is asked of Prometheus' own tool (`tests/operator/alerts.test.yml`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect(file)
}

/// Names and types of the figures, with the labels of each.
fn figures() -> BTreeMap<String, (String, BTreeSet<String>)> {
    let text = read("docs/metrics.md");
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let found = rows.map(|line| {
        let cells = line.trim_matches('|').split(" | ").map(str::trim).collect::<Vec<_>>();
        let labels = cells[2].split(", ").map(str::to_owned).collect();
        (cells[0].trim_matches('`').to_owned(), (cells[1].to_owned(), labels))
    });
    let found = found.collect::<BTreeMap<_, _>>();
    assert!(found.len() > 40, "the figures are found");
    found
}

/// Words of a query that are names of figures, each with the labels that it is asked by.
fn asked(query: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut rest = query;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphabetic() || c == '_') {
        let word = &rest[at..];
        let end = word.find(|c| !is_part(c)).unwrap_or(word.len());
        let (name, after) = word.split_at(end);
        rest = after;
        if !["genkan_", "process_", "up"].iter().any(|start| name.starts_with(start)) {
            continue;
        }
        let matchers = after.strip_prefix('{').and_then(|after| after.split_once('}'));
        let labels = matchers.map_or(Vec::new(), |(inside, after)| {
            rest = after;
            let parts = inside.split("\",").filter(|part| !part.trim().is_empty());
            parts.map(|part| part.split(['=', '!']).next().unwrap().trim().to_owned()).collect()
        });
        found.push((name.to_owned(), labels));
    }
    found
}

/// Nothing is asked for that is never told.
fn check(place: &str, query: &str) -> usize {
    let figures = figures();
    let own = asked(query);
    assert!(!own.is_empty(), "{place}: {query} asks for nothing");
    for (name, labels) in &own {
        if name == "up" {
            continue;
        }
        let of_histogram = ["_bucket", "_sum", "_count"];
        let base = of_histogram.iter().find_map(|end| name.strip_suffix(end));
        let known = figures.get(name).filter(|(kind, _)| kind != "histogram");
        let base = base.and_then(|base| figures.get(base)).filter(|(kind, _)| kind == "histogram");
        let Some((kind, has)) = known.or(base) else { panic!("{place}: there is no {name}") };
        for label in labels {
            let given = ["job", "instance"].contains(&label.as_str());
            let bucket = label == "le" && kind == "histogram";
            assert!(given || bucket || has.contains(label), "{place}: {name} has no label {label}");
        }
        let grows = kind != "gauge";
        let of_time = ["rate(", "increase("].iter().any(|of| query.contains(&format!("{of}{name}")));
        assert!(grows == of_time, "{place}: {name} is a {kind}, and asked as another kind: {query}");
    }
    own.len()
}

#[test]
fn every_query_of_the_dashboard_asks_for_figures_that_exist() {
    let board: Value = serde_json::from_str(&read("deploy/grafana/genkan.json")).expect("JSON");
    let panels = board["panels"].as_array().expect("panels");
    let (mut ids, mut queries, mut seen) = (BTreeSet::new(), 0, BTreeSet::new());
    for panel in panels {
        let title = panel["title"].as_str().expect("a title");
        assert!(ids.insert(panel["id"].as_u64().expect("an id")), "{title}: its id comes twice");
        if panel["type"] == "row" {
            continue;
        }
        for target in panel["targets"].as_array().expect("targets") {
            let query = target["expr"].as_str().expect("a query");
            queries += check(title, query);
            seen.extend(asked(query).into_iter().map(|(name, _)| name));
        }
    }
    assert!(queries > 50, "queries are found");
    // And what exists is shown somewhere, but for what only describes the process.
    for (name, (kind, _)) in figures() {
        let shown =
            seen.iter().any(|seen| seen == &name || kind == "histogram" && seen.starts_with(&name));
        assert!(shown || name == "process_virtual_memory_bytes", "{name} is on no panel");
    }
}

/// The alerts as they stand, without a reader of YAML: name, query, and the rest of each.
fn alerts() -> Vec<(String, String, String)> {
    let text = read("deploy/prometheus/alerts.yml");
    let parts = text.split("      - alert: ").skip(1).map(str::to_owned);
    let alert = |part: String| {
        let (name, rest) = part.split_once('\n').expect("a name");
        let (_, after) = rest.split_once("expr:").expect("a query");
        let ends = ["\n        for:", "\n        labels:"];
        let end = ends.iter().filter_map(|end| after.find(end)).min().expect("an end");
        (name.trim().to_owned(), after[..end].replace(">-", ""), after[end..].to_owned())
    };
    parts.map(alert).collect()
}

#[test]
fn every_alert_asks_for_figures_that_exist_and_says_what_to_do() {
    let operations = read("docs/operations.md");
    let tests = read("tests/operator/alerts.test.yml");
    let board = read("deploy/grafana/genkan.json");
    let alerts = alerts();
    assert!(alerts.len() >= 10, "alerts are found");
    for (name, query, rest) in &alerts {
        check(name, query);
        for part in ["severity: page", "summary:", "meaning:", "action:"] {
            assert!(rest.contains(part), "{name} has no {part}");
        }
        let link = format!("docs/operations.md#{}", name.to_lowercase());
        assert!(rest.contains(&link), "{name} does not name {link}");
        assert!(
            operations.contains(&format!("### {name}\n")),
            "docs/operations.md says nothing of {name}"
        );
        assert!(tests.contains(&format!("alertname=\"{name}\"")), "{name} is never tried");
    }
    let known = alerts.iter().map(|(name, _, _)| name.as_str()).collect::<BTreeSet<_>>();
    for (text, place) in [(&operations, "docs/operations.md"), (&board, "the dashboard")] {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        for word in words.filter(|word| word.starts_with("Genkan") && word.len() > 6) {
            assert!(known.contains(word), "{place} names the alert {word}, which does not exist");
        }
    }
}
