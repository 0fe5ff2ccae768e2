//! Google, Apple and others on the pages: their buttons, and what is said before the click.
//!
//! The looks are the brands' rules; that a way can be chosen at all is ours.

use crate::samples;
use pages::{Locale, Pages};

/// The page's HTML between `<main>` and `</main>`.
pub(crate) fn main_of(name: &str, locale: Locale) -> String {
    let pages = Pages::new(samples::options()).unwrap();
    let sample = samples::pages().into_iter().find(|sample| sample.name == name);
    let html = sample.unwrap_or_else(|| panic!("no page {name}")).render(&pages, locale).unwrap();
    html.split_once("<main>").unwrap().1.split_once("</main>").unwrap().0.to_owned()
}

/// A form of the page by its action.
pub(crate) fn form<'a>(html: &'a str, action: &str) -> &'a str {
    let start = format!("<form method=\"post\" action=\"{action}\"");
    let (_, form) = html.split_once(&start).unwrap_or_else(|| panic!("{action}: {html}"));
    form.split_once("</form>").unwrap().0
}

#[test]
fn r_signin_1_every_way_is_offered_in_one_order_by_the_promised_words() {
    let texts: [(Locale, [&str; 5]); 2] = [
        (
            Locale::Ja,
            [
                "メールアドレスで続ける",
                "Googleで続ける",
                "Appleで続ける",
                "ふじIDで続ける",
                "パスキーで続ける",
            ],
        ),
        (
            Locale::En,
            [
                "Continue with email",
                "Continue with Google",
                "Continue with Apple",
                "Continue with Fuji ID",
                "Continue with a passkey",
            ],
        ),
    ];
    for (locale, words) in texts {
        let html = main_of("signin-all", locale);
        let found: Vec<usize> = words
            .iter()
            .map(|text| html.find(text).unwrap_or_else(|| panic!("no {text} in {html}")))
            .collect();
        assert!(found.is_sorted(), "{found:?}");
    }
}

#[test]
fn a_provider_is_a_form_that_says_what_for_and_where_to_return() {
    for (name, provider, intent, return_to) in [
        ("signin-all", "google", "signin", Some("/books?page=2&amp;sort=new")),
        ("signin-all", "apple", "signin", Some("/books?page=2&amp;sort=new")),
        ("signin-all", "fuji", "signin", Some("/books?page=2&amp;sort=new")),
        ("signup-all", "google", "register", None),
        ("add", "apple", "link", None),
        ("proof-provider", "google", "proof", Some("/account/methods/remove?method=apple")),
    ] {
        let html = main_of(name, Locale::Ja);
        let form = form(&html, &format!("/signin/{provider}"));
        assert!(form.contains(&format!("name=\"intent\" value=\"{intent}\"")), "{name}: {form}");
        let given = form.split_once("name=\"return_to\" value=\"").map(|(_, rest)| rest);
        let given = given.map(|rest| rest.split_once('"').unwrap().0);
        assert_eq!(given, return_to, "{name}: {form}");
        assert_eq!(form.matches("<button").count(), 1, "{name}");
    }
}

#[test]
fn r_signin_8_the_way_used_last_is_marked_and_no_other() {
    for (name, provider) in [
        ("signin-last-google", "google"),
        ("signin-last-apple", "apple"),
        ("signin-last-fuji", "fuji"),
        ("signup-last", "apple"),
        ("proof-both", "google"),
    ] {
        let html = main_of(name, Locale::Ja);
        assert!(form(&html, &format!("/signin/{provider}")).contains("前回使用"), "{name}");
        assert_eq!(html.matches("前回使用").count(), 1, "{name}");
    }
}

#[test]
fn r_signin_9_inside_another_app_google_is_told_of_before_the_click_and_the_rest_stays() {
    for name in ["signin-in-line", "signin-in-facebook", "signin-in-other", "signup-in-app"] {
        let html = main_of(name, Locale::Ja);
        let (before, after) = html.split_once("<ul class=\"choices\">").unwrap();
        assert!(before.contains("Googleをご利用いただけません"), "{name}: {before}");
        assert!(!after.contains("action=\"/signin/google\""), "{name}: Google can be clicked");
        assert!(after.contains("disabled aria-describedby=\"in-app\""), "{name}");
        assert!(after.contains("action=\"/signin/apple\""), "{name}: Apple is not hindered");
        assert!(after.contains("/email"), "{name}");
        assert_eq!(before.contains("openExternalBrowser=1"), name == "signin-in-line", "{name}");
    }
    let alone = main_of("signin-all", Locale::Ja);
    assert!(alone.contains("action=\"/signin/google\"") && !alone.contains("id=\"in-app\""));
}

#[test]
fn the_signs_of_google_and_apple_are_files_of_our_own_and_never_in_the_page() {
    let pages = Pages::new(samples::options()).unwrap();
    let html = main_of("signin-all", Locale::Ja);
    let loaded: Vec<&str> = html.split('"').filter(|part| part.starts_with("/assets/")).collect();
    assert_eq!(loaded.len(), 3, "Google's, and Apple's for light and for dark: {loaded:?}");
    for path in loaded {
        let asset = pages.asset(path).unwrap();
        assert_eq!(asset.content_type, "image/svg+xml");
        assert!(asset.immutable && !String::from_utf8(asset.bytes).unwrap().contains("#glyph"));
    }
    let drawn = html.matches("<svg").count();
    assert_eq!((drawn, html.matches("<svg class=\"key").count()), (1, 1), "the key of a passkey alone");
    let google = html.split('"').find(|part| part.starts_with("/assets/google.")).unwrap();
    let google = String::from_utf8(pages.asset(google).unwrap().bytes).unwrap();
    for colour in ["#EA4335", "#4285F4", "#FBBC05", "#34A853"] {
        assert!(google.contains(colour), "{colour}");
    }
}

#[test]
fn r_reg_4_the_one_page_after_the_return_names_what_will_be_registered() {
    for locale in Locale::ALL {
        let html = main_of("confirm-terms", locale);
        for shown in ["Google", "hanako.yamada@gmail.com", "value=\"山田 花子\"", "name=\"terms\""]
        {
            assert!(html.contains(shown), "{shown}");
        }
        assert_eq!(html.matches("<button").count(), 1);
        assert!(!main_of("confirm", locale).contains("name=\"terms\""));
    }
    let code = main_of("address-code", Locale::Ja);
    assert!(code.contains("ふじID"));
    assert!(form(&code, "/signup/address/code").contains("name=\"code\""));
    assert!(form(&code, "/signup/address").contains("name=\"email\""));
}
