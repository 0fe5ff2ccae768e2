//! The two keys on a real disk, and what is printed of them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

fn folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("genkan-dkim-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let path = std::env::temp_dir().join(name);
    fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn the_keys_can_be_read_by_their_owner_and_are_those_of_the_printed_records() {
    let folder = folder();
    let printed = answer("example.com", Some("2026a"), &folder, Output::Json);
    assert_eq!(printed.code, 0, "{}", printed.result);
    let printed: Value = serde_json::from_str(&printed.result).unwrap();
    for (at, (kind, word)) in
        [(KeyKind::Rsa, "rsa"), (KeyKind::Ed25519, "ed25519")].into_iter().enumerate()
    {
        let key = &printed["keys"][at];
        let selector = format!("2026a-{word}");
        assert_eq!(
            (key["kind"].as_str(), key["selector"].as_str()),
            (Some(word), Some(selector.as_str()))
        );
        let file = PathBuf::from(key["file"].as_str().unwrap());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let read = SigningKey::read(&fs::read_to_string(&file).unwrap(), kind).unwrap();
        let record = public_record(&selector, "example.com", &read).unwrap();
        assert_eq!(key["record"]["value"], record.value);
        assert_eq!(key["record"]["name"], format!("{selector}._domainkey.example.com"));
        assert_eq!(key["record"]["line"], record.to_string());
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_printed_can_be_set_as_it_stands_and_holds_no_secret() {
    let folder = folder();
    let printed = answer("example.com", None, &folder, Output::Text).result;
    let settings = printed.split("[mail.dkim]").nth(1).unwrap().split("\n\n").next().unwrap();
    let settings: toml::Table = toml::from_str(settings).unwrap();
    assert_eq!(settings["domain"].as_str(), Some("example.com"));
    for kind in ["rsa", "ed25519"] {
        let file = settings[&format!("{kind}_key_file")].as_str().unwrap();
        let selector = settings[&format!("{kind}_selector")].as_str().unwrap();
        assert!(
            printed.contains(&format!("\n{selector}._domainkey.example.com. IN TXT ")),
            "{printed}"
        );
        let pem = fs::read_to_string(file).unwrap();
        let secret = pem.lines().filter(|line| !line.starts_with('-'));
        assert!(secret.into_iter().all(|line| !printed.contains(line)), "a private key is printed");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn keys_are_never_written_over_and_no_half_of_a_pair_is_left() {
    let folder = folder();
    assert_eq!(answer("example.com", Some("a"), &folder, Output::Text).code, 0);
    let before = fs::read_to_string(folder.join("dkim-a-rsa.pem")).unwrap();
    let again = answer("example.com", Some("a"), &folder, Output::Text);
    assert!(again.code == 1 && again.complaint.contains("--selector"), "{}", again.complaint);
    assert_eq!(fs::read_to_string(folder.join("dkim-a-rsa.pem")).unwrap(), before);
    fs::write(folder.join("dkim-b-ed25519.pem"), "another's").unwrap();
    assert_eq!(answer("example.com", Some("b"), &folder, Output::Text).code, 1);
    assert!(!folder.join("dkim-b-rsa.pem").exists());
    assert_eq!(answer("example.com", Some("c"), &folder.join("nowhere"), Output::Text).code, 1);
    for (domain, selector) in [("", "c"), ("a b", "c"), ("example.com", "c;"), ("example.com", "")] {
        let refused = answer(domain, Some(selector), &folder, Output::Text);
        assert_eq!(refused.code, 1, "{domain} {selector}");
    }
    fs::remove_dir_all(folder).unwrap();
}
