//! What `genkan serve` does not start with.

use super::*;

#[test]
fn serve_refuses_each_unsafe_state_and_says_what_to_do() {
    let folder = Folder::new();
    let path = filled(&folder);
    let right = fs::read_to_string(&path).unwrap();
    let change = |key: &str, variable: (&str, &str)| {
        let problems = Settings::load_to_serve(Some(&path), &variables(&[variable])).err();
        let problems = problems.unwrap_or_else(|| panic!("served with {variable:?}"));
        assert!(problems.iter().any(|problem| problem.key.as_deref() == Some(key)), "{problems:?}");
        assert!(problems.iter().all(|problem| problem.advice.is_some()), "{problems:?}");
    };
    assert!(Settings::load_to_serve(Some(&path), &none()).is_ok());
    change("service.base_url", ("GENKAN_SERVICE__BASE_URL", "http://accounts.example.com"));
    change("mail.smtp.url", ("GENKAN_MAIL__SMTP__URL", "smtp://mail.example.com?tls=none"));
    change("password.breached_url", ("GENKAN_PASSWORD__BREACHED_URL", "http://example.com/"));
    change("keys.file", ("GENKAN_KEYS__FILE", "/nowhere/keys.toml"));
    for (name, value) in [
        ("GENKAN_SERVICE__BASE_URL", "http://localhost:7878"),
        ("GENKAN_MAIL__SMTP__URL", "smtp://127.0.0.1:25"),
    ] {
        assert!(Settings::load_to_serve(Some(&path), &variables(&[(name, value)])).is_ok(), "{name}");
    }

    let development = folder.0.join("dev-keys.toml");
    Keys::create(&development, Purpose::Development).unwrap();
    change("keys.file", ("GENKAN_KEYS__FILE", &development.display().to_string()));
    let keys = folder.0.join("genkan-keys.toml");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o604)).unwrap();
    change("keys.file", ("GENKAN_MAIL__WORKERS", "4"));
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o600)).unwrap();

    let needed = ["keys.file", "mail.smtp.url", "mail.sender_address", "service.contact"];
    for key in needed {
        let entry = table::key(key).unwrap().entry;
        let without = right.replace(&format!("\n{} = {}\n", entry.name(), entry.example), "\n");
        assert_ne!(without, right, "{key}");
        fs::write(&path, without).unwrap();
        change(key, ("GENKAN_MAIL__WORKERS", "4"));
    }
}

#[test]
fn a_file_that_is_named_and_not_there_is_told_before_the_first_member_comes() {
    let folder = Folder::new();
    let path = filled(&folder);
    let cases = [
        ("service.logo", "GENKAN_SERVICE__LOGO"),
        ("service.overrides", "GENKAN_SERVICE__OVERRIDES"),
        ("mail.smtp.ca_file", "GENKAN_MAIL__SMTP__CA_FILE"),
    ];
    for (key, variable) in cases {
        let environment = variables(&[(variable, "/nowhere/at-all")]);
        let problems = Settings::load_to_serve(Some(&path), &environment).err().unwrap();
        assert_eq!(problems[0].key.as_deref(), Some(key));
    }
    let folder_path = folder.0.display().to_string();
    let environment = variables(&[("GENKAN_SERVICE__OVERRIDES", &folder_path)]);
    assert!(Settings::load_to_serve(Some(&path), &environment).is_ok());
    let environment = variables(&[("GENKAN_SERVICE__LOGO", &folder_path)]);
    assert!(Settings::load_to_serve(Some(&path), &environment).is_err());
}

#[test]
fn with_nothing_set_all_that_is_missing_is_told_at_once() {
    let problems = Settings::load_to_serve(None, &none()).err().unwrap();
    let needed = |need: &&Entry| matches!(need.need, Need::Required | Need::RequiredToServe);
    assert_eq!(problems.len(), ENTRIES.iter().filter(needed).count());
}
