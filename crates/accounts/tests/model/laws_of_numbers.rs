//! Laws of numbers in mails: "this was not me", and the undo.
//!
//! A number in a mailbox is what was mailed; whether it is still good is reckoned from what was mailed and answered
//! since. After an undo nobody holds anything of the account but who reads the mailbox that it came back to.

use accounts::{Event, MailKind, NumberKind};

use super::ghosts::{Letter, life_of};
use super::laws::Seen;
use super::state::{ADDRESSES, Page, place};

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
        let Some(letter) = self.taken_back().filter(|letter| letter.page == Page::NotMe) else {
            return true;
        };
        let home = self.member(letter.account).map(|member| ADDRESSES[member.home.at]);
        let account = self.account(letter.account);
        let at = account.and_then(|account| account.email.as_ref()).map(|method| method.email.key());
        self.nothing_is_left(letter) && at == home
    }

    /// The right to undo goes to the address that the account had, and only where it had been there for long; and there
    /// it always goes.
    pub(crate) fn only_the_established_may_undo(&self) -> bool {
        let now = self.after.now;
        let rightful = self.events().all(|event| match event {
            Event::NumberIssued { email, number } if matches!(number.kind, NumberKind::Undo(_)) => {
                let member = self.member(number.account);
                member.is_some_and(|member| {
                    member.home.at == place(email) && member.home.is_established(now, self.policy)
                })
            }
            _ => true,
        });
        let changed = self.changed().and_then(|(who, _)| {
            self.before.member(self.browser(who).session).map(|account| account.id)
        });
        let changed = changed.or(self.moved().and_then(|(_, begun)| begun.account));
        let member = changed.and_then(|id| self.member(id));
        let member = member.filter(|member| member.home.is_established(now, self.policy));
        let told = member.is_none_or(|member| {
            let mut mails = self.decision.into_iter().flat_map(|decision| &decision.mails);
            mails.any(|mail| {
                let about = [MailKind::PasswordChanged, MailKind::EmailChanged].contains(&mail.kind);
                about && mail.to.key() == ADDRESSES[member.home.at] && mail.number.is_some()
            })
        });
        rightful && told
    }

    /// Once, in time, on its page, with the address it was sent to; whatever else is typed changes nothing.
    pub(crate) fn a_number_works_once_where_it_was_sent(&self) -> bool {
        let Some((look, letter)) = self.number() else { return true };
        let good = letter.is_some_and(|letter| {
            letter.used.is_none()
                && !letter.void
                && letter.page == look.page
                && letter.at == look.at
                && self.after.now < letter.when.plus(life_of(letter.page, self.policy))
        });
        let same = self.both().all(|(old, new)| old == new);
        if good { self.taken_back().is_some() || self.is_out_of_tries() } else { same }
    }

    fn is_out_of_tries(&self) -> bool {
        self.refused(accounts::Reason::NetworkUsedUp)
    }

    /// From an undo until its mailbox has set a new password, nobody moves the account or gets in: not by what was
    /// mailed elsewhere, nor by what was checked or begun before.
    pub(crate) fn what_was_given_back_stays(&self) -> bool {
        let reset = self.finished().and_then(|(who, ..)| self.begun(who));
        let given_back = self.before.ghosts.members.iter().filter(|(_, member)| member.rescued);
        given_back.into_iter().all(|(id, member)| {
            let by_its_mailbox = reset.is_some_and(|begun| begun.at == member.home.at);
            let account = self.account(*id);
            let method = account.and_then(|account| account.email.as_ref());
            let stays = method.is_some_and(|method| method.email.key() == ADDRESSES[member.home.at]);
            let empty = account.is_some_and(|account| account.sessions.is_empty());
            stays && (empty || by_its_mailbox)
        })
    }

    /// The account is back where the number was sent, with nothing for anybody to hold, and nobody gets a right by it.
    pub(crate) fn an_undo_takes_all_and_gives_nothing(&self) -> bool {
        let Some(letter) = self.taken_back().filter(|letter| letter.page == Page::Undo) else {
            return true;
        };
        let account = self.account(letter.account);
        let method = account.and_then(|account| account.email.as_ref());
        let back = method.is_some_and(|method| {
            let established = letter.home;
            method.email.key() == ADDRESSES[established.at] && method.proven_at == established.since
        });
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
