//! What the pages about login methods, conflicts, the contact and leaving promise, rule by rule.
//!
//! The rules themselves are kept elsewhere; here it is seen that a member is told, and can do what comes next.

use crate::providers::{form, main_of};
use crate::samples;
use crate::samples::methods::CONFLICTS;
use pages::views::{Account, Args, Chrome, Methods};
use pages::{Locale, Pages};

/// The names of what a form sends.
fn fields(form: &str) -> Vec<&str> {
    let tags = form.split('<').filter(|tag| tag.starts_with("input") || tag.starts_with("button"));
    let mut names: Vec<&str> = tags
        .filter_map(|tag| tag.split_once(" name=\""))
        .map(|(_, rest)| rest.split_once('"').unwrap().0)
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn the_new_forms_send_the_agreed_fields() {
    for (sample, action, expected) in [
        ("confirm-terms", "/signup/confirm", vec!["display_name", "terms"]),
        ("confirm", "/signup/confirm", vec!["display_name"]),
        ("address", "/signup/address", vec!["email"]),
        ("address-code", "/signup/address/code", vec!["code"]),
        ("offer", "/account/methods/offer", vec!["answer", "return_to"]),
        ("offer-bare", "/account/methods/offer", vec!["answer"]),
        ("reset-password-recent", "/reset/password", vec!["form", "keep", "password", "username"]),
        ("remove", "/account/methods/remove", vec!["method"]),
        ("remove-contact", "/account/methods/remove", vec!["contact", "method"]),
        ("recent", "/account/methods/recent", vec!["keep"]),
        ("email-add-password", "/account/methods/email/password", vec!["new_password", "username"]),
        ("profile-choose", "/account/profile/contact", vec!["contact"]),
        ("profile-choose", "/account/profile/test-mail", vec![]),
        ("withdraw", "/account/withdraw", vec![]),
        ("export", "/account/export", vec![]),
        ("provider-lost", "/provider-lost", vec!["email", "number"]),
        ("conflict-address-on-other-account", "/offer/cancel", vec![]),
        ("conflict-identity-removed", "/signup/anew", vec![]),
        ("proof-both", "/proof", vec!["password", "return_to", "username"]),
        ("proof-both", "/signin/google", vec!["intent", "return_to"]),
    ] {
        let html = main_of(sample, Locale::Ja);
        assert_eq!(fields(form(&html, action)), expected, "{sample}: {action}");
    }
}

#[test]
fn every_conflict_has_its_own_words_and_names_the_provider_or_the_account() {
    let pages = Pages::new(samples::options()).unwrap();
    let other = |locale| pages.text(locale, "problem-other-body", &Args::new()).unwrap();
    for locale in Locale::ALL {
        for (kind, provider, _) in CONFLICTS {
            let html = main_of(&format!("conflict-{kind}"), locale);
            let title = pages.text(locale, &format!("conflict-{kind}-title"), &Args::new());
            assert!(html.contains(&title.unwrap()), "{kind}");
            assert!(!html.contains(&other(locale)), "{kind}: {html}");
            let name = match (provider, locale) {
                ("google", _) => "Google",
                ("apple", _) => "Apple",
                (_, Locale::Ja) => "ふじID",
                (_, Locale::En) => "Fuji ID",
            };
            assert!(html.contains(name) || kind == "account-withdrawn", "{kind}: {html}");
        }
        assert!(main_of("conflict-unknown", locale).contains(&other(locale)));
    }
}

#[test]
fn the_way_back_of_a_conflict_is_where_the_trip_began() {
    for (kind, href) in [
        ("provider-cancelled", "/signin?return_to=/books%3Fpage%3D2"),
        ("provider-refused", "/signup?return_to=/books%3Fpage%3D2"),
        ("provider-unreachable", "/proof?return_to=/books%3Fpage%3D2"),
        ("trip-elsewhere", "/account/methods"),
        ("provider-taken", "/account/methods"),
    ] {
        let html = main_of(&format!("conflict-{kind}"), Locale::Ja);
        assert!(html.contains(&format!("class=\"button\" href=\"{href}\"")), "{kind}: {html}");
        assert_eq!(html.matches("class=\"button").count(), 1, "{kind}: one thing to do");
    }
}

/// Whoever has an address in hand that is on another account must not learn how that account signs in.
#[test]
fn r_reg_5_a_known_address_offers_every_way_alike_and_the_way_out() {
    let html = main_of("conflict-address-on-other-account", Locale::Ja);
    for way in
        ["href=\"/signin/email", "/signin/google", "/signin/apple", "/signin/fuji", "/signin/passkey"]
    {
        assert!(html.contains(way), "{way}");
    }
    assert!(html.contains("ご登録のログイン方式でログインしてください"), "{html}");
    assert!(html.contains("中止する") && !html.contains("前回使用"), "{html}");
    let offer = main_of("offer", Locale::Ja);
    assert!(offer.contains("hanako.yamada@gmail.com") && offer.contains("Google"), "{offer}");
    assert!(offer.contains("value=\"add\"") && offer.contains("value=\"no\""), "{offer}");
}

#[test]
fn r_method_10_a_removed_identity_offers_the_undo_before_a_registration() {
    let back = [
        ("conflict-identity-removed", "class=\"button\" href=\"/undo\""),
        ("conflict-account-withdrawn", "action=\"/signup/restore\""),
    ];
    for (name, way) in back {
        for locale in Locale::ALL {
            let html = main_of(name, locale);
            let undo = html.find(way).unwrap();
            let anew = html.find("action=\"/signup/anew\"").unwrap();
            assert!(undo < anew, "{name}: {html}");
        }
    }
    let until = main_of("conflict-account-withdrawn-until", Locale::Ja);
    assert!(until.contains("2026年12月4日 12:34（日本標準時）までは"), "{until}");
}

#[test]
fn r_method_1_the_list_tells_what_a_method_is_and_leads_to_adding_and_removing() {
    let html = main_of("methods-added", Locale::Ja);
    assert!(html.contains("ログイン方式を追加しました。"), "{html}");
    assert!(html.contains("href=\"/account/methods/add\""), "{html}");
    assert!(html.contains("href=\"/account/methods/remove?method=google\""), "{html}");
    assert_eq!(html.matches("連絡先</span>").count(), 1, "{html}");
    let all = main_of("methods-all", Locale::Ja);
    assert!(!all.contains("/account/methods/add"), "there is nothing to add");
    assert!(all.contains("Appleが、メールをご本人の受信箱へ転送します"), "{all}");
    assert!(all.contains("Appleからの転送が止まっている"), "{all}");
    let pages = Pages::new(samples::options()).unwrap();
    let plain = pages.render(&Methods::default(), &Chrome::default()).unwrap();
    assert!(!plain.contains("/account/methods/add"));
}

#[test]
fn r_method_5_the_contact_passes_on_by_a_choice_and_the_last_one_stays() {
    let contact = main_of("remove-contact", Locale::Ja);
    assert_eq!(contact.matches("type=\"radio\"").count(), 2, "{contact}");
    assert!(!contact.contains(" checked"), "nobody chooses for the member: {contact}");
    let last = main_of("remove-last", Locale::Ja);
    assert!(!last.contains("<form") && last.contains("href=\"/account/methods/add\""), "{last}");
    assert!(!main_of("remove", Locale::Ja).contains("type=\"radio\""));
}

/// What nobody has ticked is removed: so nothing may be ticked beforehand.
#[test]
fn r_reset_7_nothing_recent_is_kept_unless_it_is_ticked() {
    for locale in Locale::ALL {
        let html = main_of("recent", locale);
        assert_eq!(html.matches("type=\"checkbox\"").count(), 2, "{html}");
        assert!(!html.contains(" checked"), "{html}");
    }
    assert!(main_of("recent", Locale::Ja).contains("選ばなかったものは解除します"));
}

#[test]
fn r_contact_1_and_3_the_contact_is_chosen_and_a_test_mail_can_be_sent() {
    let html = main_of("profile-choose", Locale::Ja);
    assert_eq!(html.matches("type=\"radio\"").count(), 3, "{html}");
    assert_eq!(html.matches(" checked").count(), 1, "{html}");
    assert!(html.contains("no-reply@kotonoha.example") && html.contains("@kotonoha.example から"));
    assert!(html.contains("テストメールを送る"), "{html}");
    let english = main_of("profile-choose", Locale::En);
    assert!(english.contains("no-reply@kotonoha.example"), "{english}");
    assert!(english.contains("receive email from @kotonoha.example."), "{english}");
    let alone = main_of("profile", Locale::Ja);
    assert!(!alone.contains("type=\"radio\"") && alone.contains("hanako@example.jp"), "{alone}");
}

#[test]
fn r_contact_4_a_contact_that_no_mail_reaches_is_told_on_the_hub_with_the_way_to_another() {
    for why in ["bounced", "forwarding-off", "address-on-other-account"] {
        let html = main_of(&format!("account-{why}"), Locale::Ja);
        let (banner, _) = html.split_once("class=\"lead\"").unwrap();
        assert!(banner.contains("連絡先をご確認ください"), "{why}: {banner}");
        assert!(banner.contains("href=\"/account/profile\""), "{why}: {banner}");
    }
    let html = main_of("account-all", Locale::Ja);
    let (calm, _) = html.split_once("class=\"lead\"").unwrap();
    assert!(!calm.contains("/account/profile"), "{calm}");
}

#[test]
fn r_withdraw_2_and_3_what_leaving_does_is_said_before_the_button_and_the_download_comes_first() {
    let html = main_of("withdraw", Locale::Ja);
    let order =
        ["/account/export", "退会するとすぐに", "30日後に", "番号で元に戻せます", "退会する</button>"];
    let found: Vec<usize> = order.iter().map(|part| html.find(part).unwrap()).collect();
    assert!(found.is_sorted(), "{found:?}");
    let at_once = main_of("withdraw-at-once", Locale::Ja);
    assert!(at_once.contains("元に戻すことはできません") && !at_once.contains("日後"), "{at_once}");
    assert!(main_of("withdrawn", Locale::Ja).contains("href=\"/undo\""));
    assert!(!main_of("withdrawn-at-once", Locale::Ja).contains("href=\"/undo\""));
}

#[test]
fn a_password_is_asked_for_only_where_there_is_one() {
    assert!(main_of("proof-both", Locale::Ja).contains("type=\"password\""));
    let provider = main_of("proof-provider", Locale::Ja);
    assert!(!provider.contains("type=\"password\"") && !provider.contains("パスワード"), "{provider}");
    assert!(main_of("account-all", Locale::Ja).contains("href=\"/account/password\""));
    assert!(!main_of("account-google", Locale::Ja).contains("href=\"/account/password\""));
}

#[test]
fn a_notice_from_outside_is_never_shown() {
    let pages = Pages::new(samples::options()).unwrap();
    for notice in [samples::HOSTILE, "never-heard-of", " welcome", "welcome\u{202e}"] {
        let view = Account { notice: Some(notice.to_owned()), ..Account::default() };
        let html = pages.render(&view, &Chrome::default()).unwrap();
        assert!(!html.contains("role=\"status\""), "{notice}");
    }
}
