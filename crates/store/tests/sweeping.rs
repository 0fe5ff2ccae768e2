//! Sweeps take small steps: never more rows of a kind than asked, whatever there is to sweep.

mod support;
mod town;

use accounts::{Millis, Policy};
use store::{Store, Swept, migrate};
use support::both;
use town::{NOW, Town};

#[tokio::test]
async fn a_step_takes_no_more_of_each_kind_than_its_bound() {
    for house in both().await {
        migrate(&house.database).await.unwrap();
        let town = Town { accounts: 60, left: 3, lines: 1, passing: 400 };
        for statement in town.statements(house.database.engine()) {
            house.script(String::leak(statement)).await;
        }
        let store = Store::new(house.database.clone());
        // So late that all is over.
        let real = store.now().await.unwrap().0 - house.clock.load(std::sync::atomic::Ordering::SeqCst);
        let late = NOW + Millis::days(400).0 - real;
        house.clock.store(late, std::sync::atomic::Ordering::SeqCst);
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
            // Of browsers and of apps.
            sessions: 14,
            // Of those that were sent, and of those that were given up; none was dropped.
            mails: 14,
        };
        let policy = Policy::default();
        assert_eq!(store.sweep(&policy, 7).await.unwrap(), seven);
        assert_eq!(store.sweep(&policy, 7).await.unwrap(), Swept { mails: 8, ..seven });
        house.leave().await;
    }
}
