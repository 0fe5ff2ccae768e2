//! The tour, walked: a step is ticked off by the letter that came of it, and the tour can be begun anew.

use axum::http::{StatusCode, header};
use playground::Letter;

use crate::house::House;

fn letter(id: &str, subject: &str) -> Letter {
    Letter {
        id: id.to_owned(),
        at_ms: 1,
        to: "taro@example.jp".to_owned(),
        subject: subject.to_owned(),
        text: String::new(),
        html: String::new(),
        language: "ja".to_owned(),
    }
}

#[tokio::test]
async fn a_step_is_ticked_off_by_what_came_of_it_and_the_next_one_says_what_to_do() {
    let house = House::new();
    let fresh = house.look("/dev").await.text;
    assert!(fresh.contains("8か所のうち、0か所") && fresh.contains("靴を脱いで"), "{fresh}");
    assert!(!fresh.contains("/dev/anew"), "there is nothing to begin anew");
    assert_eq!(fresh.matches("aria-current").count(), 1);
    assert!(
        fresh.contains("class=\"button small\" href=\"/signup/email\""),
        "the first step is to register"
    );

    house.mailbox.put(letter("1", "【玄関】ユーザー登録が完了しました")).unwrap();
    house.mailbox.put(letter("2", "[Genkan] New sign-in to your account")).unwrap();
    let begun = house.look("/dev").await.text;
    assert!(begun.contains("8か所のうち、2か所"), "{begun}");
    assert!(begun.contains("<a href=\"/dev/mailbox/1\">【玄関】ユーザー登録が完了しました</a>"));
    assert!(
        begun.contains("class=\"button small\" href=\"/account/methods/add\""),
        "the third step is next"
    );

    house.form("/dev/mailbox/empty", &[]).await;
    assert!(house.look("/dev").await.text.contains("2か所"), "an emptied mailbox forgets no step");
}

#[tokio::test]
async fn the_whole_tour_ends_kindly_and_can_be_begun_anew() {
    let house = House::new();
    let subjects = [
        "ユーザー登録が完了しました",
        "新しいログインが行われました",
        "ログイン方式が追加されました",
        "アカウントがロックされました",
        "パスワードがリセットされました",
        "すべての端末をログアウトしました",
    ];
    for (number, subject) in subjects.into_iter().enumerate() {
        house.mailbox.put(letter(&number.to_string(), &format!("【玄関】{subject}"))).unwrap();
    }
    assert!(house.look("/dev").await.text.contains("6か所"));
    house.form("/dev/clock", &[("seconds", "60")]).await;
    assert!(house.look("/dev").await.text.contains("7か所"));
    house.form("/oauth/token", &[("code", "bad")]).await;
    assert!(house.look("/dev").await.text.contains("7か所"), "nobody has signed in at a site");
    house.form("/oauth/token", &[("code", "good")]).await;
    let whole = house.look("/dev").await.text;
    assert!(whole.contains("ご案内は以上です") && !whole.contains("aria-current"), "{whole}");

    let anew = house.form("/dev/anew", &[]).await;
    assert_eq!(anew.status, StatusCode::SEE_OTHER);
    assert_eq!(anew.header(header::LOCATION.as_str()), "/dev");
    assert!(house.look("/dev").await.text.contains("0か所"), "letters from before do not count");
    house.mailbox.put(letter("new", "【玄関】アカウントがロックされました")).unwrap();
    assert!(house.look("/dev").await.text.contains("1か所"));
}

#[tokio::test]
async fn the_sample_app_is_offered_and_ticked_off_by_the_notice_of_its_sign_in() {
    let house = House::new();
    let fresh = house.look("/dev").await.text;
    assert!(fresh.contains("cargo run -p reader-app -- --server "), "{fresh}");
    assert!(fresh.contains("<h2>アプリから</h2>"), "{fresh}");
    let notice = letter("1", "【玄関】新しいログインが行われました");
    house.mailbox.put(Letter { text: "端末: Reader/0.1.0".to_owned(), ..notice }).unwrap();
    let come = house.look("/dev").await.text;
    assert!(come.contains("<h2>アプリから <span class=\"mark\">済</span></h2>"), "{come}");
}
