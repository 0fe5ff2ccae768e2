//! Laws of what is told: every mail and every line that a step must leave, and no other.
//!
//! What must be told is counted from differences between before and after, so that a rule that forgets to say what it
//! has done is found out.

use accounts::{
    Account, ActivityKind as Line, Addressed, Announced, Announcement, ChallengeKind, Event, MailKind,
    Millis, Outcome, Purpose, Reason,
};

use super::ghosts::Use;
use super::laws::Seen;
use super::laws_of_methods::distinct;
use super::picture::Picture;
use super::state::{ADDRESSES, State};
use super::step::Step;

/// Locks, unlocks, and locks that must be mailed.
type Locks = (usize, usize, usize);

impl Seen<'_> {
    fn locks(&self) -> Locks {
        let mut counted = (0, 0, 0);
        for at in 0..ADDRESSES.len() {
            let owned = self.before.owner_of(at);
            let (was, is) = (self.before.guesses(at).locked_at, self.after.guesses(at).locked_at);
            let day = |told: accounts::Instant| self.after.now < told.plus(Millis::days(1));
            let told_lately = self.before.ghosts.told[at].is_some_and(day);
            let locked = owned.is_some() && was.is_none() && is.is_some();
            // Moving to an address that strangers had locked unlocks it: it was nobody's, and nobody reads of it.
            let unlocked = owned.is_some() && was.is_some() && is.is_none();
            counted.0 += usize::from(locked);
            counted.1 += usize::from(unlocked);
            counted.2 += usize::from(locked && !told_lately);
        }
        counted
    }

    /// New rows for mails that anybody can cause, of one kind.
    fn challenges(&self, wanted: impl Fn(ChallengeKind, Purpose) -> bool) -> usize {
        let count = |state: &State| {
            let all = state.world.addresses.values().flat_map(|address| &address.challenges);
            all.filter(|challenge| wanted(challenge.kind, challenge.purpose)).count()
        };
        count(self.after).saturating_sub(count(self.before))
    }

    /// Accounts whose password was replaced, and those whose password was made void.
    fn passwords(&self) -> (usize, usize) {
        let number = |account: &Account| account.password_version;
        let changed = || self.both().filter(|(old, new)| number(old) != number(new));
        let void = changed().filter(|(_, new)| new.password().is_none()).count();
        (changed().count() - void, void)
    }

    /// Methods that were added and removed in this step, but for what was put back or ended with its account.
    fn methods(&self) -> (usize, usize) {
        let ends = self.taken_back().is_some_and(|letter| !matches!(letter.does, Use::NotMe(_)))
            || matches!(self.outcome(), Some(Outcome::Restored | Outcome::Withdrawn { .. }));
        let mut counted = (0, 0);
        for (_, old, new) in self.pictures().filter(|_| !ends) {
            counted.0 += usize::from(old.email.is_none() && new.email.is_some());
            counted.0 += new.cards().filter(|card| old.held(*card).is_none()).count();
            counted.1 += usize::from(old.email.is_some() && new.email.is_none());
            counted.1 += old.cards().filter(|card| new.held(*card).is_none()).count();
            let keys = || old.keys.iter().zip(&new.keys);
            counted.0 += keys().filter(|(old, new)| old.is_none() && new.is_some()).count();
            counted.1 += keys().filter(|(old, new)| old.is_some() && new.is_none()).count();
        }
        // "This was not me" has put back what its session had removed.
        if matches!(self.taken_back(), Some(l) if matches!(l.does, Use::NotMe(_)) && self.is_put_back())
        {
            counted = (0, 0);
        }
        counted
    }

    /// R-CONTACT-5: what was told last is the contact as it is, and something is told where it is another or there again.
    pub(crate) fn the_service_hears_of_another_contact(&self) -> bool {
        self.both().all(|(old, new)| {
            let about =
                |told: &&Announcement| told.account == new.id && told.what == Announced::ContactChanged;
            let mut told = self.decision.iter().flat_map(|decision| &decision.announcements);
            let last = told.rfind(about);
            let here = new.withdrawn.is_none();
            let moved = old.contact_address() != new.contact_address() || old.withdrawn.is_some();
            match last {
                Some(told) => here && told.email.as_ref() == new.contact_address(),
                None => !(here && moved),
            }
        })
    }

    fn is_put_back(&self) -> bool {
        self.events().any(|event| matches!(event, Event::MethodsPutBack { .. }))
    }

    fn contacts_changed(&self) -> usize {
        let ends = self.is_put_back() || matches!(self.outcome(), Some(Outcome::Restored));
        let since = |(_, old, new): &(_, Picture, Picture)| {
            (old.contact, old.contact_since) != (new.contact, new.contact_since)
        };
        self.pictures().filter(|_| !ends).filter(since).count()
    }

    fn followed(&self) -> usize {
        let Step::Follow(..) = self.step else { return 0 };
        self.pictures().filter(|(_, old, new)| old != new).count()
    }

    fn counted(&self, field: impl Fn(&Picture, &Picture) -> bool) -> usize {
        self.pictures().filter(|(_, old, new)| field(old, new)).count()
    }

    /// Mails about a change that a member has made of their own methods: of an address, an added, a removed method, the
    /// contact, the end.
    fn mails_of_a_change(&self) -> [(MailKind, usize); 5] {
        let of = |kind, id, method| (kind, self.told_of(id, method));
        let mut all = [
            (MailKind::EmailChanged, 0),
            (MailKind::MethodAdded, 0),
            (MailKind::MethodRemoved, 0),
            (MailKind::ContactChanged, 0),
            (MailKind::Withdrawn, 0),
        ];
        if let Some((_, begun)) = self.moved() {
            let id = begun.account;
            all[0] = id.map_or(all[0], |id| of(MailKind::EmailChanged, id, Some(Addressed::Email)));
        }
        let Some((_, id)) = self.by_its_member() else {
            // What a provider or a reset takes away is told to the contact.
            let removed = if self.taken_back().is_some() { 0 } else { self.methods().1 };
            all[2].1 = removed;
            return all;
        };
        match self.step {
            Step::Arrive(..) | Step::TakeOffer(_) | Step::AddPassword(..) | Step::Present(..) => {
                all[1] = of(MailKind::MethodAdded, id, None);
            }
            Step::Remove(_, method, _) => all[2] = of(MailKind::MethodRemoved, id, Some(*method)),
            Step::RemoveKey(..) => all[2] = of(MailKind::MethodRemoved, id, None),
            Step::Contact(..) => all[3] = of(MailKind::ContactChanged, id, None),
            Step::Withdraw(_) => {
                let account = self.before.world.accounts.get(&id);
                let mut to = account.map(|a| Picture::of(a).addresses()).unwrap_or_default();
                let lately = account.iter().flat_map(|account| &account.changes);
                let lately = lately.filter(|change| self.after.now < change.until);
                to.extend(lately.flat_map(|change| change.before.addresses()).map(super::state::place));
                to.sort_unstable();
                to.dedup();
                all[4].1 = to.len();
            }
            _ => {}
        }
        all
    }

    /// Those who are told that the password is void: the contact, the own address, and addresses that an undo took away.
    fn told_of_void(&self) -> usize {
        let void = |(old, new): &(&Account, &Account)| {
            old.password_version != new.password_version && new.password().is_none()
        };
        let Some((old, new)) = self.both().find(void) else { return 0 };
        let own = |account: &Account| account.address_of(Addressed::Email).cloned();
        let undone = self.taken_back().is_some_and(|letter| letter.does == Use::Undo);
        let mut left = accounts::Methods::of(old).addresses().cloned().collect::<Vec<_>>();
        let now = accounts::Methods::of(new);
        left.retain(|email| undone && !now.addresses().any(|other| other.same_as(email)));
        let mut left = left.into_iter();
        distinct([new.contact_address().cloned(), own(new), left.next(), left.next(), left.next()])
    }

    /// Numbers of a lost provider that have begun a wait, or one that runs already, in this step.
    fn waits_begun(&self) -> usize {
        let letter =
            self.number().and_then(|(_, letter)| letter).filter(|letter| letter.used.is_none());
        usize::from(letter.is_some() && matches!(self.outcome(), Some(Outcome::WaitBegun { .. })))
    }

    pub(crate) fn mails_are_written(&self) -> bool {
        let Some(decision) = self.decision else { return true };
        let code = |wanted| self.challenges(|k, p| k == ChallengeKind::Code && p == wanted);
        let taken = |wanted| self.challenges(|k, p| k == ChallengeKind::AccountExists && p == wanted);
        let of_kind = |wanted| self.challenges(|kind, _| kind == wanted);
        let (set, _) = self.passwords();
        let resets = usize::from(self.finished().is_some());
        let own = usize::from(matches!(self.step, Step::AddPassword(..)) && set > 0);
        let about_void = |does: fn(Use) -> bool| match self.taken_back() {
            Some(letter) if does(letter.does) => self.told_of_void(),
            _ => 0,
        };
        let verified = self.verified_reset().map_or(0, |_| self.told_of_void());
        let restored = if self.outcome() == Some(&Outcome::Restored) { self.told_of_void() } else { 0 };
        let changed = self.changed().and_then(|(who, _)| self.before.member(self.browser(who).session));
        let follows = |(_, old, new): &(accounts::AccountId, Picture, Picture)| {
            let of_contact = |picture: &Picture| picture.address(picture.contact);
            if self.followed() == 0 || of_contact(old) == of_contact(new) { 0 } else { 2 }
        };
        let test = matches!(self.step, Step::TestMail(_)) && self.outcome() == Some(&Outcome::Done);
        let expected = [
            (MailKind::RegisterCode, code(Purpose::Register) + code(Purpose::RegisterIdentity)),
            (MailKind::RegisterTaken, taken(Purpose::Register) + taken(Purpose::RegisterIdentity)),
            (MailKind::ResetCode, code(Purpose::Reset)),
            (MailKind::ResetProvider, of_kind(ChallengeKind::ProviderOnly)),
            (MailKind::EmailChangeCode, code(Purpose::ChangeEmail) + code(Purpose::AddEmail)),
            (MailKind::EmailChangeTaken, taken(Purpose::ChangeEmail) + taken(Purpose::AddEmail)),
            (MailKind::UndoAgain, of_kind(ChallengeKind::UndoOffered)),
            (
                MailKind::PasswordChanged,
                set.saturating_sub(resets + own) * changed.map_or(1, |a| self.told_of(a.id, None)),
            ),
            (MailKind::ResetVerified, verified),
            (MailKind::NotMe, about_void(|does| matches!(does, Use::NotMe(_)))),
            (MailKind::Undone, about_void(|does| does == Use::Undo)),
            (MailKind::Restored, restored),
            (MailKind::SignInReset, resets),
            (MailKind::Locked, self.locks().2),
            (MailKind::ProviderLost, self.waits_begun()),
            (MailKind::ProviderAddressChanged, self.pictures().map(|p| follows(&p)).sum()),
            (MailKind::TestMail, usize::from(test)),
        ];
        let expected = || expected.iter().copied().chain(self.mails_of_a_change());
        let told = expected().all(|(kind, count)| self.mails(kind) == count);
        let entered = self.mails(MailKind::SignIn) + self.mails(MailKind::Welcome);
        let all = expected().map(|(_, count)| count).sum::<usize>() + entered;
        told && decision.mails.len() == all && decision.mails.iter().all(|mail| self.reaches(mail))
    }

    /// A mail about an account goes to one of its addresses, or to one that it has just left; what is told of a sign-in,
    /// a lock or a wait goes to its contact.
    fn reaches(&self, mail: &accounts::Mail) -> bool {
        let Some(id) = mail.account else { return true };
        let of = |state: &State| state.world.accounts.get(&id).cloned();
        let (old, new) = (of(self.before), of(self.after));
        let contact =
            |account: &Option<Account>| account.as_ref().and_then(|a| a.contact_address().cloned());
        let to = Some(&mail.to);
        if contact(&new).as_ref() == to || contact(&old).as_ref() == to {
            return true;
        }
        let to_contact = [
            MailKind::SignIn,
            MailKind::SignInReset,
            MailKind::Welcome,
            MailKind::Locked,
            MailKind::ProviderLost,
            MailKind::PasswordChanged,
            MailKind::TestMail,
        ];
        let listed = |account: &Option<Account>| {
            let methods = account.as_ref().map(accounts::Methods::of);
            methods.is_some_and(|methods| methods.addresses().any(|email| email.same_as(&mail.to)))
        };
        let lately = old.iter().flat_map(|account| &account.changes);
        let lately = || lately.clone().flat_map(|change| change.before.addresses());
        let ended = mail.kind == MailKind::Withdrawn && lately().any(|email| email.same_as(&mail.to));
        !to_contact.contains(&mail.kind) && (listed(&old) || listed(&new) || ended)
    }

    pub(crate) fn every_sign_in_is_told(&self) -> bool {
        let (started, registered) = (self.started(), usize::from(self.is_new_account()));
        let notices = [MailKind::SignIn, MailKind::SignInReset];
        let told = notices.iter().map(|kind| self.mails(*kind)).sum::<usize>();
        let mails = self.decision.into_iter().flat_map(|decision| &decision.mails);
        let mut notices = mails.filter(|mail| notices.contains(&mail.kind));
        let lies_there = |mail: &accounts::Mail| {
            let letter = mail.number.and_then(|number| self.after.ghosts.letter(number));
            letter.is_some_and(|letter| mail.to.key() == ADDRESSES[letter.at])
        };
        told + registered == started
            && self.mails(MailKind::Welcome) == registered
            && notices.all(lies_there)
    }

    /// A sign-in by a method that its provider has closed.
    fn is_held_back(&self) -> bool {
        let Step::Arrive(_, state, _) = self.step else { return false };
        let trip = self.before.ghosts.trips.iter().find(|trip| trip.state == *state);
        let sign_in = trip.is_some_and(|trip| trip.errand == accounts::TripErrand::SignIn);
        sign_in && self.refused(Reason::MethodHeld)
    }

    /// Counted where a report was heard.
    fn heard(&self, field: impl Fn(&Picture, &Picture) -> bool) -> usize {
        if matches!(self.step, Step::Hear(..)) && self.methods().1 == 0 {
            self.counted(field)
        } else {
            0
        }
    }

    /// Whether the member has taken all that is stored.
    fn took_all(&self) -> bool {
        matches!(self.step, Step::Export(_)) && self.outcome() == Some(&Outcome::Done)
    }

    pub(crate) fn lines_are_written(&self) -> bool {
        let Some(decision) = self.decision else { return true };
        let lines = |kind| decision.activities.iter().filter(|line| line.kind == kind).count();
        let (set, _) = self.passwords();
        let own = usize::from(matches!(self.step, Step::AddPassword(..)) && set > 0);
        let verified = usize::from(self.verified_reset().is_some());
        let does = self.taken_back().map(|letter| letter.does);
        let count = |field: fn(&Account, &Account) -> bool| {
            self.both().filter(|(old, new)| field(old, new)).count()
        };
        // A former address that can still be put back has no owner to tell.
        let owned = matches!(self.step, Step::Ask(_, _, at) if self.before.owner_of(*at).is_some());
        let attempted = if owned { self.mails(MailKind::EmailChangeTaken) } else { 0 };
        let registered = usize::from(self.is_new_account());
        let (locked, unlocked, _) = self.locks();
        let forgotten = Self::count_new(&self.after.devices(), &self.before.devices());
        let fresh = matches!(self.outcome(), Some(Outcome::Fresh { .. }));
        let expected = [
            (Line::Registered, registered),
            (Line::RegistrationAttempted, self.mails(MailKind::RegisterTaken)),
            (Line::AddressAttempted, attempted),
            (Line::ResetAsked, self.mails(MailKind::ResetCode) + self.mails(MailKind::ResetProvider)),
            (Line::PasswordReset, verified),
            (Line::NotMe, usize::from(matches!(does, Some(Use::NotMe(_))))),
            (Line::Undone, usize::from(does == Some(Use::Undo))),
            (Line::EmailChanged, usize::from(self.moved().is_some())),
            (Line::PasswordChanged, set - own),
            (Line::MethodAdded, self.methods().0),
            (Line::MethodRemoved, self.methods().1),
            (Line::PasskeyRenamed, self.named()),
            (Line::PasskeyRefused, usize::from(self.refused(Reason::PasskeyDoubtful))),
            (Line::ContactChanged, self.contacts_changed()),
            (Line::AddressFollowed, self.followed()),
            (Line::MethodHeld, self.counted(|a, b| over(b) > over(a))),
            (Line::MethodReleased, self.heard(|a, b| over(b) < over(a))),
            (Line::AddressUnreachable, self.counted(|a, b| unreachable(b) > unreachable(a))),
            (Line::AddressReachable, self.counted(reached_again)),
            (Line::ProviderLost, self.waits_begun()),
            (
                Line::ProviderFound,
                count(|a, b| a.lost.is_some() && b.lost.is_none() && b.withdrawn.is_none()),
            ),
            (Line::Withdrawn, count(|a, b| a.withdrawn.is_none() && b.withdrawn.is_some())),
            (Line::Restored, count(|a, b| a.withdrawn.is_some() && b.withdrawn.is_none())),
            (Line::SignedIn, self.started().saturating_sub(registered)),
            (Line::Locked, locked),
            (Line::Unlocked, unlocked),
            (Line::DeviceForgotten, forgotten),
            (Line::GuessFailed, self.wrong_at_an_account()),
            (Line::SignInRefused, usize::from(self.refused(Reason::Suspended) || self.is_held_back())),
            (Line::Proved, usize::from(fresh)),
            (Line::Suspended, count(|a, b| a.suspended.is_none() && b.suspended.is_some())),
            (Line::Resumed, count(|a, b| a.suspended.is_some() && b.suspended.is_none())),
            (Line::TermsAccepted, count(|a, b| a.terms != b.terms)),
            (Line::ProfileChanged, count(|a, b| a.locale != b.locale)),
            (Line::Exported, usize::from(self.took_all())),
        ];
        let ended = lines(Line::SignedOut) + lines(Line::SessionEnded);
        let all = expected.iter().map(|(_, count)| count).sum::<usize>() + ended;
        expected.iter().all(|(kind, count)| lines(*kind) == *count)
            && ended == self.ended()
            && decision.activities.len() == all
            && decision.activities.iter().all(|line| line.at == self.after.now)
            && (!matches!(self.step, Step::Look(..)) || all == 0)
    }
}

fn over(picture: &Picture) -> usize {
    picture.held.into_iter().flatten().filter(|held| held.over).count()
}

fn unreachable(picture: &Picture) -> usize {
    let own = usize::from(picture.email.is_some_and(|own| own.unreachable));
    own + picture.held.into_iter().flatten().filter(|held| held.unreachable).count()
}

/// A mark is gone, and the address is the one that had it.
fn reached_again(old: &Picture, new: &Picture) -> bool {
    let own = old.email.zip(new.email);
    let own =
        own.is_some_and(|(a, b)| a.unreachable && !b.unreachable && (a.at, a.since) == (b.at, b.since));
    let held = old.held.into_iter().flatten().any(|a| {
        let b = new.held(a.card);
        b.is_some_and(|b| a.unreachable && !b.unreachable && a.at == b.at)
    });
    own || held
}
