//! What the pages promise about passkeys: there only where they can be used, and a way on from whatever happens.
//!
//! The dialogue itself is a browser's matter; here it is seen that the script finds what it needs, that a page without
//! it is whole, and that no name turns into anything but text.

use crate::providers::{form, main_of};
use crate::samples;
use crate::samples::passkeys::{AT_ADDING, AT_SIGNIN};
use pages::views::{Args, PasskeySignin, Signup};
use pages::{Locale, MailKind, Pages};

/// The opening tags of the page.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).filter_map(|part| part.split_once('>')).map(|(tag, _)| tag).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

fn tag<'a>(html: &'a str, holding: &str) -> &'a str {
    tags(html)
        .into_iter()
        .find(|tag| tag.contains(holding))
        .unwrap_or_else(|| panic!("no {holding}: {html}"))
}

/// What is seen without the script: all but what is hidden.
fn unscripted(html: &str) -> String {
    let mut seen = String::new();
    let mut hidden: Option<(String, usize)> = None;
    for part in html.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap().to_owned();
        match &mut hidden {
            Some((until, depth)) if *until == name => {
                *depth = if tag.starts_with('/') { *depth - 1 } else { *depth + 1 };
                if *depth == 0 {
                    hidden = None;
                }
            }
            Some(_) => {}
            None if tag.contains(" hidden")
                && tag.split_once(" hidden").unwrap().0.matches('"').count() % 2 == 0 =>
            {
                hidden = Some((name, 1)).filter(|(name, _)| name != "input");
            }
            None => {
                seen.push_str(&format!("<{tag}>{text}"));
            }
        }
    }
    seen
}

#[test]
fn r_passkey_1_the_button_stands_in_the_services_order_and_posts_what_the_dialogue_gives() {
    for name in ["signin-all", "signin-last-passkey", "conflict-address-on-other-account"] {
        let html = main_of(name, Locale::Ja);
        let passkey = form(&html, "/signin/passkey");
        let opening = tag(&html, "action=\"/signin/passkey\"");
        assert_eq!(attribute(opening, "data-passkey"), Some("get"), "{name}");
        assert_eq!(attribute(opening, "data-options"), Some("/signin/passkey/options"), "{name}");
        assert!(attribute(opening, "data-failed").unwrap().ends_with("problem="), "{name}: {opening}");
        assert!(passkey.contains("name=\"credential\" value=\"\""), "{name}: {passkey}");
        assert_eq!(passkey.matches("<button").count(), 1, "{name}");
        assert!(passkey.contains("パスキーで続ける") && passkey.contains("role=\"status\""), "{name}");
    }
    let html = main_of("signin-last-passkey", Locale::En);
    assert!(form(&html, "/signin/passkey").contains("Last used"), "{html}");
    assert_eq!(html.matches("Last used").count(), 1, "{html}");
    let failed = attribute(tag(&html, "data-failed"), "data-failed").unwrap();
    let to = "/signin/passkey?return_to=/books%3Fpage%3D2%26sort%3Dnew&amp;problem=";
    assert_eq!(failed, to, "the way back goes along");
}

/// Without the script there is no dialogue: so no button, and nothing else missing.
#[test]
fn r_passkey_1_without_the_script_no_passkey_is_shown_and_the_other_ways_are() {
    for locale in Locale::ALL {
        for (name, other) in [
            ("signin-all", "href=\"/signin/email"),
            ("signin-passkey-first", "href=\"/signin/email"),
            ("add-passkey", "action=\"/signin/google\""),
            ("proof-passkey-last", "action=\"/proof\""),
            ("proof-passkey-beside", "action=\"/proof\""),
            ("signin-email-passkeys", "name=\"password\""),
            ("passkey-offer", "value=\"no\""),
        ] {
            let seen = unscripted(&main_of(name, locale));
            for word in
                ["パスキーで続ける", "passkey</button>", "パスキーを追加</button>", "a passkey<"]
            {
                assert!(!seen.contains(word), "{name}: {word} in {seen}");
            }
            assert!(!seen.contains("/passkey\""), "{name}: {seen}");
            assert!(seen.contains(other), "{name}: {seen}");
        }
    }
    let beside = unscripted(&main_of("proof-passkey-beside", Locale::Ja));
    assert!(!beside.contains("ほかの方法で確認"), "a heading over nothing: {beside}");
}

#[test]
fn r_method_6_a_passkey_is_no_way_to_register() {
    let pages = Pages::new(samples::options()).unwrap();
    let methods = ["email", "passkey", "google"].map(str::to_owned).to_vec();
    let view = Signup { methods, last_used: Some("passkey".into()), ..Signup::default() };
    let html = pages.render(&view, &Default::default()).unwrap();
    assert!(html.contains("/signup/email") && html.contains("/signin/google"), "{html}");
    assert!(!html.contains("パスキー") && !html.contains("data-passkey"), "{html}");
}

#[test]
fn r_passkey_3_the_page_says_what_a_passkey_must_have_been_and_how_to_add_one() {
    for (locale, said) in [
        (
            Locale::Ja,
            [
                "この端末で作成したパスキーか、この端末に同期されたパスキー",
                "「アカウント設定」›「アカウント」›「ログイン方式を追加」",
            ],
        ),
        (
            Locale::En,
            [
                "on this device before, or has been synced to it",
                "“Account settings” › “Account” › “Add a sign-in method”",
            ],
        ),
    ] {
        let problems = AT_SIGNIN.iter().map(|problem| format!("-{problem}"));
        for suffix in problems.chain([String::new(), "-alone".into(), "-strange".into()]) {
            let name = format!("passkey-signin{suffix}");
            let html = main_of(&name, locale);
            for words in said {
                assert!(html.contains(words), "{name}: {words} in {html}");
                assert_eq!(html.matches(words).count(), 1, "{name}: {words} is said twice");
            }
            let others = html.contains("href=\"/signin/email") && html.contains("/signin/apple");
            assert_eq!(others, !name.ends_with("-alone"), "{name}");
            assert_eq!(
                html.matches("action=\"/signin/passkey\"").count(),
                1,
                "{name}: one to try again"
            );
            assert!(html.contains("<noscript>") && html.contains("hidden data-incapable"), "{name}");
        }
    }
    let pages = Pages::new(samples::options()).unwrap();
    for (locale, path) in [
        (Locale::Ja, ["account-title", "methods-title", "add-button"]),
        (Locale::En, ["account-title", "methods-title", "add-button"]),
    ] {
        let how = pages.text(locale, "passkey-how", &Args::new()).unwrap();
        for id in path {
            let step = pages.text(locale, id, &Args::new()).unwrap();
            assert!(how.contains(&step), "the page is called {step} now: {how}");
        }
    }
}

#[test]
fn every_problem_has_its_own_words_in_both_languages_and_a_way_on() {
    for locale in Locale::ALL {
        let strange = main_of("passkey-signin-failed", locale);
        assert_eq!(
            main_of("passkey-signin-strange", locale),
            strange,
            "no address decides what is said"
        );
        assert_eq!(main_of("passkey-add-strange", locale), main_of("passkey-add-failed", locale));
        for (page, problems) in [("passkey-signin", &AT_SIGNIN[..]), ("passkey-add", &AT_ADDING[..])] {
            let plain = main_of(page, locale);
            let first =
                |html: &str| html.split_once("<p>").unwrap().1.split_once("</p>").unwrap().0.to_owned();
            let mut told = vec![first(&plain)];
            for problem in problems {
                let html = main_of(&format!("{page}-{problem}"), locale);
                assert!(!html.contains("-body") && !html.contains("-title<"), "{problem}: {html}");
                assert!(!told.contains(&first(&html)), "{page} {problem} says what another says");
                told.push(first(&html));
                assert!(html.contains("class=\"button") || html.contains("<button"), "{problem}");
            }
        }
    }
}

/// Nothing is done again that cannot succeed.
#[test]
fn adding_is_offered_again_only_where_it_can_help() {
    for problem in AT_ADDING {
        let html = main_of(&format!("passkey-add-{problem}"), Locale::Ja);
        let over = matches!(problem, "already-added" | "too-many" | "unsupported" | "insecure");
        assert_eq!(html.contains("data-passkey=\"create\""), !over, "{problem}");
        assert!(html.contains("href=\"/account/methods\""), "{problem}");
    }
    assert!(main_of("passkey-add-too-many", Locale::Ja).contains("20個まで"));
}

/// A removed passkey ends in a clear page, and the browser is told to forget it.
#[test]
fn r_passkey_4_a_removed_passkey_is_told_of_and_the_browser_forgets_it() {
    let html = main_of("passkey-signin-removed", Locale::Ja);
    for words in [
        "アカウントから解除されたパスキーか、退会したアカウント",
        "一覧から、削除していただけます",
        "別のパスキーで試す",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let told = tag(&html, "data-signal=\"unknown\"");
    assert_eq!(attribute(told, "data-rp"), Some("kotonoha.example"));
    assert_eq!(attribute(told, "data-unknown"), Some("q83vEjRWeJA"));
    assert!(!main_of("passkey-signin-unknown", Locale::Ja).contains("data-signal"), "of nothing known");
    let pages = Pages::new(samples::options()).unwrap();
    let view = PasskeySignin {
        rp_id: "kotonoha.example".into(),
        credential: "q83vEjRWeJA".into(),
        ..PasskeySignin::new("refused")
    };
    let html = pages.render(&view, &Default::default()).unwrap();
    assert!(!html.contains("data-signal"), "one that is there must not be forgotten");
}

#[test]
fn r_passkey_4_the_list_tells_what_each_is_and_gives_the_browser_the_same_list() {
    let html = main_of("methods-passkeys", Locale::Ja);
    let order = [
        "ha•••@gmail.com",
        "iPhone（花子）",
        "Google パスワード マネージャー",
        "仕事用のセキュリティキー",
    ];
    let found: Vec<usize> = order.iter().map(|part| html.find(part).unwrap()).collect();
    assert!(found.is_sorted(), "{found:?}");
    for shown in [
        "パスキーを追加しました。",
        "iCloud Keychain",
        "同期しているすべての端末",
        "保存した端末のみ（同期できます）",
        "保存した端末のみ",
        "まだありません",
        "href=\"/account/methods/passkeys/0199-third\"",
    ] {
        assert!(html.contains(shown), "{shown}: {html}");
    }
    let told = tag(&html, "data-signal=\"account\"");
    assert!(told.starts_with("div hidden "), "{told}");
    for (name, value) in [
        ("data-rp", "kotonoha.example"),
        ("data-user", "AZn3Wm1qfUqJq7zN3u8B3A"),
        ("data-known", "q83vEjRWeJA AAECAwQFBgc _-8"),
        ("data-name", "hanako@example.jp"),
        ("data-display", "花子"),
    ] {
        assert_eq!(attribute(told, name), Some(value), "{name}");
    }
    let none = main_of("methods-no-passkeys", Locale::Ja);
    assert!(none.contains("data-signal=\"account\"") && !none.contains("<h2>パスキー</h2>"), "{none}");
    assert!(!main_of("methods-all", Locale::Ja).contains("data-signal"), "switched off");
}

#[test]
fn r_passkey_4_one_of_them_can_be_renamed_and_removed() {
    let html = main_of("passkey", Locale::Ja);
    let rename = form(&html, "/account/methods/passkeys/0199-first");
    assert!(
        rename.contains("name=\"name\"") && rename.contains("value=\"iPhone（花子）\""),
        "{rename}"
    );
    assert!(html.contains("href=\"/account/methods/remove?method=0199-first\""), "{html}");
    let removal = main_of("remove-passkey", Locale::Ja);
    assert!(form(&removal, "/account/methods/remove").contains("name=\"method\" value=\"0199-first\""));
    assert!(
        removal.contains("iPhone（花子）")
            && removal.contains("このパスキーではログインできなくなります")
    );
    assert!(!removal.contains("メールアドレス"), "{removal}");
    assert!(main_of("passkey-unnamed", Locale::Ja).contains("id=\"name-error\""));
}

#[test]
fn r_passkey_1_adding_is_an_entry_of_its_own_until_there_are_enough() {
    let html = main_of("add-passkey", Locale::Ja);
    assert!(html.contains("href=\"/account/methods/passkeys/add\""), "{html}");
    for name in ["add-passkeys-full", "add-passkeys-full-alone"] {
        let full = main_of(name, Locale::Ja);
        assert!(!full.contains("/account/methods/passkeys/add"), "{name}: {full}");
        assert!(full.contains("個まで追加できます"), "{name}: {full}");
    }
    let one = main_of("add-passkeys-full-alone", Locale::En);
    assert!(one.contains("up to one passkey"), "{one}");
    let alone = unscripted(&main_of("add-passkey-alone", Locale::En));
    assert!(alone.contains("JavaScript"), "{alone}");
    let add = main_of("passkey-add", Locale::Ja);
    let opening = tag(&add, "data-passkey=\"create\"");
    assert_eq!(attribute(opening, "action"), Some("/account/methods/passkeys/add"));
    assert_eq!(attribute(opening, "data-options"), Some("/account/methods/passkeys/add/options"));
    assert_eq!(attribute(opening, "data-failed"), Some("/account/methods/passkeys/add?problem="));
    assert!(add.contains("新しいパスキーを追加"), "{add}");
}

#[test]
fn r_passkey_1_the_address_field_offers_passkeys_and_tells_what_the_device_can() {
    let html = main_of("signin-email-passkeys", Locale::Ja);
    assert_eq!(attribute(tag(&html, "id=\"email\""), "autocomplete"), Some("username webauthn"));
    let autofill = tag(&html, "data-passkey=\"autofill\"");
    assert!(
        autofill.contains(" hidden ") && autofill.contains("data-options=\"/signin/passkey/options\"")
    );
    assert!(form(&html, "/signin/email").contains("name=\"passkey\" value=\"\" data-device"), "{html}");
    assert!(!form(&html, "/signin/email").contains("name=\"credential\""), "{html}");
    let off = main_of("signin-email", Locale::Ja);
    assert_eq!(attribute(tag(&off, "id=\"email\""), "autocomplete"), Some("username"));
    assert!(!off.contains("passkey"), "{off}");
}

#[test]
fn r_passkey_2_the_proof_begins_with_the_passkey_where_it_was_used_last() {
    let first = main_of("proof-passkey-last", Locale::Ja);
    let (passkey, password) =
        (first.find("action=\"/proof/passkey\""), first.find("action=\"/proof\""));
    assert!(passkey.unwrap() < password.unwrap(), "{first}");
    assert!(first.contains("<h1>ご本人の確認</h1>") && first.contains("前回使用"), "{first}");
    assert!(!tag(&first, "button class=\"provider").contains("second"), "the primary one");
    for name in ["proof-passkey", "proof-passkey-beside"] {
        assert!(main_of(name, Locale::Ja).contains("<h1>パスワードの確認</h1>"), "{name}");
    }
    let opening = tag(&first, "action=\"/proof/passkey\"");
    assert_eq!(
        attribute(opening, "data-failed"),
        Some("/proof?return_to=/account/methods/add&amp;error=passkey-")
    );
    let after = main_of("proof-passkey", Locale::Ja);
    let (passkey, password) =
        (after.find("action=\"/proof/passkey\""), after.find("action=\"/proof\""));
    assert!(password.unwrap() < passkey.unwrap(), "{after}");
    for (name, count) in
        [("proof-passkey-last", 1), ("proof-passkey", 1), ("proof-passkey-password", 1)]
    {
        assert_eq!(main_of(name, Locale::En).matches("/proof/passkey\"").count(), count, "{name}");
    }
    assert!(unscripted(&main_of("proof-passkey-only", Locale::Ja)).contains("JavaScript"));
    assert!(main_of("proof-passkey-cancelled", Locale::En).contains("no passkey was found"));
}

#[test]
fn the_offer_is_made_once_with_one_way_to_take_it_and_one_to_leave_it() {
    let html = main_of("passkey-offer", Locale::Ja);
    let opening = tag(&html, "data-upgrade");
    assert_eq!(attribute(opening, "action"), Some("/account/passkey-offer"));
    assert_eq!(attribute(opening, "data-options"), Some("/account/passkey-offer/options"));
    assert_eq!(attribute(opening, "data-next"), Some("/books?page=2&amp;sort=new"));
    assert_eq!(attribute(opening, "data-failed"), None, "what fails here fails in silence");
    assert!(attribute(opening, "data-missed").unwrap().contains("追加せずにお進みください"));
    for field in ["credential", "mediation", "return_to"] {
        assert!(html.contains(&format!("name=\"{field}\"")), "{field}");
    }
    assert!(html.contains("パスキーを追加</button>") && html.contains("追加しない</button>"), "{html}");
    let bare = main_of("passkey-offer-bare", Locale::Ja);
    assert_eq!(attribute(tag(&bare, "data-upgrade"), "data-next"), Some("/account"));
}

/// I13: a name is shown in the lists, on its own page, at its removal, among what is recent and in a letter.
#[test]
fn i13_a_name_with_markup_is_text_wherever_it_is_shown() {
    for name in [
        "methods-passkeys-hostile",
        "passkey-hostile",
        "remove-passkey-hostile",
        "recent-passkeys",
        "reset-password-passkeys",
        "passkey-signin-hostile",
    ] {
        for locale in Locale::ALL {
            let html = main_of(name, locale);
            assert!(html.contains("&lt;script&gt;"), "{name}: it is not shown at all: {html}");
            assert!(!html.contains("<script") && !html.contains("\u{202e}alert"), "{name}: {html}");
            for tag in tags(&html) {
                let bare: String = tag.split('"').step_by(2).collect();
                assert!(!bare.contains("alert"), "{name}: <{tag}>");
            }
        }
    }
    let pages = Pages::new(samples::options()).unwrap();
    let (_, mail) =
        samples::mails().into_iter().find(|(name, _)| name == "mail-method-added-hostile").unwrap();
    for locale in Locale::ALL {
        let letter = pages.mail(&mail, locale).unwrap();
        assert!(
            !letter.html.contains("<script") && !letter.text.contains("evil.example"),
            "{}",
            letter.text
        );
    }
}

/// R-RESET-7, R-METHOD-7: whoever got in may have left a passkey behind.
#[test]
fn r_reset_7_passkeys_added_lately_are_named_and_kept_only_by_a_tick() {
    let html = main_of("recent-passkeys", Locale::Ja);
    assert!(html.contains("value=\"0199-first\"") && html.contains("iPhone（花子）"), "{html}");
    assert_eq!(html.matches(" checked").count(), 0, "{html}");
    let reset = main_of("reset-password-passkeys", Locale::Ja);
    assert!(tag(&reset, "value=\"0199-first\"").contains(" checked"), "{reset}");
    assert_eq!(reset.matches(" checked").count(), 1, "{reset}");
}

#[test]
fn r_signin_5_letters_name_the_passkey() {
    let pages = Pages::new(samples::options()).unwrap();
    let letter = |name: &str, locale| {
        let (_, mail) = samples::mails().into_iter().find(|(found, _)| found == name).unwrap();
        pages.mail(&mail, locale).unwrap()
    };
    for kind in [MailKind::MethodAdded, MailKind::MethodRemoved] {
        let name = format!("mail-{}-passkey", kind.name());
        let ja = letter(&name, Locale::Ja);
        assert!(
            ja.text.contains("ログイン方式: パスキー\nパスキーの名前: iCloudキーチェーン\n"),
            "{}",
            ja.text
        );
        assert!(ja.html.contains("iCloudキーチェーン"), "{}", ja.html);
        assert!(letter(&name, Locale::En).text.contains("Name of the passkey: iCloud"));
    }
    let signed_in = letter("mail-sign-in-passkey", Locale::Ja).text;
    assert!(
        signed_in.contains("ログイン方式: パスキー\n") && !signed_in.contains("パスキーの名前"),
        "{signed_in}"
    );
    assert!(letter("mail-sign-in-passkey", Locale::En).text.contains("Sign-in method: Passkey\n"));
}

#[test]
fn every_activity_of_passkeys_has_a_label() {
    let pages = Pages::new(samples::options()).unwrap();
    for kind in ["passkey-added", "passkey-removed", "passkey-renamed", "passkey-refused", "signed-in"]
    {
        for locale in Locale::ALL {
            assert!(pages.text(locale, &format!("activity-{kind}"), &Args::new()).is_some(), "{kind}");
        }
    }
}

/// The script knows the pages by these attributes and the server by these words; one that is misspelt does nothing.
#[test]
fn the_script_and_the_pages_speak_of_the_same_things() {
    let pages = Pages::new(samples::options()).unwrap();
    let html = main_of("signin-all", Locale::Ja);
    let whole = samples::pages().remove(0).render(&pages, Locale::Ja).unwrap();
    let path = whole.split('"').find(|part| part.starts_with("/assets/script.")).unwrap();
    let script = String::from_utf8(pages.asset(path).unwrap().bytes).unwrap();
    assert!(html.contains("data-capable"));
    for part in
        ["data-capable", "data-incapable", "data-upgrade", "data-device", "data-signal", ".status"]
    {
        assert!(script.contains(part), "{part}");
    }
    for own in [
        "dataset.passkey",
        "dataset.options",
        "dataset.failed",
        "dataset.asking",
        "dataset.wait",
        "dataset.missed",
        "dataset.next",
    ] {
        assert!(script.contains(own), "{own}");
    }
    for word in AT_SIGNIN.iter().chain(&AT_ADDING) {
        // These are the server's to say.
        let server = ["unknown", "refused", "expired", "too-many"].contains(word);
        assert_eq!(script.contains(&format!("\"{word}\"")), !server, "{word}");
    }
    assert!(!script.lines().any(|line| line.trim_start().starts_with("//")), "comments are not sent");
    assert!(!script.contains("innerHTML") && !script.contains("eval("));
}
