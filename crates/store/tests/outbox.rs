//! The outbox: leases, what a worker's word is worth, and that a mail exists exactly when its event does.
//!
//! Told on both engines with a moved clock.

mod rows;
mod support;

use accounts::*;
use rows::{Dice, Rows, at_address, at_flow, both_with_rows, enter, register, say};
use store::{Fault, Lease, MailCounts, MailId, MailState, OutgoingMail, Store};

const ONE: [u8; 16] = [1; 16];
const OTHER: [u8; 16] = [2; 16];
const LEASE: Millis = Millis::minutes(5);

async fn ask(store: &Store, dice: &Dice, email: &Email) -> Draws {
    let draws = dice.draws();
    let command = Command::RegisterByEmail { email: email.clone() };
    say(store, at_address(email), command, draws.clone()).await;
    draws
}

async fn wait(rows: &Rows, length: Millis) {
    let now = rows.store.now().await.unwrap();
    rows.set_clock(now.plus(length)).await;
}

#[tokio::test]
async fn a_claimed_mail_says_what_to_send_and_which_code_it_carries() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let email = dice.email("Hanako");
        assert_eq!(store.next_mail_due().await.unwrap(), None);
        let draws = ask(store, &dice, &email).await;
        assert!(store.next_mail_due().await.unwrap() <= Some(store.now().await.unwrap()));
        let mails = store.claim_mails(ONE, LEASE, 10).await.unwrap();
        let [claimed] = mails.as_slice() else { panic!("{mails:?}") };
        assert_eq!((claimed.id.decision, claimed.id.n, claimed.tries), (draws.decision, 0, 1));
        assert_eq!(claimed.mail.kind, MailKind::RegisterCode);
        assert_eq!(claimed.mail.to.as_stored(), email.as_stored());
        assert_eq!(claimed.mail.challenge, Some(draws.challenge));
        let challenge = claimed.challenge.as_ref().unwrap();
        assert_eq!((challenge.id, challenge.key), (draws.challenge, 7));
        assert_eq!(claimed.mail.useless_at, Some(challenge.expires_at));
        rows.leave().await;
    }
}

/// What somebody has just asked for leaves before all that others have asked for, and what is oldest is not forgotten.
#[tokio::test]
async fn a_new_mail_does_not_wait_behind_a_thousand_and_the_oldest_goes_on() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let mut written = Vec::new();
        for number in 0..40 {
            written.push(ask(store, &dice, &dice.email(&format!("flood{number}"))).await.decision);
            wait(&rows, Millis::seconds(1)).await;
        }
        let late = ask(store, &dice, &dice.email("Hanako")).await.decision;
        let mut taken = Vec::new();
        for limit in [1, 1, 3, 4] {
            taken.extend(store.claim_mails(ONE, LEASE, limit).await.unwrap());
        }
        let place = |decision| taken.iter().position(|mail| mail.id.decision == decision);
        assert!(place(late) < Some(2), "{taken:?}");
        assert!(place(written[0]) < Some(2), "{taken:?}");
        let ids = taken.iter().map(|mail| mail.id).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(ids.len(), 9, "none is taken twice");
        // The oldest four or five, and the newest.
        assert!(written[..4].iter().all(|old| place(*old).is_some()), "{taken:?}");
        assert!(written[37..].iter().all(|new| place(*new).is_some()), "{taken:?}");
        rows.leave().await;
    }
}

/// A number travels like a code: the mail names it, and the row from which it is derived comes with the mail while there
/// is one.
#[tokio::test]
async fn a_claimed_mail_names_its_number_and_until_when() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let email = dice.email("Hanako");
        let (welcome, _) = register(store, &dice, &email).await;
        let (told, draws) = enter(store, &dice, &email, 1).await;
        let now = told.now;
        let command = Command::ChangePassword { hash: PasswordHash("$second".to_owned()) };
        let scope = Scope { session: Some(draws.session_digest), ..at_address(&email) };
        let change = dice.draws();
        say(store, scope, command, change.clone()).await;
        let asked = dice.draws();
        let command = Command::AskReset { email: email.clone() };
        say(store, at_address(&email), command, asked.clone()).await;
        let code = TypedCode::Matches(asked.challenge);
        say(store, at_flow(asked.flow_digest), Command::VerifyReset { code }, dice.draws()).await;

        let mails = store.claim_mails(ONE, LEASE, 10).await.unwrap();
        let of = |kind| mails.iter().find(|mail| mail.mail.kind == kind).unwrap();
        let (sign_in, changed) = (of(MailKind::SignIn), of(MailKind::PasswordChanged));
        // What to do next is told without a word of a password where there is none.
        let with_password =
            |mail: &OutgoingMail| mail.methods.as_ref().is_some_and(|of| of.email.is_some());
        assert!(with_password(sign_in) && with_password(changed), "{sign_in:?} {changed:?}");
        let number = sign_in.number.clone().unwrap();
        assert_eq!((sign_in.mail.number, number.id), (Some(draws.numbers[0]), draws.numbers[0]));
        assert_eq!(number.kind, NumberKind::NotMe(draws.session));
        assert_eq!((number.account, number.key, number.spent_at), (welcome.account, 7, None));
        assert_eq!(number.expires_at, now.plus(Policy::default().not_me_life));
        let number = changed.number.clone().unwrap();
        assert_eq!(
            (changed.mail.number, number.kind),
            (Some(change.numbers[0]), NumberKind::Undo(change.change))
        );
        let until = of(MailKind::ResetVerified).mail.until.unwrap();
        assert!(until >= now.plus(Policy::default().reset_cooldown));
        for kind in [MailKind::Welcome, MailKind::ResetCode, MailKind::ResetVerified] {
            assert_eq!((of(kind).mail.number, &of(kind).number), (None, &None));
        }

        // A mail that comes so late that its number is gone says so: there is none to derive.
        wait(&rows, Millis::days(9)).await;
        assert_eq!(store.sweep(&Policy::default(), 10).await.unwrap().numbers, 2);
        let late = store.claim_mails(OTHER, LEASE, 10).await.unwrap();
        let sign_in = late.iter().find(|mail| mail.mail.kind == MailKind::SignIn).unwrap();
        assert_eq!((sign_in.mail.number, sign_in.number.as_ref()), (Some(draws.numbers[0]), None));
        rows.leave().await;
    }
}

#[tokio::test]
async fn a_lease_that_ran_out_is_claimed_again_and_the_first_workers_word_is_lost() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        ask(store, &dice, &dice.email("hanako")).await;
        let first = store.claim_mails(ONE, LEASE, 10).await.unwrap();
        assert_eq!(store.claim_mails(OTHER, LEASE, 10).await.unwrap(), []);
        wait(&rows, LEASE).await;
        let second = store.claim_mails(OTHER, LEASE, 10).await.unwrap();
        assert_eq!((second[0].id, second[0].tries), (first[0].id, 2));
        let id = first[0].id;
        assert_eq!(store.mail_sent(id, ONE, "250 ok").await.unwrap(), Lease::Lost);
        let due = store.now().await.unwrap();
        assert_eq!(store.mail_retry(id, ONE, due, "421 busy").await.unwrap(), Lease::Lost);
        assert_eq!(store.mail_given_up(id, ONE, "550 no").await.unwrap(), Lease::Lost);
        assert_eq!(store.mail_dropped(id, ONE).await.unwrap(), Lease::Lost);
        assert_eq!(store.mail_counts().await.unwrap(), MailCounts { waiting: 1, ..counts() });
        assert_eq!(store.mail_sent(id, OTHER, "250 ok").await.unwrap(), Lease::Held);
        assert_eq!(store.mail_counts().await.unwrap(), MailCounts { sent: 1, ..counts() });
        wait(&rows, Millis::days(1)).await;
        assert_eq!(store.claim_mails(ONE, LEASE, 10).await.unwrap(), []);
        rows.leave().await;
    }
}

#[tokio::test]
async fn a_mail_to_be_retried_waits_until_then_and_is_anybodys() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        ask(store, &dice, &dice.email("hanako")).await;
        let id = store.claim_mails(ONE, LEASE, 10).await.unwrap()[0].id;
        let due = store.now().await.unwrap().plus(Millis::minutes(20));
        let words = "421 try\u{0} later ".repeat(100);
        assert_eq!(store.mail_retry(id, ONE, due, &words).await.unwrap(), Lease::Held);
        assert_eq!(store.next_mail_due().await.unwrap(), Some(due));
        // Whoever has spoken holds it no more.
        assert_eq!(store.mail_sent(id, ONE, "250 ok").await.unwrap(), Lease::Lost);
        wait(&rows, LEASE).await;
        assert_eq!(store.claim_mails(OTHER, LEASE, 10).await.unwrap(), []);
        wait(&rows, Millis::minutes(15)).await;
        assert_eq!(store.claim_mails(OTHER, LEASE, 10).await.unwrap()[0].id, id);
        rows.leave().await;
    }
}

/// A clock that was ahead has been set back: what it put off for years goes out with the next upkeep, and nothing else does.
#[tokio::test]
async fn a_mail_put_off_by_a_clock_that_was_ahead_is_due_at_the_next_sweep() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        ask(store, &dice, &dice.email("hanako")).await;
        for (off, stays) in [(Millis::hours(1), true), (Millis::days(3650), false)] {
            let id = store.claim_mails(ONE, LEASE, 10).await.unwrap()[0].id;
            let due = store.now().await.unwrap().plus(off);
            assert_eq!(store.mail_retry(id, ONE, due, "421 later").await.unwrap(), Lease::Held);
            store.sweep(&Policy::default(), 500).await.unwrap();
            assert_eq!(store.next_mail_due().await.unwrap() == Some(due), stays, "{off:?}");
            if stays {
                wait(&rows, Millis::hours(1)).await;
            }
        }
        assert_eq!(store.claim_mails(OTHER, LEASE, 10).await.unwrap().len(), 1);
        rows.leave().await;
    }
}

#[tokio::test]
async fn mails_that_were_given_up_or_dropped_are_not_claimed_again() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        for name in ["hanako", "taro", "jiro"] {
            ask(store, &dice, &dice.email(name)).await;
        }
        let mails = store.claim_mails(ONE, LEASE, 2).await.unwrap();
        assert_eq!(mails.len(), 2);
        assert_eq!(store.mail_given_up(mails[0].id, ONE, "550 no").await.unwrap(), Lease::Held);
        assert_eq!(store.mail_dropped(mails[1].id, ONE).await.unwrap(), Lease::Held);
        let expected = MailCounts { waiting: 1, given_up: 1, dropped: 1, ..counts() };
        assert_eq!(store.mail_counts().await.unwrap(), expected);
        wait(&rows, Millis::days(1)).await;
        let left = store.claim_mails(OTHER, LEASE, 10).await.unwrap();
        assert_eq!(left.len(), 1);
        assert!(mails.iter().all(|mail| mail.id != left[0].id));
        rows.leave().await;
    }
}

/// Always-1: mail and activity line are written in the transaction of the change, or not at all.
#[tokio::test]
async fn a_mail_exists_exactly_when_its_event_was_committed() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let email = dice.email("hanako");
        let (welcome, _) = register(store, &dice, &email).await;
        let before = store.mail_counts().await.unwrap();
        let lines = store.activity(welcome.account, None, 100).await.unwrap();
        wait(&rows, Millis::minutes(2)).await;
        // A decision whose last event collides with its first, after a mail and an activity line were due: undone whole.
        let (taken, policy) = (dice.draws(), Policy::default());
        let clash = store.transact(at_address(&email), taken.decision, move |before, now| {
            let (asker, draws) = (rows::asker(), taken.clone());
            let context = Context { now, draws: &draws, policy: &policy, asker: &asker };
            let email = before.address.as_ref().unwrap().email.clone();
            let mut decision = decide(before, &Command::RegisterByEmail { email }, &context);
            assert_eq!(decision.mails.len(), 1);
            let flow = decision.events.iter().find(|e| matches!(e, Event::FlowStarted { .. }));
            decision.events.push(flow.unwrap().clone());
            decision
        });
        let fault = clash.await.unwrap_err();
        assert!(matches!(&fault, Fault::Unique { table, .. } if table == "flows"), "{fault:?}");
        assert_eq!(store.mail_counts().await.unwrap(), before);
        assert_eq!(store.activity(welcome.account, None, 100).await.unwrap(), lines);
        // The same without the clash writes both.
        ask(store, &dice, &email).await;
        let after = store.mail_counts().await.unwrap();
        assert_eq!(after.waiting, before.waiting + 1);
        let now = store.activity(welcome.account, None, 100).await.unwrap();
        assert_eq!(now.len(), lines.len() + 1);
        assert_eq!(now[0].1.kind, ActivityKind::RegistrationAttempted);
        rows.leave().await;
    }
}

/// What waits is told by kind, with the age of the oldest and how late the first is; what is claimed is on its way and not
/// late, and what is sent waits no more.
#[tokio::test]
async fn what_waits_is_told_with_its_age() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        assert_eq!(store.waiting_mails().await.unwrap(), []);
        ask(store, &dice, &dice.email("Hanako")).await;
        wait(&rows, Millis::seconds(90)).await;
        ask(store, &dice, &dice.email("Taro")).await;
        wait(&rows, Millis::seconds(10)).await;
        let [waiting] = store.waiting_mails().await.unwrap()[..] else { panic!("one kind") };
        assert_eq!((waiting.kind, waiting.mails), (MailKind::RegisterCode, 2));
        // The server's clock goes on by itself, if only a little.
        let about = |length: Millis, seconds: i64| {
            (seconds * 1_000..(seconds + 30) * 1_000).contains(&length.0)
        };
        assert!(about(waiting.oldest, 100) && about(waiting.overdue, 100), "{waiting:?}");
        let claimed = store.claim_mails(ONE, LEASE, 10).await.unwrap();
        let [waiting] = store.waiting_mails().await.unwrap()[..] else { panic!("one kind") };
        assert_eq!((waiting.mails, waiting.overdue), (2, Millis(0)));
        assert!(about(waiting.oldest, 100), "{waiting:?}");
        store.mail_sent(claimed[0].id, ONE, "250 ok").await.unwrap();
        let [waiting] = store.waiting_mails().await.unwrap()[..] else { panic!("one kind") };
        assert_eq!(waiting.mails, 1);
        assert!(about(waiting.oldest, 10), "{waiting:?}");
        rows.leave().await;
    }
}

fn counts() -> MailCounts {
    MailCounts::default()
}

/// What operators see of each mail: found by its state, by its address in any spelling, and by its id.
#[tokio::test]
async fn every_mail_is_found_again_in_its_state_with_what_the_relay_said() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let (hanako, taro) = (dice.email("Hanako"), dice.email("taro"));
        ask(store, &dice, &hanako).await;
        ask(store, &dice, &taro).await;
        let now = store.now().await.unwrap();
        let of = async |state, to| store.mails(state, to, 10).await.unwrap();
        let waiting = of(MailState::Waiting, None).await;
        assert_eq!(waiting.len(), 2);
        assert!(waiting.iter().all(|mail| mail.tries == 0 && !mail.on_its_way && mail.reply.is_none()));
        assert_eq!(store.mails(MailState::Waiting, None, 1).await.unwrap().len(), 1);

        let claimed = store.claim_mails(ONE, LEASE, 10).await.unwrap();
        let id = |to: &Email| claimed.iter().find(|mail| mail.mail.to == *to).unwrap().id;
        assert!(of(MailState::Waiting, None).await.iter().all(|mail| mail.on_its_way));
        let later = now.plus(Millis::minutes(1));
        store.mail_retry(id(&hanako), ONE, later, "451 later").await.unwrap();
        store.mail_sent(id(&taro), ONE, "250 taken").await.unwrap();

        let shouted = Email::parse(&hanako.as_stored().to_uppercase()).unwrap();
        let mine = of(MailState::Waiting, Some(&shouted)).await;
        let [mine] = mine.as_slice() else { panic!("{mine:?}") };
        assert_eq!((mine.id, mine.kind, &mine.to), (id(&hanako), MailKind::RegisterCode, &hanako));
        assert_eq!((mine.tries, mine.due_at, mine.on_its_way), (1, later, false));
        assert_eq!(mine.reply.as_deref(), Some("451 later"));
        assert_eq!(of(MailState::Sent, Some(&hanako)).await, []);
        let sent = of(MailState::Sent, None).await;
        assert_eq!(
            sent.iter().map(|mail| (mail.id, mail.state)).collect::<Vec<_>>(),
            [(id(&taro), MailState::Sent)]
        );
        assert_eq!(store.mail(id(&taro)).await.unwrap().as_ref(), sent.first());
        let nobody = MailId { n: 99, ..id(&taro) };
        assert_eq!(store.mail(nobody).await.unwrap(), None);
        rows.leave().await;
    }
}
