//! Mails taken no faster than their receivers like it: kept with the rows, so it holds for all who take them together.
//!
//! Told on both engines with a moved clock; that the arithmetic is right is told where it is (`accounts::rules::pace`).

mod rows;
mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use accounts::rules::pace::Paces;
use accounts::*;
use rows::{Dice, Rows, at_address, both_with_rows, say};
use store::{ClaimedMails, MailId};

const ONE: [u8; 16] = [1; 16];
const OTHER: [u8; 16] = [2; 16];
const LEASE: Millis = Millis::minutes(5);

fn sixty_to_docomo() -> Arc<Paces> {
    Arc::new(Paces { others: None, named: [("docomo.ne.jp".to_owned(), 60)].into() })
}

/// Somebody asks for a code at this domain.
async fn ask(rows: &Rows, dice: &Dice, number: usize, domain: &str) -> MailId {
    let draws = dice.draws();
    let email = Email::parse(&format!("m{number}@{domain}")).unwrap();
    let command = Command::RegisterByEmail { email: email.clone() };
    say(&rows.store, at_address(&email), command, draws.clone()).await;
    MailId { decision: draws.decision, n: 0 }
}

async fn wait(rows: &Rows, length: Millis) {
    let now = rows.store.now().await.unwrap();
    rows.set_clock(now.plus(length)).await;
}

async fn claim(rows: &Rows, worker: [u8; 16], limit: i64, paces: &Arc<Paces>) -> ClaimedMails {
    rows.store.claim_paced_mails(worker, LEASE, limit, paces).await.unwrap()
}

#[tokio::test]
async fn a_receiver_gets_its_pace_and_nobody_else_waits_for_that() {
    for rows in both_with_rows().await {
        let (dice, paces) = (Dice::new(), sixty_to_docomo());
        let mut slow = BTreeSet::new();
        for number in 0..40 {
            slow.insert(ask(&rows, &dice, number, "docomo.ne.jp").await);
        }
        let quick = ask(&rows, &dice, 99, "example.jp").await;
        let first = claim(&rows, ONE, 4, &paces).await;
        let mut left: Vec<MailId> = first.mails.iter().map(|mail| mail.id).collect();
        for _ in 0..3 {
            let more = claim(&rows, OTHER, 4, &paces).await;
            assert!(more.put_off.iter().all(|receiver| receiver == "docomo.ne.jp"));
            left.extend(more.mails.iter().map(|mail| mail.id));
        }
        assert!(left.contains(&quick), "behind forty that may not leave it would be lost");
        // Seven at once, whoever takes them, and then one a second.
        assert_eq!(left.iter().filter(|id| slow.contains(id)).count(), 7);
        assert_eq!(rows.store.mail_counts().await.unwrap().waiting, 41);
        for id in &left {
            rows.store.mail_sent(*id, ONE, "250").await.unwrap();
            rows.store.mail_sent(*id, OTHER, "250").await.unwrap();
        }
        let mut tries = Vec::new();
        for second in 1..=36 {
            wait(&rows, Millis::seconds(1)).await;
            let worker = if second % 2 == 0 { ONE } else { OTHER };
            let claimed = claim(&rows, worker, 4, &paces).await;
            assert!(claimed.mails.len() <= 2, "{second}");
            for mail in claimed.mails {
                tries.push(mail.tries);
                rows.store.mail_sent(mail.id, worker, "250").await.unwrap();
            }
        }
        assert_eq!(tries, vec![1; 33], "all have left, and to be put off is no try");
        assert_eq!(rows.store.mail_counts().await.unwrap().waiting, 0);
        rows.leave().await;
    }
}

#[tokio::test]
async fn many_who_take_at_once_send_no_more_than_one() {
    for rows in both_with_rows().await {
        let (dice, paces) = (Dice::new(), sixty_to_docomo());
        for number in 0..60 {
            let domain = if number % 2 == 0 { "docomo.ne.jp" } else { "mail.docomo.ne.jp" };
            ask(&rows, &dice, number, domain).await;
        }
        let workers = (0..6).map(|n| {
            let (store, paces) = (rows.store.clone(), Arc::clone(&paces));
            tokio::spawn(async move {
                let mut taken = Vec::new();
                for _ in 0..4 {
                    let claimed = store.claim_paced_mails([n; 16], LEASE, 3, &paces).await.unwrap();
                    taken.extend(claimed.mails.into_iter().map(|mail| mail.id));
                }
                taken
            })
        });
        let mut taken = BTreeSet::new();
        for worker in workers.collect::<Vec<_>>() {
            for id in worker.await.unwrap() {
                assert!(taken.insert(id), "nobody takes what another has");
            }
        }
        // On PostgreSQL the clock runs on a little.
        assert!((7..=9).contains(&taken.len()), "{}", taken.len());
        rows.leave().await;
    }
}

#[tokio::test]
async fn a_receiver_that_asks_for_fewer_gets_fewer_and_the_others_as_before() {
    for rows in both_with_rows().await {
        let (dice, paces) = (Dice::new(), Arc::new(Paces::default()));
        rows.store.ease_receiver("busy.example", None).await.unwrap();
        for number in 0..6 {
            ask(&rows, &dice, number, "busy.example").await;
            ask(&rows, &dice, number, "example.jp").await;
        }
        let claimed = claim(&rows, ONE, 20, &paces).await;
        assert_eq!((claimed.mails.len(), claimed.put_off.len()), (6, 6));
        assert!(claimed.mails.iter().all(|mail| mail.mail.to.as_stored().ends_with("@example.jp")));
        for mail in &claimed.mails {
            rows.store.mail_sent(mail.id, ONE, "250").await.unwrap();
        }
        let mut left = 0;
        for _ in 0..8 {
            wait(&rows, Millis(2_100)).await;
            let now = claim(&rows, ONE, 20, &paces).await.mails;
            assert!(now.len() <= 2, "{now:?}");
            left += now.len();
            for mail in now {
                rows.store.mail_sent(mail.id, ONE, "250").await.unwrap();
            }
        }
        assert_eq!(left, 6);
        // What is over is given back at once, to be dropped.
        ask(&rows, &dice, 50, "busy.example").await;
        ask(&rows, &dice, 51, "busy.example").await;
        wait(&rows, Millis::minutes(31)).await;
        rows.store.ease_receiver("busy.example", None).await.unwrap();
        assert_eq!(claim(&rows, ONE, 20, &paces).await.mails.len(), 2);
        rows.leave().await;
    }
}
