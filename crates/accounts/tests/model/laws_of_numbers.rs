//! Laws of numbers in mails: "this was not me", and the undo.
//!
//! A number in a mailbox is what was mailed; whether it is still good is reckoned from what was mailed and answered
//! since. After an undo nobody holds anything of the account but who reads the mailbox that it came back to.

use accounts::{Addressed, Event, NumberKind, Outcome};

use super::ghosts::{Letter, Member, Use};
use super::laws::Seen;
use super::picture::Picture;
use super::state::{STRANGERS, place};
use super::step::Step;

impl Seen<'_> {
    /// What taking back leaves of an account: nothing that anybody could hold.
    fn nothing_is_left(&self, letter: &Letter) -> bool {
        let account = self.account(letter.account);
        let bare = account.is_some_and(|account| {
            account.sessions.is_empty() && account.devices.is_empty() && account.password().is_none()
        });
        bare && self.started() == 0 && !self.is_welcome()
    }

    pub(crate) fn not_me_takes_all_and_gives_nothing(&self) -> bool {
        let Some(letter) = self.taken_back() else { return true };
        let Use::NotMe(session) = letter.does else { return true };
        let picture = |account: Option<&accounts::Account>| account.map(Picture::of);
        let before = picture(self.before.world.accounts.get(&letter.account));
        let after = picture(self.account(letter.account));
        let (Some(before), Some(after)) = (before, after) else { return false };
        let by = |by: Option<accounts::SessionId>| by == Some(session);
        let email = before.email.filter(|own| !by(own.by));
        let held = before.held.map(|held| held.filter(|held| !by(held.by)));
        let keys = before.keys.map(|key| key.filter(|key| !by(key.by)));
        let rest = Picture { email, held, keys, ..before };
        let gone = after.email.is_none_or(|own| !by(own.by))
            && after.held.into_iter().flatten().all(|held| !by(held.by));
        let keys_gone = after.keys.into_iter().flatten().all(|key| !by(key.by));
        // Where nothing of the rest has an address, what that session removed is there again, if it is still known.
        let alone = rest.addressed().is_empty();
        let as_expected = if alone {
            // Its passkeys are no way that an account could need.
            (gone || after == Picture { keys, ..before }) && keys_gone
        } else {
            after.email == rest.email && after.held == rest.held && after.keys == rest.keys
        };
        let ended = self.account(letter.account).is_some_and(|account| account.withdrawn.is_some());
        let there = ended || !after.addressed().is_empty();
        self.nothing_is_left(letter) && (ended || as_expected) && there
    }

    /// Whose addresses had been the contact, or the changed method's, for long before this step, and are told.
    fn established(&self, member: &Member, old: &Picture, new: Option<&Picture>) -> Vec<usize> {
        let long = |since| member.is_established(since, self.after.now, self.policy);
        let there = |method| old.address(method).filter(|(_, since)| long(*since)).map(|(at, _)| at);
        let contact = there(old.contact).filter(|_| long(old.contact_since));
        let methods = [
            Addressed::Email,
            Addressed::Provider(accounts::Provider::GOOGLE),
            Addressed::Provider(accounts::Provider::APPLE),
        ];
        let touched = methods
            .into_iter()
            .filter(|method| new.is_none_or(|new| new.address(*method) != old.address(*method)));
        contact.into_iter().chain(touched.filter_map(there)).collect()
    }

    /// A change by whoever has just shown a provider or a passkey that has been on the account for long gives no right.
    fn gives_a_right(&self, old: &Picture, session: accounts::SessionId) -> bool {
        let shown = self.before.ghosts.shown.get(&session).map(|(_, method)| *method);
        let added = shown.and_then(|method| old.added(method));
        // "Since registration" is not long enough here: whoever has just registered may be anybody.
        added.is_none_or(|added| self.after.now < added.plus(self.policy.undo_life))
    }

    /// The right to undo goes to the addresses that had been the contact, or the changed method's, for long; and there it
    /// always goes. A change that is proven by a provider of long standing gives none.
    pub(crate) fn only_the_established_may_undo(&self) -> bool {
        let changed = self.changed().map(|(who, _)| who).or(self.moved().map(|(who, _)| who));
        let who = changed.or(self.by_its_member().map(|(who, _)| who));
        let session = who.and_then(|who| self.browser(who).session);
        let session = session.and_then(|digest| self.before.world.session(digest));
        let mut issued = self.events().filter_map(|event| match event {
            Event::NumberIssued { email, number } if matches!(number.kind, NumberKind::Undo(_)) => {
                Some(place(email))
            }
            _ => None,
        });
        let Some(session) = session else { return issued.next().is_none() };
        let Some(old) = self.before.world.accounts.get(&session.account) else { return false };
        let Some(member) = self.member(old.id) else { return false };
        if matches!(self.step, Step::Withdraw(_)) {
            return issued.next().is_none();
        }
        let (old, new) = (Picture::of(old), self.account(old.id).map(Picture::of));
        if self.changed().is_none() && new == Some(old) {
            return issued.next().is_none();
        }
        let entitled = self.established(member, &old, new.as_ref());
        let entitled = if self.gives_a_right(&old, session.id) { entitled } else { Vec::new() };
        let mails = self.decision.into_iter().flat_map(|decision| &decision.mails);
        let told =
            mails.filter(|mail| mail.number.is_some()).map(|mail| place(&mail.to)).collect::<Vec<_>>();
        issued.all(|at| entitled.contains(&at)) && entitled.iter().all(|at| told.contains(at))
    }

    /// Once, in time, on its page, with the address it was sent to; whatever else is typed changes nothing.
    pub(crate) fn a_number_works_once_where_it_was_sent(&self) -> bool {
        let Some((look, letter)) = self.number() else { return true };
        let good = letter.is_some_and(|letter| {
            letter.used.is_none()
                && !letter.void
                && letter.does.page() == look.page
                && letter.at == look.at
                && self.after.now < letter.when.plus(letter.does.life(self.policy))
        });
        let same = self.both().all(|(old, new)| old == new);
        // A good one does nothing where others have all that it would bring back, or where what it is about is over.
        let idle = same && letter.is_some_and(|letter| self.is_idle(letter));
        let worked =
            self.taken_back().is_some() || matches!(self.outcome(), Some(Outcome::WaitBegun { .. }));
        if good { worked || self.is_out_of_tries() || idle } else { same }
    }

    fn is_idle(&self, letter: &Letter) -> bool {
        let account = self.before.world.accounts.get(&letter.account);
        match letter.does {
            Use::NotMe(_) => false,
            Use::Undo => letter.picture.free(self.before, letter.account, self.after.now).is_none(),
            Use::Restore => account.is_none_or(|account| {
                let methods = account.withdrawn.is_some();
                !methods || letter.picture.free(self.before, letter.account, self.after.now).is_none()
            }),
            Use::Lost => account.is_none_or(|account| {
                account.email.is_some() || !Picture::of(account).addresses().contains(&letter.at)
            }),
        }
    }

    fn is_out_of_tries(&self) -> bool {
        self.refused(accounts::Reason::NetworkUsedUp)
    }

    /// From an undo until its mailbox has set a new password, or a provider of its own was shown, nobody moves the
    /// account or gets in: not by what was mailed elsewhere, nor by what was checked or begun before.
    pub(crate) fn what_was_given_back_stays(&self) -> bool {
        let reset = self.finished().and_then(|(who, ..)| self.begun(who));
        // What lies in the owner's mailboxes may take more back.
        let owners = self.taken_back().is_some_and(|letter| letter.at != STRANGERS);
        let itself = matches!(self.step, Step::Hear(..)) || owners;
        let given_back =
            self.before.ghosts.members.iter().filter(|(_, member)| member.rescued && !itself);
        given_back.into_iter().all(|(id, member)| {
            let Some(old) = self.before.world.accounts.get(id).map(Picture::of) else { return true };
            let by_its_mailbox = reset.is_some_and(|begun| member.is_at(begun.at));
            let by_its_provider =
                matches!(self.step, Step::Arrive(_, _, card) if old.held(*card).is_some());
            let by_its_passkey =
                self.presented().is_some_and(|(_, answer)| old.keys[answer.key].is_some());
            let by_its_provider = by_its_provider || by_its_passkey;
            let account = self.account(*id);
            let stays = account.map(Picture::of) == Some(old) || by_its_mailbox;
            let empty = account.is_some_and(|account| account.sessions.is_empty());
            stays && (empty || by_its_mailbox || by_its_provider)
        })
    }

    /// The account is back as it was before the change, as far as others have not proven it since, with nothing for
    /// anybody to hold, and nobody gets a right by it.
    pub(crate) fn an_undo_takes_all_and_gives_nothing(&self) -> bool {
        let Some(letter) = self.taken_back().filter(|letter| letter.does == Use::Undo) else {
            return true;
        };
        let expected = letter.picture.free(self.before, letter.account, self.after.now);
        let back = self.account(letter.account).map(Picture::of) == expected;
        let rights = self
            .events()
            .any(|event| matches!(event, Event::NumberIssued { .. } | Event::ChangeNoted { .. }));
        let mailed = self.decision.is_some_and(|d| d.mails.iter().any(|mail| mail.number.is_some()));
        let numbers = || self.after.world.addresses.values().flat_map(|address| &address.numbers);
        let mut younger = self.after.ghosts.letters.iter().filter(|younger| {
            younger.account == letter.account && younger.void && younger.used.is_none()
        });
        let alive = younger.any(|younger| {
            numbers().any(|number| number.id == younger.id && number.spent_at.is_none())
        });
        self.nothing_is_left(letter) && back && !rights && !mailed && !alive
    }
}
