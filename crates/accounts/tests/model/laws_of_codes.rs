//! Laws of codes: registering, resetting, changing the address.
//!
//! A code in a mailbox is what was mailed; whether it is still good is reckoned from what was mailed and answered since,
//! never from the rows.

use accounts::{Account, MailKind, Outcome, Purpose, Reason};

use super::ghosts::{Begun, Posted, class_of};
use super::laws::Seen;
use super::remember::purpose_of;
use super::state::{ADDRESSES, hash};
use super::step::Step;

impl Seen<'_> {
    fn posted(&self, code: Option<accounts::ChallengeId>) -> Option<Posted> {
        code.and_then(|code| self.before.ghosts.posted.get(&code)).copied()
    }

    /// The contact names a method of the account with a proven address; where that is `email`, the address that an
    /// onlooker has seen proven.
    pub(crate) fn the_contact_is_the_proven_address(&self) -> bool {
        let active = self.after.world.accounts.values().filter(|account| account.withdrawn.is_none());
        active.into_iter().all(|account| {
            let member = self.after.ghosts.members.get(&account.id);
            let home = member.and_then(|member| member.home).map(|home| ADDRESSES[home.at]);
            let at = account.contact_address().map(accounts::Email::key);
            at.is_some() && (account.contact != accounts::Addressed::Email || at == home)
        })
    }

    pub(crate) fn a_code_works_once(&self) -> bool {
        self.verified()
            .is_none_or(|(.., code)| code.is_some_and(|code| !self.before.ghosts.used.contains(&code)))
    }

    pub(crate) fn a_code_is_for_its_address_and_purpose(&self) -> bool {
        self.verified().is_none_or(|(_, begun, code)| {
            let fits = |posted: Posted| posted.at == begun.at && posted.purpose == begun.purpose;
            self.posted(code).is_some_and(fits)
                && matches!(self.step, Step::Type(who, purpose, _)
                    if purpose_of(self.before, *who, *purpose) == begun.purpose)
        })
    }

    pub(crate) fn a_code_ends_in_time(&self) -> bool {
        self.verified().is_none_or(|(.., code)| {
            self.posted(code)
                .is_some_and(|posted| self.after.now < posted.when.plus(self.policy.code_life))
        })
    }

    pub(crate) fn tries_are_bounded(&self) -> bool {
        let bound = self.policy.tries_per_flow;
        let used_up = |who: usize| self.before.ghosts.tried[who] >= bound;
        let worked =
            self.verified().is_some() || matches!(self.outcome(), Some(Outcome::ResetProven { .. }));
        let after_all = matches!(self.step, Step::Type(who, ..) if used_up(*who as usize));
        self.after.ghosts.tried.iter().all(|tried| *tried <= bound) && !(after_all && worked)
    }

    /// Whether a browser has verified a reset code of that address, and nothing has ended that since.
    fn is_going_on(&self, begun: Option<Begun>, at: usize) -> bool {
        let begun =
            begun.filter(|begun| begun.purpose == Purpose::Reset && begun.at == at && !begun.cut);
        let proven = begun.and_then(|begun| begun.proven);
        proven.is_some_and(|(when, _)| self.after.now < when.plus(self.policy.reset_cooldown))
    }

    /// For 30 minutes after a success there is no new code, and nobody hears of it but the browser that verified.
    pub(crate) fn no_code_after_a_success_and_nobody_hears(&self) -> bool {
        let Step::Ask(who, Purpose::Reset, at) = self.step else {
            return self.mails(MailKind::ResetCode) == 0;
        };
        let cools = self.before.ghosts.verified[*at]
            .is_some_and(|when| self.after.now < when.plus(self.policy.reset_cooldown));
        let told = self.refused(Reason::CodeCooldown);
        (!cools || self.mails(MailKind::ResetCode) + self.mails(MailKind::UndoAgain) == 0)
            && told == self.is_going_on(self.begun(*who), *at)
    }

    /// Only the verifying flow, with the newest form, once, in time, and only its own account.
    pub(crate) fn only_the_verifying_flow_sets_a_password(&self) -> bool {
        let Some((who, form, secret)) = self.finished() else { return true };
        let Some(begun) = self.begun(who) else { return false };
        let (Some((when, _)), Some(account)) = (begun.proven, begun.account) else { return false };
        let Some(Outcome::Welcome(welcome)) = self.outcome() else { return false };
        let set = self.account(account).and_then(|account| account.password());
        let others = self.both().filter(|(old, _)| old.id != account);
        begun.purpose == Purpose::Reset
            && form.is_some()
            && form == begun.form
            && self.after.now < when.plus(self.policy.reset_cooldown)
            && welcome.account == account
            && set.is_some_and(|password| password.hash == hash(secret))
            && others.into_iter().all(|(old, new)| old.email == new.email)
    }

    /// A new password, a reset, "this was not me" and an undo leave no older session, device, code, grant or change.
    pub(crate) fn clearing_leaves_nothing_older(&self) -> bool {
        let code = match self.step {
            Step::Type(_, _, code) => self.posted(*code).filter(|_| self.verified().is_some()),
            _ => None,
        };
        let uses = |who| self.begun(who).is_some_and(|begun| begun.cut);
        let by_cut = self.moved().is_some_and(|(who, _)| uses(who))
            || self.finished().is_some_and(|(who, ..)| uses(who));
        if by_cut || code.is_some_and(|posted| posted.dead) {
            return false;
        }
        let changed = self.changed().map(|(who, _)| self.browser(who).session);
        let finished = self.finished().map(|(who, ..)| self.after.browsers[who as usize].session);
        let Some(kept) = changed.or(finished) else { return true };
        let kept = kept.and_then(|digest| self.after.world.session(digest));
        let Some(account) = kept.and_then(|kept| self.account(kept.account)) else { return false };
        account.sessions.iter().all(|session| Some(session) == kept)
            && account.devices.iter().all(|device| kept.is_some_and(|kept| kept.device == device.id))
    }

    pub(crate) fn an_account_needs_a_proven_address(&self) -> bool {
        if !self.is_new_account() {
            return true;
        }
        if let Step::Register(who) = self.step {
            return self.is_registered_with_an_identity(*who);
        }
        let Step::Choose(who, secret) = self.step else { return false };
        let proven = self
            .begun(*who)
            .filter(|begun| begun.purpose == Purpose::Register && begun.proven.is_some());
        let made = proven.and_then(|begun| self.after.owner_of(begun.at));
        made.is_some_and(|account| {
            account.sessions.len() == 1 && account.password().is_some_and(|p| p.hash == hash(secret))
        })
    }

    /// The session that began it, and the same account.
    pub(crate) fn a_change_is_finished_by_who_began_it(&self) -> bool {
        self.an_address_is_changed_by_who_began_it() && self.linking_is_finished_by_who_began_it()
    }

    fn an_address_is_changed_by_who_began_it(&self) -> bool {
        let Some((who, begun)) = self.moved() else { return true };
        let session = self.browser(who).session.and_then(|digest| self.before.world.session(digest));
        let own = session.is_some_and(|session| {
            Some(session.id) == begun.session && Some(session.account) == begun.account
        });
        let others = self.both().filter(|(old, _)| Some(old.id) != begun.account);
        own && others.into_iter().all(|(old, new)| old.email == new.email)
    }

    pub(crate) fn a_new_address_needs_its_own_code(&self) -> bool {
        let at = |account: &Account| account.email.as_ref().map(|m| m.email.key().to_owned());
        let changed = self.both().filter(|(old, new)| at(old) != at(new));
        changed.into_iter().all(|(_, new)| {
            let back = self.taken_back().is_some_and(|letter| letter.account == new.id);
            let restored = self.outcome() == Some(&Outcome::Restored);
            let removed = at(new).is_none() && self.by_its_member().is_some();
            let added = matches!(self.step, Step::AddPassword(..) | Step::Finish(..));
            if back || restored || removed || added {
                return true;
            }
            let Step::Type(_, Purpose::ChangeEmail | Purpose::AddEmail, code) = self.step else {
                return false;
            };
            let posted = self.posted(*code).filter(|p| p.purpose == Purpose::ChangeEmail);
            posted.is_some_and(|posted| at(new).as_deref() == Some(ADDRESSES[posted.at]))
        })
    }

    /// The answer to a request is the same at every address, but in the browser that has just verified.
    pub(crate) fn asking_tells_nothing(&self) -> bool {
        let Step::Ask(who, purpose, at) = self.step else { return true };
        let same = self.outcome()
            == Some(&Outcome::CodeAsked { expires_at: self.after.now.plus(self.policy.code_life) });
        match purpose {
            Purpose::Register => same || self.refused(Reason::RegistrationClosed),
            Purpose::Reset => same || self.is_going_on(self.begun(*who), *at),
            Purpose::RegisterIdentity => {
                let open = self.refused(Reason::FlowGone) || self.refused(Reason::RegistrationClosed);
                same || open
            }
            Purpose::ChangeEmail | Purpose::AddEmail | Purpose::Offer => {
                same || self.refused(Reason::ProofStale) || self.refused(Reason::NotSignedIn)
            }
        }
    }

    pub(crate) fn registering_tells_and_gives_nothing(&self) -> bool {
        match (self.step, self.outcome()) {
            (Step::Ask(_, Purpose::Register, _), Some(Outcome::CodeAsked { expires_at })) => {
                *expires_at == self.after.now.plus(self.policy.code_life)
            }
            (Step::Ask(_, Purpose::Register, _), _) => self.refused(Reason::RegistrationClosed),
            (Step::Choose(..) | Step::Register(_), Some(Outcome::Welcome(welcome))) => {
                self.before.world.accounts.get(&welcome.account).is_none()
            }
            _ => true,
        }
    }

    /// No quota that a stranger can use up: a member's request is left without a mail only within the gap, while as
    /// many codes as allowed lie in the mailbox, or after a success.
    pub(crate) fn a_request_is_left_without_a_mail_for_cause(&self) -> bool {
        let Step::Ask(_, Purpose::Reset, at) = self.step else { return true };
        let ghosts = &self.before.ghosts;
        let mailed = self.mails(MailKind::ResetCode) > 0 || self.refused(Reason::CodeCooldown);
        if mailed || ghosts.member_at(*at).is_none() {
            return true;
        }
        let now = self.after.now;
        let all = || ghosts.posted.iter().filter(|(_, p)| class_of(p.purpose) == 0 && p.at == *at);
        // Also the mail that repeats a number, and the row that stands for none.
        let rows = self.before.world.addresses.get(ADDRESSES[*at]).map(|a| a.challenges.as_slice());
        let mut rows = rows.unwrap_or_default().iter().filter(|c| c.purpose == Purpose::Reset);
        let near = rows.any(|row| now < row.issued_at.plus(self.policy.code_gap));
        let is_good = |(id, posted): &&(accounts::ChallengeId, Posted)| {
            !posted.dead && !ghosts.used.contains(id) && now < posted.when.plus(self.policy.code_life)
        };
        let good = all().filter(is_good).count();
        let many = all().count() + 1 >= usize::try_from(self.policy.codes_day).expect("small");
        let allowed = if many { 1 } else { self.policy.codes_alive };
        let cools =
            ghosts.verified[*at].is_some_and(|when| now < when.plus(self.policy.reset_cooldown));
        near || cools || good >= usize::try_from(allowed).expect("small")
    }

    pub(crate) fn a_verified_code_voids_the_password(&self) -> bool {
        let Some((_, begun)) = self.verified_reset() else { return true };
        // At a provider's address there is none yet.
        let own = self.after.owner_of(begun.at);
        own.map_or(self.lost_at(begun.at), |account| account.password().is_none())
    }

    fn lost_at(&self, at: usize) -> bool {
        let mut members = self.before.ghosts.members.values();
        members.any(|member| member.lost.is_some_and(|(where_, _)| where_ == at))
    }

    /// A password form is shown by a code of the mailbox, or again by the very code that was verified, in time.
    pub(crate) fn a_form_is_opened_by_the_verified_code(&self) -> bool {
        let (Step::Type(who, purpose, code), Some(Outcome::ResetProven { until })) =
            (self.step, self.outcome())
        else {
            return true;
        };
        let Some(begun) = self.begun(*who) else { return false };
        let since = match begun.proven {
            Some((when, first)) if *code == Some(first) && !begun.cut => when,
            Some(_) => return false,
            None => self.after.now,
        };
        *purpose == Purpose::Reset
            && *until == since.plus(self.policy.reset_cooldown)
            && self.after.now < *until
    }

    /// At most so many mails in the life of a code, of which none was used; and one alone after many in a day.
    pub(crate) fn mails_are_bounded(&self) -> bool {
        let size = |bound: u32| usize::try_from(bound).expect("small");
        let ghosts = &self.after.ghosts;
        let newer = |when: &&accounts::Instant| self.after.now < when.plus(self.policy.code_life);
        let unused = |at: usize, class: usize| ghosts.caused[at][class].iter().filter(newer).count();
        let few = (0..ADDRESSES.len())
            .all(|at| (0..2).all(|class| unused(at, class) <= size(self.policy.codes_alive)));
        let (Step::Ask(_, purpose, at), Some(decision)) = (self.step, self.decision) else {
            return few;
        };
        let class = class_of(*purpose);
        let all = ghosts.posted.values().filter(|p| p.at == *at && class_of(p.purpose) == class);
        let many = all.count() >= size(self.policy.codes_day) && !decision.mails.is_empty();
        few && (!many || unused(*at, class) <= 1)
    }

    /// Every other session, every known device, every grant and pending change; and with the new password every method
    /// that was added lately and is not ticked.
    pub(crate) fn a_verified_code_ends_the_rest(&self) -> bool {
        if let (Some(_), Some(Outcome::Welcome(welcome))) = (self.finished(), self.outcome()) {
            let links = self.account(welcome.account).map(|account| account.links.as_slice());
            let lately =
                |link: &accounts::Link| self.after.now < link.added.at.plus(self.policy.undo_life);
            let mut added = links.unwrap_or_default().iter().filter(|link| link.added.by.is_some());
            let keys = self.account(welcome.account).map(|account| account.passkeys.as_slice());
            let mut keys = keys.unwrap_or_default().iter().filter(|key| key.added.by.is_some());
            let young =
                |key: &accounts::Passkey| self.after.now < key.added.at.plus(self.policy.undo_life);
            return !added.any(lately) && !keys.any(young);
        }
        let Some((who, _)) = self.verified_reset() else { return true };
        let account = self.after.ghosts.begun[who as usize].and_then(|begun| begun.account);
        let Some(account) = account.and_then(|id| self.account(id)) else { return false };
        let own = self.browser(who).session;
        account.devices.is_empty() && account.sessions.iter().all(|session| Some(session.digest) == own)
    }

    pub(crate) fn a_code_signs_nobody_in(&self) -> bool {
        let by_code = matches!(self.step, Step::Type(..) | Step::Ask(..));
        !by_code || self.started() == 0 && !self.is_welcome()
    }
}
