//! What endpoints are told: order within an account, leases, giving up, asking once more, and that it exists exactly when its
//! event does.
//!
//! Told on both engines with a moved clock.

mod rows;
mod support;

use accounts::*;
use rows::{Dice, Rows, at_flow, both_with_rows, complete, line, prove, tell};
use store::{
    AnnouncementId, AnnouncementState as State, KeptAnnouncement, Lease, Replay, ReplayOf, Store,
    WaitingAnnouncements,
};

const ONE: [u8; 16] = [1; 16];
const OTHER: [u8; 16] = [2; 16];
const LEASE: Millis = Millis::minutes(5);

fn endpoint(name: &str) -> Endpoint {
    Endpoint { name: line(name), kinds: Vec::new(), with_email: true, receipts: false }
}

fn telling(endpoints: Vec<Endpoint>) -> Policy {
    Policy { endpoints, withdraw_grace: Millis::days(1), ..Policy::default() }
}

async fn wait(rows: &Rows, length: Millis) {
    let now = rows.store.now().await.unwrap();
    rows.set_clock(now.plus(length)).await;
}

struct Member {
    account: AccountId,
    email: Email,
    session: Digest,
}

/// Registers somebody, which is told.
async fn join(store: &Store, dice: &Dice, policy: &Policy, name: &str) -> Member {
    let email = dice.email(name);
    let flow = prove(store, dice, &email).await;
    let draws = dice.draws();
    let session = draws.session_digest;
    let told = tell(store, (at_flow(flow), complete()), (draws, policy.clone()), None).await.unwrap();
    let Outcome::Welcome(welcome) = told.decision.outcome else { panic!("{:?}", told.decision) };
    Member { account: welcome.account, email, session }
}

async fn act(
    store: &Store,
    dice: &Dice,
    policy: &Policy,
    who: &Member,
    command: Command,
) -> DecisionId {
    let draws = dice.draws();
    let decision = draws.decision;
    let session = Some(who.session);
    let scope = match command {
        Command::Erase | Command::RestoreProven => {
            Scope { account: Some(who.account), receipts: true, ..Scope::default() }
        }
        Command::Undo { ref email, .. } => {
            Scope { account: Some(who.account), address: Some(email.clone()), ..Scope::default() }
        }
        _ => Scope { session, ..Scope::default() },
    };
    tell(store, (scope, command), (draws, policy.clone()), None).await.unwrap();
    decision
}

fn rename(name: &str) -> Command {
    Command::ChangeProfile { display_name: Some(line(name)), locale: None }
}

async fn claim(store: &Store, to: &str, worker: [u8; 16]) -> Vec<KeptAnnouncement> {
    store.claim_announcements(&line(to), worker, (LEASE, 10)).await.unwrap()
}

fn kinds(claimed: &[KeptAnnouncement]) -> Vec<(AccountId, AnnouncementKind)> {
    claimed.iter().map(|one| (one.announcement.account, one.announcement.what.kind())).collect()
}

async fn receive(store: &Store, one: &KeptAnnouncement) {
    assert_eq!(store.announcement_received(one, ONE, "200").await.unwrap(), Lease::Held);
}

#[tokio::test]
async fn each_endpoint_hears_of_an_account_in_order_and_no_account_waits_for_another() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let policy = telling(vec![endpoint("web"), endpoint("shop")]);
        assert_eq!(store.next_announcement_due(&line("web")).await.unwrap(), None);
        let hanako = join(store, &dice, &policy, "Hanako").await;
        act(store, &dice, &policy, &hanako, rename("花子")).await;
        let taro = join(store, &dice, &policy, "taro").await;
        let now = store.now().await.unwrap();
        assert!(store.next_announcement_due(&line("web")).await.unwrap() <= Some(now));
        let claimed = claim(store, "web", ONE).await;
        let created = AnnouncementKind::Created;
        assert_eq!(kinds(&claimed), [(hanako.account, created), (taro.account, created)]);
        let first = &claimed[0];
        assert_eq!(first.announcement.email.as_ref(), Some(&hanako.email));
        assert_eq!((first.state, first.tries, first.reply.clone()), (State::Waiting, 0, None));
        // The second of Hanako's is nobody's while the first is on its way.
        assert_eq!(claim(store, "web", OTHER).await, []);
        // Taro's is put off; Hanako's goes on.
        let later = now.plus(Millis::minutes(10));
        let put_off = store.announcement_retry(&claimed[1], ONE, (later, "503 busy")).await;
        assert_eq!(put_off.unwrap(), Lease::Held);
        receive(store, first).await;
        let next = claim(store, "web", ONE).await;
        let what = Announced::Changed { name: true, language: false };
        assert_eq!(next.iter().map(|one| one.announcement.what).collect::<Vec<_>>(), [what]);
        receive(store, &next[0]).await;
        assert_eq!(claim(store, "web", ONE).await, []);
        wait(&rows, Millis::minutes(11)).await;
        let again = claim(store, "web", ONE).await;
        assert_eq!(kinds(&again), [(taro.account, created)]);
        assert_eq!((again[0].tries, again[0].reply.as_deref()), (1, Some("503 busy")));
        receive(store, &again[0]).await;
        assert_eq!(store.next_announcement_due(&line("web")).await.unwrap(), None);
        // The other endpoint has its own lines.
        assert_eq!(claim(store, "shop", ONE).await.len(), 2);
        rows.leave().await;
    }
}

#[tokio::test]
async fn a_lease_that_ran_out_is_claimed_again_and_the_first_workers_word_is_lost() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let policy = telling(vec![endpoint("web")]);
        join(store, &dice, &policy, "hanako").await;
        let first = claim(store, "web", ONE).await.remove(0);
        wait(&rows, LEASE).await;
        let second = claim(store, "web", OTHER).await;
        assert_eq!(second.iter().map(|one| one.id).collect::<Vec<_>>(), [first.id]);
        let due = store.now().await.unwrap();
        assert_eq!(store.announcement_received(&first, ONE, "200").await.unwrap(), Lease::Lost);
        assert_eq!(store.announcement_retry(&first, ONE, (due, "x")).await.unwrap(), Lease::Lost);
        assert_eq!(store.announcement_given_up(&first, ONE, "x").await.unwrap(), Lease::Lost);
        let kept = store.announcement(first.id).await.unwrap().unwrap();
        assert_eq!((kept.state, kept.tries), (State::Waiting, 0));
        assert_eq!(store.announcement_received(&first, OTHER, "204").await.unwrap(), Lease::Held);
        let kept = store.announcement(first.id).await.unwrap().unwrap();
        assert_eq!((kept.state, kept.tries, kept.reply.as_deref()), (State::Received, 1, Some("204")));
        wait(&rows, Millis::days(1)).await;
        assert_eq!(claim(store, "web", ONE).await, []);
        rows.leave().await;
    }
}

/// A line that has just ended and is written to at the same time goes on: nothing waits for ever.
#[tokio::test]
async fn what_is_written_while_the_last_of_a_line_ends_is_not_forgotten() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let policy = telling(vec![endpoint("web")]);
        let hanako = join(store, &dice, &policy, "hanako").await;
        for round in 0..30 {
            let claimed = claim(store, "web", ONE).await;
            assert_eq!(claimed.len(), 1, "round {round}");
            let name = format!("name {round}");
            let written = act(store, &dice, &policy, &hanako, rename(&name));
            let (_, ended) =
                tokio::join!(written, store.announcement_received(&claimed[0], ONE, "200"));
            assert_eq!(ended.unwrap(), Lease::Held);
        }
        rows.leave().await;
    }
}

#[tokio::test]
async fn what_was_given_up_lets_the_next_go_and_can_be_asked_for_once_more_behind_what_waits() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let policy = telling(vec![endpoint("web")]);
        let hanako = join(store, &dice, &policy, "hanako").await;
        act(store, &dice, &policy, &hanako, rename("one")).await;
        act(store, &dice, &policy, &hanako, rename("two")).await;
        let first = claim(store, "web", ONE).await.remove(0);
        store.announcement_given_up(&first, ONE, "500 no").await.unwrap();
        let given_up = store.announcements(State::GivenUp, 10).await.unwrap();
        assert_eq!(given_up.iter().map(|one| one.id).collect::<Vec<_>>(), [first.id]);
        assert_eq!(store.replay_announcement(first.id).await.unwrap(), Replay::Waits);
        assert_eq!(store.replay_announcement(first.id).await.unwrap(), Replay::Waited);
        let nobody = AnnouncementId { n: 7, ..first.id };
        assert_eq!(store.replay_announcement(nobody).await.unwrap(), Replay::Unknown);
        let mut order = Vec::new();
        while let Some(next) = claim(store, "web", ONE).await.pop() {
            receive(store, &next).await;
            order.push(next.announcement.what.kind());
        }
        let (created, changed) = (AnnouncementKind::Created, AnnouncementKind::Changed);
        assert_eq!(order, [changed, changed, created]);
        rows.leave().await;
    }
}

#[tokio::test]
async fn a_stretch_of_time_is_told_once_more_in_order_and_in_small_steps() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let policy = telling(vec![endpoint("web"), endpoint("shop")]);
        let mut at = Vec::new();
        let hanako = join(store, &dice, &policy, "hanako").await;
        for name in ["a", "b", "c", "d", "e"] {
            wait(&rows, Millis::minutes(1)).await;
            act(store, &dice, &policy, &hanako, rename(name)).await;
            while let Some(next) = claim(store, "web", ONE).await.pop() {
                at.push(next.announcement.at);
                receive(store, &next).await;
            }
        }
        let (since, until) = (at[2], at[4]);
        let mut of = ReplayOf { endpoint: line("web"), since, until, after: None };
        let mut replayed = 0;
        while let Some((count, last)) = store.replay_announcements(&of, 2).await.unwrap() {
            assert!(count <= 2);
            replayed += count;
            of.after = Some(last.id);
        }
        assert_eq!(replayed, 3);
        let mut again = Vec::new();
        while let Some(next) = claim(store, "web", ONE).await.pop() {
            receive(store, &next).await;
            again.push(next.announcement.at);
        }
        assert_eq!(again, at[2..=4]);
        rows.leave().await;
    }
}

#[tokio::test]
async fn r_withdraw_2_receipts_are_awaited_until_they_come_or_the_member_does() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let policy = telling(vec![endpoint("web"), Endpoint { receipts: true, ..endpoint("shop") }]);
        let hanako = join(store, &dice, &policy, "hanako").await;
        act(store, &dice, &policy, &hanako, Command::Withdraw).await;
        let awaited = async || store.awaited_receipts(hanako.account).await.unwrap();
        assert_eq!(awaited().await, [line("shop")]);
        wait(&rows, Millis::days(1)).await;
        assert_eq!(store.due_to_be_erased(10).await.unwrap(), [hanako.account]);
        act(store, &dice, &policy, &hanako, Command::Erase).await;
        store.put_off_erasure(hanako.account, Millis::minutes(30)).await.unwrap();
        assert_eq!(store.due_to_be_erased(10).await.unwrap(), [], "not erased, and not due");
        wait(&rows, Millis::minutes(30)).await;
        assert_eq!(store.due_to_be_erased(10).await.unwrap(), [hanako.account]);
        let created = claim(store, "shop", ONE).await.remove(0);
        receive(store, &created).await;
        let withdrawn = claim(store, "shop", ONE).await.remove(0);
        assert!(withdrawn.announcement.awaited);
        store.announcement_given_up(&withdrawn, ONE, "500").await.unwrap();
        assert_eq!(awaited().await, [line("shop")], "given up is not received");
        wait(&rows, Millis::days(100)).await;
        assert!(store.sweep(&policy, 10).await.unwrap().announcements > 0);
        assert_eq!(awaited().await, [line("shop")], "it stays until it is paid");
        store.replay_announcement(withdrawn.id).await.unwrap();
        let withdrawn = claim(store, "shop", ONE).await.remove(0);
        receive(store, &withdrawn).await;
        assert_eq!(awaited().await, Vec::<Line>::new());
        act(store, &dice, &policy, &hanako, Command::Erase).await;
        assert_eq!(store.due_to_be_erased(10).await.unwrap(), []);
        let erased = claim(store, "shop", ONE).await.remove(0);
        assert_eq!(erased.announcement.what, Announced::Erased);
        rows.leave().await;
    }
}

#[tokio::test]
async fn r_withdraw_2_what_is_kept_of_an_erased_account_names_no_address() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let policy = Policy { withdraw_grace: Millis(0), ..telling(vec![endpoint("web")]) };
        let hanako = join(store, &dice, &policy, "hanako").await;
        act(store, &dice, &policy, &hanako, Command::Withdraw).await;
        let all = store.announcements_of(hanako.account, 10).await.unwrap();
        assert_eq!(all.len(), 3);
        assert!(all.iter().all(|one| one.announcement.email.is_none()), "{all:?}");
        let order = kinds(&claim(store, "web", ONE).await);
        assert_eq!(order, [(hanako.account, AnnouncementKind::Created)], "and it is told all the same");
        rows.leave().await;
    }
}

#[tokio::test]
async fn what_waits_is_counted_and_what_was_received_is_swept_when_its_time_is_over() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let policy = telling(vec![endpoint("web"), endpoint("shop")]);
        let hanako = join(store, &dice, &policy, "hanako").await;
        wait(&rows, Millis::hours(2)).await;
        act(store, &dice, &policy, &hanako, rename("x")).await;
        let mut waiting = store.waiting_announcements().await.unwrap();
        waiting.sort_by(|one, other| other.endpoint.cmp(&one.endpoint));
        let [web, shop] = waiting.as_slice() else { panic!("{waiting:?}") };
        let WaitingAnnouncements { endpoint, announcements, oldest } = web;
        assert_eq!((endpoint.as_str(), *announcements, shop.announcements), ("web", 2, 2));
        assert!(*oldest >= Millis::hours(2) && *oldest < Millis::hours(3), "{oldest:?}");
        while let Some(next) = claim(store, "web", ONE).await.pop() {
            receive(store, &next).await;
        }
        wait(&rows, Millis::days(29)).await;
        assert_eq!(store.sweep(&policy, 10).await.unwrap().announcements, 0);
        wait(&rows, Millis::days(1)).await;
        assert_eq!(store.sweep(&policy, 1).await.unwrap().announcements, 1, "in small steps");
        assert_eq!(store.sweep(&policy, 10).await.unwrap().announcements, 1);
        assert_eq!(store.announcements_of(hanako.account, 10).await.unwrap().len(), 2);
        rows.leave().await;
    }
}

#[tokio::test]
async fn lines_that_are_due_too_late_are_hastened_in_small_steps() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let policy = telling(vec![endpoint("web")]);
        for name in ["a", "b", "c"] {
            join(store, &dice, &policy, name).await;
        }
        let late = store.now().await.unwrap().plus(Millis::hours(1));
        for one in claim(store, "web", ONE).await {
            store.announcement_retry(&one, ONE, (late, "500")).await.unwrap();
        }
        let web = line("web");
        assert_eq!(store.hasten_announcements(&web, Millis::hours(2), 10).await.unwrap(), 0);
        assert_eq!(store.hasten_announcements(&web, Millis(0), 2).await.unwrap(), 2);
        assert_eq!(claim(store, "web", ONE).await.len(), 2);
        rows.leave().await;
    }
}
