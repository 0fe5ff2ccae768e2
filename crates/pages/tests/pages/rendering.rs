//! Every page in every language: it renders, reads well to a machine, and holds nothing hostile.
//!
//! The checks look at finished pages, as a browser gets them. A check here must be able to fail: most
//! of them have found something.

use crate::samples;
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::OnceLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use pages::views::Chrome;
use pages::{Locale, Pages};

const PATHS: [&str; 56] = [
    "/",
    "/signin",
    "/signin/email",
    "/signup",
    "/signup/email",
    "/signup/code",
    "/signup/password",
    "/signout",
    "/terms",
    "/account",
    "/account/methods",
    "/account/password",
    "/account/profile",
    "/account/sessions",
    "/account/sessions/end",
    "/account/sessions/end-others",
    "/account/connected/end",
    "/account/devices/forget",
    "/account/activity",
    "/proof",
    "/language",
    "/reset",
    "/reset/code",
    "/reset/password",
    "/not-me",
    "/undo",
    "/account/methods/email",
    "/account/methods/email/code",
    "/signin/google",
    "/signin/apple",
    "/signin/fuji",
    "/signin/passkey",
    "/signup/confirm",
    "/signup/address",
    "/signup/address/code",
    "/account/methods/add",
    "/account/methods/remove",
    "/account/methods/passkeys/add",
    "/account/methods/passkeys/0199-first",
    "/account/methods/passkeys/0199-second",
    "/account/methods/passkeys/0199-third",
    "/account/passkey-offer",
    "/proof/passkey",
    "/account/methods/offer",
    "/account/methods/recent",
    "/account/methods/email/password",
    "/account/profile/contact",
    "/account/contact",
    "/account/profile/test-mail",
    "/account/withdraw",
    "/account/export",
    "/provider-lost",
    "/offer/cancel",
    "/signup/anew",
    "/signup/restore",
    "/books",
];

#[derive(Clone)]
struct Page {
    name: String,
    html: String,
}

impl Page {
    fn tags(&self) -> impl Iterator<Item = &str> {
        self.html.split('<').skip(1).filter_map(|part| part.split_once('>').map(|(tag, _)| tag))
    }

    fn tags_named(&self, name: &str) -> Vec<&str> {
        self.tags().filter(|tag| tag.split([' ', '\n']).next() == Some(name)).collect()
    }

    /// What is read: the text without tags.
    fn words(&self) -> String {
        self.html.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text)).collect()
    }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

/// Every page in every language, written once for all tests.
fn all() -> Vec<Page> {
    static ALL: OnceLock<Vec<Page>> = OnceLock::new();
    ALL.get_or_init(write_all).clone()
}

fn write_all() -> Vec<Page> {
    let pages = Pages::new(samples::options()).unwrap();
    let mut all = Vec::new();
    for locale in Locale::ALL {
        for sample in samples::pages() {
            let name = format!("{} ({})", sample.name, locale.tag());
            let html = sample.render(&pages, locale).unwrap_or_else(|fault| panic!("{name}: {fault}"));
            all.push(Page { name, html });
        }
    }
    all
}

#[test]
fn every_page_has_a_language_a_title_one_heading_and_its_landmarks() {
    for page in all() {
        let name = &page.name;
        let language = attribute(page.tags_named("html")[0], "lang").unwrap();
        assert!(name.ends_with(&format!("({language})")), "{name}");
        for landmark in ["h1", "main", "header", "footer", "title"] {
            assert_eq!(page.tags_named(landmark).len(), 1, "{name}: {landmark}");
        }
        let levels: Vec<&str> = page
            .tags()
            .map(|tag| tag.split(' ').next().unwrap_or_default())
            .filter(|tag| matches!(*tag, "h1" | "h2" | "h3" | "h4"))
            .collect();
        assert_eq!(levels.first(), Some(&"h1"), "{name}");
        assert!(levels.iter().skip(1).all(|level| *level == "h2"), "{name}: {levels:?}");
    }
}

#[test]
fn no_page_holds_inline_code_or_style() {
    for page in all() {
        for tag in page.tags() {
            assert!(!tag.starts_with("style"), "{}: <{tag}>", page.name);
            assert!(!tag.contains(" style="), "{}: <{tag}>", page.name);
            assert!(
                !tag.split('"').step_by(2).any(|part| part.contains(" on")),
                "{}: <{tag}>",
                page.name
            );
            assert!(!tag.to_lowercase().contains("javascript:"), "{}: <{tag}>", page.name);
        }
        let scripts = page.tags_named("script");
        assert_eq!(scripts.len(), 1, "{}", page.name);
        assert!(attribute(scripts[0], "src").unwrap().starts_with("/assets/script."), "{}", page.name);
        assert!(page.html.contains("defer></script>"), "{}", page.name);
    }
}

#[test]
fn hostile_text_is_shown_as_text_and_cannot_turn_the_reading_direction() {
    for page in all() {
        assert!(!page.html.contains("<script>"), "{}", page.name);
        assert!(!page.html.contains("49{"), "{}: a template was run", page.name);
        assert!(!page.words().contains('\u{202e}'), "{}", page.name);
    }
}

#[test]
fn every_form_is_posted_to_a_path_that_exists() {
    for page in all() {
        let forms = page.tags_named("form");
        assert!(!forms.is_empty(), "{}", page.name);
        for form in forms {
            assert_eq!(attribute(form, "method"), Some("post"), "{}", page.name);
            let action = attribute(form, "action").unwrap();
            assert!(PATHS.contains(&action), "{}: {action}", page.name);
        }
    }
}

#[test]
fn every_link_leads_to_a_page_a_footer_link_the_contact_or_a_field() {
    let outside = ["https://kotonoha.example/", "mailto:support@kotonoha.example"];
    for page in all().iter().filter(|page| !page.name.starts_with("problem-hostile")) {
        let ids: BTreeSet<&str> = page.tags().filter_map(|tag| attribute(tag, "id")).collect();
        for link in page.tags_named("a") {
            let href = attribute(link, "href").unwrap();
            let path = href.split('?').next().unwrap();
            let known = PATHS.contains(&path)
                || outside.iter().any(|start| href.starts_with(start))
                || href.strip_prefix('#').is_some_and(|id| ids.contains(id));
            assert!(known, "{}: {href}", page.name);
        }
    }
}

#[test]
fn every_id_is_single_and_every_reference_meets_one() {
    for page in all() {
        let ids: Vec<&str> = page.tags().filter_map(|tag| attribute(tag, "id")).collect();
        let set: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), set.len(), "{}: {ids:?}", page.name);
        for tag in page.tags() {
            for name in ["aria-describedby", "aria-labelledby", "for", "data-reveal"] {
                for id in
                    attribute(tag, name).unwrap_or_default().split(' ').filter(|id| !id.is_empty())
                {
                    assert!(set.contains(id), "{}: {name}={id}", page.name);
                }
            }
        }
    }
}

#[test]
fn every_control_has_a_label_and_says_how_it_is_filled_in() {
    for page in all() {
        let labelled: BTreeSet<&str> =
            page.tags_named("label").iter().filter_map(|tag| attribute(tag, "for")).collect();
        for tag in page.tags_named("input").into_iter().chain(page.tags_named("select")) {
            if attribute(tag, "type") == Some("hidden") {
                continue;
            }
            assert!(labelled.contains(attribute(tag, "id").unwrap()), "{}: <{tag}>", page.name);
            let written = matches!(attribute(tag, "type"), Some("text" | "password"));
            assert!(!written || attribute(tag, "autocomplete").is_some(), "{}: <{tag}>", page.name);
        }
    }
}

#[test]
fn a_refusal_is_in_the_title_in_a_summary_that_takes_the_focus_and_under_its_field() {
    let refused: Vec<Page> =
        all().into_iter().filter(|page| page.html.contains("data-summary")).collect();
    assert!(refused.len() >= 20);
    for page in refused {
        let title = page.html.split_once("<title>").unwrap().1;
        assert!(title.starts_with("エラー: ") || title.starts_with("Error: "), "{}", page.name);
        let summary = page.tags().find(|tag| tag.contains("data-summary")).unwrap();
        assert!(summary.contains("tabindex=\"-1\"") && summary.contains(" autofocus"), "{}", page.name);
        assert_eq!(page.html.matches(" autofocus").count(), 1, "{}", page.name);
        for tag in page.tags().filter(|tag| tag.contains("aria-invalid")) {
            let field = attribute(tag, "id").unwrap();
            assert!(
                attribute(tag, "aria-describedby").unwrap().contains(&format!("{field}-error")),
                "{}",
                page.name
            );
        }
    }
}

#[test]
fn no_password_field_is_ever_filled_in() {
    for page in all() {
        for tag in page.tags_named("input") {
            let password = attribute(tag, "type") == Some("password");
            assert!(!password || attribute(tag, "value").is_none(), "{}: <{tag}>", page.name);
        }
    }
}

#[test]
fn locked_and_wrong_say_the_promised_words() {
    let text = |name: &str| all().into_iter().find(|page| page.name == name).unwrap().words();
    assert!(text("locked (ja)").contains("アカウントがロックされています。"));
    assert!(text("locked (en)").contains("This account is locked."));
    assert!(
        text("signin-email-wrong (ja)").contains("メールアドレスまたはパスワードが正しくありません。")
    );
    assert!(text("signin-email-wrong (en)").contains("The address or password is not right."));
    assert!(text("signin-again (ja)").contains("前回使用"));
    assert!(!text("signin (ja)").contains("前回使用"));
}

fn named(name: &str) -> Page {
    all().into_iter().find(|page| page.name == name).unwrap_or_else(|| panic!("no page {name}"))
}

#[test]
fn r_lock_1_the_locked_page_shows_the_reset_and_the_operators_contact() {
    for locale in ["ja", "en"] {
        let page = named(&format!("locked ({locale})"));
        let main = page.html.split_once("<main>").unwrap().1.split_once("</main>").unwrap().0;
        assert!(main.contains("class=\"button\" href=\"/reset\""), "{main}");
        assert!(main.contains("support@kotonoha.example"), "{main}");
    }
}

/// R-RESET-10: whoever waits for a mail reads why none may come, in every state of the page.
#[test]
fn r_reset_10_the_code_page_says_which_codes_work_and_when_no_mail_comes() {
    let codes =
        all().into_iter().filter(|page| page.name.starts_with("reset-code")).collect::<Vec<_>>();
    assert!(codes.len() >= 20);
    for page in codes {
        let words = page.words();
        let silent = ["分間は新しいメールをお送りしません", "no new email is sent for"];
        assert!(silent.iter().any(|text| words.contains(text)), "{}: {words}", page.name);
        let again = page.name.contains("again");
        let all_work = ["分以内にお送りしたコードは、どれも使えます", "Any code sent in the last"];
        assert_eq!(all_work.iter().any(|text| words.contains(text)), !again, "{}", page.name);
        let check = ["メールアドレスに誤りがないか", "check that the address is right"];
        assert_eq!(check.iter().any(|text| words.contains(text)), !again, "{}", page.name);
        let asks = page.tags_named("form").iter().any(|f| attribute(f, "action") == Some("/reset"));
        assert_eq!(asks, !again, "{}: a new code cannot be had", page.name);
        let named = [("providers", "GoogleやApple"), ("fuji", "ふじID")];
        for (name, ways) in named.into_iter().filter(|_| page.name.ends_with("(ja)")) {
            let tells = words.contains(&format!("{ways}でご登録の場合"));
            assert_eq!(tells, page.name.contains(name), "{}: {ways}", page.name);
        }
    }
    assert!(named("reset-code-again (ja)").words().contains("13:04（日本標準時）まで"));
    assert!(named("reset-code-again (en)").words().contains("until 13:04 (JST)"));
}

#[test]
fn r_reset_5_the_password_page_says_until_when_and_carries_the_secret_of_this_showing() {
    for (name, until) in [
        ("reset-password (ja)", "13:04（日本標準時）までに"),
        ("reset-password-short (ja)", "13:04（日本標準時）までに"),
        ("reset-password (en)", "by 13:04 (JST)"),
    ] {
        let page = named(name);
        assert!(page.words().contains(until), "{name}");
        let inputs = page.tags_named("input");
        let form = inputs.iter().find(|tag| attribute(tag, "name") == Some("form")).unwrap();
        assert_eq!(attribute(form, "type"), Some("hidden"), "{name}");
        assert_eq!(attribute(form, "value"), Some("Zm9ybS1zZWNyZXQtb2Ytb25lLXNob3dpbmc"), "{name}");
    }
}

/// Each form has exactly the fields that its route reads; one more would be refused as a whole.
#[test]
fn the_forms_of_the_way_back_send_the_agreed_fields() {
    for (sample, action, fields) in [
        ("reset", "/reset", vec!["email"]),
        ("reset-code", "/reset/code", vec!["code"]),
        ("reset-code", "/reset", vec!["email"]),
        ("reset-code-again", "/reset/code", vec!["code"]),
        ("reset-password", "/reset/password", vec!["form", "password", "username"]),
        ("not-me", "/not-me", vec!["email", "number"]),
        ("undo", "/undo", vec!["email", "number"]),
        ("email", "/account/methods/email", vec!["email"]),
        ("email-code", "/account/methods/email/code", vec!["code"]),
        ("email-code", "/account/methods/email", vec!["email"]),
    ] {
        let page = named(&format!("{sample} (ja)"));
        let start = format!("<form method=\"post\" action=\"{action}\"");
        let (_, form) = page.html.split_once(&start).unwrap_or_else(|| panic!("{sample}: {action}"));
        let (form, _) = form.split_once("</form>").unwrap();
        let mut sent: Vec<&str> = form
            .split('<')
            .filter(|tag| tag.starts_with("input") || tag.starts_with("button"))
            .filter_map(|tag| attribute(tag, "name"))
            .collect();
        sent.sort_unstable();
        assert_eq!(sent, fields, "{sample}: {action}");
    }
}

/// The code is used up by then (R-METHOD-4): a form for it would lead nowhere.
#[test]
fn a_taken_address_leaves_one_way_on() {
    for name in ["email-code-taken (ja)", "email-code-taken (en)"] {
        let page = named(name);
        let main = page.html.split_once("<main>").unwrap().1.split_once("</main>").unwrap().0;
        assert!(!main.contains("<form"), "{name}");
        assert!(main.contains("class=\"button\" href=\"/account/methods/email\""), "{name}");
    }
}

#[test]
fn numbers_and_codes_can_be_pasted_as_they_are_written() {
    for page in all() {
        for tag in page.tags_named("input") {
            if matches!(attribute(tag, "name"), Some("code" | "number")) {
                assert_eq!(attribute(tag, "inputmode"), Some("numeric"), "{}", page.name);
                assert_eq!(attribute(tag, "type"), Some("text"), "{}", page.name);
                let bound = attribute(tag, "maxlength").or(attribute(tag, "pattern"));
                assert_eq!(bound, None, "{}: spaces and full-width digits are fine", page.name);
            }
        }
    }
}

#[test]
fn every_activity_of_the_way_back_has_a_label() {
    for name in ["activity-back (ja)", "activity-back (en)"] {
        let page = named(name);
        for kind in
            ["email-changed", "undone", "not-me", "password-reset", "reset-asked", "address-attempted"]
        {
            assert!(!page.html.contains(&format!("<strong>{kind}</strong>")), "{name}: {kind}");
        }
        assert_eq!(page.tags_named("time").len(), 6, "{name}");
    }
}

#[test]
fn the_sign_in_pages_with_all_they_load_stay_small() {
    let pages = Pages::new(samples::options()).unwrap();
    let zipped = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap().len()
    };
    for (name, expected, kib) in
        [("signin", 3, 8), ("signin-email-passkeys", 3, 8), ("signin-all", 6, 10)]
    {
        let sample = samples::pages().into_iter().find(|sample| sample.name == name).unwrap();
        let html = sample.render(&pages, Locale::Ja).unwrap();
        let mut total = zipped(html.as_bytes());
        let mut loaded = 0;
        for path in html.split('"').filter(|part| part.starts_with("/assets/")) {
            total += zipped(&pages.asset(path).unwrap().bytes);
            loaded += 1;
        }
        assert_eq!(loaded, expected, "stylesheet, script and icon; the signs of Google and Apple");
        println!("{name}: {total} bytes");
        assert!(total < kib * 1024, "{name} takes {total} bytes");
    }
}

#[test]
fn assets_are_found_by_their_hash_and_by_nothing_else_outside() {
    let pages = Pages::new(samples::options()).unwrap();
    let sample = samples::pages().remove(0);
    let html = sample.render(&pages, Locale::Ja).unwrap();
    let path = html.split('"').find(|part| part.starts_with("/assets/style.")).unwrap();
    let style = pages.asset(path).unwrap();
    assert!(style.immutable);
    assert_eq!(style.content_type, "text/css; charset=utf-8");
    assert_eq!(style.bytes, pages.stylesheet());
    assert!(!pages.asset("/assets/style.000000000000.css").unwrap().immutable);
    for strange in [
        "/assets/",
        "/assets/../Cargo.toml",
        "/assets/style.css/x",
        "/assets/logo.1.png",
        "",
        "/assets/a.b.c",
    ] {
        assert!(pages.asset(strange).is_none(), "{strange}");
    }
}

#[test]
fn the_stylesheet_loads_nothing_and_names_no_colour_of_its_own() {
    let pages = Pages::new(samples::options()).unwrap();
    let css = String::from_utf8(pages.stylesheet().to_vec()).unwrap();
    assert!(!css.contains("url(") && !css.contains("@import"));
    let (_, own) = css.split_once("}}\n").unwrap();
    let coloured = own.split(':').skip(1).find(|value| value.trim_start().starts_with('#'));
    assert_eq!(coloured, None);
    assert!(css.contains("--accent:#1f5277"));
}

#[test]
fn a_logo_takes_the_place_of_the_name_and_keeps_it_as_its_text() {
    let logo = pages::Logo { format: pages::LogoFormat::Svg, bytes: b"<svg/>".to_vec() };
    let pages = Pages::new(pages::PagesOptions { logo: Some(logo), ..samples::options() }).unwrap();
    let html = pages.render(&pages::views::Signin::default(), &Chrome::default()).unwrap();
    let page = Page { name: String::new(), html };
    let image = page.tags_named("img")[0];
    assert_eq!(attribute(image, "alt"), Some("ことのは文庫"));
    assert_eq!(pages.asset(attribute(image, "src").unwrap()).unwrap().content_type, "image/svg+xml");
}

#[test]
fn long_lists_are_not_too_much_work_for_a_page() {
    let pages = Pages::new(samples::options()).unwrap();
    let row = pages::views::SessionRow { device: "Chrome (Windows)".into(), ..Default::default() };
    let device = pages::views::DeviceRow { device: "Chrome (Windows)".into(), ..Default::default() };
    let connected = pages::views::ConnectedRow { name: "物語の灯".into(), ..Default::default() };
    let many = pages::views::Sessions {
        current: Some(row.clone()),
        others: vec![row; 400],
        connected: vec![connected; 100],
        devices: vec![device; 40],
        notice: None,
    };
    let html = pages.render(&many, &Chrome::default()).unwrap();
    assert_eq!(html.matches("/account/sessions/end\"").count(), 400);
}

#[test]
fn the_pages_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Pages>();
}

#[test]
fn a_notice_that_has_no_words_is_not_shown() {
    let pages = Pages::new(samples::options()).unwrap();
    let shown = |notice: &str| {
        let view = pages::views::Account { notice: Some(notice.to_owned()), ..Default::default() };
        pages.render(&view, &Chrome::default()).unwrap().contains("class=\"notice\"")
    };
    assert!(shown("welcome"));
    assert!(!shown("never-heard-of"));
}
