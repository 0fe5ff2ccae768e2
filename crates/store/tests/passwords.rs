//! Password hashes and addresses in rows: few bytes where they can be few, and read back to the last character.
//!
//! How a hash is packed has its own tests in `src/text/packed`; here are the rows of both engines, and what nodes of the
//! build before step 13 leave in them, which know the text alone.

mod rows;
mod support;

use accounts::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rows::{Dice, HASH, Rows, at_address, both_with_rows, register, say};
use store::Statement;
use support::statement;

const PACKED: Statement = statement(
    "test/packed",
    "select count(*) as n from passwords where hash = '.' and length(packed) = 54",
    &[],
);
const BESIDE: Statement =
    statement("test/beside", "select count(*) as n from passwords where packed is not null", &[]);
const TWICE: Statement =
    statement("test/twice", "select count(*) as n from emails where stored <> ''", &[]);

/// Hashes as this program makes them, as others do, and what is none.
fn spelt() -> impl Strategy<Value = String> {
    let number = prop_oneof![Just("19456".to_owned()), any::<u32>().prop_map(|n| n.to_string())];
    let argon2 = (number, 0..300_u32, "[A-Za-z0-9+/]{21}[AQgw]", "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]");
    let argon2 = argon2.prop_map(|(memory, passes, salt, output)| {
        format!("$argon2id$v=19$m={memory},t={passes},p=1${salt}${output}")
    });
    let bcrypt = "\\$2b\\$12\\$[./A-Za-z0-9]{53}";
    prop_oneof![4 => argon2, 1 => bcrypt, 1 => "[^\\x00]{1,80}", 1 => "[.$]{1,3}"]
}

async fn password_of(rows: &Rows, email: &Email) -> Option<PasswordHash> {
    let account = rows.store.load(&at_address(email)).await.unwrap().0.account.unwrap();
    account.password().map(|password| password.hash.clone())
}

#[tokio::test]
async fn the_very_text_of_a_hash_is_read_that_was_written() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let email = dice.email("hanako");
        let (_, draws) = register(&rows.store, &dice, &email).await;
        assert_eq!(password_of(&rows, &email).await, Some(PasswordHash(HASH.to_owned())));
        assert_eq!(rows.house.count(&PACKED).await, 1);
        let (mut packed, mut runner) = (0, TestRunner::deterministic());
        for _ in 0..200 {
            let hash = PasswordHash(spelt().new_tree(&mut runner).unwrap().current());
            let scope = Scope { session: Some(draws.session_digest), ..at_address(&email) };
            let change = Command::ChangePassword { hash: hash.clone() };
            say(&rows.store, scope, change, dice.draws()).await;
            assert_eq!(password_of(&rows, &email).await, Some(hash));
            packed += rows.house.count(&PACKED).await;
            assert_eq!(rows.house.count(&BESIDE).await, rows.house.count(&PACKED).await);
        }
        assert!((40..160).contains(&packed), "{packed}");
        rows.leave().await;
    }
}

/// It knows the text alone and leaves the bytes where they are.
#[tokio::test]
async fn what_a_node_of_the_build_before_wrote_is_what_counts() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let email = dice.email("hanako");
        let (_, draws) = register(&rows.store, &dice, &email).await;
        rows.house.script("update passwords set version = 2, hash = '$argon2id$theirs'").await;
        assert_eq!(password_of(&rows, &email).await, Some(PasswordHash("$argon2id$theirs".to_owned())));
        assert_eq!(rows.house.count(&BESIDE).await, 1);
        let scope = Scope { session: Some(draws.session_digest), ..at_address(&email) };
        let change = Command::ChangePassword { hash: PasswordHash(HASH.to_owned()) };
        say(&rows.store, scope, change, dice.draws()).await;
        assert_eq!(password_of(&rows, &email).await, Some(PasswordHash(HASH.to_owned())));
        rows.house.script("update passwords set version = 4, hash = ''").await;
        assert_eq!(rows.house.count(&BESIDE).await, 1);
        assert_eq!(password_of(&rows, &email).await, None);
        rows.leave().await;
    }
}

/// The reset voids the password; no bytes of it stay behind.
#[tokio::test]
async fn of_a_void_password_nothing_stays() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let email = dice.email("hanako");
        register(&rows.store, &dice, &email).await;
        let draws = dice.draws();
        let (flow, challenge) = (draws.flow_digest, draws.challenge);
        say(&rows.store, at_address(&email), Command::AskReset { email: email.clone() }, draws).await;
        let command = Command::VerifyReset { code: TypedCode::Matches(challenge) };
        say(&rows.store, rows::at_flow(flow), command, dice.draws()).await;
        assert_eq!(password_of(&rows, &email).await, None);
        assert_eq!(rows.house.count(&BESIDE).await, 0);
        rows.leave().await;
    }
}

#[tokio::test]
async fn an_address_is_kept_twice_only_where_it_is_spelt_in_two_ways() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let typed = dice.email("Hanako");
        let plain = Email::parse(dice.email("taro").key()).unwrap();
        for email in [&typed, &plain] {
            register(&rows.store, &dice, email).await;
        }
        assert_eq!(rows.house.count(&TWICE).await, 1);
        for email in [&typed, &plain] {
            // Whatever it was asked by, it is told as its owner spelt it.
            let asked = Email::parse(&email.as_stored().to_uppercase()).unwrap();
            let snapshot = rows.store.load(&at_address(&asked)).await.unwrap().0;
            let owners = snapshot.account.and_then(|account| account.email).map(|method| method.email);
            assert_eq!(owners.as_ref(), Some(email));
            assert_eq!(snapshot.address.unwrap().stored.as_ref(), Some(email));
        }
        rows.leave().await;
    }
}
