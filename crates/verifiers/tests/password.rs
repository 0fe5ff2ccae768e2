//! Guards of what can be a password.

use std::time::{Duration, Instant};

use verifiers::{HashOptions, HashParams, HashQueue, Lane, Password, PasswordFault, Weakness};

fn fault(raw: &str) -> Option<PasswordFault> {
    Password::chosen(raw).err()
}

/// security.md I1: over-long input is refused by its length, before any work.
#[test]
fn i1_a_password_of_one_mebibyte_is_refused_without_work() {
    let huge = "\u{FDFA}".repeat(1024 * 1024 / 3);
    let mut quickest = Duration::MAX;
    for _ in 0..100 {
        let began = Instant::now();
        for _ in 0..20 {
            assert_eq!(Password::typed(&huge).err(), Some(PasswordFault::TooLong));
            assert_eq!(fault(&huge), Some(PasswordFault::TooLong));
        }
        quickest = quickest.min(began.elapsed());
    }
    // Forty refusals in far less than it takes to normalise the text once (the quickest of many rounds, so that
    // other work on the machine does not count).
    assert!(quickest < Duration::from_micros(500), "{quickest:?}");
}

/// security.md I1: the documented cap is 256 characters, so that no real password meets it.
#[test]
fn i1_the_bounds_are_8_and_256_characters_after_normalisation() {
    assert_eq!(fault("1234567"), Some(PasswordFault::TooShort));
    assert_eq!(fault("12345678"), None);
    assert_eq!(fault("ひらがな八文字だ"), None);
    assert_eq!(fault(&"𠮷".repeat(256)), None, "256 characters of four bytes");
    assert_eq!(fault(&"x".repeat(256)), None);
    assert_eq!(fault(&"x".repeat(257)), Some(PasswordFault::TooLong));
    assert_eq!(fault(&"x".repeat(4096)), Some(PasswordFault::TooLong));
    // One character that becomes eighteen, and two that become one.
    assert_eq!(fault("\u{FDFA}"), None);
    assert_eq!(fault(&"\u{FDFA}".repeat(15)), Some(PasswordFault::TooLong));
    assert_eq!(fault(&"ｶﾞ".repeat(7)), Some(PasswordFault::TooShort));
    assert_eq!(fault(&"ｶﾞ".repeat(256)), None);
}

#[test]
fn control_characters_cannot_be_chosen() {
    for control in ['\0', '\t', '\n', '\r', '\u{1b}', '\u{7f}', '\u{85}'] {
        let raw = format!("longenough{control}");
        assert_eq!(fault(&raw), Some(PasswordFault::ControlCharacter), "{control:?}");
        assert!(Password::typed(&raw).is_ok(), "typed, it is hashed like any wrong password");
    }
}

/// R-SIGNIN-2: what cannot be right is still a value that a hash is computed for.
#[test]
fn an_empty_or_short_password_can_be_typed() {
    assert!(Password::typed("").is_ok());
    assert!(Password::typed("x").is_ok());
}

/// security.md I2, Always-6: NFKC decides what is the same password; nothing else is folded.
#[tokio::test]
async fn i2_only_what_nfkc_makes_equal_is_the_same_password() {
    let params = HashParams { memory_kib: 64, passes: 1, lanes: 1 };
    let queue = HashQueue::start(HashOptions { threads: 1, params, ..HashOptions::default() });
    let queue = queue.unwrap();
    let cases = [
        ("Password 1!", "Ｐａｓｓｗｏｒｄ　１！", true),
        ("ガギグゲゴザジズ", "ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞｼﾞｽﾞ", true),
        ("caf\u{e9}caf\u{e9}", "cafe\u{301}cafe\u{301}", true),
        ("㍿は①と②である", "株式会社は1と2である", true),
        ("パスワードですよ", "ぱすわーどですよ", false),
        ("password", "Password", false),
        ("password", "password ", false),
        ("password", " password", false),
        ("髙橋さんの家です", "高橋さんの家です", false),
    ];
    for (chosen, typed, same) in cases {
        let made = queue.place(Lane::Known).unwrap();
        let made = made.hash(Password::chosen(chosen).unwrap()).await.unwrap();
        let place = queue.place(Lane::Known).unwrap();
        let stored = Some(made.as_str().to_owned());
        let found = place.verify(Password::typed(typed).unwrap(), stored).await.unwrap();
        assert_eq!(found.matched, same, "{chosen} and {typed}");
    }
}

#[test]
fn every_fault_has_the_code_of_its_weakness() {
    for fault in [PasswordFault::TooShort, PasswordFault::TooLong, PasswordFault::ControlCharacter] {
        assert_eq!(fault.code(), Weakness::from(fault).code());
    }
}
