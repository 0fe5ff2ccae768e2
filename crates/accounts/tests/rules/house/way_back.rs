//! The way back in, as the engine walks it: resets, numbers from mails, another address.
//!
//! Codes and numbers are read out of mails, as a member would: a test that types one has shown that it was
//! mailed, and to whom.

use accounts::{
    ChallengeId, Command, Event, Line, Mail, MailKind, Method, Millis, NumberId, Outcome, TypedCode,
    TypedNumber, Welcome,
};

use super::{Browser, House, hash, owns, welcome};
use crate::support::email;

/// A bound is tried just before it, at it and just after it: it holds before, and is over at it (I11).
pub(crate) fn around(bound: Millis) -> [(Millis, bool); 3] {
    [(Millis(bound.0 - 1), true), (bound, false), (Millis(bound.0 + 1), false)]
}

impl House {
    // --- the reset -------------------------------------------------------------------------------

    pub(crate) fn ask_reset(&mut self, browser: &mut Browser, address: &str) -> Outcome {
        self.ask(browser, Some(address), &Command::AskReset { email: email(address) })
    }

    pub(crate) fn type_reset(&mut self, browser: &mut Browser, code: TypedCode) -> Outcome {
        self.ask(browser, None, &Command::VerifyReset { code })
    }

    /// Sends the newest password form that the browser was shown.
    pub(crate) fn set_password(&mut self, browser: &mut Browser, secret: &str) -> Outcome {
        self.set_password_and_keep(browser, secret, &[])
    }

    /// The same, with the ticks of the form: which of the methods added lately stay.
    pub(crate) fn set_password_and_keep(
        &mut self,
        browser: &mut Browser,
        secret: &str,
        kept: &[Method],
    ) -> Outcome {
        let kept = kept.to_vec();
        let form = browser.form.unwrap_or(accounts::Digest([0; 32]));
        let command = Command::CompleteReset { form, hash: hash(secret), kept, kind: browser.kind };
        self.ask(browser, None, &command)
    }

    /// The newest reset code in the mailbox.
    pub(crate) fn reset_code(&self, address: &str) -> Option<TypedCode> {
        self.mailed_code(MailKind::ResetCode, address)
    }

    /// Asks, reads the mail and types the code.
    pub(crate) fn verify_reset(&mut self, browser: &mut Browser, address: &str) -> TypedCode {
        let _: Outcome = self.ask_reset(browser, address);
        let code = self.reset_code(address).expect("a code was mailed");
        let typed = self.type_reset(browser, code);
        assert!(matches!(typed, Outcome::ResetProven { .. }), "{typed:?}");
        code
    }

    /// Resets from beginning to end.
    pub(crate) fn reset(&mut self, browser: &mut Browser, address: &str, secret: &str) -> Welcome {
        self.verify_reset(browser, address);
        welcome(self.set_password(browser, secret))
    }

    // --- numbers ---------------------------------------------------------------------------------

    pub(crate) fn report(&mut self, address: &str, number: TypedNumber) -> Outcome {
        self.report_from(&mut Browser::of("mail reader", "192.0.2.77"), address, number)
    }

    pub(crate) fn report_from(
        &mut self,
        browser: &mut Browser,
        address: &str,
        number: TypedNumber,
    ) -> Outcome {
        let command = Command::ReportNotMe { email: email(address), number };
        self.ask(browser, Some(address), &command)
    }

    pub(crate) fn undo(&mut self, address: &str, number: TypedNumber) -> Outcome {
        self.undo_from(&mut Browser::of("mail reader", "192.0.2.77"), address, number)
    }

    pub(crate) fn undo_from(
        &mut self,
        browser: &mut Browser,
        address: &str,
        number: TypedNumber,
    ) -> Outcome {
        self.ask(browser, Some(address), &Command::Undo { email: email(address), number })
    }

    /// The number in the newest mail of that kind to that address.
    pub(crate) fn number(&self, kind: MailKind, address: &str) -> Option<TypedNumber> {
        self.newest(kind, address).and_then(|mail| mail.number).map(TypedNumber::Matches)
    }

    pub(crate) fn number_id(&self, kind: MailKind, address: &str) -> Option<NumberId> {
        self.newest(kind, address).and_then(|mail| mail.number)
    }

    // --- changes ---------------------------------------------------------------------------------

    pub(crate) fn change_password(&mut self, browser: &mut Browser, secret: &str) -> Outcome {
        self.ask(browser, None, &Command::ChangePassword { hash: hash(secret) })
    }

    pub(crate) fn ask_email(&mut self, browser: &mut Browser, address: &str) -> Outcome {
        self.ask(browser, Some(address), &Command::AskEmailChange { email: email(address) })
    }

    pub(crate) fn type_email(&mut self, browser: &mut Browser, code: TypedCode) -> Outcome {
        self.ask(browser, None, &Command::VerifyEmailChange { code })
    }

    /// The newest code in the mailbox that proves a new address.
    pub(crate) fn email_code(&self, address: &str) -> Option<TypedCode> {
        self.mailed_code(MailKind::EmailChangeCode, address)
    }

    /// Changes the address from beginning to end.
    pub(crate) fn change_email(&mut self, browser: &mut Browser, address: &str) {
        let _: Outcome = self.ask_email(browser, address);
        let code = self.email_code(address).expect("a code was mailed");
        assert_eq!(self.type_email(browser, code), Outcome::Done);
    }

    // --- operators -------------------------------------------------------------------------------

    pub(crate) fn suspend(&mut self) {
        let reason = Line::clean("asked by the police", 80);
        assert_eq!(self.operate(&Command::Suspend { reason }), Outcome::Done);
    }

    pub(crate) fn resume(&mut self) {
        assert_eq!(self.operate(&Command::Resume), Outcome::Done);
    }

    // --- looking ---------------------------------------------------------------------------------

    /// The newest mail of that kind to that address.
    pub(crate) fn newest(&self, kind: MailKind, address: &str) -> Option<&Mail> {
        let to = email(address);
        self.mails.iter().rev().find(|mail| mail.kind == kind && mail.to.same_as(&to))
    }

    /// How many mails of that kind went to that address.
    pub(crate) fn count(&self, kind: MailKind, address: &str) -> usize {
        let to = email(address);
        self.mails.iter().filter(|mail| mail.kind == kind && mail.to.same_as(&to)).count()
    }

    fn mailed_code(&self, kind: MailKind, address: &str) -> Option<TypedCode> {
        self.newest(kind, address).and_then(|mail| mail.challenge).map(TypedCode::Matches)
    }

    /// Every code and mail in a code's place at an address, of the last 24 hours.
    pub(crate) fn challenges(&self, address: &str) -> Vec<accounts::Challenge> {
        self.world.address(&email(address), self.now).challenges
    }

    pub(crate) fn has_account(&self, address: &str) -> bool {
        self.world.accounts.values().any(|account| owns(account, &email(address)))
    }

    /// Whether the account has no usable password.
    pub(crate) fn is_void(&self, address: &str) -> bool {
        self.account(address).password().is_none()
    }

    /// Whether the last decision did this.
    pub(crate) fn did(&self, what: impl Fn(&Event) -> bool) -> bool {
        self.last.iter().any(what)
    }
}

/// The id of a code, where a test compares it.
pub(crate) fn id_of(code: TypedCode) -> ChallengeId {
    match code {
        TypedCode::Matches(id) => id,
        TypedCode::Unknown => panic!("no code"),
    }
}
