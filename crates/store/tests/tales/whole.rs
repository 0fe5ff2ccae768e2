//! The whole of a tale's rows beside the same events carried out in memory.
//!
//! The world in memory is the one that the rule tests use: it keeps what the production `apply` makes of the events and
//! has no rows. Each address of a tale, with its owner, its numbers and all that belongs to the owner, and each flow that
//! a browser has had lately is looked at in both.

#[path = "../../../accounts/tests/support/mod.rs"]
#[expect(dead_code, reason = "the rule tests use more of it")]
mod world;

use accounts::*;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use store::Store;

use self::world::World;

/// What there is, as the events say.
#[derive(Default)]
pub(super) struct Whole {
    world: World,
}

impl Whole {
    pub(super) fn carry_out(&mut self, before: Snapshot, decision: &Decision) {
        self.world.carry_out(before, decision);
    }

    /// The rows of these addresses, flows and networks are what the events say.
    pub(super) async fn agrees(&self, store: &Store, at: &[Scope]) -> Result<(), TestCaseError> {
        let policy = Policy::default();
        for scope in at {
            let (loaded, now) = store.load(scope).await.unwrap();
            let told = in_order(self.world.load(scope, now, &policy), scope, now);
            let loaded = in_order(loaded, scope, now);
            let same = told == loaded;
            prop_assert!(same, "{scope:?}\nthe events say {told:#?}\nthe rows say {loaded:#?}");
        }
        Ok(())
    }
}

/// `apply` keeps things in the order in which they came; rows of one instant have no order but their ids'. Mails of more
/// than a day ago, changes that stay, and numbers that have been over for a day are not loaded any more; nor are numbers
/// and changes that the scope does not ask for.
pub(crate) fn in_order(mut snapshot: Snapshot, scope: &Scope, now: Instant) -> Snapshot {
    let asked = |number: &Number| match number.kind {
        NumberKind::NotMe(_) => scope.numbers == Numbers::NotMe,
        NumberKind::Undo(_) | NumberKind::Restore => scope.numbers == Numbers::Undo,
        NumberKind::Lost => scope.numbers == Numbers::Lost,
    };
    if let Some(account) = &mut snapshot.account {
        account.sessions.sort_by_key(|session| (session.started_at, session.id));
        account.devices.sort_by_key(|device| (device.last_at, device.id));
        account.links.sort_by_key(|link| (link.added.at, link.provider));
        account.passkeys.sort_by_key(|passkey| (passkey.added.at, passkey.id));
        let changes = matches!(scope.numbers, Numbers::Undo | Numbers::NotMe);
        account.changes.retain(|change| changes && now < change.until);
        account.changes.sort_by_key(|change| (change.at, change.id));
    }
    if let Some(address) = &mut snapshot.address {
        let day = Millis::days(1);
        address.challenges.retain(|challenge| now < challenge.issued_at.plus(day));
        address.challenges.sort_by_key(|challenge| (challenge.issued_at, challenge.id));
        address.numbers.retain(|number| asked(number) && now < number.expires_at.plus(day));
        address.numbers.sort_by_key(|number| (number.expires_at, number.id));
    }
    snapshot.elsewhere.sort_by_key(|claim| match claim {
        Claim::Email(email) => (email.key().to_owned(), String::new()),
        Claim::Identity(identity) => (identity.issuer().to_owned(), identity.subject().to_owned()),
        Claim::Credential(credential) => (format!("{:?}", credential.as_bytes()), String::new()),
    });
    snapshot
}
