//! What clients are told of ended sessions: written with the end, also where the session is another account's than the one in
//! question, and found before a sweep.
//!
//! Told on both engines with a moved clock and the real rules.

mod rows;
mod support;

use std::sync::Arc;

use accounts::*;
use rows::{Dice, Rows, at_address, at_flow, both_with_rows, complete, line, prove, tell};
use store::{AnnouncementState as State, KeptAnnouncement, Lease, Replay, Statement, Store};
use support::statement;

const WORKER: [u8; 16] = [1; 16];
const LEASE: Millis = Millis::minutes(2);
/// Grants that are not over and hang from a session that is none.
const ORPHANS: Statement = statement(
    "test/orphans",
    "select g.grant_id from grants g left join sessions s on s.account_id = g.account_id and s.id = g.session_id \
     where g.ended_at is null and g.reach = 'session' and s.id is null",
    &[],
);
const SESSIONS: Statement = statement("test/sessions", "select id from sessions", &[]);

fn telling() -> Policy {
    Policy { logouts: vec![line("site")], ..Policy::default() }
}

#[derive(Clone)]
struct Member {
    account: AccountId,
    email: Email,
    session: SessionId,
    secret: Digest,
}

async fn join(store: &Store, dice: &Dice, name: &str) -> Member {
    let email = dice.email(name);
    let flow = prove(store, dice, &email).await;
    let draws = dice.draws();
    let (session, secret) = (draws.session, draws.session_digest);
    let told = tell(store, (at_flow(flow), complete()), (draws, telling()), None).await.unwrap();
    let Outcome::Welcome(welcome) = told.decision.outcome else { panic!("{:?}", told.decision) };
    Member { account: welcome.account, email, session, secret }
}

/// The site redeems a code of that session.
async fn give(store: &Store, dice: &Dice, who: &Member, reach: GrantReach) -> Outcome {
    let now = store.now().await.unwrap();
    let code = RedeemedCode {
        grant: GrantId(dice.id()),
        client: line("site"),
        shown_by: line("site"),
        session: who.session,
        reach,
        scope: line("openid"),
        proved_at: now,
        proved_by: Method::Email,
        expires_at: now.plus(Millis::seconds(60)),
    };
    let scope = Scope { account: Some(who.account), grant: Some(code.grant), ..Scope::default() };
    let command = Command::RedeemCode { code };
    tell(store, (scope, command), (dice.draws(), telling()), None).await.unwrap().decision.outcome
}

/// Signs somebody in, in the browser that holds this session.
async fn sign_in_over(store: &Store, dice: &Dice, who: &Member, secret: Digest) -> Member {
    let draws = dice.draws();
    let ticket = draws.ticket;
    let pay = Command::PayGuess { email: who.email.clone() };
    tell(store, (at_address(&who.email), pay), (draws, telling()), None).await.unwrap();
    let guess = Guess { ticket, against: Some(1), verdict: Verdict::Right, rehash: None };
    let command = Command::SignIn { email: who.email.clone(), guess, kind: SessionKind::Browser };
    let scope = Scope { session: Some(secret), ..at_address(&who.email) };
    let draws = dice.draws();
    let (session, secret) = (draws.session, draws.session_digest);
    let told = tell(store, (scope, command), (draws, telling()), None).await.unwrap();
    assert!(matches!(told.decision.outcome, Outcome::Welcome(_)), "{:?}", told.decision.outcome);
    Member { session, secret, ..who.clone() }
}

async fn waiting(store: &Store, account: AccountId) -> Vec<KeptAnnouncement> {
    let mut all = store.announcements_of(account, 100).await.unwrap();
    all.retain(|kept| kept.state == State::Waiting);
    all
}

async fn count(rows: &Rows, statement: &'static Statement) -> usize {
    rows.house.database.read(move |tx| Box::pin(tx.query(statement, &[]))).await.unwrap().len()
}

#[tokio::test]
async fn an_end_is_told_once_and_kept_until_it_was_received() {
    for rows in both_with_rows().await {
        let (store, dice) = (&rows.store, Dice::new());
        let hanako = join(store, &dice, "hanako").await;
        for _ in 0..2 {
            assert!(matches!(
                give(store, &dice, &hanako, GrantReach::Session).await,
                Outcome::Granted(_)
            ));
        }
        let scope = Scope { session: Some(hanako.secret), ..Scope::default() };
        let leaving = (scope, Command::SignOut);
        tell(store, leaving, (dice.draws(), telling()), None).await.unwrap();
        let told = waiting(store, hanako.account).await;
        let [one] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(one.announcement.what, Announced::SessionEnded(hanako.session));
        let to = told_client(&line("site"));
        assert_eq!(one.announcement.to, to);
        let claimed = store.claim_announcements(&to, WORKER, (LEASE, 10)).await.unwrap();
        assert_eq!(claimed.iter().map(|kept| kept.id).collect::<Vec<_>>(), [one.id]);
        assert_eq!(store.claim_announcements(&to, WORKER, (LEASE, 10)).await.unwrap(), [], "leased");
        assert_eq!(store.announcement_received(&claimed[0], WORKER, "200").await.unwrap(), Lease::Held);
        assert!(waiting(store, hanako.account).await.is_empty());
        assert_eq!(store.replay_announcement(one.id).await.unwrap(), Replay::Waits);
        let claimed = store.claim_announcements(&to, WORKER, (LEASE, 10)).await.unwrap();
        store.announcement_received(&claimed[0], WORKER, "200").await.unwrap();
        // What was received is kept as long as what webhooks told.
        let policy = telling();
        let now = store.now().await.unwrap();
        rows.set_clock(now.plus(policy.announcements_kept).plus(Millis::minutes(1))).await;
        while store.sweep(&policy, 100).await.unwrap().most() >= 100 {}
        assert_eq!(store.announcement(one.id).await.unwrap(), None);
        rows.leave().await;
    }
}

#[tokio::test]
async fn r_signin_7_a_sign_in_over_anothers_session_ends_and_tells_what_hung_from_it_in_one_transaction()
 {
    for rows in both_with_rows().await {
        let (store, dice) = (&rows.store, Dice::new());
        let (hanako, taro) = (join(store, &dice, "hanako").await, join(store, &dice, "taro").await);
        give(store, &dice, &hanako, GrantReach::Session).await;
        give(store, &dice, &hanako, GrantReach::Offline).await;
        give(store, &dice, &taro, GrantReach::Session).await;
        sign_in_over(store, &dice, &taro, hanako.secret).await;
        let told = waiting(store, hanako.account).await;
        let [one] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(one.announcement.what, Announced::SessionEnded(hanako.session));
        assert_eq!(count(&rows, &ORPHANS).await, 0);
        let scope = Scope { account: Some(hanako.account), ..Scope::default() };
        let left = store.load(&scope).await.unwrap().0.account.unwrap().grants;
        assert_eq!(left.iter().map(|grant| grant.reach).collect::<Vec<_>>(), [GrantReach::Offline]);
        assert!(waiting(store, taro.account).await.is_empty(), "what taro has elsewhere goes on");
        rows.leave().await;
    }
}

#[tokio::test]
async fn what_is_over_is_found_before_it_is_swept_and_stays_until_its_end_is_decided() {
    for rows in both_with_rows().await {
        let (store, dice, policy) = (&rows.store, Dice::new(), telling());
        let (hanako, taro) = (join(store, &dice, "hanako").await, join(store, &dice, "taro").await);
        give(store, &dice, &hanako, GrantReach::Session).await;
        let begun = store.now().await.unwrap();
        assert!(store.lapsed(&policy, 100).await.unwrap().is_empty());
        rows.set_clock(begun.plus(policy.browser_idle).plus(Millis::minutes(1))).await;
        // Nothing hangs from taro's.
        assert_eq!(
            store.lapsed(&policy, 100).await.unwrap().into_iter().collect::<Vec<_>>(),
            [hanako.account]
        );
        store.sweep(&policy, 100).await.unwrap();
        assert_eq!(count(&rows, &SESSIONS).await, 1, "hanako's waits");
        let scope = Scope { account: Some(hanako.account), ..Scope::default() };
        let end = (scope.clone(), Command::EndLapsed);
        tell(store, end, (dice.draws(), policy.clone()), None).await.unwrap();
        assert_eq!(waiting(store, hanako.account).await.len(), 1);
        assert_eq!((count(&rows, &SESSIONS).await, count(&rows, &ORPHANS).await), (0, 0));
        assert!(store.lapsed(&policy, 100).await.unwrap().is_empty());
        // An app that nobody uses any more.
        let taro = sign_in_over(store, &dice, &taro, dice.digest()).await;
        give(store, &dice, &taro, GrantReach::Offline).await;
        let begun = store.now().await.unwrap();
        rows.set_clock(begun.plus(policy.app_idle).plus(Millis::minutes(1))).await;
        assert_eq!(
            store.lapsed(&policy, 100).await.unwrap().into_iter().collect::<Vec<_>>(),
            [taro.account]
        );
        store.sweep(&policy, 100).await.unwrap();
        let scope = Scope { account: Some(taro.account), ..Scope::default() };
        let end = (scope, Command::EndLapsed);
        tell(store, end, (dice.draws(), policy.clone()), None).await.unwrap();
        assert_eq!(waiting(store, taro.account).await.len(), 1);
        store.sweep(&policy, 100).await.unwrap();
        assert!(store.lapsed(&policy, 100).await.unwrap().is_empty());
        rows.leave().await;
    }
}

/// A code is redeemed in the very moment in which somebody else signs in over its session: it gives nothing, or what it gave ends
/// and is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_left_hanging_by_a_code_that_is_redeemed_while_its_session_is_displaced() {
    for rows in both_with_rows().await {
        let (store, dice) = (rows.store.clone(), Arc::new(Dice::new()));
        let (mut given, mut late) = (0, 0);
        for round in 0..40 {
            let hanako = join(&store, &dice, &format!("hanako{round}")).await;
            let taro = join(&store, &dice, &format!("taro{round}")).await;
            let (one, other) = (store.clone(), store.clone());
            let (dice_of_one, dice_of_other) = (Arc::clone(&dice), Arc::clone(&dice));
            let (who, secret) = (hanako.clone(), hanako.secret);
            let redeeming =
                tokio::spawn(async move { give(&one, &dice_of_one, &who, GrantReach::Session).await });
            // Each displaces the other: neither waits for the other for ever.
            let back = taro.secret;
            let (first, second) = (hanako.clone(), taro.clone());
            let displacing =
                tokio::spawn(
                    async move { sign_in_over(&other, &dice_of_other, &second, secret).await },
                );
            let (third, dice_of_third) = (store.clone(), Arc::clone(&dice));
            let returning =
                tokio::spawn(async move { sign_in_over(&third, &dice_of_third, &first, back).await });
            let outcome = redeeming.await.unwrap();
            displacing.await.unwrap();
            returning.await.unwrap();
            let told = waiting(&store, hanako.account).await;
            let granted = matches!(outcome, Outcome::Granted(_));
            assert_eq!(told.len(), usize::from(granted), "{outcome:?}: {told:?}");
            (given, late) = (given + usize::from(granted), late + usize::from(!granted));
        }
        assert_eq!(count(&rows, &ORPHANS).await, 0, "{given} {late}");
        drop(store);
        rows.leave().await;
    }
}
