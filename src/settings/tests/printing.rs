//! What is printed: sample, values in effect, schema, reference; and never a secret.

use super::*;

/// security.md I12.
#[test]
fn secrets_are_never_printed() {
    let secrets: Vec<&Entry> = ENTRIES.iter().filter(|entry| entry.is_secret()).collect();
    assert_eq!(secrets.len(), 12);
    let folder = Folder::new();
    let lines: String =
        secrets.iter().map(|entry| format!("{} = \"hush-hush\"\n", path(entry))).collect();
    let right = folder.write("g.toml", &lines);
    let show = ConfigCommand::Show { config: Some(right) };
    for output in [Output::Text, Output::Json] {
        let answer = commands::answer(&show, output, &none());
        assert_eq!(answer.code, 0);
        assert!(
            answer.result.contains("not shown") && !answer.result.contains("hush"),
            "{}",
            answer.result
        );
    }
    let wrong = [
        "mail.smtp.password = \"hush\\nhush\"",
        "mail.smtp.password = [\"hush\"]",
        "mail.smtp.password = \"hush",
        "mail.smtp.password = hush",
        "mail.smtp.url = \"smtps://user:hush@example.com\"",
        "database.url = \"postgres://user:hush@example.com/db\"",
        "database.url = \"postgres://example.com/db?password=hush\"",
        "[database]\npassword = \"hush\"\nurl = \"x",
    ];
    for text in wrong {
        let file = folder.write("w.toml", text);
        let check = ConfigCommand::Check { config: Some(file) };
        for output in [Output::Text, Output::Json] {
            let answer = commands::answer(&check, output, &none());
            assert_eq!(answer.code, 1);
            assert!(!format!("{answer:?}").contains("hush"), "{answer:?}");
        }
    }
}

#[test]
fn show_tells_each_value_and_where_it_comes_from() {
    let folder = Folder::new();
    let file = folder.write("g.toml", "[code]\nalive = 2\n");
    let environment = variables(&[("GENKAN_CODE__LIFE", "45m")]);
    let show = ConfigCommand::Show { config: Some(file.clone()) };
    let text = commands::answer(&show, Output::Text, &environment).result;
    assert!(text.contains(&format!("code.alive = 2   # {}:2\n", file.display())), "{text}");
    assert!(text.contains("code.life = \"45m\"   # environment GENKAN_CODE__LIFE\n"), "{text}");
    assert!(text.contains("code.gap = \"1m\"   # default\n"), "{text}");
    assert!(text.contains("# service.logo is not set"), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&commands::answer(&show, Output::Json, &environment).result).unwrap();
    assert_eq!(json["ok"], true);
    let shown = ENTRIES.iter().filter(|entry| !entry.is_many()).count();
    assert_eq!(json["settings"].as_array().unwrap().len(), shown);
}

#[test]
fn what_show_prints_can_be_read_again() {
    let text = all_set(|entry| !entry.is_secret());
    let once = print::shown(&read(&text).unwrap());
    let twice = read(&once).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(
        once.lines().map(|line| line.split("   #").next().unwrap()).collect::<Vec<_>>(),
        print::shown(&twice).lines().map(|line| line.split("   #").next().unwrap()).collect::<Vec<_>>()
    );
}

#[test]
fn the_sample_passes_the_check_once_it_is_filled_in() {
    let folder = Folder::new();
    let path = filled(&folder);
    let check = ConfigCommand::Check { config: Some(path.clone()) };
    let answer = commands::answer(&check, Output::Text, &none());
    assert_eq!((answer.code, answer.complaint.as_str()), (0, ""));
    let again = commands::answer(&ConfigCommand::New { out: Some(path) }, Output::Text, &none());
    assert_eq!(again.code, 1, "a file that exists is left as it is");
}

#[test]
fn the_sample_as_it_is_asks_for_what_is_missing() {
    let problems = read(&print::sample()).err().unwrap();
    let asked: Vec<_> = problems.iter().filter_map(|problem| problem.key.clone()).collect();
    let needed =
        ENTRIES.iter().filter(|entry| matches!(entry.need, Need::Required | Need::RequiredToServe));
    assert_eq!(asked, needed.map(|entry| entry.path.to_owned()).collect::<Vec<_>>());
}

#[test]
fn every_line_of_the_sample_can_be_uncommented() {
    let folder = Folder::new();
    let text = fs::read_to_string(filled(&folder)).unwrap();
    let uncommented: String = text
        .lines()
        .filter(|line| !line.contains("_file = \"/etc/genkan/"))
        .map(|line| {
            line.strip_prefix('#')
                .filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
                .unwrap_or(line)
        })
        .fold(String::new(), |text, line| text + line + "\n");
    let values = read(&uncommented).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(values.found.len(), ENTRIES.iter().filter(|entry| !entry.is_secret()).count());
}

#[test]
fn the_schema_is_json_and_names_every_key() {
    let schema = ConfigCommand::Schema { form: SchemaForm { markdown: false } };
    let json: serde_json::Value =
        serde_json::from_str(&commands::answer(&schema, Output::Text, &none()).result).unwrap();
    for entry in ENTRIES {
        let pointer = format!("/properties/{}", entry.path.replace('.', "/properties/"));
        let pointer = pointer.replace("properties/*", "additionalProperties");
        let found = json.pointer(&pointer).unwrap_or_else(|| panic!("{}", entry.path));
        assert_eq!(found["description"], entry.text);
        assert_eq!(
            found.get("default").is_some(),
            matches!(entry.need, Need::Default(_)),
            "{}",
            entry.path
        );
    }
}

#[test]
fn the_reference_is_the_committed_file() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/settings.md");
    let committed = fs::read_to_string(path).unwrap();
    let same = committed == reference::markdown();
    assert!(same, "run: genkan config schema --markdown > docs/settings.md");
}
