//! Signing mail: half a key, keys that receivers cannot check, domains that are not the sender's, files that are not keys.

use delivery::{KeyKind, SigningKey};

use super::*;

const SENDER: &str = "mail.sender_address = \"no-reply@mail.example.co.jp\"\n";
const RSA: &str = "mail.dkim.rsa_selector = \"r\"\nmail.dkim.rsa_key_file = \"/etc/genkan/r.pem\"\n";
const ED25519: &str =
    "mail.dkim.ed25519_selector = \"e\"\nmail.dkim.ed25519_key_file = \"/etc/genkan/e.pem\"\n";

fn refused(text: &str) -> Problem {
    let problems = settings(text).err().unwrap_or_else(|| panic!("accepted: {text}"));
    assert!(problems.iter().all(|problem| problem.advice.is_some()), "{problems:?}");
    problems[0].clone()
}

#[test]
fn the_keys_that_are_set_sign_for_the_domain_of_the_sender() {
    let none = settings(SENDER).unwrap();
    assert!(none.mail.dkim.keys().is_empty());
    let both = settings(&format!("{SENDER}{RSA}{ED25519}")).unwrap();
    let keys = both.mail.dkim.keys();
    let told: Vec<_> = keys.iter().map(|key| (key.kind, key.selector)).collect();
    assert_eq!(told, [(KeyKind::Rsa, "r"), (KeyKind::Ed25519, "e")]);
    assert_eq!(both.dkim_domain(), Some("mail.example.co.jp"));
    for domain in ["example.co.jp", "mail.example.co.jp", "d.example.co.jp"] {
        let text = format!("{SENDER}{RSA}mail.dkim.domain = \"{domain}\"\n");
        assert_eq!(settings(&text).unwrap().dkim_domain(), Some(domain));
    }
}

#[test]
fn what_receivers_would_not_believe_is_refused() {
    let selector = |text: &str| text.lines().next().unwrap().to_owned() + "\n";
    let file = |text: &str| text.lines().nth(1).unwrap().to_owned() + "\n";
    let same = ED25519.replace("\"e\"", "\"R\"");
    for (text, key) in [
        (selector(RSA), "mail.dkim.rsa_selector"),
        (file(RSA), "mail.dkim.rsa_key_file"),
        (format!("{RSA}{}", selector(ED25519)), "mail.dkim.ed25519_selector"),
        (format!("{RSA}{}", file(ED25519)), "mail.dkim.ed25519_key_file"),
        (ED25519.to_owned(), "mail.dkim.ed25519_selector"),
        ("mail.dkim.domain = \"example.co.jp\"\n".to_owned(), "mail.dkim.domain"),
        (format!("{RSA}{same}"), "mail.dkim.ed25519_selector"),
        (format!("{RSA}mail.dkim.domain = \"co.jp\"\n"), "mail.dkim.domain"),
        (format!("{RSA}mail.dkim.domain = \"example.ne.jp\"\n"), "mail.dkim.domain"),
        (format!("{RSA}mail.dkim.domain = \"other.co.jp\"\n"), "mail.dkim.domain"),
    ] {
        assert_eq!(refused(&format!("{SENDER}{text}")).key.as_deref(), Some(key), "{text}");
    }
    for selector in ["r._domainkey.example.com", "", "-r", "a b", "é", "a..b"] {
        assert!(read(&format!("mail.dkim.rsa_selector = \"{selector}\"")).is_err(), "{selector}");
    }
}

#[test]
fn serve_refuses_a_key_file_that_cannot_sign_and_says_why() {
    let folder = Folder::new();
    let path = filled(&folder);
    let write = |name: &str, text: &str, mode: u32| {
        let file = folder.write(name, text);
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        file.display().to_string()
    };
    let rsa = SigningKey::make(KeyKind::Rsa).unwrap().1;
    let ed25519 = SigningKey::make(KeyKind::Ed25519).unwrap().1;
    let (rsa_file, ed25519_file) = (write("r.pem", &rsa, 0o600), write("e.pem", &ed25519, 0o440));
    let serve = |rsa: &str, ed25519: &str| {
        let environment = variables(&[
            ("GENKAN_MAIL__DKIM__RSA_SELECTOR", "r"),
            ("GENKAN_MAIL__DKIM__RSA_KEY_FILE", rsa),
            ("GENKAN_MAIL__DKIM__ED25519_SELECTOR", "e"),
            ("GENKAN_MAIL__DKIM__ED25519_KEY_FILE", ed25519),
        ]);
        Settings::load_to_serve(Some(&path), &environment).map(|_| ())
    };
    assert!(serve(&rsa_file, &ed25519_file).is_ok());
    for (file, words) in [
        ("/nowhere/r.pem".to_owned(), "cannot be read"),
        (folder.0.display().to_string(), "is not a file"),
        (write("open.pem", &rsa, 0o644), "is open to others (mode 644)"),
        (ed25519_file.clone(), "is no RSA key but one of another kind"),
        (write("cut.pem", &rsa[..rsa.len() / 2], 0o600), "holds no private key in PEM form"),
        (write("empty.pem", "", 0o600), "holds no private key in PEM form"),
        (write("record.pem", "v=DKIM1; k=rsa; p=MIIB", 0o600), "holds no private key in PEM form"),
    ] {
        let problems = serve(&file, &ed25519_file).unwrap_err();
        assert_eq!(problems[0].key.as_deref(), Some("mail.dkim.rsa_key_file"), "{file}");
        assert!(problems[0].what.contains(words), "{}", problems[0]);
        let secret = rsa.lines().nth(1).unwrap();
        assert!(!problems[0].to_string().contains(secret));
    }
    let problems = serve(&rsa_file, &rsa_file).unwrap_err();
    assert!(problems[0].what.contains("is no Ed25519 key"), "{}", problems[0]);
}
