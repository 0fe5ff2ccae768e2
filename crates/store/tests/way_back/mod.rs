//! The way back in, asked for by many at once: one code is good once, one number undoes once, one address is one
//! account's, and nobody comes in by what has just been taken away.
//!
//! Each is tried in several rounds, because which of them is first is chance; what holds must hold either way.

use accounts::*;

use crate::rows::{self, Dice, Rows, at_address, at_flow, both_with_rows, register, say};
use crate::{Order, all_at_once, nodes, outcomes};

const ROUNDS: usize = 6;

/// A code that was asked for: the flow of the browser that asked, and the code's id.
struct Asked {
    flow: Digest,
    code: ChallengeId,
}

async fn ask_reset(rows: &Rows, dice: &Dice, email: &Email) -> Asked {
    let draws = dice.draws();
    let command = Command::AskReset { email: email.clone() };
    let told = say(&rows.store, at_address(email), command, draws.clone()).await;
    assert!(matches!(told.decision.outcome, Outcome::CodeAsked { .. }));
    Asked { flow: draws.flow_digest, code: draws.challenge }
}

fn verify_reset(dice: &Dice, flow: Digest, code: ChallengeId) -> Order {
    (at_flow(flow), Command::VerifyReset { code: TypedCode::Matches(code) }, dice.draws())
}

fn complete_reset(dice: &Dice, flow: Digest, form: Digest) -> Order {
    let hash = PasswordHash("$argon2id$reset".to_owned());
    (
        at_flow(flow),
        Command::CompleteReset { form, hash, kept: Vec::new(), kind: SessionKind::Browser },
        dice.draws(),
    )
}

/// Pays for a guess and gives the sign-in that is to follow, with the right password of version 1.
async fn sign_in(rows: &Rows, dice: &Dice, email: &Email) -> Order {
    let draws = dice.draws();
    let ticket = draws.ticket;
    let pay = Command::PayGuess { email: email.clone() };
    let paid = say(&rows.store, at_address(email), pay, draws).await;
    assert_eq!(paid.decision.outcome, Outcome::Paid(Lane::Strangers));
    let guess = Guess { ticket, against: Some(1), verdict: Verdict::Right, rehash: None };
    let kind = SessionKind::Browser;
    (at_address(email), Command::SignIn { email: email.clone(), guess, kind }, dice.draws())
}

/// Asks, as the member with that session, for a code at another address.
async fn ask_change(
    rows: &Rows,
    dice: &Dice,
    (member, session): (AccountId, Digest),
    to: &Email,
) -> Asked {
    let draws = dice.draws();
    let scope = Scope { account: Some(member), session: Some(session), ..at_address(to) };
    let command = Command::AskEmailChange { email: to.clone() };
    let told = say(&rows.store, scope, command, draws.clone()).await;
    assert!(matches!(told.decision.outcome, Outcome::CodeAsked { .. }), "{:?}", told.decision.outcome);
    Asked { flow: draws.flow_digest, code: draws.challenge }
}

fn verify_change(dice: &Dice, session: Digest, asked: &Asked) -> Order {
    let scope = Scope { session: Some(session), ..at_flow(asked.flow) };
    let code = TypedCode::Matches(asked.code);
    (scope, Command::VerifyEmailChange { code }, dice.draws())
}

fn undo(dice: &Dice, account: AccountId, email: &Email, number: NumberId) -> Order {
    let (account, network) = (Some(account), Some(rows::asker().network));
    let scope = Scope { account, network, ..at_address(email) };
    let number = TypedNumber::Matches(number);
    (scope, Command::Undo { email: email.clone(), number }, dice.draws())
}

async fn wait(rows: &Rows, length: Millis) {
    let now = rows.store.now().await.unwrap();
    rows.set_clock(now.plus(length)).await;
}

async fn account_at(rows: &Rows, email: &Email) -> Account {
    let (snapshot, _) = rows.store.load(&at_address(email)).await.unwrap();
    snapshot.account.unwrap()
}

/// How many letters of a kind wait for an address. Takes all mails there are.
async fn letters(rows: &Rows, email: &Email, kind: MailKind) -> usize {
    let mails = rows.store.claim_mails([7; 16], Millis(0), 10_000).await.unwrap();
    mails.iter().filter(|mail| mail.mail.kind == kind && mail.mail.to.same_as(email)).count()
}

fn count(outcomes: &[Outcome], which: impl Fn(&Outcome) -> bool) -> usize {
    outcomes.iter().filter(|outcome| which(outcome)).count()
}

const fn proven(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::ResetProven { .. })
}

/// B3, B16: fifty browsers asked at one address and enter its one code at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i9_of_fifty_browsers_with_one_reset_code_one_is_let_on() {
    for rows in both_with_rows().await {
        let (nodes, dice) = (nodes(&rows).await, Dice::new());
        let email = dice.email("hanako");
        register(&rows.store, &dice, &email).await;
        let first = ask_reset(&rows, &dice, &email).await;
        let mut orders = vec![verify_reset(&dice, first.flow, first.code)];
        for _ in 1..50 {
            let other = ask_reset(&rows, &dice, &email).await;
            orders.push(verify_reset(&dice, other.flow, first.code));
        }
        let answers = outcomes(all_at_once(&nodes, orders).await);
        assert_eq!(count(&answers, proven), 1);
        assert_eq!(count(&answers, |o| *o == Outcome::Refused(Reason::CodeSpent)), 49);
        let account = account_at(&rows, &email).await;
        assert_eq!((account.epoch, account.password()), (1, None));
        assert_eq!(letters(&rows, &email, MailKind::ResetVerified).await, 1);
        assert_eq!(letters(&rows, &email, MailKind::ResetCode).await, 1);
        drop(nodes);
        rows.leave().await;
    }
}

/// B16: in one browser the same code opens the form again (R-RESET-5), but the password is voided once, and of all the
/// forms the newest alone sets a new one, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i9_fifty_submits_in_one_browser_void_once_and_one_form_of_fifty_serves() {
    for rows in both_with_rows().await {
        let (nodes, dice) = (nodes(&rows).await, Dice::new());
        let email = dice.email("hanako");
        register(&rows.store, &dice, &email).await;
        let asked = ask_reset(&rows, &dice, &email).await;
        let orders: Vec<_> = (0..50).map(|_| verify_reset(&dice, asked.flow, asked.code)).collect();
        let forms: Vec<_> = orders.iter().map(|(_, _, draws)| draws.form_digest).collect();
        let answers = outcomes(all_at_once(&nodes, orders).await);
        assert_eq!(count(&answers, proven), 50);
        assert_eq!(account_at(&rows, &email).await.epoch, 1);
        assert_eq!(letters(&rows, &email, MailKind::ResetVerified).await, 1);
        let twice = forms.iter().chain(&forms);
        let orders = twice.map(|form| complete_reset(&dice, asked.flow, *form)).collect();
        let answers = outcomes(all_at_once(&nodes, orders).await);
        assert_eq!(count(&answers, |o| matches!(o, Outcome::Welcome(_))), 1);
        let account = account_at(&rows, &email).await;
        assert_eq!((account.sessions.len(), account.password_version), (1, 3));
        assert_eq!(letters(&rows, &email, MailKind::SignInReset).await, 1);
        drop(nodes);
        rows.leave().await;
    }
}

/// Two codes of one address, entered at once in the two browsers that asked for them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_reset_6_of_two_codes_entered_at_once_one_works_and_the_other_dies_with_it() {
    for rows in both_with_rows().await {
        let nodes = nodes(&rows).await;
        for _ in 0..ROUNDS {
            let dice = Dice::new();
            let email = dice.email("hanako");
            register(&rows.store, &dice, &email).await;
            let one = ask_reset(&rows, &dice, &email).await;
            wait(&rows, Millis::seconds(61)).await;
            let other = ask_reset(&rows, &dice, &email).await;
            let orders = [&one, &other].map(|asked| verify_reset(&dice, asked.flow, asked.code));
            let answers = outcomes(all_at_once(&nodes, orders.into()).await);
            assert_eq!(count(&answers, proven), 1, "{answers:?}");
            assert_eq!(
                count(&answers, |o| *o == Outcome::Refused(Reason::CodeSpent)),
                1,
                "{answers:?}"
            );
        }
        drop(nodes);
        rows.leave().await;
    }
}

/// I14: whoever signs in with the old password while the code is entered is either ended by it or refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i14_no_sign_in_with_the_old_password_outlives_the_reset() {
    for rows in both_with_rows().await {
        let nodes = nodes(&rows).await;
        for round in 0..ROUNDS {
            let dice = Dice::new();
            let email = dice.email("hanako");
            register(&rows.store, &dice, &email).await;
            let asked = ask_reset(&rows, &dice, &email).await;
            let mut orders = Vec::new();
            for _ in 0..10 {
                orders.push(sign_in(&rows, &dice, &email).await);
            }
            let verify = verify_reset(&dice, asked.flow, asked.code);
            let form = verify.2.form_digest;
            orders.insert(round, verify);
            let told = all_at_once(&nodes, orders).await;
            for told in &told {
                let stood = told.before.account.as_ref().unwrap().password().is_some();
                let welcome = matches!(told.decision.outcome, Outcome::Welcome(_));
                assert!(stood || !welcome, "let in by a password that was void");
            }
            assert_eq!(count(&outcomes(told), proven), 1);
            let account = account_at(&rows, &email).await;
            assert_eq!((account.sessions, account.devices), (vec![], vec![]));
            let order = complete_reset(&dice, asked.flow, form);
            let answers = outcomes(all_at_once(&nodes, vec![order]).await);
            assert_eq!(count(&answers, |o| matches!(o, Outcome::Welcome(_))), 1, "{answers:?}");
            assert_eq!(account_at(&rows, &email).await.sessions.len(), 1);
        }
        drop(nodes);
        rows.leave().await;
    }
}

/// A number is pressed by thirty at once: it undoes once, and everybody hears what the first one heard (a double click).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_method_10_of_thirty_undos_with_one_number_one_undoes() {
    for rows in both_with_rows().await {
        let (nodes, dice) = (nodes(&rows).await, Dice::new());
        let (old, new) = (dice.email("hanako"), dice.email("moved"));
        let (welcome, draws) = register(&rows.store, &dice, &old).await;
        let session = draws.session_digest;
        let asked = ask_change(&rows, &dice, (welcome.account, session), &new).await;
        let order = verify_change(&dice, session, &asked);
        let number = order.2.numbers[0];
        assert_eq!(outcomes(all_at_once(&nodes, vec![order]).await), [Outcome::Done]);
        let order = || undo(&dice, welcome.account, &old, number);
        let told = all_at_once(&nodes, (0..30).map(|_| order()).collect()).await;
        let undone = told.iter().filter(|told| !told.decision.events.is_empty()).count();
        assert_eq!(undone, 1);
        assert!(outcomes(told).iter().all(|outcome| *outcome == Outcome::TakenBack));
        let account = account_at(&rows, &old).await;
        assert_eq!((account.id, account.epoch, account.sessions), (welcome.account, 1, vec![]));
        assert_eq!(letters(&rows, &old, MailKind::Undone).await, 1);
        assert_eq!(letters(&rows, &new, MailKind::Undone).await, 1);
        assert_eq!(rows.store.account_by_address(&new).await.unwrap(), None);
        drop(nodes);
        rows.leave().await;
    }
}

/// The account has moved, and whoever has moved it signs in at the new address while the old one undoes: the two meet at
/// no address, only at the account.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_method_10_no_sign_in_at_the_new_address_outlives_the_undo() {
    for rows in both_with_rows().await {
        let nodes = nodes(&rows).await;
        for round in 0..2 * ROUNDS {
            let dice = Dice::new();
            let (old, new) = (dice.email("hanako"), dice.email("moved"));
            let (welcome, draws) = register(&rows.store, &dice, &old).await;
            let session = draws.session_digest;
            let asked = ask_change(&rows, &dice, (welcome.account, session), &new).await;
            let change = verify_change(&dice, session, &asked);
            let number = change.2.numbers[0];
            assert_eq!(outcomes(all_at_once(&nodes, vec![change]).await), [Outcome::Done]);
            let mut orders = Vec::new();
            for _ in 0..10 {
                orders.push(sign_in(&rows, &dice, &new).await);
            }
            let order = undo(&dice, welcome.account, &old, number);
            orders.insert(round.min(10), order);
            let answers = outcomes(all_at_once(&nodes, orders).await);
            assert_eq!(count(&answers, |o| *o == Outcome::TakenBack), 1, "{answers:?}");
            let account = account_at(&rows, &old).await;
            assert_eq!((account.id, account.sessions), (welcome.account, vec![]), "{answers:?}");
        }
        drop(nodes);
        rows.leave().await;
    }
}

/// R-METHOD-4: two members have a code for one address, and enter them at once, each several times.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_method_8_of_two_members_who_move_to_one_address_one_gets_it() {
    for rows in both_with_rows().await {
        let nodes = nodes(&rows).await;
        for _ in 0..ROUNDS {
            let dice = Dice::new();
            let to = dice.email("wanted");
            let mut members = Vec::new();
            for name in ["hanako", "taro"] {
                let email = dice.email(name);
                let (welcome, draws) = register(&rows.store, &dice, &email).await;
                let own = (welcome.account, draws.session_digest);
                let asked = ask_change(&rows, &dice, own, &to).await;
                members.push((email, own, asked));
                wait(&rows, Millis::seconds(61)).await;
            }
            let mut orders = Vec::new();
            for _ in 0..3 {
                for (_, (_, session), asked) in &members {
                    orders.push(verify_change(&dice, *session, asked));
                }
            }
            let answers = outcomes(all_at_once(&nodes, orders).await);
            assert_eq!(count(&answers, |o| *o == Outcome::Done), 1, "{answers:?}");
            let owner = rows.store.account_by_address(&to).await.unwrap().unwrap();
            let [winner, loser] = if owner == members[0].1.0 { [0, 1] } else { [1, 0] };
            assert_eq!(owner, members[winner].1.0);
            let at_old = rows.store.account_by_address(&members[winner].0).await.unwrap();
            assert_eq!(at_old, None);
            let stays = rows.store.account_by_address(&members[loser].0).await.unwrap();
            assert_eq!(stays, Some(members[loser].1.0));
        }
        drop(nodes);
        rows.leave().await;
    }
}

/// A member moves while sign-ins at the old address are under way, and while somebody who had proven that address before
/// registers with it: nobody is let in through an address that the account has left, and it stays spoken for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_method_8_nobody_comes_in_through_an_address_that_the_account_has_left() {
    for rows in both_with_rows().await {
        let nodes = nodes(&rows).await;
        for round in 0..ROUNDS {
            let dice = Dice::new();
            let (old, new) = (dice.email("hanako"), dice.email("moved"));
            let proven_before = rows::prove(&rows.store, &dice, &old).await;
            wait(&rows, Millis::seconds(61)).await;
            let (welcome, draws) = register(&rows.store, &dice, &old).await;
            let session = draws.session_digest;
            let asked = ask_change(&rows, &dice, (welcome.account, session), &new).await;
            let mut orders = Vec::new();
            for _ in 0..8 {
                orders.push(sign_in(&rows, &dice, &old).await);
            }
            orders.insert(round, verify_change(&dice, session, &asked));
            orders.push((at_flow(proven_before), rows::complete(), dice.draws()));
            let told = all_at_once(&nodes, orders).await;
            for told in &told {
                let Outcome::Welcome(welcome) = &told.decision.outcome else { continue };
                let account = told.before.account.as_ref().unwrap();
                let at = account.email.as_ref().map(|method| method.email.as_stored());
                assert_eq!((account.id, at), (welcome.account, Some(old.as_stored())));
            }
            let answers = outcomes(told);
            assert_eq!(count(&answers, |o| *o == Outcome::Done), 1, "{answers:?}");
            let taken = |o: &Outcome| *o == Outcome::Refused(Reason::AddressTaken);
            assert_eq!(count(&answers, taken), 1, "{answers:?}");
            assert_eq!(rows.store.account_by_address(&new).await.unwrap(), Some(welcome.account));
            assert_eq!(rows.store.account_by_address(&old).await.unwrap(), None);
            let late = sign_in(&rows, &dice, &old).await;
            let answers = outcomes(all_at_once(&nodes, vec![late]).await);
            assert_eq!(answers, [Outcome::Refused(Reason::NoSuchAccount)]);
        }
        drop(nodes);
        rows.leave().await;
    }
}
