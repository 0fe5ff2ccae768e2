//! Laws of what is told: every mail and every line that a step must leave, and no other.
//!
//! What must be told is counted from differences between before and after, so that a rule that forgets to say what it
//! has done is found out.

use accounts::{Account, ActivityKind as Line, ChallengeKind, MailKind, Millis, Purpose, Reason};

use super::laws::Seen;
use super::state::{ADDRESSES, State};
use super::step::Step;

/// Locks, unlocks, and locks that must be mailed.
type Locks = (usize, usize, usize);

impl Seen<'_> {
    fn locks(&self) -> Locks {
        let mut counted = (0, 0, 0);
        for at in 0..ADDRESSES.len() {
            let (owned, owned_now) = (self.before.owner_of(at), self.after.owner_of(at));
            let (was, is) = (self.before.guesses(at).locked_at, self.after.guesses(at).locked_at);
            let day = |told: accounts::Instant| self.after.now < told.plus(Millis::days(1));
            let told_lately = self.before.ghosts.told[at].is_some_and(day);
            let locked = owned.is_some() && was.is_none() && is.is_some();
            // Moving to an address that strangers had locked unlocks it, and is that member's to read.
            let unlocked = owned.or(owned_now).is_some() && was.is_some() && is.is_none();
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

    fn addresses_moved(&self) -> usize {
        let at = |account: &Account| account.email.as_ref().map(|m| m.email.key().to_owned());
        self.both().filter(|(old, new)| at(old) != at(new)).count()
    }

    pub(crate) fn mails_are_written(&self) -> bool {
        let Some(decision) = self.decision else { return true };
        let code = |wanted| self.challenges(|k, p| k == ChallengeKind::Code && p == wanted);
        let taken = |wanted| self.challenges(|k, p| k == ChallengeKind::AccountExists && p == wanted);
        let again = self.challenges(|kind, _| kind == ChallengeKind::UndoOffered);
        let (set, void) = self.passwords();
        let moved = self.addresses_moved();
        let undone = if self.taken_back().is_some() { moved } else { 0 };
        let resets = usize::from(self.finished().is_some());
        let verified = usize::from(self.verified_reset().is_some());
        let not_me = matches!(self.taken_back(), Some(l) if l.page == super::state::Page::NotMe);
        let expected = [
            (MailKind::RegisterCode, code(Purpose::Register)),
            (MailKind::RegisterTaken, taken(Purpose::Register)),
            (MailKind::ResetCode, code(Purpose::Reset)),
            (MailKind::EmailChangeCode, code(Purpose::ChangeEmail)),
            (MailKind::EmailChangeTaken, taken(Purpose::ChangeEmail)),
            (MailKind::UndoAgain, again),
            (MailKind::PasswordChanged, set.saturating_sub(resets)),
            (MailKind::EmailChanged, 2 * moved.saturating_sub(undone)),
            (MailKind::ResetVerified, verified),
            (MailKind::NotMe, usize::from(not_me)),
            (MailKind::Undone, void.saturating_sub(verified + usize::from(not_me)) + undone),
            (MailKind::SignInReset, resets),
            (MailKind::Locked, self.locks().2),
        ];
        let told = expected.iter().all(|(kind, count)| self.mails(*kind) == *count);
        let entered = self.mails(MailKind::SignIn) + self.mails(MailKind::Welcome);
        let all = expected.iter().map(|(_, count)| count).sum::<usize>() + entered;
        told && decision.mails.len() == all && decision.mails.iter().all(|mail| self.reaches(mail))
    }

    /// A mail about an account goes to its contact, or to the address that it has just left.
    fn reaches(&self, mail: &accounts::Mail) -> bool {
        let contact = |state: &State, id| {
            let account = state.world.accounts.get(&id);
            account.and_then(Account::contact_address).cloned()
        };
        let here = |id| contact(self.after, id).as_ref() == Some(&mail.to);
        let left = |id| contact(self.before, id).as_ref() == Some(&mail.to);
        let two = [MailKind::EmailChanged, MailKind::Undone].contains(&mail.kind);
        mail.account.is_none_or(|id| here(id) || two && left(id))
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

    pub(crate) fn lines_are_written(&self) -> bool {
        let Some(decision) = self.decision else { return true };
        let lines = |kind| decision.activities.iter().filter(|line| line.kind == kind).count();
        let (set, void) = self.passwords();
        let verified = usize::from(self.verified_reset().is_some());
        let not_me = matches!(self.taken_back(), Some(l) if l.page == super::state::Page::NotMe);
        let moved = if self.taken_back().is_some() { 0 } else { self.addresses_moved() };
        let count = |field: fn(&Account, &Account) -> bool| {
            self.both().filter(|(old, new)| field(old, new)).count()
        };
        // A former address that can still be put back has no owner to tell.
        let owned = matches!(self.step, Step::Ask(_, _, at) if self.before.owner_of(*at).is_some());
        let attempted = if owned { self.mails(MailKind::EmailChangeTaken) } else { 0 };
        let registered = usize::from(self.is_new_account());
        let (locked, unlocked, _) = self.locks();
        let forgotten = Self::count_new(&self.after.devices(), &self.before.devices());
        let fresh = matches!(self.outcome(), Some(accounts::Outcome::Fresh { .. }));
        let expected = [
            (Line::Registered, registered),
            (Line::RegistrationAttempted, self.mails(MailKind::RegisterTaken)),
            (Line::AddressAttempted, attempted),
            (Line::ResetAsked, self.mails(MailKind::ResetCode)),
            (Line::PasswordReset, verified),
            (Line::NotMe, usize::from(not_me)),
            (Line::Undone, void.saturating_sub(verified + usize::from(not_me))),
            (Line::EmailChanged, moved),
            (Line::PasswordChanged, set),
            (Line::SignedIn, self.started().saturating_sub(registered)),
            (Line::Locked, locked),
            (Line::Unlocked, unlocked),
            (Line::DeviceForgotten, forgotten),
            (Line::GuessFailed, self.wrong_at_an_account()),
            (Line::SignInRefused, usize::from(self.refused(Reason::Suspended))),
            (Line::Proved, usize::from(fresh)),
            (Line::Suspended, count(|a, b| a.suspended.is_none() && b.suspended.is_some())),
            (Line::Resumed, count(|a, b| a.suspended.is_some() && b.suspended.is_none())),
            (Line::TermsAccepted, count(|a, b| a.terms != b.terms)),
            (Line::ProfileChanged, count(|a, b| a.locale != b.locale)),
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
