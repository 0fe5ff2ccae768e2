//! Whose an address and an identity are, found by looking through the accounts.
//!
//! A store keeps tables for it; here there is one truth, the accounts, so that the two cannot part.

use accounts::{
    Account, AddressState, Claim, CredentialId, CredentialState, Decision, Event, Holder, Identity,
    IdentityState, OwnEmail,
};

use super::World;

impl World {
    /// An identity, whether or not anybody has it.
    pub(crate) fn identity(&self, identity: &Identity) -> IdentityState {
        let has = |account: &&Account| account.links.iter().any(|link| link.identity == *identity);
        IdentityState {
            identity: identity.clone(),
            owner: self.accounts.values().find(has).map(|account| account.id),
            former: self.formers.get(identity).cloned(),
        }
    }

    /// A credential id, whether or not anybody has it.
    pub(crate) fn credential(&self, credential: &CredentialId) -> CredentialState {
        let has = |account: &&Account| account.passkeys.iter().any(|p| p.credential == *credential);
        CredentialState {
            credential: credential.clone(),
            owner: self.accounts.values().find(has).map(|account| account.id),
        }
    }

    /// Says whose an address is, and who holds it through a provider.
    pub(super) fn own_address(&self, state: &mut AddressState) {
        let same = |account: &&Account| {
            account.email.as_ref().is_some_and(|method| method.email.same_as(&state.email))
        };
        let owner = self.accounts.values().find(same);
        state.owner = owner.map(|account| account.id);
        state.stored = owner.and_then(|account| account.email.as_ref()).map(|m| m.email.clone());
        state.holders = self.accounts.values().flat_map(|account| holders(account, state)).collect();
        state.holders.sort_by_key(|holder| (holder.account, holder.provider));
    }

    /// What the account's changes or withdrawal would put back and is another account's now.
    pub(super) fn claims_elsewhere(&self, account: &Account) -> Vec<Claim> {
        let withdrawn = account.withdrawn.iter().map(|withdrawal| &withdrawal.methods);
        let kept = account.changes.iter().map(|change| &change.before).chain(withdrawn);
        let mut claims = Vec::new();
        for methods in kept {
            let email = methods.email.iter().map(|method| Claim::Email(method.email.clone()));
            let links = methods.links.iter().map(|link| Claim::Identity(link.identity.clone()));
            let keys = methods.passkeys.iter().map(|p| Claim::Credential(p.credential.clone()));
            for claim in email.chain(links).chain(keys) {
                if !claims.contains(&claim) && self.is_elsewhere(&claim, account) {
                    claims.push(claim);
                }
            }
        }
        claims
    }

    fn is_elsewhere(&self, claim: &Claim, account: &Account) -> bool {
        let others = self.accounts.values().filter(|other| other.id != account.id);
        others.into_iter().any(|other| match claim {
            Claim::Email(email) => other.email.as_ref().is_some_and(|m| m.email.same_as(email)),
            Claim::Identity(identity) => other.links.iter().any(|link| link.identity == *identity),
            Claim::Credential(credential) => other.passkeys.iter().any(|p| p.credential == *credential),
        })
    }

    /// An identity that was freed can be had back, until somebody has it.
    pub(super) fn keep_formers(&mut self, decision: &Decision) {
        for event in &decision.events {
            match event {
                Event::IdentityFreed { identity, former } => {
                    self.formers.insert(identity.clone(), former.clone());
                }
                Event::LinkAdded { link, .. } => self.formers.remove(&link.identity),
                Event::AccountCreated { account } => {
                    account.links.iter().for_each(|link| self.formers.remove(&link.identity));
                }
                Event::MethodsPutBack { methods, .. } => {
                    methods.links.iter().for_each(|link| self.formers.remove(&link.identity));
                }
                Event::Restored { account } | Event::Erased { account } => {
                    let all = std::mem::take(&mut self.formers).into_iter();
                    self.formers = all.filter(|(_, former)| former.account != *account).collect();
                }
                _ => {}
            }
        }
    }
}

fn holders(account: &Account, state: &AddressState) -> Vec<Holder> {
    let mut holders = Vec::new();
    for link in &account.links {
        let Some(address) = link.address.as_ref().filter(|a| a.email.same_as(&state.email)) else {
            continue;
        };
        let lost = account.lost.as_ref().filter(|lost| lost.email.same_as(&address.email));
        let email = if account.email.is_some() { OwnEmail::Has } else { OwnEmail::None };
        holders.push(Holder {
            account: account.id,
            provider: link.provider,
            stored: address.email.clone(),
            locale: account.locale,
            email,
            lost_from: lost.map(|lost| lost.from),
        });
    }
    holders
}
