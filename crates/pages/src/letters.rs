//! What is in each letter, block by block: what happened, the facts, what to do, what to do if it was not you.
//!
//! The order is one for all: whoever has read one letter finds the way in the next. No letter says a thing that
//! its facts do not carry.

use crate::PagesFault;
use crate::kinds::MailKind;
use crate::mails::{Block, LOST, NOT_ME, RESTORE, UNDO, Writer, grouped};

type Written = Result<(), PagesFault>;

impl Writer<'_> {
    /// The letter's body.
    pub(crate) fn blocks(&self) -> Result<Vec<Block>, PagesFault> {
        let mut blocks = vec![Block::Paragraph(self.own("what")?)];
        let out = &mut blocks;
        match self.mail.kind {
            MailKind::RegisterCode | MailKind::ResetCode | MailKind::EmailChangeCode => self.code(out),
            MailKind::RegisterTaken => self.register_taken(out),
            MailKind::Welcome => self.welcome(out),
            MailKind::SignIn | MailKind::SignInReset => self.sign_in(out),
            MailKind::Locked => self.locked(out),
            MailKind::PasswordChanged => self.change("mail-reset-now", out),
            MailKind::EmailChanged
            | MailKind::MethodAdded
            | MailKind::MethodRemoved
            | MailKind::ContactChanged => self.change("mail-contact-now", out),
            MailKind::ProviderAddressChanged => self.provider_address(out),
            MailKind::ResetVerified => self.reset_verified(out),
            MailKind::ResetProvider => self.reset_provider(out),
            MailKind::ProviderLost => self.provider_lost(out),
            MailKind::NotMe | MailKind::Undone | MailKind::Restored => self.taken_back(out),
            MailKind::UndoAgain => self.undo_again(out),
            MailKind::EmailChangeTaken => self.email_change_taken(out),
            MailKind::Withdrawn => self.withdrawn(out),
            MailKind::TestMail => self.test_mail(out),
        }?;
        Ok(blocks)
    }

    fn code(&self, out: &mut Vec<Block>) -> Written {
        out.push(Block::Code(grouped(self.mail.code.as_deref().unwrap_or_default())));
        out.push(Block::Facts(vec![(self.text("mail-valid-label")?, self.validity()?)]));
        out.push(Block::Paragraph(self.own("do")?));
        out.push(Block::Paragraph(self.own("not-you")?));
        Ok(())
    }

    /// Where the ways in are known, they are all that is needed.
    fn register_taken(&self, out: &mut Vec<Block>) -> Written {
        out.push(Block::Facts(self.facts()?));
        out.push(Block::Heading(self.text("mail-you")?));
        let methods = self.methods()?;
        let listed = !methods.is_empty();
        if listed {
            out.push(Block::Paragraph(self.text("mail-ways-in")?));
            out.push(Block::Facts(methods));
        } else {
            out.push(Block::Paragraph(self.own("you")?));
        }
        if !listed || self.has_email() {
            out.push(Block::Paragraph(self.text("mail-forgotten")?));
        }
        out.push(Block::Heading(self.text("mail-not-you")?));
        out.push(Block::Paragraph(self.own("not-you")?));
        Ok(())
    }

    fn welcome(&self, out: &mut Vec<Block>) -> Written {
        out.push(Block::Facts(self.facts()?));
        let provider = self.mail.method.as_deref().is_some_and(|method| method != "email");
        let next = if provider { self.way_in()? } else { self.own("do")? };
        out.push(Block::Paragraph(next));
        out.push(Block::Paragraph(self.text("mail-accept")?));
        out.push(Block::Paragraph(self.own("not-you")?));
        Ok(())
    }

    fn sign_in(&self, out: &mut Vec<Block>) -> Written {
        out.push(Block::Facts(self.facts()?));
        self.nothing_to_do(out)?;
        out.push(Block::Heading(self.text("mail-not-me")?));
        self.take_back(&NOT_ME, "mail-reset-now", out)
    }

    fn locked(&self, out: &mut Vec<Block>) -> Written {
        out.push(Block::Facts(self.facts()?));
        out.push(Block::Paragraph(self.own("effect")?));
        out.push(Block::Heading(self.own("way-out")?));
        out.push(Block::Paragraph(self.own("reset")?));
        out.push(Block::Paragraph(self.own("contact")?));
        out.push(Block::Heading(self.text("mail-not-you")?));
        out.push(Block::Paragraph(self.own("not-you")?));
        Ok(())
    }

    /// No undo (R-METHOD-9): what to look at is at the provider.
    fn provider_address(&self, out: &mut Vec<Block>) -> Written {
        out.push(Block::Facts(self.facts()?));
        out.push(Block::Paragraph(self.own("effect")?));
        self.nothing_to_do(out)?;
        out.push(Block::Heading(self.text("mail-not-you")?));
        out.push(Block::Paragraph(self.own("not-you")?));
        Ok(())
    }

    fn reset_verified(&self, out: &mut Vec<Block>) -> Written {
        out.push(Block::Facts(self.facts()?));
        out.push(Block::Heading(self.text("mail-you")?));
        out.push(Block::Paragraph(self.until("you")?));
        out.push(Block::Paragraph(self.until("later")?));
        out.push(Block::Heading(self.text("mail-not-you")?));
        out.push(Block::Paragraph(self.own("not-you")?));
        Ok(())
    }

    /// How that account signs in, and the way for whoever has lost it (R-RESET-8).
    fn reset_provider(&self, out: &mut Vec<Block>) -> Written {
        out.push(Block::Heading(self.text("mail-you")?));
        out.push(Block::Paragraph(self.way_in()?));
        let methods = self.methods()?;
        if methods.len() > 1 {
            out.push(Block::Paragraph(self.text("mail-ways-in")?));
            out.push(Block::Facts(methods));
        }
        if self.has_email() {
            out.push(Block::Paragraph(self.own("email")?));
        }
        out.push(Block::Heading(self.own("lost")?));
        self.take_back(&LOST, "mail-contact-us", out)?;
        out.push(Block::Heading(self.text("mail-not-you")?));
        out.push(Block::Paragraph(self.own("not-you")?));
        Ok(())
    }

    fn provider_lost(&self, out: &mut Vec<Block>) -> Written {
        out.push(Block::Facts(self.facts()?));
        out.push(Block::Paragraph(self.until("effect")?));
        self.nothing_to_do(out)?;
        out.push(Block::Heading(self.text("mail-not-you")?));
        out.push(Block::Paragraph(self.until("not-you")?));
        Ok(())
    }

    fn taken_back(&self, out: &mut Vec<Block>) -> Written {
        out.push(Block::Facts(self.facts()?));
        out.push(Block::Heading(self.text("mail-next")?));
        let provider = self.without_password();
        let next = if provider { self.text("mail-provider-next")? } else { self.own("do")? };
        out.push(Block::Paragraph(next));
        out.push(Block::Paragraph(self.text("mail-contact-us")?));
        Ok(())
    }

    fn undo_again(&self, out: &mut Vec<Block>) -> Written {
        out.push(Block::Paragraph(self.own("effect")?));
        out.push(Block::Heading(self.text("mail-not-you")?));
        self.take_back(&UNDO, "mail-contact-now", out)
    }

    fn email_change_taken(&self, out: &mut Vec<Block>) -> Written {
        out.push(Block::Facts(self.facts()?));
        out.push(Block::Paragraph(self.own("do")?));
        Ok(())
    }

    /// Without a time and a number everything is erased already; with them it can be undone until then (R-WITHDRAW-2).
    fn withdrawn(&self, out: &mut Vec<Block>) -> Written {
        out.push(Block::Facts(self.facts()?));
        if self.mail.until_ms.is_none() && self.mail.number.is_none() {
            out.push(Block::Paragraph(self.own("erased")?));
            out.push(Block::Paragraph(self.text("mail-contact-us")?));
            return Ok(());
        }
        if self.mail.until_ms.is_some() {
            out.push(Block::Paragraph(self.until("effect")?));
        }
        out.push(Block::Heading(self.own("undo")?));
        self.take_back(&RESTORE, "mail-contact-us", out)
    }

    fn test_mail(&self, out: &mut Vec<Block>) -> Written {
        out.push(Block::Facts(self.facts()?));
        out.push(Block::Paragraph(self.own("do")?));
        out.push(Block::Paragraph(self.text("mail-accept")?));
        Ok(())
    }
}
