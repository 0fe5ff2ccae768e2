//! Which clients are told that a session is over in which they were given something (OpenID Connect Back-Channel Logout 1.0).
//!
//! An announcement like those of endpoints, for a client instead of one, so that it is written in the transaction of the end. A
//! client hears of a session when the last that it held of it is over, and of an app's hold when that is over; never of what it
//! gave back itself. What must never happen: a client told of a session that goes on.

use super::Writer;
use super::announcements::{Announced, Announcement};
use crate::event::{Event, GrantEnd, GrantEvent};
use crate::snapshot::{ClientGrant, GrantReach};
use crate::values::Line;

/// What stands before a client's name, among those who are told something: no endpoint is called so.
const CLIENT: &str = "client:";
/// The longest name of a client, with that before it.
const NAME_CHARS: usize = 80;

/// The client that is told, where it is one.
#[must_use]
pub fn client_of(told: &Line) -> Option<&str> {
    told.as_str().strip_prefix(CLIENT)
}

/// The name by which a client stands among those who are told something.
#[must_use]
pub fn told_client(client: &Line) -> Line {
    Line::clean(&alloc::format!("{CLIENT}{}", client.as_str()), NAME_CHARS)
}

impl Writer<'_> {
    /// The client that is told of the event.
    pub(super) fn logout(&self, event: &Event) -> Option<Announcement> {
        let Event::Grant(GrantEvent::Ended { account, client, session, reach, reason, .. }) = event
        else {
            return None;
        };
        if !self.context.policy.logouts.contains(client) {
            return None;
        }
        // What it gave back it knows, and what it holds anew it holds.
        if matches!(reason, GrantEnd::Revoked | GrantEnd::Replaced) {
            return None;
        }
        // Where its session is over, whatever outlives that is no reason to be silent; where it goes on, perhaps, the client is in it
        // as long as it holds anything that was given in it.
        let with_session = matches!(reason, GrantEnd::Session(_)) && *reach != GrantReach::Offline;
        let counts = |grant: &ClientGrant| {
            grant.session == *session && (!with_session || grant.reach != GrantReach::Offline)
        };
        let holds_on = self.holds(client, counts);
        (!holds_on).then(|| Announcement {
            to: told_client(client),
            account: *account,
            what: Announced::SessionEnded(*session),
            at: self.context.now,
            email: None,
            awaited: false,
        })
    }

    /// Whether a client holds anything more of that kind.
    fn holds(&self, client: &Line, which: impl Fn(&ClientGrant) -> bool) -> bool {
        let own = self.account.map(|account| account.grants.as_slice()).unwrap_or_default();
        own.iter().chain(&self.after.hanging).any(|grant| grant.client == *client && which(grant))
    }
}
