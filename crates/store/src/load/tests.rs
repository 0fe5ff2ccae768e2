//! Which questions a snapshot asks, and in which order.
//!
//! Each is a way to a server and back. What is asked of an empty database is what is asked of a full one, for all of an
//! account is asked before it is known whether there is one.

use std::sync::Arc;

use accounts::{CredentialId, Digest, Email};

use super::*;
use crate::driver::{Engine, Question, Row, Value, Work};
use crate::{Database, Role, migrate};

/// A transaction that notes what it is asked.
struct Noting<'t> {
    tx: &'t mut dyn Tx,
    asked: Vec<&'static str>,
}

impl Tx for Noting<'_> {
    fn engine(&self) -> Engine {
        self.tx.engine()
    }

    fn query<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, Vec<Row>> {
        self.asked.push(statement.name);
        self.tx.query(statement, values)
    }

    fn query_all<'a>(&'a mut self, questions: &'a [Question]) -> Work<'a, Vec<Vec<Row>>> {
        self.asked.extend(questions.iter().map(|asked| asked.statement.name));
        self.tx.query_all(questions)
    }

    fn tell<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, ()> {
        self.asked.push(statement.name);
        self.tx.tell(statement, values)
    }

    fn execute<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, u64> {
        self.asked.push(statement.name);
        self.tx.execute(statement, values)
    }

    fn now(&mut self) -> Work<'_, i64> {
        self.asked.push("clock/now");
        self.tx.now()
    }

    fn clock_moved_by(&self) -> i64 {
        self.tx.clock_moved_by()
    }

    fn script<'a>(&'a mut self, sql: &'a str) -> Work<'a, ()> {
        self.tx.script(sql)
    }
}

/// The questions under lock, on an empty database.
async fn asked(name: &str, scope: Scope) -> Vec<&'static str> {
    let folder = std::env::temp_dir().join(format!("genkan-asked-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("asked.db");
    let database = Database::open_sqlite(&file, Role::Server, Arc::new(|| 1_000_000)).unwrap();
    migrate(&database).await.unwrap();
    let asked = database.write(move |tx| {
        let scope = scope.clone();
        Box::pin(async move {
            // Whoever comes first makes the guard, and asks again what belongs to it.
            locked(tx, &scope).await?;
            let mut noting = Noting { tx, asked: Vec::new() };
            locked(&mut noting, &scope).await?;
            Ok(noting.asked)
        })
    });
    let asked = asked.await.unwrap();
    database.close().await;
    std::fs::remove_dir_all(&folder).unwrap();
    asked
}

const ACCOUNT: [&str; 7] = [
    "account/lock",
    "clock/now",
    "account/find",
    "session/of_account",
    "device/of_account",
    "grant/of_account",
    "account/methods",
];

#[tokio::test]
async fn passkeys_come_with_the_other_methods_and_cost_no_question_of_their_own() {
    let scope = Scope { account: Some(AccountId([1; 16])), ..Scope::default() };
    assert_eq!(asked("account", scope).await, ACCOUNT);
}

#[tokio::test]
async fn a_sign_in_with_a_passkey_asks_two_questions_more_than_one_at_its_address() {
    let email = Email::parse("hanako@example.jp");
    let at_address = Scope { address: email, ..Scope::default() };
    let credential = CredentialId::new(&[1]);
    let with_passkey = Scope { credential, ceremony: Some(Digest([1; 32])), ..at_address.clone() };
    let mut more = asked("passkey", with_passkey).await;
    for question in asked("address", at_address).await {
        let place = more.iter().position(|name| *name == question).unwrap();
        more.remove(place);
    }
    assert_eq!(more, ["passkey/owner", "ceremony/find"]);
}

/// An answer to a question that another node is just using up must not slip through between the look and the lock.
#[tokio::test]
async fn g8_whether_a_question_was_answered_is_looked_for_after_the_account_was_locked() {
    let account = Some(AccountId([1; 16]));
    let scope = Scope { account, ceremony: Some(Digest([1; 32])), ..Scope::default() };
    let asked = asked("ceremony", scope).await;
    let place = |name| asked.iter().position(|known| *known == name);
    assert!(place("account/lock") < place("ceremony/find"), "{asked:?}");
    assert!(place("account/lock").is_some());
}
