//! The letters: who writes, what happened, what to do. Plain text first; the HTML is the same words.
//!
//! A letter is a list of blocks made from texts and facts, and both parts are written from that one
//! list, so they cannot say different things. A letter carries numbers, never links, and no text
//! from outside that a mail program would make clickable.

use serde::Serialize;

use crate::layout::{Layout, Words};
use crate::views::{Arg, Args};
use crate::{PagesFault, plain, times};

/// Which letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MailKind {
    /// A confirmation code for a registration.
    #[default]
    RegisterCode,
    /// Somebody tried to register with an address that has an account (R-REG-3).
    RegisterTaken,
    Welcome,
    /// A new sign-in (R-SIGNIN-5).
    SignIn,
    /// The account was locked (R-LOCK-3).
    Locked,
    PasswordChanged,
    /// The code that resets a password (R-RESET-1).
    ResetCode,
    /// A reset code was entered: the password is void (R-RESET-7).
    ResetVerified,
    /// A new sign-in, with a password set through the reset (R-RESET-7).
    SignInReset,
    /// "This was not me" was heard (R-SIGNIN-6).
    NotMe,
    /// A change was undone (R-METHOD-10).
    Undone,
    /// The number that undoes a change, once more (R-METHOD-10).
    UndoAgain,
    /// The code that proves a new address (R-METHOD-8).
    EmailChangeCode,
    /// The new address is on an account already (R-METHOD-4).
    EmailChangeTaken,
    /// The address was changed; to the old one, with a number, and to the new one.
    EmailChanged,
}

impl MailKind {
    pub const ALL: [MailKind; 15] = [
        MailKind::RegisterCode,
        MailKind::RegisterTaken,
        MailKind::Welcome,
        MailKind::SignIn,
        MailKind::Locked,
        MailKind::PasswordChanged,
        MailKind::ResetCode,
        MailKind::ResetVerified,
        MailKind::SignInReset,
        MailKind::NotMe,
        MailKind::Undone,
        MailKind::UndoAgain,
        MailKind::EmailChangeCode,
        MailKind::EmailChangeTaken,
        MailKind::EmailChanged,
    ];

    /// The kind's name, as the outbox keeps it and as text ids begin after `mail-`.
    pub fn name(self) -> &'static str {
        match self {
            MailKind::RegisterCode => "register-code",
            MailKind::RegisterTaken => "register-taken",
            MailKind::Welcome => "welcome",
            MailKind::SignIn => "sign-in",
            MailKind::Locked => "locked",
            MailKind::PasswordChanged => "password-changed",
            MailKind::ResetCode => "reset-code",
            MailKind::ResetVerified => "reset-verified",
            MailKind::SignInReset => "sign-in-reset",
            MailKind::NotMe => "not-me",
            MailKind::Undone => "undone",
            MailKind::UndoAgain => "undo-again",
            MailKind::EmailChangeCode => "email-change-code",
            MailKind::EmailChangeTaken => "email-change-taken",
            MailKind::EmailChanged => "email-changed",
        }
    }

    pub fn parse(name: &str) -> Option<MailKind> {
        MailKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The facts of a letter; those that a kind does not need are left out.
#[derive(Clone, Debug, Default)]
pub struct MailView {
    pub kind: MailKind,
    /// When it happened, or when the code was made; milliseconds since 1970.
    pub at_ms: i64,
    /// A text id (`device-{device}`) or a plain description of device and browser.
    pub device: Option<String>,
    /// The method's id: `email`.
    pub method: Option<String>,
    /// The network address.
    pub network: Option<String>,
    /// The code's digits, ungrouped.
    pub code: Option<String>,
    /// Until when the code is valid; milliseconds since 1970.
    pub valid_until_ms: Option<i64>,
    /// The digits of a number that takes something back, ungrouped; none where the mail carries no such right.
    pub number: Option<String>,
    /// Until when that number is good; milliseconds since 1970.
    pub number_until_ms: Option<i64>,
    /// The address this letter goes to: the one to enter the number with.
    pub to: String,
    /// Until when something can be done; milliseconds since 1970.
    pub until_ms: Option<i64>,
}

/// A finished letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailText {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// One piece of a letter.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", content = "value", rename_all = "lowercase")]
enum Block {
    Paragraph(String),
    Heading(String),
    Code(String),
    Facts(Vec<(String, String)>),
    Steps(Vec<String>),
}

#[derive(Serialize)]
struct Letter {
    subject: String,
    blocks: Vec<Block>,
    /// Who writes, and how to reach them.
    signature: Vec<String>,
}

/// Writes the letter in the layout's language.
pub(crate) fn write(mail: &MailView, layout: &Layout) -> Result<MailText, PagesFault> {
    let writer = Writer { mail, words: layout.words() };
    let letter = Letter {
        subject: plain::line(&writer.own("subject")?),
        blocks: writer.blocks()?,
        signature: writer.text("mail-signature")?.lines().map(str::to_owned).collect(),
    };
    let html = layout.letter(&letter)?;
    Ok(MailText { text: plain_text(&letter), html, subject: letter.subject })
}

/// The words around a number: why, on which page, and what it does.
struct Way {
    why: &'static str,
    page: &'static str,
    then: &'static str,
}

const NOT_ME: Way =
    Way { why: "mail-not-me-why", page: "mail-not-me-step-page", then: "mail-not-me-step-then" };

const UNDO: Way =
    Way { why: "mail-undo-why", page: "mail-undo-step-page", then: "mail-undo-step-then" };

struct Writer<'a> {
    mail: &'a MailView,
    words: &'a Words,
}

impl Writer<'_> {
    fn blocks(&self) -> Result<Vec<Block>, PagesFault> {
        let mut blocks = vec![Block::Paragraph(self.own("what")?)];
        match self.mail.kind {
            MailKind::RegisterCode | MailKind::ResetCode | MailKind::EmailChangeCode => {
                blocks.push(Block::Code(grouped(self.mail.code.as_deref().unwrap_or_default())));
                blocks.push(Block::Facts(vec![(self.text("mail-valid-label")?, self.validity()?)]));
                blocks.push(Block::Paragraph(self.own("do")?));
                blocks.push(Block::Paragraph(self.own("not-you")?));
            }
            MailKind::RegisterTaken => {
                blocks.push(Block::Facts(self.facts()?));
                blocks.push(Block::Heading(self.text("mail-you")?));
                blocks.push(Block::Paragraph(self.own("you")?));
                blocks.push(Block::Paragraph(self.text("mail-forgotten")?));
                blocks.push(Block::Heading(self.text("mail-not-you")?));
                blocks.push(Block::Paragraph(self.own("not-you")?));
            }
            MailKind::Welcome => {
                blocks.push(Block::Facts(self.facts()?));
                blocks.push(Block::Paragraph(self.own("do")?));
                blocks.push(Block::Paragraph(self.text("mail-accept")?));
                blocks.push(Block::Paragraph(self.own("not-you")?));
            }
            MailKind::SignIn | MailKind::SignInReset => {
                blocks.push(Block::Facts(self.facts()?));
                self.nothing_to_do(&mut blocks)?;
                blocks.push(Block::Heading(self.text("mail-not-me")?));
                self.take_back(&NOT_ME, "mail-reset-now", &mut blocks)?;
            }
            MailKind::Locked => {
                blocks.push(Block::Facts(self.facts()?));
                blocks.push(Block::Paragraph(self.own("effect")?));
                blocks.push(Block::Heading(self.own("way-out")?));
                blocks.push(Block::Paragraph(self.own("reset")?));
                blocks.push(Block::Paragraph(self.own("contact")?));
                blocks.push(Block::Heading(self.text("mail-not-you")?));
                blocks.push(Block::Paragraph(self.own("not-you")?));
            }
            MailKind::PasswordChanged => self.change("mail-reset-now", &mut blocks)?,
            MailKind::EmailChanged => self.change("mail-contact-now", &mut blocks)?,
            MailKind::ResetVerified => {
                blocks.push(Block::Facts(self.facts()?));
                blocks.push(Block::Heading(self.text("mail-you")?));
                blocks.push(Block::Paragraph(self.until("you")?));
                blocks.push(Block::Paragraph(self.until("later")?));
                blocks.push(Block::Heading(self.text("mail-not-you")?));
                blocks.push(Block::Paragraph(self.own("not-you")?));
            }
            MailKind::NotMe | MailKind::Undone => {
                blocks.push(Block::Facts(self.facts()?));
                blocks.push(Block::Heading(self.text("mail-next")?));
                blocks.push(Block::Paragraph(self.own("do")?));
                blocks.push(Block::Paragraph(self.text("mail-contact-us")?));
            }
            MailKind::UndoAgain => {
                blocks.push(Block::Paragraph(self.own("effect")?));
                blocks.push(Block::Heading(self.text("mail-not-you")?));
                self.take_back(&UNDO, "mail-contact-now", &mut blocks)?;
            }
            MailKind::EmailChangeTaken => {
                blocks.push(Block::Facts(self.facts()?));
                blocks.push(Block::Paragraph(self.own("do")?));
            }
        }
        Ok(blocks)
    }

    /// A change that was made: what it did, and how to take it back where this letter can.
    fn change(&self, otherwise: &str, blocks: &mut Vec<Block>) -> Result<(), PagesFault> {
        blocks.push(Block::Facts(self.facts()?));
        blocks.push(Block::Paragraph(self.own("effect")?));
        self.nothing_to_do(blocks)?;
        blocks.push(Block::Heading(self.text("mail-not-you")?));
        self.take_back(&UNDO, otherwise, blocks)
    }

    fn nothing_to_do(&self, blocks: &mut Vec<Block>) -> Result<(), PagesFault> {
        blocks.push(Block::Heading(self.text("mail-you")?));
        blocks.push(Block::Paragraph(self.text("mail-nothing")?));
        Ok(())
    }

    /// Three short steps with a number; `otherwise` where this letter carries none.
    fn take_back(&self, way: &Way, otherwise: &str, blocks: &mut Vec<Block>) -> Result<(), PagesFault> {
        let Some(number) = self.mail.number.as_deref() else {
            blocks.push(Block::Paragraph(self.text(otherwise)?));
            return Ok(());
        };
        blocks.push(Block::Paragraph(self.text(way.why)?));
        blocks.push(Block::Steps(vec![
            self.text(way.page)?,
            self.text("mail-step-number")?,
            self.text(way.then)?,
        ]));
        blocks.push(Block::Code(grouped(number)));
        // Beside the number and never shortened: it is to be typed exactly as it stands here.
        let mut facts = vec![(self.text("email-label")?, plain::whole_line(&self.mail.to))];
        if let Some(until) = self.mail.number_until_ms {
            let until = times::moment_with_zone(until, &self.words.zone, self.words.locale);
            let args = Args::from([("until".to_owned(), Arg::from(until))]);
            let valid = self.fill("mail-number-valid", &args)?;
            facts.push((self.text("mail-valid-label")?, valid));
        }
        blocks.push(Block::Facts(facts));
        blocks.push(Block::Paragraph(self.text("mail-number-secret")?));
        Ok(())
    }

    /// A sentence that names the letter's time.
    fn until(&self, part: &str) -> Result<String, PagesFault> {
        let at = self.mail.until_ms.unwrap_or(self.mail.at_ms);
        let until = times::moment_with_zone(at, &self.words.zone, self.words.locale);
        let args = Args::from([("until".to_owned(), Arg::from(until))]);
        self.fill(&format!("mail-{}-{part}", self.mail.kind.name()), &args)
    }

    /// The text of this kind's own: `mail-{kind}-{part}`.
    fn own(&self, part: &str) -> Result<String, PagesFault> {
        self.text(&format!("mail-{}-{part}", self.mail.kind.name()))
    }

    fn text(&self, id: &str) -> Result<String, PagesFault> {
        self.fill(id, &Args::new())
    }

    fn fill(&self, id: &str, args: &Args) -> Result<String, PagesFault> {
        let words = self.words;
        words.texts.get(words.locale, id, args).ok_or_else(|| {
            PagesFault::file(
                "locales/mail.ftl",
                None,
                format!("no text `{id}` in {}", words.locale.tag()),
            )
        })
    }

    /// The facts that are known, each with its label; what is not known is not mentioned.
    fn facts(&self) -> Result<Vec<(String, String)>, PagesFault> {
        let (mail, words) = (self.mail, self.words);
        let device = mail.device.as_deref().map(|device| self.label("device", device));
        let method = mail.method.as_deref().map(|method| self.label("method", method));
        let network = mail.network.as_deref().map(plain::network);
        let when = times::moment_with_zone(mail.at_ms, &words.zone, words.locale);
        let known = [
            ("mail-when-label", Some(when)),
            ("mail-device-label", device),
            ("mail-method-label", method),
            ("mail-network-label", network),
        ];
        known
            .into_iter()
            .filter_map(|(label, value)| Some((label, value.filter(|value| !value.is_empty())?)))
            .map(|(label, value)| Ok((self.text(label)?, value)))
            .collect()
    }

    /// A label for what may be unknown here, with nothing clickable in it.
    fn label(&self, prefix: &str, id: &str) -> String {
        let unknown = plain::unlinked(id);
        self.words.known(prefix, id, &unknown).unwrap_or(unknown)
    }

    fn validity(&self) -> Result<String, PagesFault> {
        let (mail, words) = (self.mail, self.words);
        let until = mail.valid_until_ms.unwrap_or(mail.at_ms);
        let minutes = until.saturating_sub(mail.at_ms).max(0).saturating_add(59_999) / 60_000;
        let until = times::moment_with_zone(until, &words.zone, words.locale);
        let args = Args::from([
            ("until".to_owned(), until.into()),
            ("minutes".to_owned(), Arg::Number(minutes)),
        ]);
        self.fill("mail-valid", &args)
    }
}

/// Digits in groups of four.
fn grouped(code: &str) -> String {
    let digits: Vec<char> = code.chars().filter(char::is_ascii_digit).collect();
    digits.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// The letter as plain text.
fn plain_text(letter: &Letter) -> String {
    let mut parts = Vec::new();
    for block in &letter.blocks {
        parts.push(match block {
            Block::Paragraph(text) => text.clone(),
            Block::Heading(text) => format!("■ {text}"),
            Block::Code(code) => format!("    {code}"),
            Block::Facts(facts) => {
                lines(facts.iter().map(|(label, value)| format!("{label}: {value}")))
            }
            Block::Steps(steps) => {
                lines(steps.iter().enumerate().map(|(i, step)| format!("{}. {step}", i + 1)))
            }
        });
    }
    parts.push(format!("--\n{}", lines(letter.signature.iter().cloned())));
    let mut text = parts.join("\n\n");
    text.push('\n');
    text
}

fn lines(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join("\n")
}
