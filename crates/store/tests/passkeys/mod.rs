//! Passkeys wanted, shown and removed by many at once: a credential id is one account's, a question is answered once, and
//! a counter never falls.
//!
//! Whoever is first has it; the others get the answer that they would have got a moment later, never a fault. Members are
//! those of `parting`.

use accounts::*;
use store::Store;

use crate::parting::claims::nodes_behind_a_pooler;
use crate::parting::{Member, members, state};
use crate::rows::passkeys::{Door, add, adding, credential, entering, question};
use crate::rows::{self, Dice, Rows, at_address, both_with_rows, say};
use crate::{Order, all_at_once, nodes, outcomes};

const CROWD: usize = 50;
const GONE: Outcome = Outcome::Refused(Reason::CeremonyGone);

fn count(outcomes: &[Outcome], which: impl Fn(&Outcome) -> bool) -> usize {
    outcomes.iter().filter(|outcome| which(outcome)).count()
}

fn welcomes(outcomes: &[Outcome]) -> usize {
    count(outcomes, |outcome| matches!(outcome, Outcome::Welcome(_)))
}

fn added(outcomes: &[Outcome]) -> usize {
    count(outcomes, |outcome| matches!(outcome, Outcome::PasskeyAdded(_)))
}

async fn door(rows: &Rows, member: &Member) -> Door {
    let (seen, _) = rows.store.session(member.session).await.unwrap().unwrap();
    Door { account: seen.account.id, session: seen.session.id, secret: member.session }
}

async fn account(rows: &Rows, member: &Member) -> Account {
    let scope = Scope { account: Some(member.account.id), ..Scope::default() };
    rows.store.load(&scope).await.unwrap().0.account.unwrap()
}

/// Two nodes and, on a server, two more behind a pooler.
async fn pairs_of_nodes(rows: &Rows) -> Vec<Vec<Store>> {
    let pooled = nodes_behind_a_pooler(rows).await;
    [Some(nodes(rows).await), pooled].into_iter().flatten().collect()
}

/// R-PASSKEY-5, I26: fifty members add what says it is the same credential, each answering a question of their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i26_a_credential_that_fifty_add_at_once_is_one_accounts() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let members = members(&rows, &dice, CROWD).await;
        for nodes in pairs_of_nodes(&rows).await {
            let credential = credential(&dice);
            let mut orders = Vec::new();
            for member in &members {
                let ceremony = question(&rows.store, &dice).await;
                orders.push(adding(&dice, door(&rows, member).await, &credential, ceremony));
            }
            let answers = outcomes(all_at_once(&nodes, orders).await);
            assert_eq!(added(&answers), 1, "{answers:?}");
            let taken = Outcome::Refused(Reason::CredentialTaken);
            assert_eq!(count(&answers, |outcome| *outcome == taken), CROWD - 1, "{answers:?}");
            let mut holders = Vec::new();
            for member in &members {
                let has = account(&rows, member).await.passkeys;
                if has.iter().any(|known| known.credential == credential) {
                    holders.push(member.account.id);
                }
            }
            let owned = rows.store.passkey(&credential).await.unwrap().unwrap();
            assert_eq!(holders, [owned.account]);
        }
        rows.leave().await;
    }
}

/// G8: fifty copies of one answer; one of them signs in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g8_of_fifty_answers_to_one_question_one_is_let_in() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let pairs = pairs_of_nodes(&rows).await;
        let members = members(&rows, &dice, pairs.len()).await;
        for (nodes, member) in pairs.iter().zip(&members) {
            let passkey = add(&rows.store, &dice, door(&rows, member).await).await;
            let ceremony = question(&rows.store, &dice).await;
            let mut orders = Vec::new();
            for _ in 0..CROWD {
                orders.push(entering(&rows.store, &dice, &passkey, (0, ceremony)).await);
            }
            let answers = outcomes(all_at_once(nodes, orders).await);
            assert_eq!(welcomes(&answers), 1, "{answers:?}");
            assert_eq!(count(&answers, |outcome| *outcome == GONE), CROWD - 1, "{answers:?}");
            // The one that was there, and the one that came.
            assert_eq!(account(&rows, member).await.sessions.len(), 2);
        }
        rows.leave().await;
    }
}

/// G8: no account stands between them here, for each answers for another one: the question itself does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g8_a_question_that_fifty_members_answer_lets_one_of_them_in() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let members = members(&rows, &dice, CROWD).await;
        let mut passkeys = Vec::new();
        for member in &members {
            passkeys.push(add(&rows.store, &dice, door(&rows, member).await).await);
        }
        for nodes in pairs_of_nodes(&rows).await {
            let ceremony = question(&rows.store, &dice).await;
            let mut orders = Vec::new();
            for passkey in &passkeys {
                orders.push(entering(&rows.store, &dice, passkey, (0, ceremony)).await);
            }
            let answers = outcomes(all_at_once(&nodes, orders).await);
            assert_eq!(welcomes(&answers), 1, "{answers:?}");
            assert_eq!(count(&answers, |outcome| *outcome == GONE), CROWD - 1, "{answers:?}");
        }
        rows.leave().await;
    }
}

/// I27: an authenticator and its copy show the same counter at once, each in answer to a question of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i27_of_two_sign_ins_with_one_counter_one_is_let_in() {
    for rows in both_with_rows().await {
        let (nodes, dice) = (nodes(&rows).await, Dice::new());
        let member = members(&rows, &dice, 1).await.remove(0);
        let passkey = add(&rows.store, &dice, door(&rows, &member).await).await;
        for counter in 1..=30 {
            let mut orders = Vec::new();
            for _ in 0..2 {
                let ceremony = question(&rows.store, &dice).await;
                orders.push(entering(&rows.store, &dice, &passkey, (counter, ceremony)).await);
            }
            let answers = outcomes(all_at_once(&nodes, orders).await);
            assert_eq!(welcomes(&answers), 1, "{answers:?}");
            let doubtful = Outcome::Refused(Reason::PasskeyDoubtful);
            assert_eq!(count(&answers, |outcome| *outcome == doubtful), 1, "{answers:?}");
            let known = rows.store.passkey(&passkey.credential).await.unwrap().unwrap();
            assert_eq!(known.passkey.counter, counter);
        }
        drop(nodes);
        rows.leave().await;
    }
}

fn removal(dice: &Dice, member: &Member, passkey: PasskeyId) -> Order {
    let account = Some(member.account.id);
    let scope = Scope { account, session: Some(member.session), ..at_address(&member.email) };
    (scope, Command::RemovePasskey { passkey }, dice.draws())
}

/// R-PASSKEY-4: no session by a passkey outlives its removal, whichever came first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_passkey_4_no_sign_in_outlives_the_removal_of_its_passkey() {
    for rows in both_with_rows().await {
        let (nodes, dice) = (nodes(&rows).await, Dice::new());
        let mut let_in = 0;
        let members = members(&rows, &dice, 30).await;
        for (round, member) in members.iter().enumerate() {
            let passkey = add(&rows.store, &dice, door(&rows, member).await).await;
            let ceremony = question(&rows.store, &dice).await;
            let enters = entering(&rows.store, &dice, &passkey, (0, ceremony)).await;
            let mut orders = vec![removal(&dice, member, passkey.id), enters];
            orders.rotate_left(round % 2);
            let answers = outcomes(all_at_once(&nodes, orders).await);
            assert_eq!(count(&answers, |outcome| *outcome == Outcome::Done), 1, "{answers:?}");
            let unknown = Outcome::Refused(Reason::PasskeyUnknown);
            let refused = count(&answers, |outcome| *outcome == unknown);
            assert_eq!(welcomes(&answers) + refused, 1, "{answers:?}");
            let_in += welcomes(&answers);
            let left = account(&rows, member).await;
            assert_eq!(left.passkeys, []);
            let by_it = |session: &&Session| session.method == Method::Passkey(passkey.id);
            assert_eq!(left.sessions.iter().filter(by_it).count(), 0);
        }
        assert!(let_in < 30, "the removal never came first");
        drop(nodes);
        rows.leave().await;
    }
}

/// The number that takes a change or a withdrawal back, entered at the member's own address.
fn restore(dice: &Dice, member: &Member, number: NumberId) -> Order {
    let (account, network) = (Some(member.account.id), Some(rows::asker().network));
    let scope = Scope { account, network, ..at_address(&member.email) };
    let number = TypedNumber::Matches(number);
    (scope, Command::Undo { email: member.email.clone(), number }, dice.draws())
}

/// R-METHOD-10: a passkey was removed; while its owner takes that back, somebody else adds it. It ends on one of the two
/// accounts, and the undo does the rest of its work either way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_method_10_an_undo_and_an_addition_of_the_freed_credential_leave_it_with_one() {
    for rows in both_with_rows().await {
        let (nodes, dice) = (nodes(&rows).await, Dice::new());
        let members = members(&rows, &dice, 60).await;
        for (round, pair) in members.chunks(2).enumerate() {
            let [owner, other] = pair else { panic!("{}", pair.len()) };
            let passkey = add(&rows.store, &dice, door(&rows, owner).await).await;
            let (scope, command, draws) = removal(&dice, owner, passkey.id);
            let number = draws.numbers[0];
            let told = say(&rows.store, scope, command, draws).await;
            assert_eq!(told.decision.outcome, Outcome::Done);
            let ceremony = question(&rows.store, &dice).await;
            let adds = adding(&dice, door(&rows, other).await, &passkey.credential, ceremony);
            let mut orders = vec![restore(&dice, owner, number), adds];
            orders.rotate_left(round % 2);
            let answers = outcomes(all_at_once(&nodes, orders).await);
            assert_eq!(count(&answers, |o| *o == Outcome::TakenBack), 1, "{answers:?}");
            let back = account(&rows, owner).await.passkeys == [passkey.clone()];
            assert_eq!(added(&answers), usize::from(!back), "{answers:?}");
            let has = rows.store.passkey(&passkey.credential).await.unwrap().unwrap();
            assert_eq!(has.account, if back { owner.account.id } else { other.account.id });
        }
        drop(nodes);
        rows.leave().await;
    }
}

/// Two accounts left with the same two credential ids in their pictures, in opposite order, and are taken back at once:
/// neither waits for the other without end, and each credential id is one account's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_withdraw_2_two_restorations_with_one_credential_each_get_what_is_free() {
    for rows in both_with_rows().await {
        let nodes = nodes(&rows).await;
        for _ in 0..20 {
            let dice = Dice::new();
            let pair = members(&rows, &dice, 2).await;
            let at = rows.store.now().await.unwrap();
            let until = at.plus(Millis::days(30));
            let mut passkeys = Vec::new();
            for _ in 0..2 {
                passkeys.push(add(&rows.store, &dice, door(&rows, &pair[0]).await).await);
            }
            let mut orders = Vec::new();
            for (n, member) in pair.iter().enumerate() {
                let mut methods = Methods::of(&member.account);
                methods.passkeys.clone_from(&passkeys);
                methods.passkeys.rotate_left(n);
                let number = Number {
                    id: NumberId(dice.id()),
                    kind: NumberKind::Restore,
                    account: member.account.id,
                    key: 7,
                    issued_at: at,
                    expires_at: until,
                    spent_at: None,
                };
                orders.push(restore(&dice, member, number.id));
                let account = member.account.id;
                let withdrawal = Withdrawal { at, until, methods };
                let left = Event::Withdrawn { account, withdrawal, told: Vec::new() };
                let email = member.email.clone();
                state(&rows, &dice, vec![left, Event::NumberIssued { email, number }]).await;
            }
            let answers = outcomes(all_at_once(&nodes, orders).await);
            assert_eq!(count(&answers, |o| *o == Outcome::Restored), 2, "{answers:?}");
            let mut had = 0;
            for member in &pair {
                had += account(&rows, member).await.passkeys.len();
            }
            assert_eq!(had, 2);
        }
        drop(nodes);
        rows.leave().await;
    }
}
