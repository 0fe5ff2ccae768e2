//! What is past counts as past, swept or not: numbers, changes, cooldowns, sessions, questions to authenticators.
//!
//! Each is tried just before its end, just after it, and after the sweep that takes it away. The clock of PostgreSQL goes
//! on while a test runs, so "just" is a minute.

use accounts::*;

use crate::rows::passkeys::{Door, add, credential, entering};
use crate::rows::{
    Dice, Rows, at_address, at_flow, both_with_rows, enter, enter_number, register, say,
};
use crate::{sweep, wait};

const MINUTE: Millis = Millis::minutes(1);

fn before(length: Millis) -> Millis {
    Millis(length.0 - MINUTE.0)
}

/// R-SIGNIN-6: a number is good for its time, is called too old for a day, and then is nobody's.
#[tokio::test]
async fn a_number_is_good_until_its_end_however_often_is_swept() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let mut members = Vec::new();
        for name in ["hanako", "taro", "jiro"] {
            let email = dice.email(name);
            let (welcome, _) = register(store, &dice, &email).await;
            let (_, draws) = enter(store, &dice, &email, 1).await;
            members.push((email, welcome.account, draws.numbers[0]));
        }
        let report = async |member: usize| {
            let (email, account, number) = members[member].clone();
            let number = TypedNumber::Matches(number);
            enter_number(store, &dice, account, Command::ReportNotMe { email, number }).await
        };
        wait(&rows, before(Policy::default().not_me_life)).await;
        assert_eq!(sweep(&rows).await.numbers, 0);
        assert_eq!(report(0).await, Outcome::TakenBack);
        wait(&rows, Millis::minutes(2)).await;
        assert_eq!(sweep(&rows).await.numbers, 0);
        assert_eq!(report(1).await, Outcome::Refused(Reason::NumberExpired));
        wait(&rows, Millis::days(1)).await;
        assert_eq!(report(2).await, Outcome::Refused(Reason::WrongNumber));
        assert_eq!(sweep(&rows).await.numbers, 3);
        assert_eq!(report(2).await, Outcome::Refused(Reason::WrongNumber));
        rows.leave().await;
    }
}

/// Moves a member to another address; gives the number that takes it back.
async fn move_to(
    rows: &Rows,
    dice: &Dice,
    (account, session): (AccountId, Digest),
    to: &Email,
) -> NumberId {
    let asked = dice.draws();
    let scope = Scope { account: Some(account), session: Some(session), ..at_address(to) };
    let command = Command::AskEmailChange { email: to.clone() };
    say(&rows.store, scope, command, asked.clone()).await;
    let draws = dice.draws();
    let scope = Scope { session: Some(session), ..at_flow(asked.flow_digest) };
    let code = TypedCode::Matches(asked.challenge);
    let told = say(&rows.store, scope, Command::VerifyEmailChange { code }, draws.clone()).await;
    assert_eq!(told.decision.outcome, Outcome::Done);
    draws.numbers[0]
}

/// R-METHOD-10: for 72 hours a change can be undone and the former address is spoken for; then neither.
#[tokio::test]
async fn a_change_can_be_undone_until_its_end_however_often_is_swept() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let mut members = Vec::new();
        for name in ["hanako", "taro"] {
            let (old, new) = (dice.email(name), dice.email(&format!("new-{name}")));
            let (welcome, draws) = register(store, &dice, &old).await;
            let own = (welcome.account, draws.session_digest);
            members.push((old, welcome.account, move_to(&rows, &dice, own, &new).await));
        }
        let undo = async |member: usize| {
            let (email, account, number) = members[member].clone();
            let number = TypedNumber::Matches(number);
            enter_number(store, &dice, account, Command::Undo { email, number }).await
        };
        let ask = async |member: usize| {
            let email = members[member].0.clone();
            let draws = dice.draws();
            let command = Command::RegisterByEmail { email: email.clone() };
            say(store, at_address(&email), command, draws.clone()).await;
            let now = store.load(&at_address(&email)).await.unwrap().0.address.unwrap();
            now.challenges.iter().find(|mail| mail.id == draws.challenge).map(|mail| mail.kind)
        };
        wait(&rows, before(Policy::default().undo_life)).await;
        let swept = sweep(&rows).await;
        assert_eq!((swept.numbers, swept.changes), (0, 0));
        assert_eq!(ask(1).await, Some(ChallengeKind::UndoOffered));
        assert_eq!(undo(0).await, Outcome::TakenBack);
        wait(&rows, Millis::minutes(2)).await;
        // The other one was undone, which has taken its row away.
        let swept = sweep(&rows).await;
        assert_eq!((swept.numbers, swept.changes), (0, 1));
        assert_eq!(undo(1).await, Outcome::Refused(Reason::NumberExpired));
        assert_eq!(ask(1).await, Some(ChallengeKind::Code));
        wait(&rows, Millis::days(1)).await;
        assert_eq!(sweep(&rows).await.numbers, 2);
        assert_eq!(undo(1).await, Outcome::Refused(Reason::WrongNumber));
        rows.leave().await;
    }
}

/// R-RESET-4: whatever a policy says, a cooldown is not swept away before its end.
#[tokio::test]
async fn a_cooldown_lasts_until_its_end_however_often_is_swept() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let policy = Policy { reset_cooldown: Millis::days(90), ..Policy::default() };
        let email = dice.email("hanako");
        register(store, &dice, &email).await;
        let asked = dice.draws();
        let command = Command::AskReset { email: email.clone() };
        say(store, at_address(&email), command, asked.clone()).await;
        let code = TypedCode::Matches(asked.challenge);
        let order = (at_flow(asked.flow_digest), Command::VerifyReset { code });
        let told = crate::rows::tell(store, order, (dice.draws(), policy.clone()), None).await.unwrap();
        assert!(matches!(told.decision.outcome, Outcome::ResetProven { .. }));
        wait(&rows, before(policy.reset_cooldown)).await;
        assert_eq!(store.sweep(&policy, 100).await.unwrap().guards, 0);
        let address = store.load(&at_address(&email)).await.unwrap().0.address.unwrap();
        assert!(address.cooling_until > Some(store.now().await.unwrap()));
        rows.leave().await;
    }
}

/// A lapsed session that is still in its row is as good as none: signing out in it tells the member nothing new.
#[tokio::test]
async fn a_lapsed_session_counts_as_not_presented_swept_or_not() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let mut lists = Vec::new();
        for name in ["hanako", "taro"] {
            let (welcome, draws) = register(store, &dice, &dice.email(name)).await;
            wait(&rows, Policy::default().browser_idle).await;
            if name == "taro" {
                assert!(sweep(&rows).await.sessions > 0);
            }
            let scope = Scope { session: Some(draws.session_digest), ..Scope::default() };
            let told = say(store, scope, Command::SignOut, dice.draws()).await;
            assert_eq!(told.decision.outcome, Outcome::Done);
            let lines = store.activity(welcome.account, None, 10).await.unwrap();
            lists.push(lines.into_iter().map(|(_, line)| line.kind).collect::<Vec<_>>());
        }
        assert_eq!(lists[0], lists[1]);
        assert_eq!(lists[0], [ActivityKind::Registered]);
        rows.leave().await;
    }
}

/// A password that is void has a number all the same, also where an account never had a password before.
#[tokio::test]
async fn the_number_of_a_void_password_is_kept_also_where_there_was_none() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let email = dice.email("hanako");
        register(store, &dice, &email).await;
        rows.house.script("delete from passwords").await;
        let asked = dice.draws();
        let command = Command::AskReset { email: email.clone() };
        say(store, at_address(&email), command, asked.clone()).await;
        let code = TypedCode::Matches(asked.challenge);
        let flow = at_flow(asked.flow_digest);
        let told = say(store, flow.clone(), Command::VerifyReset { code }, dice.draws()).await;
        let applied = told.decision.events.iter().fold(told.before.clone(), apply);
        let loaded = store.load(&flow).await.unwrap().0;
        assert_eq!(loaded.account.unwrap().email, applied.account.unwrap().email);
        rows.leave().await;
    }
}

/// G8: a question is answered once for as long as it can be answered at all, and then not at all.
#[tokio::test]
async fn g8_an_answered_question_stays_answered_until_its_end_however_often_is_swept() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let (welcome, draws) = register(store, &dice, &dice.email("hanako")).await;
        let passkey = add(store, &dice, Door::of(&welcome, &draws)).await;
        // The one that the passkey was made for.
        wait(&rows, Millis::minutes(6)).await;
        assert_eq!(sweep(&rows).await.ceremonies, 1);

        let expires_at = store.now().await.unwrap().plus(Millis::minutes(5));
        let ceremony = Ceremony { challenge: dice.digest(), expires_at };
        let answer = async || {
            let (scope, command, draws) = entering(store, &dice, &passkey, (0, ceremony)).await;
            say(store, scope, command, draws).await.decision.outcome
        };
        assert!(matches!(answer().await, Outcome::Welcome(_)));
        wait(&rows, before(Millis::minutes(5))).await;
        assert_eq!(sweep(&rows).await.ceremonies, 0);
        let gone = Outcome::Refused(Reason::CeremonyGone);
        assert_eq!(answer().await, gone);
        wait(&rows, Millis::minutes(2)).await;
        assert_eq!(answer().await, gone);
        assert_eq!(sweep(&rows).await.ceremonies, 1);
        assert_eq!(answer().await, gone);
        rows.leave().await;
    }
}

/// A passkey is found by its credential id alone, with the address whose lock may refuse it.
#[tokio::test]
async fn a_passkey_is_looked_up_with_its_account_and_the_address() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let email = dice.email("Hanako");
        let (welcome, draws) = register(store, &dice, &email).await;
        let passkey = add(store, &dice, Door::of(&welcome, &draws)).await;
        let owned = store.passkey(&passkey.credential).await.unwrap().unwrap();
        let expected = store::OwnedPasskey {
            account: welcome.account,
            email: Some(email),
            passkey: passkey.clone(),
        };
        assert_eq!(owned, expected);
        assert_eq!(store.passkey(&credential(&dice)).await.unwrap(), None);
        let scope = Scope { session: Some(draws.session_digest), ..Scope::default() };
        let command = Command::RemovePasskey { passkey: passkey.id };
        let told = say(store, scope, command, dice.draws()).await;
        assert_eq!(told.decision.outcome, Outcome::Done);
        assert_eq!(store.passkey(&passkey.credential).await.unwrap(), None);
        rows.leave().await;
    }
}
