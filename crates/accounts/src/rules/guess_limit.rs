//! The ticket before the guess, and the lock (R-SIGNIN-3 and 4, R-LOCK).
//!
//! ```text
//!            pay                      settle
//!  free ───────────────▶ in flight ───────────▶ wrong  (count + 1; the 10th locks)
//!    ▲   no ticket left:     │  └─────────────▶ right  (count of that lane back to 0, never a lock)
//!    │   try again /         └── 30 s ────────▶ wrong
//!    └── an owner's mailbox proof or an operator: everything back to 0
//! ```
//!
//! Counts belong to the address, whether or not an account has it. Strangers share one budget; a known
//! device has its own and loses its standing instead of locking. Whatever runs in parallel, `wrong +
//! in flight` never exceeds the budget: that is the bound on evaluated guesses. Nothing here may ever read
//! whether the account exists, except to know whom to tell and whose device it is.

use alloc::vec::Vec;

use crate::command::Verdict;
use crate::context::Policy;
use crate::email::Email;
use crate::event::{DeviceEnd, Event, LockNotice};
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::session;
use crate::snapshot::{Account, AddressState, DeviceGuesses, GuessLimit, Lane, Ticket};
use crate::values::{DeviceId, Instant, TicketId};

/// Pays for one guess at `email`, or says why not.
pub(crate) fn pay(ledger: &mut Ledger<'_>, email: &Email) -> Result<Outcome, Reason> {
    let address = address_of(ledger, email)?;
    let presented = ledger.snapshot().device.filter(|id| still_knows(ledger, *id));
    let lane = presented.map_or(Lane::Strangers, Lane::Device);
    let mut tally = Tally::of(&address, ledger.now(), ledger.policy());
    // A device can lose its standing in this very step, through a guess of its own that lapsed.
    let lane = if tally.has_lost(lane) { Lane::Strangers } else { lane };
    let answer = match tally.standing(lane, ledger.policy()) {
        Standing::Free => {
            let id = ledger.context().draws.ticket;
            tally.limit.tickets.push(Ticket { id, lane, taken_at: ledger.now() });
            Ok(Outcome::Paid(lane))
        }
        Standing::InFlight => Err(Reason::GuessesInFlight),
        Standing::Refused => Err(Reason::Locked),
    };
    tally.record(ledger, &address);
    answer
}

/// Settles a paid guess. `Ok` with the lane that paid; a lapsed or unknown ticket is refused, and at an
/// address that is locked (I6) so is a stranger's, or that of a device forgotten meanwhile, whatever the
/// guess was.
pub(crate) fn settle(
    ledger: &mut Ledger<'_>,
    email: &Email,
    ticket: TicketId,
    verdict: Verdict,
) -> Result<Lane, Reason> {
    let address = address_of(ledger, email)?;
    let mut tally = Tally::of(&address, ledger.now(), ledger.policy());
    let lane = tally.take(ticket);
    let locked = tally.limit.locked_at.is_some();
    let refuses = locked && lane.is_some_and(|lane| !is_apart(ledger, lane));
    match (lane, verdict) {
        (None, _) => {}
        (Some(lane), Verdict::Right) => tally.give_back(lane),
        (Some(lane), Verdict::Wrong) => {
            tally.count(lane, ledger.now(), ledger.policy());
            // First the failed guess, then the lock it may cause: the order in which the member reads it.
            if let Some(account) = address.owner {
                ledger.record(Event::GuessFailed { account });
            }
        }
    }
    tally.record(ledger, &address);
    match lane {
        None => Err(Reason::TicketLapsed),
        Some(_) if refuses => Err(Reason::Locked),
        Some(lane) => Ok(lane),
    }
}

/// Hands back a ticket whose guess was never evaluated, because the hash queue turned out to be full. No
/// count changes; a ticket that has lapsed meanwhile stays counted.
pub(crate) fn hand_back(
    ledger: &mut Ledger<'_>,
    email: &Email,
    ticket: TicketId,
) -> Result<Outcome, Reason> {
    let address = address_of(ledger, email)?;
    let mut tally = Tally::of(&address, ledger.now(), ledger.policy());
    let held = tally.take(ticket);
    tally.record(ledger, &address);
    held.map(|_| Outcome::Done).ok_or(Reason::TicketLapsed)
}

/// An owner's proof of the mailbox, or an operator: all counts back, and the lock lifted (R-LOCK-2 and 8).
/// Guesses under way stay paid: they count in the new period. Those that lapsed before are of the old one,
/// else an abandoned volley would lock again the moment after.
pub(crate) fn set_back(ledger: &mut Ledger<'_>, email: &Email) -> Result<(), Reason> {
    let address = address_of(ledger, email)?;
    let mut limit = address.guesses.clone();
    let was_locked = limit.locked_at.is_some();
    limit.wrong = 0;
    limit.last_wrong_at = None;
    limit.locked_at = None;
    limit.devices.clear();
    let lapsed_before = ledger.now().minus(ledger.policy().ticket_life);
    limit.tickets.retain(|ticket| ticket.taken_at > lapsed_before);
    if limit != address.guesses {
        ledger.record(Event::GuessesCounted { email: address.email.clone(), limit });
    }
    if was_locked {
        ledger.record(Event::Unlocked { email: address.email.clone(), account: address.owner });
    }
    Ok(())
}

fn address_of(ledger: &Ledger<'_>, email: &Email) -> Result<AddressState, Reason> {
    let address = ledger.snapshot().address.as_ref();
    address.filter(|state| state.email.same_as(email)).cloned().ok_or(Reason::Mismatched)
}

/// Whether the lock that strangers cause leaves this lane alone (R-LOCK-4).
fn is_apart(ledger: &Ledger<'_>, lane: Lane) -> bool {
    matches!(lane, Lane::Device(device) if still_knows(ledger, device))
}

/// Whether the account knows this device, and has seen it lately enough.
fn still_knows(ledger: &Ledger<'_>, id: DeviceId) -> bool {
    let devices = ledger.account().map(|account| account.devices.as_slice()).unwrap_or_default();
    let mut known = devices.iter().filter(|d| session::is_known(d, ledger.now(), ledger.policy()));
    known.any(|device| device.id == id)
}

enum Standing {
    Free,
    InFlight,
    Refused,
}

/// A guess limit brought up to now, with what happened on the way.
struct Tally {
    limit: GuessLimit,
    newly_locked: bool,
    lost: Vec<DeviceId>,
}

impl Tally {
    fn of(address: &AddressState, now: Instant, policy: &Policy) -> Self {
        let mut tally = Self { limit: address.guesses.clone(), newly_locked: false, lost: Vec::new() };
        let lapsed_before = now.minus(policy.ticket_life);
        let (lapsed, live) = core::mem::take(&mut tally.limit.tickets)
            .into_iter()
            .partition::<Vec<_>, _>(|ticket| ticket.taken_at <= lapsed_before);
        tally.limit.tickets = live;
        for ticket in lapsed {
            tally.count(ticket.lane, ticket.taken_at.plus(policy.ticket_life), policy);
        }
        // After the lapsed: what had locked by then is not forgotten, whenever it is first looked at.
        tally.forget(now, policy);
        tally
    }

    /// A count below the limit is forgotten after a while; a lock is not (R-LOCK-2).
    fn forget(&mut self, now: Instant, policy: &Policy) {
        let old = |at: Instant| at.plus(policy.guesses_forgotten) <= now;
        if self.limit.locked_at.is_none() && self.limit.last_wrong_at.is_some_and(old) {
            self.limit.wrong = 0;
            self.limit.last_wrong_at = None;
        }
        self.limit.devices.retain(|device| !old(device.last_wrong_at));
    }

    fn has_lost(&self, lane: Lane) -> bool {
        matches!(lane, Lane::Device(device) if self.lost.contains(&device))
    }

    fn standing(&self, lane: Lane, policy: &Policy) -> Standing {
        let in_flight = self.limit.tickets.iter().filter(|ticket| ticket.lane == lane).count();
        let in_flight = u32::try_from(in_flight).unwrap_or(u32::MAX);
        let (wrong, budget) = match lane {
            Lane::Strangers if self.limit.locked_at.is_some() => return Standing::Refused,
            Lane::Strangers => (self.limit.wrong, policy.guesses),
            Lane::Device(id) => (self.device_wrong(id), policy.guesses_per_device),
        };
        if wrong >= budget {
            return Standing::Refused;
        }
        if wrong.saturating_add(in_flight) >= budget { Standing::InFlight } else { Standing::Free }
    }

    fn device_wrong(&self, id: DeviceId) -> u32 {
        self.limit.devices.iter().find(|device| device.device == id).map_or(0, |device| device.wrong)
    }

    fn take(&mut self, id: TicketId) -> Option<Lane> {
        let at = self.limit.tickets.iter().position(|ticket| ticket.id == id)?;
        Some(self.limit.tickets.remove(at).lane)
    }

    /// A right password sets back the count of the lane it came from, never a lock (R-LOCK-4).
    fn give_back(&mut self, lane: Lane) {
        match lane {
            Lane::Strangers if self.limit.locked_at.is_some() => {}
            Lane::Strangers => {
                self.limit.wrong = 0;
                self.limit.last_wrong_at = None;
            }
            Lane::Device(id) => self.limit.devices.retain(|device| device.device != id),
        }
    }

    fn count(&mut self, lane: Lane, at: Instant, policy: &Policy) {
        match lane {
            Lane::Strangers => self.count_stranger(at, policy),
            Lane::Device(id) => self.count_device(id, at, policy),
        }
    }

    fn count_stranger(&mut self, at: Instant, policy: &Policy) {
        self.limit.wrong = self.limit.wrong.saturating_add(1);
        self.limit.last_wrong_at = Some(at);
        if self.limit.wrong >= policy.guesses && self.limit.locked_at.is_none() {
            self.limit.locked_at = Some(at);
            self.newly_locked = true;
        }
    }

    fn count_device(&mut self, id: DeviceId, at: Instant, policy: &Policy) {
        let wrong = self.device_wrong(id).saturating_add(1);
        self.limit.devices.retain(|device| device.device != id);
        if wrong >= policy.guesses_per_device {
            self.lost.push(id);
        } else {
            self.limit.devices.push(DeviceGuesses { device: id, wrong, last_wrong_at: at });
        }
    }

    fn record(mut self, ledger: &mut Ledger<'_>, address: &AddressState) {
        let told_lately = self
            .limit
            .told_at
            .is_some_and(|told| ledger.now() < told.plus(ledger.policy().lock_told_gap));
        let tell = self.newly_locked && address.owner.is_some() && !told_lately;
        if tell {
            self.limit.told_at = Some(ledger.now());
        }
        if self.limit != address.guesses {
            ledger.record(Event::GuessesCounted { email: address.email.clone(), limit: self.limit });
        }
        if self.newly_locked {
            let notice = if tell { LockNotice::Tell } else { LockNotice::Quiet };
            let email = address.email.clone();
            ledger.record(Event::Locked { email, account: address.owner, notice });
        }
        for device in self.lost {
            // A device can have been forgotten while its last guess was under way: that is told once (I31).
            let lists = |account: &Account| account.devices.iter().any(|known| known.id == device);
            if let Some(account) = ledger.account().filter(|a| lists(a)).map(|a| a.id) {
                let reason = DeviceEnd::GuessedWrong;
                ledger.record(Event::DeviceForgotten { account, device, reason });
            }
        }
    }
}
