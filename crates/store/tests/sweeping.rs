//! Sweeps take small steps: never more rows of a kind than asked, whatever there is to sweep.
//!
//! The rows are those of a town (`town`); that the program can read them is seen first.

mod support;
mod town;

use std::sync::atomic::Ordering;

use accounts::{Email, Millis, Numbers, Policy, Scope};
use store::{Statement, Store, Swept, migrate};
use support::{House, both, statement};
use town::{NOW, Town};

/// Twelve have a passkey, twenty a link, twenty have left.
const TOWN: Town = Town { accounts: 60, left: 3, lines: 2, passing: 400 };
const ADDRESSES: Statement = statement("test/addresses", "select address from emails", &[]);

/// Fills a house, and moves its clock to that long after the last of its rows.
async fn filled(house: &House, later: Millis) -> Store {
    migrate(&house.database).await.unwrap();
    for statement in TOWN.statements(house.database.engine()) {
        house.script(String::leak(statement)).await;
    }
    let store = Store::new(house.database.clone());
    let real = store.now().await.unwrap().0 - house.clock.load(Ordering::SeqCst);
    house.clock.store(NOW + later.0 - real, Ordering::SeqCst);
    store
}

#[tokio::test]
async fn every_member_of_a_town_is_one_that_the_program_can_read() {
    for house in both().await {
        let store = filled(&house, Millis(0)).await;
        let addresses = house.database.read(|tx| Box::pin(tx.query(&ADDRESSES, &[]))).await.unwrap();
        assert_eq!(addresses.len(), 60);
        let (mut passkeys, mut links, mut left) = (0, 0, 0);
        for address in addresses {
            let address = Some(Email::from_stored(address.text("address").unwrap()).unwrap());
            let scope = Scope { address, numbers: Numbers::NotMe, ..Scope::default() };
            let (snapshot, _) = store.load(&scope).await.unwrap();
            let account = snapshot.account.unwrap();
            assert!(account.email.unwrap().password.is_some());
            assert_eq!((account.sessions.len(), account.devices.len()), (1, 1));
            let lines = store.activity(account.id, None, 20).await.unwrap();
            assert_eq!(lines.len(), 2);
            passkeys += account.passkeys.len();
            links += account.links.len();
            left += usize::from(account.withdrawn.is_some());
        }
        assert_eq!((passkeys, links, left), (12, 20, 20));
        house.leave().await;
    }
}

#[tokio::test]
async fn a_step_takes_no_more_of_each_kind_than_its_bound() {
    for house in both().await {
        // So late that all is over.
        let store = filled(&house, Millis::days(400)).await;
        let seven = Swept {
            flows: 7,
            challenges: 7,
            networks: 7,
            numbers: 7,
            changes: 7,
            trips: 7,
            ceremonies: 7,
            reports: 7,
            formers: 7,
            account_changes: 7,
            guards: 7,
            suppressed: 7,
            paces: 7,
            // Of those that are over, and of those that nobody uses any more.
            grants: 14,
            // Of browsers and of apps.
            sessions: 14,
            // Of those that were sent, and of those that were given up; none was dropped.
            mails: 14,
            // Of those that were received, and of those that were given up.
            announcements: 14,
        };
        let policy = Policy::default();
        assert_eq!(store.sweep(&policy, 7).await.unwrap(), seven);
        // One more was given up of each.
        assert_eq!(
            store.sweep(&policy, 7).await.unwrap(),
            Swept { mails: 8, announcements: 8, ..seven }
        );
        house.leave().await;
    }
}
