//! The letters: the promised subjects, the facts, the same words in both parts, nothing to click.
//!
//! A letter is read by worried people and by mail filters; both want it plain.

use crate::providers::main_of;
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
    assert_eq!(subject(MailKind::ResetCode), "【ことのは文庫】パスワード再設定のワンタイムコード");
    assert_eq!(subject(MailKind::ResetVerified), "【ことのは文庫】パスワードがリセットされました");
    assert_eq!(subject(MailKind::SignInReset), "【ことのは文庫】新しいログインが行われました");
    assert_eq!(subject(MailKind::EmailChangeCode), "【ことのは文庫】確認コードのお知らせ");
    assert_eq!(subject(MailKind::MethodAdded), "【ことのは文庫】ログイン方式が追加されました");
    assert_eq!(
        subject(MailKind::ContactChanged),
        "【ことのは文庫】連絡先メールアドレスが変更されました"
    );
    assert_eq!(subject(MailKind::Withdrawn), "【ことのは文庫】退会のお手続きが完了しました");
    assert_eq!(
        subject(MailKind::ProviderLost),
        "【ことのは文庫】パスワード設定のお手続きが始まりました"
    );
}

/// A telephone shows some 25 letters of a subject: the name of the service and what happened.
#[test]
fn what_happened_is_within_what_a_telephone_shows_of_a_subject() {
    for kind in MailKind::ALL {
        let subject = letter(kind, Locale::Ja).subject.replace("ことのは文庫", "玄関");
        assert!(subject.chars().count() <= 25, "{subject}");
    }
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

/// Kinds whose letter takes something back, with the link that they name.
const TAKING_BACK: [(MailKind, &str); 10] = [
    (MailKind::SignIn, "not-me-title"),
    (MailKind::SignInReset, "not-me-title"),
    (MailKind::PasswordChanged, "undo-title"),
    (MailKind::EmailChanged, "undo-title"),
    (MailKind::UndoAgain, "undo-title"),
    (MailKind::MethodAdded, "undo-title"),
    (MailKind::MethodRemoved, "undo-title"),
    (MailKind::ContactChanged, "undo-title"),
    (MailKind::Withdrawn, "undo-title"),
    (MailKind::ResetProvider, "provider-lost-title"),
];

/// What stands between the language's quotation marks.
fn quoted(text: &str, locale: Locale) -> Vec<String> {
    let (open, close) = match locale {
        Locale::Ja => ('「', '」'),
        Locale::En => ('“', '”'),
    };
    let rest = text.split(open).skip(1);
    rest.map(|rest| rest.split_once(close).expect("a closing mark").0.to_owned()).collect()
}

/// The words of a page's links, in their order; those in `main` alone.
fn links(name: &str, locale: Locale) -> Vec<String> {
    let pages = Pages::new(samples::options()).unwrap();
    let sample = samples::pages().into_iter().find(|sample| sample.name == name).unwrap();
    let html = sample.render(&pages, locale).unwrap();
    let main = html.split_once("<main>").unwrap().1.split_once("</main>").unwrap().0;
    let links = main.split("<a ").skip(1).map(|rest| rest.split_once("</a>").unwrap().0);
    links.map(|link| link.split_once('>').unwrap().1.to_owned()).collect()
}

/// The words of a page's buttons; those in `main` alone.
fn buttons(name: &str, locale: Locale) -> Vec<String> {
    let html = main_of(name, locale);
    let buttons = html.split("<button").skip(1).map(|rest| rest.split_once("</button>").unwrap().0);
    buttons.map(|button| button.rsplit_once('>').unwrap().1.trim().to_owned()).collect()
}

#[test]
fn r_signin_6_the_number_and_its_address_are_printed_in_both_parts_with_three_steps() {
    for locale in Locale::ALL {
        for (kind, _) in TAKING_BACK {
            let mail = letter(kind, locale);
            assert!(mail.text.contains("\n    1234 5678 9012 3456\n"), "{kind:?}: {}", mail.text);
            assert!(mail.text.contains(&format!(": {}\n", samples::TO)), "{kind:?}: {}", mail.text);
            assert!(mail.text.contains("\n1. ") && mail.text.contains("\n3. "), "{kind:?}");
            assert!(!mail.text.contains("\n4. "), "{kind:?}");
            let until =
                if locale == Locale::Ja { "2026年11月25日 12:34" } else { "25 Nov 2026, 12:34" };
            assert!(mail.text.contains(until), "{kind:?}: {}", mail.text);
            assert!(mail.html.contains("1234 5678 9012 3456"), "{kind:?}");
            assert!(mail.html.contains("o&#39;hara&amp;&lt;b&gt;hanako@example.jp"), "{kind:?}");
        }
        for kind in MailKind::ALL {
            let carries = TAKING_BACK.iter().any(|(other, _)| *other == kind);
            let printed = letter(kind, locale).text.contains("1234 5678 9012 3456");
            assert_eq!(printed, carries, "{kind:?}");
        }
    }
}

/// An address of the greatest length must be typed in full; one that is cut off would never fit its number.
#[test]
fn the_address_beside_a_number_is_never_shortened() {
    let to = format!("{}@{}.example.jp", "a".repeat(64), "b".repeat(170));
    let pages = Pages::new(samples::options()).unwrap();
    for (kind, _) in TAKING_BACK {
        let number = Some("1234567890123456".to_owned());
        let mail = MailView { kind, number, to: to.clone(), ..MailView::default() };
        assert!(pages.mail(&mail, Locale::Ja).unwrap().text.contains(&to), "{kind:?}");
    }
}

/// A letter to an address without the right to take anything back (R-METHOD-10) shows another way.
#[test]
fn a_letter_without_a_number_says_what_to_do_instead() {
    for (name, mail, text) in all().into_iter().filter(|(name, ..)| name.contains("untold")) {
        assert!(!text.text.contains("\n1. "), "{name}: {}", text.text);
        assert!(!text.text.contains("1234 5678 9012 3456"), "{name}");
        let forgotten = ["「パスワードを忘れた場合」", "“Forgotten password”"];
        let ways: &[&str] = match mail.kind {
            MailKind::SignIn | MailKind::SignInReset | MailKind::PasswordChanged => &forgotten,
            MailKind::EmailChanged
            | MailKind::UndoAgain
            | MailKind::MethodAdded
            | MailKind::MethodRemoved
            | MailKind::ContactChanged
            | MailKind::Withdrawn
            | MailKind::ResetProvider => &["support@kotonoha.example"],
            _ => continue,
        };
        let (body, _) = text.text.split_once("\n--\n").unwrap();
        assert!(ways.iter().any(|way| body.contains(way)), "{name}: {body}");
    }
}

/// Who follows a letter must find the very words it names: the last two links of the sign-in page, and the
/// same on the page that somebody who is signed in gets instead of it.
#[test]
fn the_links_that_letters_name_stand_at_the_bottom_in_the_same_words() {
    let pages = Pages::new(samples::options()).unwrap();
    for locale in Locale::ALL {
        let text = |id: &str| pages.text(locale, id, &pages::views::Args::new()).unwrap();
        let reset = links("reset-providers", locale);
        assert_eq!(reset.last(), Some(&text("provider-lost-title")));
        for name in ["signin", "account", "activity"] {
            let links = links(name, locale);
            assert!(links.ends_with(&[text("not-me-title"), text("undo-title")]), "{name}: {links:?}");
        }
        for (kind, link) in TAKING_BACK {
            let mail = letter(kind, locale).text;
            let step = mail.lines().find(|line| line.starts_with("1. ")).unwrap();
            // The lost provider is for whoever cannot sign in: its way begins at the forgotten password.
            let lost = kind == MailKind::ResetProvider;
            let first = text(if lost { "forgotten" } else { "account-title" });
            assert_eq!(quoted(step, locale), [first, text(link)], "{kind:?}");
        }
    }
}

#[test]
fn whatever_a_letter_quotes_is_a_link_of_the_sign_in_page_or_account_settings() {
    let pages = Pages::new(samples::options()).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for (name, _, mail) in all() {
        let locale = if name.ends_with("(ja)") { Locale::Ja } else { Locale::En };
        let mut known = links("signin-all", locale);
        known.extend(buttons("signin-all", locale));
        known.extend(links("reset-providers", locale));
        known.push(pages.text(locale, "account-title", &pages::views::Args::new()).unwrap());
        for words in quoted(&mail.text, locale) {
            assert!(known.contains(&words), "{name}: {words} is not among {known:?}");
            seen.insert(words);
        }
    }
    assert!(seen.contains("パスワードを忘れた場合") && seen.contains("Forgotten password"));
}

/// R-RESET-7: the password is void, finish in that browser by this time, a new code from that time.
#[test]
fn r_reset_7_the_letter_about_a_reset_names_the_time_twice_and_the_browser() {
    let ja = letter(MailKind::ResetVerified, Locale::Ja).text;
    assert_eq!(ja.matches("2026年11月22日 13:04（日本標準時）").count(), 2, "{ja}");
    assert!(ja.contains("ブラウザ"), "{ja}");
    let en = letter(MailKind::ResetVerified, Locale::En).text;
    assert_eq!(en.matches("22 Nov 2026, 13:04 (JST)").count(), 2, "{en}");
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

fn named(name: &str, locale: Locale) -> String {
    let (_, mail) = samples::mails().into_iter().find(|(found, _)| found == name).unwrap();
    Pages::new(samples::options()).unwrap().mail(&mail, locale).unwrap().text
}

/// R-REG-3: the mail says how that account signs in, its address masked, and a reset only where it has a password.
#[test]
fn r_reg_3_the_letter_about_a_taken_address_says_how_the_account_signs_in() {
    let both = named("mail-register-taken", Locale::Ja);
    assert!(both.contains("ログイン方式: Google\n"), "{both}");
    assert!(both.contains("ログイン方式: メールアドレスとパスワード (ta•••@example .jp)"), "{both}");
    assert!(both.contains("「パスワードを忘れた場合」"), "{both}");
    let apple = named("mail-register-taken-apple", Locale::Ja);
    assert!(apple.contains("ログイン方式: Apple\n"), "{apple}");
    assert!(!apple.contains("パスワードを忘れた場合"), "{apple}");
}

/// R-RESET-8: no code; how that account signs in; the number that starts the wait.
#[test]
fn r_reset_8_the_letter_at_a_providers_address_names_the_way_in_and_carries_the_number_and_no_code() {
    let both = named("mail-reset-provider", Locale::Ja);
    for told in [
        "「Googleで続ける」",
        "メールアドレスとパスワード (ta•••@example .jp)",
        "1234 5678 9012 3456",
        "24時間後",
    ] {
        assert!(both.contains(told), "{told} in {both}");
    }
    assert!(!both.contains("1234 5678 9012\n"), "no code: {both}");
    let apple = named("mail-reset-provider-apple", Locale::En);
    assert!(apple.contains("“Continue with Apple”"), "{apple}");
    assert!(!apple.contains("that sign-in method"), "there is no password: {apple}");
    let lost = letter(MailKind::ProviderLost, Locale::Ja).text;
    assert_eq!(lost.matches("2026年11月22日 13:04（日本標準時）").count(), 2, "{lost}");
    assert!(lost.contains("一度ログインしてください"), "{lost}");
}

/// R-METHOD-9: both addresses are told, and no number is given.
#[test]
fn r_method_9_the_letter_about_a_providers_new_address_names_both_and_gives_no_undo() {
    let ja = letter(MailKind::ProviderAddressChanged, Locale::Ja).text;
    assert!(ja.contains("変更前のメールアドレス: ha•••@example .jp"), "{ja}");
    assert!(ja.contains("変更後のメールアドレス: ha•••@gmail .com"), "{ja}");
    assert!(!ja.contains("\n1. ") && !ja.contains("1234 5678"), "{ja}");
}

/// R-WITHDRAW-2: until when, with which number; nothing of it where everything is erased at once.
#[test]
fn r_withdraw_2_the_last_letter_says_until_when_it_can_be_undone() {
    let ja = letter(MailKind::Withdrawn, Locale::Ja).text;
    assert!(ja.contains("2026年11月22日 13:04（日本標準時）に消去します"), "{ja}");
    assert!(ja.contains("1234 5678 9012 3456"), "{ja}");
    let bare = named("mail-withdrawn-bare", Locale::Ja);
    assert!(bare.contains("すべて消去しました") && !bare.contains("元に戻す"), "{bare}");
}

/// R-SIGNIN-6: an account without a password is led to the provider's own security page.
#[test]
fn r_signin_6_nothing_is_said_of_our_password_where_there_is_none() {
    for (kind, has_number) in
        [("sign-in", true), ("method-added", true), ("not-me", false), ("undone", false)]
    {
        let ja = named(&format!("mail-{kind}-apple"), Locale::Ja);
        assert!(ja.contains("GoogleやAppleなど"), "{kind}: {ja}");
        assert!(!ja.contains("新しいパスワード"), "{kind}: {ja}");
        assert_eq!(ja.contains("1234 5678 9012 3456"), has_number, "{kind}");
    }
    let alone = named("mail-sign-in-apple-alone", Locale::Ja);
    assert!(!alone.contains("パスワードを再設定") && alone.contains("GoogleやAppleなど"), "{alone}");
    assert!(named("mail-sign-in", Locale::Ja).contains("新しいパスワード"));
}

#[test]
fn whoever_registered_with_a_provider_is_welcomed_with_its_button() {
    assert!(named("mail-welcome-google", Locale::Ja).contains("「Googleで続ける」"));
    assert!(named("mail-welcome-fuji", Locale::En).contains("“Continue with Fuji ID”"));
    assert!(named("mail-welcome", Locale::Ja).contains("「メールアドレスで続ける」"));
}

#[test]
fn every_kind_is_found_again_by_its_name() {
    for kind in MailKind::ALL {
        assert_eq!(MailKind::parse(kind.name()), Some(kind));
    }
    assert_eq!(MailKind::parse("sign_in"), None);
}
