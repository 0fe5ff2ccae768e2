//! The forgotten password by pages: the whole way, and every way around it that must not exist.
//!
//! R-RESET through HTTP; rows B1, B2 and B6 to B9 of the catalogue of published flaws. What a stranger can see of it
//! is in `way_back`, what an app does in `reset_calls`.

use accounts::Millis;

use crate::support::{Browser, House, OTHER_PASSWORD, PASSWORD};

const HANAKO: &str = "hanako@example.jp";
const TARO: &str = "taro@example.jp";
const HOME: &str = "/account?notice=password-changed";

/// Sets the new password with the form that the page shows.
async fn finish(browser: &mut Browser, password: &str) {
    let form = browser.get("/reset/password").await.is(200).hidden("form");
    let fields = [("username", HANAKO), ("form", &form), ("password", password)];
    browser.post("/reset/password", &fields).await.leads_to(HOME);
}

/// R-RESET-1 and 3, R-RESET-7, R-RESET-11, R-LOCK-2, A13, E3.
#[tokio::test]
async fn r_reset_3_a_code_from_the_mailbox_leads_to_a_new_password_and_ends_everything_else() {
    let mut house = House::open().await;
    let mut tablet = house.registered(HANAKO).await;
    let mut app = house.app();
    app.sign_in(HANAKO, PASSWORD).await.is(200);
    for _ in 0..10 {
        house.browser().sign_in(HANAKO, "wrong").await.is(422);
    }
    let mut browser = house.browser();
    browser.sign_in(HANAKO, PASSWORD).await.is(403).says("href=\"/reset\"");
    browser.get("/reset").await.is(200).says("name=\"email\"");
    browser.post("/reset", &[("email", HANAKO)]).await.leads_to("/reset/code");
    browser.get("/reset/code").await.is(200).says(HANAKO);
    let wrong = browser.post("/reset/code", &[("code", "000000000000")]).await;
    wrong.is(422).says("id=\"code-error\"").says("value=\"000000000000\"");
    let code = house.digits(HANAKO, "One-time code").await;
    tablet.get("/account").await.is(200);
    let verified = browser.post("/reset/code", &[("code", &code)]).await;
    verified.leads_to("/reset/password");
    // From this moment: no session anywhere, the old password is nothing, and nobody is signed in by the code.
    tablet.get("/account").await.leads_to("/signin?return_to=/account");
    app.get("/api/v1/session").await.problem(401, "unauthenticated");
    tablet.sign_in(HANAKO, PASSWORD).await.is(403);
    assert!(!browser.cookies.contains_key("genkan-session"));
    browser.get("/account").await.leads_to("/signin?return_to=/account");
    house.letter(HANAKO, "Your password has been reset").await;
    let page = browser.get("/reset/password").await;
    let form = page.is(200).says(HANAKO).hidden("form");
    let weak = browser.post("/reset/password", &[("form", &form), ("password", "hanako")]).await;
    weak.is(422).says("id=\"password-error\"").says("at least 8 characters");
    assert_eq!(weak.hidden("form"), form);
    assert!(!weak.body.contains("value=\"hanako\""));
    let fields = [("username", HANAKO), ("form", &form), ("password", OTHER_PASSWORD)];
    browser.post("/reset/password", &fields).await.leads_to(HOME);
    browser.get(HOME).await.is(200).says("role=\"status\"");
    assert!(!browser.cookies.contains_key("genkan-flow"));
    house.letter(HANAKO, "A new password was set").await;
    // Unlocked, for the new password alone.
    house.browser().sign_in(HANAKO, PASSWORD).await.is(422);
    house.browser().sign_in(HANAKO, OTHER_PASSWORD).await.leads_to("/account");
    house.close().await;
}

/// R-RESET-2, R-RESET-6, B4, B6: 30 minutes, in any browser that gives the address; one used, all gone.
#[tokio::test]
async fn r_reset_2_a_code_lives_30_minutes_and_works_in_any_browser_that_gives_the_address() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let mut first = house.browser();
    first.post("/reset", &[("email", HANAKO)]).await.leads_to("/reset/code");
    let old = house.digits(HANAKO, "One-time code").await;
    house.clock.advance(Millis::minutes(29));
    let mut second = house.browser();
    second.post("/reset", &[("email", HANAKO)]).await.leads_to("/reset/code");
    let young = house.digits(HANAKO, "One-time code").await;
    house.clock.advance(Millis::minutes(1));
    // The page that asked is over; the code, at 30:00, is too old in a page that is not.
    first.post("/reset/code", &[("code", &old)]).await.is(410).says("href=\"/reset\"");
    let expired = second.post("/reset/code", &[("code", &old)]).await;
    expired.is(422).says("no longer valid");
    assert!(!expired.body.contains(&old));
    let mut third = house.browser();
    third.post("/reset", &[("email", "Hanako@Example.JP")]).await.leads_to("/reset/code");
    let another = house.digits(HANAKO, "One-time code").await;
    third.post("/reset/code", &[("code", &young)]).await.leads_to("/reset/password");
    second.post("/reset/code", &[("code", &another)]).await.is(422).says("code is not right");
    second.post("/reset/code", &[("code", &young)]).await.is(422).says("code is not right");
    house.close().await;
}

/// R-RESET-5: the form is shown once; then the code once more, and older forms are worthless.
#[tokio::test]
async fn r_reset_5_the_form_is_shown_once_and_the_next_at_the_browser_cannot_go_on() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let mut browser = house.browser();
    browser.post("/reset", &[("email", HANAKO)]).await.leads_to("/reset/code");
    let code = house.digits(HANAKO, "One-time code").await;
    let verified = browser.post("/reset/code", &[("code", &code)]).await;
    let kept = |name: &str| {
        let start = format!("genkan-{name}=");
        verified.set_cookies().into_iter().find(|line| line.starts_with(&start)).map(str::to_owned)
    };
    let form_cookie = kept("form").expect("a form");
    assert!(form_cookie.ends_with("; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"), "{form_cookie}");
    assert!(kept("flow").expect("a flow").contains("; Max-Age=1800;"));
    let first = browser.get("/reset/password").await;
    let older = first.is(200).hidden("form");
    assert!(!browser.cookies.contains_key("genkan-form"));
    // The next at this browser: every page leads to the code, and no form can be made up.
    browser.get("/reset/password").await.leads_to("/reset/code");
    let again = browser.get("/reset/code").await;
    again.is(200).says("same code once more");
    assert!(!again.body.contains(HANAKO));
    let flow = browser.cookie("genkan-flow");
    for form in ["", "A", &"A".repeat(43), &flow] {
        let fields = [("form", form), ("password", OTHER_PASSWORD)];
        browser.post("/reset/password", &fields).await.leads_to("/reset/code");
        browser
            .post("/reset/password", &[("form", form), ("password", "")])
            .await
            .leads_to("/reset/code");
    }
    browser.post("/reset/password", &[("password", OTHER_PASSWORD)]).await.leads_to("/reset/code");
    browser.post("/reset/code", &[("code", "000000000000")]).await.is(422).says("same code once more");
    // Whoever has the mailbox goes on; what the first showing left behind is worthless.
    browser.post("/reset/code", &[("code", &code)]).await.leads_to("/reset/password");
    let newest = browser.get("/reset/password").await.is(200).hidden("form");
    assert_ne!(newest, older);
    let stale = [("form", older.as_str()), ("password", OTHER_PASSWORD)];
    browser.post("/reset/password", &stale).await.leads_to("/reset/code");
    let fields = [("form", newest.as_str()), ("password", OTHER_PASSWORD)];
    browser.post("/reset/password", &fields).await.leads_to(HOME);
    // Used: neither the flow nor the form does anything twice (B3).
    browser.cookies.insert("genkan-flow".to_owned(), flow);
    browser.cookies.insert("genkan-form".to_owned(), newest.clone());
    browser.get("/reset/password").await.is(410);
    browser.post("/reset/password", &fields).await.is(410);
    house.close().await;
}

/// R-RESET-4 and 5: no new code for 30 minutes, told only in the browser that verified; afterwards all begins anew.
#[tokio::test]
async fn r_reset_4_the_wait_is_told_only_where_the_code_was_verified() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let mut browser = house.browser();
    house.verified(&mut browser, HANAKO).await;
    house.clock.advance(Millis::minutes(10));
    browser.post("/reset", &[("email", HANAKO)]).await.leads_to("/reset/code?again=1");
    let told = browser.get("/reset/code?again=1").await;
    told.is(200).says("same code once more").says("new email is sent for 30 minutes");
    assert!(!told.body.contains("role=\"status\""), "nothing was received: {}", told.body);
    let mut other = house.browser();
    other.post("/reset", &[("email", HANAKO)]).await.leads_to("/reset/code");
    assert!(!other.get("/reset/code").await.is(200).body.contains("same code once more"));
    assert_eq!(house.resets_counted(HANAKO).await, 1);
    // Asked for again is what was asked for before: a registration under way is something else.
    let mut new = house.browser();
    new.post("/signup/email", &[("email", TARO)]).await.leads_to("/signup/code");
    new.post("/reset", &[("email", HANAKO)]).await.leads_to("/reset/code");
    new.post("/reset", &[("email", HANAKO)]).await.leads_to("/reset/code?again=1");
    new.get("/reset/code?again=1").await.is(200).says("role=\"status\"");
    // Another address in the same browser is another matter.
    let mut elsewhere = browser.clone();
    elsewhere.post("/reset", &[("email", TARO)]).await.leads_to("/reset/code?again=1");
    elsewhere.get("/reset/code?again=1").await.is(200).says("role=\"status\"");
    house.close().await;
}

/// R-RESET-5, L4: the grant ends with the 30 minutes, and a new code can be had at once.
#[tokio::test]
async fn r_reset_5_after_30_minutes_the_grant_is_over_and_a_new_code_can_be_had() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let mut browser = house.browser();
    let code = house.verified(&mut browser, HANAKO).await;
    let form = browser.get("/reset/password").await.is(200).hidden("form");
    house.clock.advance(Millis::minutes(29));
    // Entered once more, the code gives a form and no more time.
    browser.post("/reset/code", &[("code", &code)]).await.leads_to("/reset/password");
    let form_at_29 = browser.get("/reset/password").await.is(200).hidden("form");
    assert_ne!(form, form_at_29);
    house.clock.advance(Millis::minutes(1));
    browser.get("/reset/code").await.is(410).says("href=\"/reset\"");
    browser.get("/reset/password").await.is(410);
    let late = [("form", form_at_29.as_str()), ("password", OTHER_PASSWORD)];
    browser.post("/reset/password", &late).await.is(410);
    house.verified(&mut browser, HANAKO).await;
    finish(&mut browser, OTHER_PASSWORD).await;
    house.close().await;
}

/// R-RESET-10: also signed in, and after the tab was closed; the member's own session in this browser stays.
#[tokio::test]
async fn r_reset_10_it_works_signed_in_and_survives_a_closed_tab() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    browser.get("/reset").await.is(200).says("href=\"/account\"");
    let code = house.verified(&mut browser, HANAKO).await;
    browser.get("/account").await.is(200);
    let mut later = house.browser();
    later.cookies = browser.cookies.clone();
    later.cookies.remove("genkan-form");
    later.post("/reset/code", &[("code", &code)]).await.leads_to("/reset/password");
    let before = later.cookie("genkan-session");
    finish(&mut later, OTHER_PASSWORD).await;
    assert_ne!(later.cookie("genkan-session"), before);
    browser.get("/account").await.leads_to("/signin?return_to=/account");
    house.close().await;
}

/// B1, B2: no step is reached but through the one before, and nothing sent is nothing done.
#[tokio::test]
async fn b1_no_step_is_skipped_and_b2_empty_posts_stay_where_they_are() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let mut browser = house.browser();
    let fields = [("form", "A"), ("password", OTHER_PASSWORD)];
    browser.get("/reset/code").await.is(410);
    browser.post("/reset/code", &[("code", "1")]).await.is(410);
    browser.get("/reset/password").await.is(410);
    browser.post("/reset/password", &fields).await.is(410);
    browser.post("/reset", &[]).await.is(422).says("id=\"email-error\"");
    browser.post("/reset", &[("email", HANAKO)]).await.leads_to("/reset/code");
    browser.cookies.insert("genkan-form".to_owned(), "A".repeat(43));
    browser.get("/reset/password").await.leads_to("/reset/code");
    browser.post("/reset/password", &fields).await.leads_to("/reset/code");
    browser.post("/reset/password", &[]).await.leads_to("/reset/code");
    // B8: blank is no code, also where a code waits.
    for code in ["", " ", "0", "null", "[]", "000000000000", "0000000000000000"] {
        browser.post("/reset/code", &[("code", code)]).await.is(422).says("id=\"code-error\"");
    }
    browser.post("/reset/code", &[]).await.is(422).says("id=\"code-error\"");
    assert!(house.seen(HANAKO, None).await.account.is_some_and(|a| a.password().is_some()));
    let code = house.digits(HANAKO, "One-time code").await;
    browser.post("/reset/code", &[("code", &code)]).await.leads_to("/reset/password");
    let form = browser.get("/reset/password").await.is(200).hidden("form");
    let empty = browser.post("/reset/password", &[("form", &form)]).await;
    empty.is(422).says("Please enter your password");
    assert_eq!(empty.hidden("form"), form);
    // No step of the registration takes this flow, and none of the account's.
    browser.get("/signup/password").await.is(410).says("/signup/email");
    browser.post("/signup/password", &[("password", OTHER_PASSWORD)]).await.is(410);
    browser.sign_in(HANAKO, PASSWORD).await.is(422);
    house.close().await;
}

/// B7, I10: a code of another address or another purpose is a wrong code, and counts.
#[tokio::test]
async fn b7_codes_of_other_addresses_and_purposes_are_wrong() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    house.registered(TARO).await;
    let mut hers = house.browser();
    hers.post("/reset", &[("email", HANAKO)]).await.leads_to("/reset/code");
    let code = house.digits(HANAKO, "One-time code").await;
    let mut his = house.browser();
    his.post("/reset", &[("email", TARO)]).await.leads_to("/reset/code");
    his.post("/reset/code", &[("code", &code)]).await.is(422).says("code is not right");
    let flow = his.cookie("genkan-flow");
    assert_eq!(house.seen(TARO, Some(&flow)).await.flow.map(|flow| flow.wrong), Some(1));
    // One address, two purposes: neither code serves the other.
    let nobody = "new@example.jp";
    let mut two = house.browser();
    two.post("/signup/email", &[("email", nobody)]).await.leads_to("/signup/code");
    let to_register = house.code(nobody).await;
    two.get("/reset/code").await.is(410);
    two.post("/reset/code", &[("code", &to_register)]).await.is(410);
    let mut reset = house.browser();
    reset.post("/reset", &[("email", nobody)]).await.leads_to("/reset/code");
    reset.post("/reset/code", &[("code", &to_register)]).await.is(422).says("code is not right");
    reset.get("/signup/code").await.is(410);
    reset.post("/signup/code", &[("code", &to_register)]).await.is(410);
    two.post("/signup/code", &[("code", &to_register)]).await.leads_to("/signup/password");
    hers.post("/reset/code", &[("code", &code)]).await.leads_to("/reset/password");
    // Mailed to prove the address to another account, before its owner registered: no reset either.
    let wanted = "wanted@example.jp";
    let mut other = house.browser();
    other.sign_in(TARO, PASSWORD).await.leads_to("/account");
    other.post("/account/methods/email", &[("email", wanted)]).await.is(303);
    let to_change = house.digits(wanted, "make this the new email address").await;
    house.clock.advance(Millis::minutes(1));
    house.registered(wanted).await;
    let mut reset = house.browser();
    reset.post("/reset", &[("email", wanted)]).await.leads_to("/reset/code");
    reset.post("/reset/code", &[("code", &to_change)]).await.is(422).says("code is not right");
    house.close().await;
}

/// R-RESET-6: tries are bounded in one browser, and a new request gives no new ones (I12).
#[tokio::test]
async fn i12_ten_wrong_codes_use_a_browser_up_and_no_other() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let mut stranger = house.browser();
    stranger.post("/reset", &[("email", HANAKO)]).await.leads_to("/reset/code");
    let code = house.digits(HANAKO, "One-time code").await;
    for _ in 0..10 {
        stranger.post("/reset/code", &[("code", "000000000000")]).await.is(422);
    }
    let used_up = stranger.post("/reset/code", &[("code", &code)]).await;
    used_up.is(422).says("too many wrong entries");
    assert!(!used_up.body.contains(&code));
    stranger.post("/reset", &[("email", HANAKO)]).await.leads_to("/reset/code?again=1");
    stranger.post("/reset/code", &[("code", &code)]).await.is(422).says("too many wrong entries");
    let mut owner = house.browser();
    owner.post("/reset", &[("email", HANAKO)]).await.leads_to("/reset/code");
    owner.post("/reset/code", &[("code", &code)]).await.leads_to("/reset/password");
    house.close().await;
}

/// A11, R-LOCK-7: a suspension is told to who has the code, and neither step lifts it.
#[tokio::test]
async fn a11_a_suspended_account_is_not_reset_whenever_it_was_suspended() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    house.registered(TARO).await;
    let mut browser = house.browser();
    house.verified(&mut browser, HANAKO).await;
    let form = browser.get("/reset/password").await.is(200).hidden("form");
    house.suspend(HANAKO).await;
    let fields = [("form", form.as_str()), ("password", OTHER_PASSWORD)];
    let refused = browser.post("/reset/password", &fields).await;
    refused.is(403).says("not available");
    assert!(refused.set_cookies().is_empty());
    let mut early = house.browser();
    house.suspend(TARO).await;
    early.post("/reset", &[("email", TARO)]).await.leads_to("/reset/code");
    let code = house.digits(TARO, "One-time code").await;
    early.post("/reset/code", &[("code", "000000000000")]).await.is(422);
    let refused = early.post("/reset/code", &[("code", &code)]).await;
    refused.is(403).says("not available");
    assert!(refused.set_cookies().is_empty());
    early.get("/reset/password").await.leads_to("/reset/code");
    assert!(house.seen(TARO, None).await.account.is_some_and(|a| a.password().is_some()));
    house.close().await;
}

/// R-SIGNIN-7: who signs in at a browser drops what another had proven there; so does who signs out.
#[tokio::test]
async fn r_signin_7_signing_in_or_out_drops_the_reset_that_was_under_way() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    house.registered(TARO).await;
    let mut browser = house.browser();
    let code = house.verified(&mut browser, HANAKO).await;
    let (flow, form) = (browser.cookie("genkan-flow"), browser.cookie("genkan-form"));
    browser.sign_in(TARO, PASSWORD).await.leads_to("/account");
    for name in ["genkan-flow", "genkan-form"] {
        assert!(!browser.cookies.contains_key(name), "{name} stays");
    }
    browser.cookies.insert("genkan-flow".to_owned(), flow);
    browser.cookies.insert("genkan-form".to_owned(), form.clone());
    browser.get("/reset/password").await.is(410);
    let fields = [("form", form.as_str()), ("password", OTHER_PASSWORD)];
    browser.post("/reset/password", &fields).await.is(410);
    browser.post("/reset/code", &[("code", &code)]).await.is(410);
    browser.post("/signout", &[]).await.leads_to("/signin?notice=signed-out");
    for name in ["genkan-flow", "genkan-form"] {
        assert!(!browser.cookies.contains_key(name), "{name} stays");
    }
    house.close().await;
}

/// R-SIGNIN-10, B13: whatever opens links or looks ahead, nothing in the house is different afterwards.
#[tokio::test]
async fn b13_get_and_head_change_nothing_on_the_way_back() {
    let mut house = House::open().await;
    let mut member = house.registered(HANAKO).await;
    member.post("/account/methods/email", &[("email", "new@example.jp")]).await.is(303);
    let mut browser = house.browser();
    let code = house.verified(&mut browser, HANAKO).await;
    let form = browser.cookie("genkan-form");
    let flow = browser.cookie("genkan-flow");
    let before = house.seen(HANAKO, Some(&flow)).await;
    let paths = [
        format!("/reset?email={HANAKO}"),
        format!("/reset/code?code={}", code.replace(' ', "")),
        format!("/reset/password?form={form}&password=hidari-no-mado"),
        format!("/not-me?email={HANAKO}&number=1234567890123456"),
        "/not-me/done".to_owned(),
        format!("/undo?email={HANAKO}&number=1234567890123456"),
        "/undo/done".to_owned(),
        "/account/methods/email?email=evil@example.jp".to_owned(),
        "/account/methods/email/code?code=1".to_owned(),
        "/.well-known/change-password".to_owned(),
    ];
    for path in &paths {
        for mut looker in [browser.clone(), house.browser(), member.clone()] {
            looker.head(path).await;
            let answer = looker.get(path).await;
            assert!(!answer.status.is_server_error(), "{path}: {}", answer.body);
            let forgets = |line: &&str| !line.starts_with("genkan-form=; Path=/; Max-Age=0;");
            assert_eq!(answer.set_cookies().into_iter().filter(forgets).count(), 0, "{path}");
        }
    }
    assert!(house.seen(HANAKO, Some(&flow)).await == before, "looking has changed something");
    finish(&mut browser, OTHER_PASSWORD).await;
    house.close().await;
}

/// R-RESET-10: signed in, code entered, and the way on is nowhere a form that asks for the void password.
#[tokio::test]
async fn r_reset_10_a_member_whose_password_is_void_is_led_back_to_the_reset() {
    let mut house = House::open().await;
    let mut member = house.registered(HANAKO).await;
    member.get("/account/methods").await.is(200).says("href=\"/account/password\"");
    house.verified(&mut member, HANAKO).await;
    member.get("/account").await.is(200);
    for path in ["/account/password", "/proof"] {
        member.get(path).await.leads_to("/reset");
    }
    member.post("/account/password", &[("new_password", OTHER_PASSWORD)]).await.leads_to("/reset");
    member.post("/proof", &[("password", PASSWORD)]).await.leads_to("/reset");
    member.get("/account/methods").await.is(200).says("href=\"/reset\"");
    house.close().await;
}
