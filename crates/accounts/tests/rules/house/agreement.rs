//! Three places know whose an address, an identity, a credential or a grant is, and `apply` changes all of them alike: after every
//! decision of every rule test they are compared with the accounts.

use accounts::Snapshot;

use super::House;

impl House {
    /// What a decision leaves in question is what is true of the accounts.
    pub(super) fn agrees_with(&self, after: &Snapshot) {
        let world = &self.world;
        if let Some(address) = &after.address {
            let truth = world.address(&address.email, self.now);
            let said = (&address.owner, &address.stored, &address.holders);
            assert_eq!(said, (&truth.owner, &truth.stored, &truth.holders), "{:?}", address.email);
        }
        if let Some(identity) = &after.identity {
            assert_eq!(*identity, world.identity(&identity.identity));
        }
        if let Some(credential) = &after.credential {
            assert_eq!(*credential, world.credential(&credential.credential));
        }
        let listed = after.account.iter().flat_map(|account| &account.grants);
        for grant in after.grant.iter().chain(listed) {
            assert_eq!(Some(grant), world.grants.get(&grant.id));
        }
    }
}
