//! The letters: the promised subjects, the facts, the same words in both parts, nothing to click.
//!
//! A letter is read by worried people and by mail filters; both want it plain.

use crate::samples;
use pages::{Locale, MailKind, MailText, MailView, Pages, PagesOptions};

fn all() -> Vec<(String, MailView, MailText)> {
    let pages = Pages::new(samples::options()).unwrap();
    let mut all = Vec::new();
    for locale in Locale::ALL {
        for (name, mail) in samples::mails() {
            let text = pages.mail(&mail, locale).unwrap_or_else(|fault| panic!("{name}: {fault}"));
            all.push((format!("{name} ({})", locale.tag()), mail, text));
        }
    }
    all
}

fn letter(kind: MailKind, locale: Locale) -> MailText {
    let (_, mail) = samples::mails().into_iter().find(|(_, mail)| mail.kind == kind).unwrap();
    Pages::new(samples::options()).unwrap().mail(&mail, locale).unwrap()
}

#[test]
fn the_subjects_are_the_promised_ones() {
    let subject = |kind| letter(kind, Locale::Ja).subject;
    assert_eq!(subject(MailKind::SignIn), "【ことのは文庫】新しいログインが行われました");
    assert_eq!(subject(MailKind::RegisterCode), "【ことのは文庫】確認コードのお知らせ");
    assert_eq!(subject(MailKind::Locked), "【ことのは文庫】アカウントがロックされました");
    assert_eq!(subject(MailKind::PasswordChanged), "【ことのは文庫】パスワードが変更されました");
}

/// R-SIGNIN-5: when, from which device, by which method, from which network, and what to do.
#[test]
fn the_sign_in_letter_names_time_device_method_network_and_three_steps() {
    let ja = letter(MailKind::SignIn, Locale::Ja).text;
    for fact in [
        "日時: 2026年11月22日 12:34（日本標準時）",
        "端末: Chrome (Windows)",
        "ログイン方式: メールアドレスとパスワード",
        "ネットワーク: 203.0.113.7",
        "\n1. ",
        "\n3. ",
        "パスワードの変更",
        "support@kotonoha.example",
    ] {
        assert!(ja.contains(fact), "{fact} in\n{ja}");
    }
    assert!(letter(MailKind::SignIn, Locale::En).text.contains("Time: 22 Nov 2026, 12:34 (JST)"));
}

#[test]
fn the_code_stands_in_groups_of_four_with_its_end_and_its_minutes() {
    let ja = letter(MailKind::RegisterCode, Locale::Ja);
    assert!(ja.text.contains("\n    1234 5678 9012\n"), "{}", ja.text);
    assert!(ja.html.contains("1234 5678 9012"));
    assert!(ja.text.contains("2026年11月22日 13:04（日本標準時）まで（30分間）"), "{}", ja.text);
    let en = letter(MailKind::RegisterCode, Locale::En).text;
    assert!(en.contains("22 Nov 2026, 13:04 (JST), for 30 minutes"), "{en}");
}

#[test]
fn both_parts_say_the_same_words() {
    for (name, _, mail) in all() {
        let (_, body) = mail.html.split_once("<body").unwrap();
        let shown: String =
            body.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text)).collect();
        let shown = shown.replace("&amp;", "&").replace("&#39;", "'").replace("&quot;", "\"");
        let shown = shown.replace("&lt;", "<").replace("&gt;", ">");
        for line in mail.text.lines() {
            let words = line
                .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '■' || c == ' ');
            let words = if line.contains(": ") { line.split_once(": ").unwrap().1 } else { words };
            assert!(shown.contains(words.trim_start_matches("--")), "{name}: {line}");
        }
    }
}

#[test]
fn a_letter_loads_nothing_links_nothing_and_runs_nothing() {
    for (name, _, mail) in all() {
        for forbidden in ["<a ", "<img", "<script", "href", "url(", "http:", "https:", "src="] {
            assert!(!mail.html.contains(forbidden), "{name}: {forbidden}");
        }
        assert!(!mail.text.contains("http:") && !mail.text.contains("https:"), "{name}");
        assert!(!mail.subject.contains(['\n', '\r']), "{name}");
    }
}

#[test]
fn text_from_outside_cannot_become_clickable_or_turn_the_letter_around() {
    for (name, _, mail) in all().into_iter().filter(|(name, ..)| name.contains("hostile")) {
        for part in [&mail.text, &mail.html] {
            assert!(!part.contains("evil.example") && !part.contains("://"), "{name}: {part}");
            assert!(!part.contains('\u{202e}'), "{name}");
        }
    }
}

#[test]
fn facts_that_are_not_known_are_not_mentioned() {
    for (name, _, mail) in all().into_iter().filter(|(name, ..)| name.contains("bare")) {
        for label in ["端末:", "ネットワーク:", "Device:", "Network:"] {
            assert!(!mail.text.contains(label), "{name}: {}", mail.text);
        }
    }
}

#[test]
fn hostile_settings_are_escaped_in_the_letter() {
    let options = PagesOptions {
        service_name: pages::PerLocale::same("<b>A&B</b>\r\nBcc: x"),
        operator_contact: "<i>me</i>".into(),
        ..samples::options()
    };
    let pages = Pages::new(options).unwrap();
    for kind in MailKind::ALL {
        let mail = pages.mail(&MailView { kind, ..MailView::default() }, Locale::Ja).unwrap();
        assert!(!mail.html.contains("<b>") && !mail.html.contains("<i>"));
        assert!(!mail.subject.contains(['\r', '\n']));
    }
}

#[test]
fn every_kind_is_found_again_by_its_name() {
    for kind in MailKind::ALL {
        assert_eq!(MailKind::parse(kind.name()), Some(kind));
    }
    assert_eq!(MailKind::parse("sign_in"), None);
}
