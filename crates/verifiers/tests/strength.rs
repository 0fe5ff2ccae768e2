//! Guards of what is too easily guessed, and of the reason that is given for it.

use std::collections::HashSet;

use verifiers::{Password, Weakness, weigh};

const CONTEXT: [&str; 4] = ["taro.yamamoto@example.co.jp", "山本ののか", "ヨミカキ広場", "yomikaki"];

fn weighed(text: &str) -> Result<(), Weakness> {
    weigh(&Password::chosen(text).unwrap(), &CONTEXT)
}

fn all_are(weakness: Weakness, texts: &[&str]) {
    let off: Vec<_> =
        texts.iter().map(|text| (text, weighed(text))).filter(|(_, w)| *w != Err(weakness)).collect();
    assert!(off.is_empty(), "expected {weakness:?}: {off:?}");
}

#[test]
fn good_passwords_pass_whatever_they_are_made_of() {
    for text in [
        "xkq7vmzt2p",
        "correct horse battery staple",
        "tsuki no ura de mochi wo tsuku",
        "月の裏で餅をついた兎たち",
        "ふとんがふっとんだ夜のこと",
        "nn8-tqw-vvx-2k1",
        "mugicha-no-nioi-ga-suru-heya",
        "ｶﾗｽﾉｷﾞｮｳｽﾞｲﾐｯｶﾒ",
        "🦀🍣🚲🌋🎻🧦🪐🦑🥁",
        "zgfvbhtq",
    ] {
        assert_eq!(weighed(text), Ok(()), "{text}");
    }
}

#[test]
fn words_that_people_in_japan_choose_are_refused_with_their_usual_trimmings() {
    all_are(
        Weakness::Common,
        &[
            "password",
            "Password1",
            "p@ssw0rd",
            "P@ssw0rd123",
            "パスワード123",
            "ぱすわーど2024",
            "ﾊﾟｽﾜｰﾄﾞ!!!!",
            "Ｐａｓｓｗｏｒｄ",
            "sakura123",
            "Sakura2024",
            "sakura19900412",
            "s4kur4!!",
            "sakurasakura",
            "sakurasakura1",
            "さくらさくら12",
            "himawari",
            "ひまわり2020",
            "daisuki1",
            "doraemon",
            "ドラえもん1970",
            "ピカチュウ2000",
            "takahashi",
            "watanabe1",
            "suzuki1985",
            "hanshintigers",
            "arigatou",
            "ありがとうございます",
            "nyannyan22",
            "iloveyou",
            "aishiteru",
            "2024reiwa",
            "konnichiwa",
            "あいうえお1234",
        ],
    );
}

#[test]
fn the_address_the_name_and_the_service_make_no_password() {
    all_are(
        Weakness::LooksLikeContext,
        &[
            "taro.yamamoto",
            "taro.yamamoto@example.co.jp",
            "taroyamamoto",
            "TaroYamamoto1",
            "t4r0y4m4m0t0",
            "yamamototaro.yamamoto",
            "山本ののか1234",
            "やまもと山本ののか",
            "yomikaki",
            "Yomikaki2024",
            "y0m1k4k1!",
            "ヨミカキ広場123",
            "よみかき広場19991231",
        ],
    );
    // The same words far apart are another matter, and so are words of an address too short to mean anything.
    assert_eq!(weighed("yomikaki ga ichiban tanoshii basho"), Ok(()));
    let short = Password::chosen("abz vqpt xw").unwrap();
    assert_eq!(weigh(&short, &["ab@example.jp", "", " "]), Ok(()));
}

#[test]
fn repeats_sequences_and_dates_are_named_as_such() {
    all_are(
        Weakness::Repeats,
        &[
            "aaaaaaaa",
            "ああああああああ",
            "121212121212",
            "xyzxyzxyzx",
            "漢字漢字漢字漢字",
            &"ab1".repeat(80),
        ],
    );
    all_are(Weakness::Sequence, &["12345678", "87654321", "bcdefghijk", "1qaz2wsx3edc", "rtyuiop["]);
    all_are(Weakness::Date, &["19900412", "1990/04/12", "2001-12-31"]);
}

/// zxcvbn's time grows steeply with length; beyond its bound only what costs nothing is looked at.
#[test]
fn long_passwords_pass_unless_they_repeat() {
    let words = "yama kawa sora tori ".repeat(12);
    assert_eq!(weighed(words.trim()), Ok(()));
    // A hundred weak characters do not speak for the rest.
    assert_eq!(weighed(&"sakura1990".repeat(10)), Err(Weakness::Repeats));
    assert_eq!(weighed(&format!("{}vq8ztm4hx2kw", "sakura1990".repeat(10))), Ok(()));
    assert_eq!(weighed(&"x".repeat(256)), Err(Weakness::Repeats));
    assert_eq!(weighed(&"ハバ".repeat(128)), Err(Weakness::Repeats));
}

/// security.md I1: no chosen password and no context takes long to weigh.
#[test]
fn i1_hostile_texts_are_weighed_in_bounded_time() {
    let long_name = "名前".repeat(5000);
    let long_address = format!("{}@example.jp", "a.".repeat(5000));
    for unit in ["a1", "@4$5", "qwerty", "19901", "ぱ", "aA", "1.", "p@ssw0rd", "ﾊﾟ"] {
        let text: String = unit.chars().cycle().take(100).collect();
        let Ok(password) = Password::chosen(&text) else {
            continue;
        };
        let began = std::time::Instant::now();
        let _either = weigh(&password, &[&long_name, &long_address]);
        assert!(began.elapsed().as_secs() < 2, "{unit}: {:?}", began.elapsed());
    }
}

#[test]
fn every_weakness_has_a_code_of_its_own() {
    let codes: HashSet<&str> = Weakness::ALL.iter().map(|weakness| weakness.code()).collect();
    assert_eq!(codes.len(), Weakness::ALL.len());
    assert!(codes.iter().all(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
}

/// The list is what the code compares with: folded text, each word once.
#[test]
fn the_list_is_in_the_form_it_is_compared_in() {
    let list = include_str!("../src/common_ja.txt");
    assert!(list.starts_with('#') && list.contains("Written for genkan"));
    let mut seen = HashSet::new();
    for word in list.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        assert!(seen.insert(word), "{word} comes twice");
        let fine = |c: char| c.is_ascii_lowercase() || ('ぁ'..='ゖ').contains(&c) || c == 'ー';
        assert!(word.chars().all(fine), "{word}");
    }
    assert!(seen.len() > 400, "{}", seen.len());
}
