//! The texts: both languages have the same, each is used, and none is missing.
//!
//! Also what an operator may lay over them, and what is refused at start with file and line.

use crate::samples;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use pages::views::{Args, Chrome, Signin};
use pages::{FooterLink, Locale, Pages, PagesOptions, PerLocale};

/// Ids whose end is only known at run time.
const OPEN: [&str; 13] = [
    "error-",
    "notice-",
    "method-",
    "continue-",
    "device-",
    "activity-",
    "problem-",
    "app-",
    "trouble-",
    "conflict-",
    "passkey-signin-",
    "passkey-add-",
    "passkey-backup-",
];

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Each id with the variables it uses.
fn texts(locale: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files_below(&here().join("locales").join(locale)) {
        let mut id = String::new();
        for line in fs::read_to_string(&file).unwrap().lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                id = line.split_once(" =").unwrap().0.to_owned();
                assert!(!texts.contains_key(&id), "{id} is there twice");
                texts.insert(id.clone(), BTreeSet::new());
            }
            let used =
                line.split("{ $").skip(1).map(|rest| rest.split([' ', '}']).next().unwrap().to_owned());
            texts.entry(id.clone()).or_default().extend(used);
        }
    }
    texts.remove("");
    texts
}

#[test]
fn both_languages_have_the_same_texts_with_the_same_values() {
    let (ja, en) = (texts("ja"), texts("en"));
    let ids =
        |texts: &BTreeMap<String, BTreeSet<String>>| texts.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(ids(&ja), ids(&en));
    let usual: BTreeSet<String> = ["service", "contact", "sender", "domain"].map(str::to_owned).into();
    for (id, used) in &ja {
        let own = |set: &BTreeSet<String>| set.difference(&usual).cloned().collect::<BTreeSet<_>>();
        assert_eq!(own(used), own(&en[id]), "{id}");
    }
}

#[test]
fn every_text_is_used() {
    let mut used = String::new();
    for folder in ["src", "templates"] {
        for file in files_below(&here().join(folder)) {
            used.push_str(&fs::read_to_string(file).unwrap());
        }
    }
    let kinds: Vec<&str> = pages::MailKind::ALL.iter().map(|kind| kind.name()).collect();
    for id in texts("ja").keys() {
        let named = used.contains(&format!("'{id}'")) || used.contains(&format!("\"{id}\""));
        let open = OPEN.iter().any(|prefix| id.starts_with(prefix));
        let door = ["-title", "-about"]
            .iter()
            .any(|end| id.strip_suffix(end).is_some_and(|door| used.contains(&format!("'{door}'],"))));
        let letter = kinds.iter().any(|kind| {
            let part = id.strip_prefix(&format!("mail-{kind}-"));
            part.is_some_and(|part| used.contains(&format!("\"{part}\"")))
        });
        let done =
            id.strip_suffix("-done-title").is_some_and(|what| used.contains(&format!("== '{what}'")));
        assert!(named || open || door || letter || done, "nothing uses {id}");
    }
}

#[test]
fn every_refusal_and_notice_that_the_routes_use_has_a_sentence() {
    let pages = Pages::new(samples::options()).unwrap();
    let args = Args::from(
        ["seconds", "minutes", "minimum", "maximum"].map(|name| (name.to_owned(), 5_u32.into())),
    );
    let codes = [
        "invalid-credentials",
        "account-locked",
        "account-suspended",
        "try-again",
        "invalid-code",
        "code-expired",
        "code-used-up",
        "code-cooldown",
        "invalid-number",
        "number-expired",
        "address-on-other-account",
        "fresh-proof-required",
        "password-too-weak",
        "invalid-address",
        "rate-limited",
        "overloaded",
        "unauthenticated",
        "not-found",
        "invalid-request",
        "registration-closed",
        "terms-required",
        "flow-expired",
        "identity-on-other-account",
        "last-addressed-method",
        "contact-needs-successor",
        "contact-unknown",
        "other-identity",
        "provider-unreachable",
        "provider-refused",
        "provider-cancelled",
        "provider-already-added",
        "identity-not-yours",
        "passkey-cancelled",
        "passkey-timeout",
        "passkey-failed",
        "passkey-unsupported",
        "passkey-insecure",
        "passkey-interrupted",
        "passkey-unreachable",
        "passkey-busy",
        "passkey-unknown",
        "passkey-refused",
        "passkey-expired",
        "passkey-already-added",
        "passkey-not-added",
        "too-many-passkeys",
        "missing-name",
        "passkey-name-too-long",
        "passkey-name-not-allowed",
    ];
    let notices = [
        "method-added",
        "method-removed",
        "methods-kept",
        "passkey-added",
        "passkey-renamed",
        "passkey-removed",
        "password-added",
        "contact-changed",
        "test-mail-sent",
    ];
    for locale in Locale::ALL {
        for code in codes {
            assert!(pages.text(locale, &format!("error-{code}"), &args).is_some(), "{code}");
        }
        for notice in notices {
            assert!(pages.text(locale, &format!("notice-{notice}"), &args).is_some(), "{notice}");
        }
        assert_eq!(pages.text(locale, "error-overloaded", &Args::new()), None, "a value is missing");
        assert_eq!(pages.text(locale, "never-heard-of", &args), None);
    }
    let one = Args::from([("minutes".to_owned(), 1_u32.into())]);
    assert!(pages.text(Locale::En, "error-rate-limited", &one).unwrap().contains("wait a minute"));
    assert!(pages.text(Locale::En, "error-rate-limited", &args).unwrap().contains("5 minutes"));
}

#[test]
fn members_meet_no_exclamation_and_no_technical_word() {
    for locale in ["ja", "en"] {
        for file in files_below(&here().join("locales").join(locale)) {
            let text = fs::read_to_string(&file).unwrap().to_lowercase();
            for word in [
                "！",
                "!",
                "トークン",
                "セッション",
                "認証情報",
                "token",
                "session ",
                "credential ",
                "invalid ",
            ] {
                let shown = text
                    .lines()
                    .filter_map(|line| line.split_once(" = "))
                    .any(|(_, text)| text.contains(word));
                assert!(!shown, "{word} in {}", file.display());
            }
        }
    }
}

/// A folder of its own for one test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Folder {
        let folder = std::env::temp_dir().join(format!("pages-{}-{name}", std::process::id()));
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Folder(folder)
    }

    fn options(&self) -> PagesOptions {
        PagesOptions { override_folder: Some(self.0.clone()), ..samples::options() }
    }

    fn refusal(&self) -> String {
        Pages::new(self.options()).err().expect("it is refused").to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn an_operators_text_and_template_take_the_place_of_ours() {
    let folder = Folder::new(
        "fine",
        &[
            (
                "locales/ja/own.ftl",
                "signin-title = 会員ログイン\nsignin-new-here = { $service }がはじめての方は\n",
            ),
            (
                "templates/signin/suspended.html",
                "{% extends \"layout.html\" %}{% block main %}<p>しばらく</p>{% endblock %}",
            ),
        ],
    );
    let pages = Pages::new(folder.options()).unwrap();
    let signin = Signin { signup_open: true, ..Signin::default() };
    let html = pages.render(&signin, &Chrome::default()).unwrap();
    assert!(html.contains("<h1>会員ログイン</h1>") && html.contains("ことのは文庫がはじめての方は"));
    let english = Chrome { locale: Locale::En, ..Chrome::default() };
    assert!(pages.render(&signin, &english).unwrap().contains("<h1>Sign in</h1>"));
    assert!(
        pages
            .render(&pages::views::Suspended {}, &Chrome::default())
            .unwrap()
            .contains("<p>しばらく</p>")
    );
}

#[test]
fn a_copy_of_our_own_files_is_accepted_and_changes_nothing() {
    let mut files = Vec::new();
    for (folder, path) in [("templates", here().join("templates")), ("locales", here().join("locales"))]
    {
        for file in files_below(&path) {
            let below = file.strip_prefix(&path).unwrap().to_string_lossy().into_owned();
            files.push((format!("{folder}/{below}"), fs::read_to_string(&file).unwrap()));
        }
    }
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = Folder::new("copy", &files);
    let (copied, own) =
        (Pages::new(folder.options()).unwrap(), Pages::new(samples::options()).unwrap());
    for sample in samples::pages() {
        assert_eq!(
            sample.render(&copied, Locale::Ja),
            sample.render(&own, Locale::Ja),
            "{}",
            sample.name
        );
    }
}

#[test]
fn a_broken_override_is_refused_at_start_by_file_and_line() {
    let broken = [
        ("syntax", "templates/signin/email.html", "<p>\n{% if %}\n", "signin/email.html:2:"),
        (
            "variable",
            "templates/signin/locked.html",
            "<p>\n{{ pgae.address }}\n",
            "signin/locked.html:2: pages are given no `pgae`",
        ),
        (
            "text",
            "templates/signin/locked.html",
            "<p>{{ t('locked-waht') }}\n",
            "signin/locked.html:1: there is no text `locked-waht`",
        ),
        (
            "name",
            "templates/signin/emial.html",
            "<p>",
            "signin/emial.html: there is no page of this name",
        ),
        ("fluent", "locales/en/own.ftl", "signin-title = Enter\n\nsignin-button = { $\n", "own.ftl:3:"),
        (
            "id",
            "locales/ja/own.ftl",
            "# x\nsignin-titel = ログイン\n",
            "own.ftl:2: there is no text `signin-titel`",
        ),
        (
            "value",
            "locales/ja/own.ftl",
            "signin-title = { $who }\n",
            "own.ftl:1: the text `signin-title` is given no $who",
        ),
    ];
    for (name, path, text, expected) in broken {
        let refusal = Folder::new(name, &[(path, text)]).refusal();
        assert!(refusal.contains(expected), "{refusal}");
    }
}

#[test]
fn settings_that_could_do_harm_are_refused() {
    let refused = |change: fn(&mut PagesOptions)| {
        let mut options = samples::options();
        change(&mut options);
        Pages::new(options).err().map(|fault| fault.to_string())
    };
    let link = |url: &str| vec![FooterLink { text: PerLocale::same("x"), url: url.into() }];
    assert!(refused(|options| options.accent = "blue".into()).unwrap().contains("accent"));
    assert!(refused(|options| options.time_zone = "Nowhere".into()).unwrap().contains("time_zone"));
    assert!(
        refused(|options| options.service_name = PerLocale::same(" "))
            .unwrap()
            .contains("service_name")
    );
    assert!(refused(|options| options.override_folder = Some("/nowhere/at/all".into())).is_some());
    for url in ["javascript:alert(1)", "//evil.example", "data:text/html,x", "kotonoha.example"] {
        let options = PagesOptions { footer_links: link(url), ..samples::options() };
        assert!(Pages::new(options).is_err(), "{url}");
    }
    assert_eq!(refused(|_| ()), None);
}
