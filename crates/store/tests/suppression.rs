//! The list of addresses that are written to with care: what puts one on it, what takes it off, and for how long it stands.
//!
//! Told on both engines with a moved clock. What follows from a row is the rules' (`accounts::rules::suppression`).

mod rows;
mod support;

use accounts::rules::suppression::Suppressed;
use accounts::*;
use rows::{Dice, Rows, at_address, both_with_rows, register, say};
use store::{MailId, Reported, SuppressedCounts};

const ONE: [u8; 16] = [1; 16];

/// A mail to this address that was tried.
async fn tried(rows: &Rows, dice: &Dice, email: &Email) -> MailId {
    // Past the gap between two codes.
    rows.set_clock(rows.store.now().await.unwrap().plus(Millis::minutes(40))).await;
    let draws = dice.draws();
    let command = Command::RegisterByEmail { email: email.clone() };
    say(&rows.store, at_address(email), command, draws.clone()).await;
    let claimed = rows.store.claim_mails(ONE, Millis::minutes(5), 50).await.unwrap();
    let id = MailId { decision: draws.decision, n: 0 };
    assert!(claimed.iter().any(|mail| mail.id == id), "it is tried");
    id
}

async fn known(rows: &Rows, email: &Email) -> Option<Suppressed> {
    rows.store.suppressed(email).await.unwrap()
}

async fn report(rows: &Rows, id: MailId, what: Reported) -> bool {
    rows.store.report_mail(id, what, "550 5.1.1 \0no").await.unwrap()
}

#[tokio::test]
async fn r_contact_4_only_what_is_final_puts_an_address_on_the_list() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let email = dice.email("Hanako");
        let id = tried(&rows, &dice, &email).await;
        let before = rows.store.now().await.unwrap();
        for soft in [Reported::Delayed, Reported::Soft] {
            assert!(report(&rows, id, soft).await);
            assert!(!report(&rows, id, soft).await, "twice is once");
            assert_eq!(known(&rows, &email).await, None);
        }
        assert!(report(&rows, id, Reported::Hard).await);
        assert!(!report(&rows, id, Reported::Soft).await, "the graver stands");
        let found = known(&rows, &email).await.unwrap();
        assert!(found.refused_at >= Some(before) && found.open_refused_at == found.refused_at);
        assert_eq!(found.complained_at, None);
        // Whatever way the address is spelled; and no other.
        let shouted = Email::parse(&email.as_stored().to_uppercase()).unwrap();
        assert_eq!(known(&rows, &shouted).await, Some(found));
        assert_eq!(known(&rows, &dice.email("Taro")).await, None);
        let listed = rows.store.suppressed_after("", 10).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(
            (listed[0].refusals, listed[0].mail, listed[0].words.as_str()),
            (1, id, "550 5.1.1 no")
        );
        rows.leave().await;
    }
}

#[tokio::test]
async fn r_contact_4_a_complaint_and_a_refusal_stand_beside_each_other() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let email = dice.email("Hanako");
        let (first, second) = (tried(&rows, &dice, &email).await, tried(&rows, &dice, &email).await);
        assert!(report(&rows, first, Reported::Complaint).await);
        let found = known(&rows, &email).await.unwrap();
        assert_eq!((found.refused_at, found.open_refused_at), (None, None));
        assert!(found.complained_at.is_some());
        assert!(!report(&rows, first, Reported::Hard).await, "of one mail the gravest stands");
        assert!(report(&rows, second, Reported::Hard).await);
        let both = known(&rows, &email).await.unwrap();
        assert_eq!(both.complained_at, found.complained_at);
        assert!(both.refused_at.is_some());
        let counts = SuppressedCounts { refused: 1, complained: 1 };
        assert_eq!(rows.store.suppressed_counts().await.unwrap(), counts);
        assert_eq!(rows.store.suppressed_after("", 10).await.unwrap()[0].refusals, 1);
        rows.leave().await;
    }
}

#[tokio::test]
async fn r_contact_4_a_mail_that_only_a_member_gets_says_nothing_of_what_everybody_may_read() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let email = dice.email("Hanako");
        let (_, draws) = register(&rows.store, &dice, &email).await;
        let claimed = rows.store.claim_mails(ONE, Millis::minutes(5), 50).await.unwrap();
        let welcome = claimed.iter().find(|mail| mail.mail.kind == MailKind::Welcome).unwrap();
        assert_eq!(welcome.id.decision, draws.decision);
        assert!(report(&rows, welcome.id, Reported::Hard).await);
        let found = known(&rows, &email).await.unwrap();
        assert!(found.refused_at.is_some() && found.open_refused_at.is_none(), "{found:?}");
        rows.leave().await;
    }
}

#[tokio::test]
async fn r_contact_4_an_operator_lifts_all_and_a_replay_brings_nothing_back() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let email = dice.email("Hanako");
        let (first, second) = (tried(&rows, &dice, &email).await, tried(&rows, &dice, &email).await);
        report(&rows, first, Reported::Hard).await;
        report(&rows, second, Reported::Complaint).await;
        assert!(rows.store.lift_suppressed(&email, "lifted by root").await.unwrap());
        assert!(
            !rows.store.lift_suppressed(&email, "lifted by root").await.unwrap(),
            "it is not on it any more"
        );
        assert_eq!(known(&rows, &email).await, None);
        let (what, _, words) = rows.store.mail(second).await.unwrap().unwrap().report.unwrap();
        assert_eq!(what, Reported::Complaint);
        assert_eq!(words, "550 5.1.1 no [lifted by root]", "who did it stands with the mail");
        for (id, what) in [(first, Reported::Hard), (second, Reported::Complaint)] {
            assert!(!report(&rows, id, what).await);
        }
        assert_eq!(known(&rows, &email).await, None);
        let third = tried(&rows, &dice, &email).await;
        assert!(report(&rows, third, Reported::Hard).await, "another mail is news");
        rows.leave().await;
    }
}

#[tokio::test]
async fn r_contact_4_the_list_forgets_after_90_days_and_a_new_report_begins_them_anew() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let email = dice.email("Hanako");
        let first = tried(&rows, &dice, &email).await;
        report(&rows, first, Reported::Hard).await;
        let begun = rows.store.now().await.unwrap();
        rows.set_clock(begun.plus(Millis::days(60))).await;
        let second = tried(&rows, &dice, &email).await;
        report(&rows, second, Reported::Hard).await;
        let again = rows.store.now().await.unwrap();
        rows.set_clock(begun.plus(Millis::days(91))).await;
        assert!(known(&rows, &email).await.is_some());
        assert_eq!(rows.store.suppressed_after("", 10).await.unwrap()[0].refusals, 2);
        rows.set_clock(again.plus(Millis::days(90))).await;
        assert_eq!(known(&rows, &email).await, None, "also before it is swept");
        assert_eq!(rows.store.sweep(&Policy::default(), 100).await.unwrap().suppressed, 1);
        assert_eq!(rows.store.suppressed_after("", 10).await.unwrap(), []);
        rows.leave().await;
    }
}

#[tokio::test]
async fn r_contact_4_what_nobody_tried_to_send_cannot_come_back() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let unknown = MailId { decision: DecisionId(dice.id()), n: 0 };
        assert!(!report(&rows, unknown, Reported::Hard).await);
        assert_eq!(rows.store.suppressed_counts().await.unwrap(), SuppressedCounts::default());
        rows.leave().await;
    }
}

#[tokio::test]
async fn r_contact_4_reports_that_come_at_once_are_one_each_and_lifting_meets_them_whole() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let email = dice.email("Hanako");
        let mut ids = Vec::new();
        for _ in 0..4 {
            ids.push(tried(&rows, &dice, &email).await);
        }
        let mut tasks = Vec::new();
        for id in ids.iter().flat_map(|id| [*id; 5]) {
            let store = rows.store.clone();
            tasks.push(tokio::spawn(async move {
                store.report_mail(id, Reported::Hard, "550").await.unwrap()
            }));
        }
        let mut news = 0;
        for task in tasks {
            news += usize::from(task.await.unwrap());
        }
        assert_eq!(news, 4, "each mail is news once");
        assert_eq!(rows.store.suppressed_after("", 10).await.unwrap()[0].refusals, 4);
        let lifts = (0..5).map(|_| {
            let (store, email) = (rows.store.clone(), email.clone());
            tokio::spawn(async move { store.lift_suppressed(&email, "lifted by root").await.unwrap() })
        });
        let mut lifted = 0;
        for lift in lifts.collect::<Vec<_>>() {
            lifted += usize::from(lift.await.unwrap());
        }
        assert_eq!(lifted, 1);
        assert_eq!(known(&rows, &email).await, None);
        rows.leave().await;
    }
}

#[tokio::test]
async fn the_list_is_read_page_by_page_in_the_order_of_its_addresses() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        for name in ["c", "a", "d", "b"] {
            let email = dice.email(name);
            let id = tried(&rows, &dice, &email).await;
            report(&rows, id, Reported::Hard).await;
            rows.set_clock(rows.store.now().await.unwrap().plus(Millis::seconds(1))).await;
        }
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let page = rows.store.suppressed_after(&after, 3).await.unwrap();
            let Some(last) = page.last() else { break };
            after = last.address.key().to_owned();
            seen.extend(page.into_iter().map(|one| one.address.key().to_owned()));
        }
        assert!(seen.len() == 4 && seen.is_sorted(), "{seen:?}");
        rows.leave().await;
    }
}
