//! What events change of what clients hold.

use super::on_account;
use crate::event::GrantEvent;
use crate::snapshot::{ClientGrant, Snapshot};
use crate::values::GrantId;

pub(super) fn apply(snapshot: &mut Snapshot, event: &GrantEvent) {
    match event {
        GrantEvent::Started { grant, .. } => {
            if grant.ended_at.is_none() {
                on_account(snapshot, grant.account, |a| a.grants.push(grant.clone()));
            }
            snapshot.grant = Some(grant.clone());
        }
        GrantEvent::Used { grant, used, live, at, .. } => on_grant(snapshot, *grant, |g| {
            g.used = *used;
            g.live = Some(*live);
            g.seen_at = *at;
        }),
        GrantEvent::Ended { account, grant, at, .. } => {
            on_grant(snapshot, *grant, |g| g.ended_at = Some(*at));
            on_account(snapshot, *account, |a| a.grants.retain(|g| g.id != *grant));
            snapshot.hanging.retain(|g| g.id != *grant);
        }
    }
}

fn on_grant(snapshot: &mut Snapshot, id: GrantId, change: impl Fn(&mut ClientGrant)) {
    let listed = snapshot.account.as_mut().and_then(|a| a.grants.iter_mut().find(|g| g.id == id));
    if let Some(grant) = listed {
        change(grant);
    }
    if let Some(grant) = snapshot.grant.as_mut().filter(|grant| grant.id == id) {
        change(grant);
    }
}
