//! What events change of an account's passkeys, and of who has a credential id.

use super::on_account;
use crate::event::Event;
use crate::snapshot::{Account, Passkey, Snapshot};
use crate::values::{AccountId, PasskeyId};

#[expect(clippy::wildcard_enum_match_arm, reason = "`apply` lists the events that come here")]
pub(super) fn apply(snapshot: &mut Snapshot, event: &Event) {
    match event {
        Event::PasskeyAdded { account, passkey } => {
            on_account(snapshot, *account, |a| a.passkeys.push(passkey.clone()));
            settle(snapshot, *account);
        }
        Event::PasskeyRemoved { account, passkey, .. } => {
            on_account(snapshot, *account, |a| a.passkeys.retain(|known| known.id != *passkey));
            settle(snapshot, *account);
        }
        Event::PasskeyRenamed { account, passkey, name } => {
            on_passkey(snapshot, *account, *passkey, |known| known.name = name.clone());
        }
        Event::PasskeyUsed { account, passkey, counter, backup, at } => {
            on_passkey(snapshot, *account, *passkey, |known| {
                known.counter = *counter;
                known.backup = *backup;
                known.used_at = Some(*at);
            });
        }
        Event::PasskeyDeclined { account, at } => {
            on_account(snapshot, *account, |a| a.passkey_declined = Some(*at));
        }
        _ => {}
    }
}

fn on_passkey(
    snapshot: &mut Snapshot,
    account: AccountId,
    id: PasskeyId,
    change: impl FnOnce(&mut Passkey),
) {
    on_account(snapshot, account, |a: &mut Account| {
        if let Some(known) = a.passkeys.iter_mut().find(|known| known.id == id) {
            change(known);
        }
    });
}

/// Makes the credential in question agree with the account as it is now.
pub(super) fn settle(snapshot: &mut Snapshot, id: AccountId) {
    let Some(account) = snapshot.account.as_ref().filter(|account| account.id == id) else {
        return;
    };
    if let Some(state) = snapshot.credential.as_mut() {
        let has = account.passkeys.iter().any(|known| known.credential == state.credential);
        if has {
            state.owner = Some(id);
        } else if state.owner == Some(id) {
            state.owner = None;
        }
    }
}
