//! Who sets what: file, environment, secret files, defaults, and the typed struct.

use super::*;

#[test]
fn every_key_can_be_set_by_the_file_and_by_the_environment() {
    for entry in ENTRIES {
        let (in_file, in_environment) = other(entry);
        let (path, variable_name) = (path(entry), variable(entry));
        let from_file = read(&format!("\n{path} = {in_file}")).unwrap_or_else(|p| panic!("{p:?}"));
        let environment = variables(&[(&variable_name, &in_environment)]);
        let from_environment =
            overlay("", Path::new(""), &environment).unwrap_or_else(|p| panic!("{p:?}"));
        let file = &from_file.found[&path];
        let variable = &from_environment.found[&path];
        assert_eq!(file.place, Place::File("genkan.toml".into(), 2), "{path}");
        assert_eq!(variable.place, Place::Environment(variable_name), "{path}");
        assert_eq!(json_of(&file.value), json_of(&variable.value), "{path}");
        let literal = match entry.need {
            Need::Default(literal) => raw::literal(literal).ok(),
            _ => None,
        };
        let default = literal.and_then(|raw| parse::value(entry.kind, &raw).ok());
        let default = default.map(|value| json_of(&value));
        assert_ne!(Some(json_of(&file.value)), default, "{path} was not changed");
    }
}

#[test]
fn the_environment_outranks_the_file() {
    let environment = variables(&[("GENKAN_CODE__ALIVE", "5")]);
    let values = overlay("code.alive = 2", Path::new("g.toml"), &environment).unwrap();
    assert_eq!(json_of(&values.found["code.alive"].value), 5);
}

#[test]
fn the_table_and_the_struct_agree() {
    let values = read(&all_set(|_| true)).unwrap();
    assert_eq!(values.found.len(), ENTRIES.len());
    let mut rest = Rest { found: values.found };
    // A name that is not in the table, or a kind that does not fit the field, is an error here.
    Settings::from_rest(&mut rest).unwrap_or_else(|problem| panic!("{problem}"));
    let left: Vec<_> = rest.found.keys().collect();
    assert!(left.is_empty(), "in the table and not in the struct: {left:?}");
}

#[test]
fn every_default_is_right_and_every_row_is_explained_once() {
    let values = read("").unwrap();
    for entry in ENTRIES {
        assert_eq!(
            values.found.contains_key(entry.path),
            matches!(entry.need, Need::Default(_)) && !entry.is_many(),
            "{}",
            entry.path
        );
        assert!(entry.text.ends_with('.') && entry.text.len() > 20, "{}", entry.path);
        assert!(GROUPS.iter().any(|group| group.path == entry.group()), "{}", entry.path);
        assert_eq!(
            ENTRIES.iter().filter(|other| other.path == entry.path).count(),
            1,
            "{}",
            entry.path
        );
        if !entry.example.is_empty() {
            assert!(read(&format!("{} = {}", path(entry), entry.example)).is_ok(), "{}", entry.path);
        }
    }
    assert!(settings("").is_ok());
}

#[test]
fn a_secret_comes_from_a_file_and_is_given_once() {
    let folder = Folder::new();
    folder.write("pw", "s3cret words\n");
    let file = folder.write("g.toml", &format!("{REQUIRED}[database]\npassword_file = \"pw\"\n"));
    let read = Settings::load(Some(&file), &none()).unwrap_or_else(|p| panic!("{p:?}"));
    assert_eq!(read.database.password.unwrap().expose_secret(), "s3cret words");

    let path = folder.0.join("pw").display().to_string();
    let from_variable = variables(&[("GENKAN_DATABASE__PASSWORD_FILE", &path)]);
    let bare = folder.write("bare.toml", REQUIRED);
    let read = Settings::load(Some(&bare), &from_variable).unwrap_or_else(|p| panic!("{p:?}"));
    assert_eq!(read.database.password.unwrap().expose_secret(), "s3cret words");

    let twice = problem("[database]\npassword = \"a\"\npassword_file = \"b\"");
    assert!(twice.what.contains("given twice"), "{twice}");
    let both =
        variables(&[("GENKAN_DATABASE__PASSWORD", "x"), ("GENKAN_DATABASE__PASSWORD_FILE", &path)]);
    assert!(Settings::load(Some(&bare), &both).is_err());
    let absent = problem("database.password_file = \"/nowhere/pw\"");
    assert!(absent.what.contains("/nowhere/pw cannot be read"), "{absent}");
}

#[test]
fn development_needs_no_settings_and_reads_none() {
    let folder = Folder::new();
    let read = Settings::development(
        "127.0.0.1:7900".parse().unwrap(),
        &folder.0,
        ("/dev/events/hook", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    )
    .unwrap_or_else(|p| panic!("{p:?}"));
    assert_eq!(read.service.base_url.to_string(), "http://localhost:7900");
    assert_eq!(read.database.place, DatabasePlace::Sqlite(folder.0.join("genkan.sqlite")));
    assert_eq!(read.keys_file, Some(folder.0.join("keys.toml")));
    assert!(read.mail.smtp.url.is_none());
}

#[test]
fn relative_paths_count_from_the_folder_of_the_file() {
    let folder = Folder::new();
    let file = folder
        .write("g.toml", "keys.file = \"k\"\ndatabase.url = \"sqlite:d\"\nservice.logo = \"/l.svg\"");
    let values = load(Some(&file), &variables(&[("GENKAN_MAIL__SMTP__CA_FILE", "ca.pem")]))
        .unwrap_or_else(|p| panic!("{p:?}"));
    let at = |key: &str| json_of(&values.found[key].value).as_str().unwrap().to_owned();
    assert_eq!(at("keys.file"), folder.0.join("k").display().to_string());
    assert_eq!(at("database.url"), format!("sqlite:{}", folder.0.join("d").display()));
    assert_eq!((at("service.logo").as_str(), at("mail.smtp.ca_file").as_str()), ("/l.svg", "ca.pem"));
}
