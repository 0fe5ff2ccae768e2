//! What events change of an account's login methods, and of who has an address or an identity.
//!
//! Three places know the same: the account lists its methods, the address in question says whose it is and who
//! holds it, and the identity in question says whose it is. Each event here changes all three alike.

use alloc::vec::Vec;

use super::{on_account, passkeys};
use crate::event::Event;
use crate::kept::Methods;
use crate::snapshot::{
    Account, EmailMethod, Holder, IdentityState, Link, OwnEmail, Snapshot, Withdrawal,
};
use crate::values::AccountId;

#[expect(clippy::wildcard_enum_match_arm, reason = "`apply` lists the events that come here")]
pub(super) fn apply(snapshot: &mut Snapshot, event: &Event) {
    match event {
        Event::AccountCreated { account } => {
            snapshot.account = Some(account.clone());
            snapshot.device = None;
            settle(snapshot, account.id);
        }
        Event::EmailChanged { account, email, proven_at } => change(snapshot, *account, |a| {
            a.email.iter_mut().for_each(|method| {
                method.email = email.clone();
                method.proven_at = *proven_at;
                method.unreachable_at = None;
            });
        }),
        Event::EmailReached { account, unreachable_at } => change(snapshot, *account, |a| {
            a.email.iter_mut().for_each(|method| method.unreachable_at = *unreachable_at);
        }),
        Event::EmailAdded { account, method } => {
            change(snapshot, *account, |a| a.email = Some(method.clone()));
        }
        Event::EmailRemoved { account, .. } => change(snapshot, *account, |a| a.email = None),
        Event::LinkAdded { account, link } => {
            change(snapshot, *account, |a| a.links.push(link.clone()));
        }
        Event::LinkRemoved { account, provider, .. } => {
            change(snapshot, *account, |a| a.links.retain(|link| link.provider != *provider));
        }
        Event::LinkChanged { account, link, .. } => change(snapshot, *account, |a| {
            let same = a.links.iter_mut().filter(|known| known.identity == link.identity);
            same.for_each(|known| *known = link.clone());
        }),
        Event::IdentityFreed { identity, former } => {
            let state = snapshot.identity.as_mut().filter(|state| state.identity == *identity);
            if let Some(state) = state.filter(|state| state.owner.is_none()) {
                state.former = Some(former.clone());
            }
        }
        Event::ContactChanged { account, contact, since } => on_account(snapshot, *account, |a| {
            a.contact = *contact;
            a.contact_since = *since;
        }),
        Event::MethodsPutBack { account, methods } => {
            change(snapshot, *account, |a| put_back(a, methods));
        }
        Event::Withdrawn { account, withdrawal, .. } => {
            change(snapshot, *account, |a| withdraw(a, withdrawal));
        }
        Event::ProfileChanged { account, display_name, locale } => change(snapshot, *account, |a| {
            a.display_name = display_name.clone();
            a.locale = *locale;
        }),
        Event::LostNoted { account, lost } => change(snapshot, *account, |a| a.lost = lost.clone()),
        Event::Erased { account } => {
            snapshot.account = snapshot.account.take().filter(|a| a.id != *account);
            if let Some(address) = snapshot.address.as_mut() {
                address.numbers.retain(|number| number.account != *account);
            }
            if let Some(state) = snapshot.identity.as_mut() {
                state.former = state.former.take().filter(|former| former.account != *account);
            }
        }
        _ => {}
    }
}

fn change(snapshot: &mut Snapshot, id: AccountId, change: impl FnOnce(&mut Account)) {
    on_account(snapshot, id, change);
    settle(snapshot, id);
}

fn put_back(account: &mut Account, methods: &Methods) {
    let password = account.email.take().and_then(|method| method.password);
    account.email = methods.email.as_ref().map(|kept| EmailMethod {
        email: kept.email.clone(),
        proven_at: kept.proven_at,
        added: kept.added,
        password,
        unreachable_at: None,
    });
    account.links.clone_from(&methods.links);
    account.passkeys.clone_from(&methods.passkeys);
    account.contact = methods.contact;
    account.contact_since = methods.contact_since;
}

fn withdraw(account: &mut Account, withdrawal: &Withdrawal) {
    account.withdrawn = Some(withdrawal.clone());
    account.email = None;
    account.links = Vec::new();
    account.passkeys = Vec::new();
    account.lost = None;
}

/// Makes the address, the identity and the credential in question agree with the account as it is now.
fn settle(snapshot: &mut Snapshot, id: AccountId) {
    passkeys::settle(snapshot, id);
    let Some(account) = snapshot.account.as_ref().filter(|account| account.id == id) else {
        return;
    };
    if let Some(address) = snapshot.address.as_mut() {
        let own = account.email.as_ref().filter(|method| method.email.same_as(&address.email));
        match own {
            Some(method) => {
                address.owner = Some(id);
                address.stored = Some(method.email.clone());
            }
            None if address.owner == Some(id) => {
                address.owner = None;
                address.stored = None;
            }
            None => {}
        }
        let holds = |link: &Link| holder(link, account).filter(|h| h.stored.same_as(&address.email));
        let mut own = account.links.iter().filter_map(holds).collect::<Vec<_>>();
        address.holders.retain(|holder| holder.account != id);
        address.holders.append(&mut own);
        address.holders.sort_by(|a, b| a.account.cmp(&b.account).then(a.provider.cmp(&b.provider)));
    }
    if let Some(state) = snapshot.identity.as_mut() {
        own_identity(state, account);
    }
}

fn holder(link: &Link, account: &Account) -> Option<Holder> {
    let address = link.address.as_ref()?;
    let lost = account.lost.as_ref().filter(|lost| lost.email.same_as(&address.email));
    let email = if account.email.is_some() { OwnEmail::Has } else { OwnEmail::None };
    Some(Holder {
        account: account.id,
        provider: link.provider,
        stored: address.email.clone(),
        locale: account.locale,
        email,
        lost_from: lost.map(|lost| lost.from),
    })
}

fn own_identity(state: &mut IdentityState, account: &Account) {
    let has = account.links.iter().any(|link| link.identity == state.identity);
    if has {
        state.owner = Some(account.id);
        state.former = None;
    } else if state.owner == Some(account.id) {
        state.owner = None;
    }
}
