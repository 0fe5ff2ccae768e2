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
}

impl MailKind {
    pub const ALL: [MailKind; 6] = [
        MailKind::RegisterCode,
        MailKind::RegisterTaken,
        MailKind::Welcome,
        MailKind::SignIn,
        MailKind::Locked,
        MailKind::PasswordChanged,
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
    /// Whether the password can be reset here; otherwise the letter names the operator's contact.
    pub reset_available: bool,
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

struct Writer<'a> {
    mail: &'a MailView,
    words: &'a Words,
}

impl Writer<'_> {
    fn blocks(&self) -> Result<Vec<Block>, PagesFault> {
        let mut blocks = vec![Block::Paragraph(self.own("what")?)];
        match self.mail.kind {
            MailKind::RegisterCode => {
                blocks.push(Block::Code(grouped(self.mail.code.as_deref().unwrap_or_default())));
                blocks.push(Block::Facts(vec![(self.text("mail-valid-label")?, self.validity()?)]));
                blocks.push(Block::Paragraph(self.own("do")?));
                blocks.push(Block::Paragraph(self.own("not-you")?));
            }
            MailKind::RegisterTaken => {
                blocks.push(Block::Facts(self.facts()?));
                blocks.push(Block::Heading(self.text("mail-you")?));
                blocks.push(Block::Paragraph(self.own("you")?));
                blocks.push(Block::Paragraph(self.forgotten()?));
                blocks.push(Block::Heading(self.text("mail-not-you")?));
                blocks.push(Block::Paragraph(self.own("not-you")?));
            }
            MailKind::Welcome => {
                blocks.push(Block::Facts(self.facts()?));
                blocks.push(Block::Paragraph(self.own("do")?));
                blocks.push(Block::Paragraph(self.text("mail-accept")?));
                blocks.push(Block::Paragraph(self.own("not-you")?));
            }
            MailKind::SignIn => {
                blocks.push(Block::Facts(self.facts()?));
                blocks.push(Block::Heading(self.text("mail-you")?));
                blocks.push(Block::Paragraph(self.text("mail-nothing")?));
                blocks.push(Block::Heading(self.text("mail-not-me")?));
                blocks.push(Block::Paragraph(self.own("not-you")?));
                blocks.push(Block::Steps(self.steps()?));
            }
            MailKind::Locked => {
                blocks.push(Block::Facts(self.facts()?));
                blocks.push(Block::Paragraph(self.own("effect")?));
                blocks.push(Block::Heading(self.own("way-out")?));
                let way = if self.mail.reset_available { "reset" } else { "contact" };
                blocks.push(Block::Paragraph(self.own(way)?));
                blocks.push(Block::Heading(self.text("mail-not-you")?));
                blocks.push(Block::Paragraph(self.own("not-you")?));
            }
            MailKind::PasswordChanged => {
                blocks.push(Block::Facts(self.facts()?));
                blocks.push(Block::Paragraph(self.own("effect")?));
                blocks.push(Block::Heading(self.text("mail-you")?));
                blocks.push(Block::Paragraph(self.text("mail-nothing")?));
                blocks.push(Block::Heading(self.text("mail-not-you")?));
                blocks.push(Block::Paragraph(self.forgotten_way("mail-password-changed-not-you")?));
            }
        }
        Ok(blocks)
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

    /// What to do about a forgotten password: the reset, or the operator.
    fn forgotten(&self) -> Result<String, PagesFault> {
        self.forgotten_way("mail-forgotten")
    }

    fn forgotten_way(&self, id: &str) -> Result<String, PagesFault> {
        let way = if self.mail.reset_available { "reset" } else { "contact" };
        self.text(&format!("{id}-{way}"))
    }

    fn steps(&self) -> Result<Vec<String>, PagesFault> {
        ["mail-step-password", "mail-step-sessions", "mail-step-contact"]
            .into_iter()
            .map(|id| self.text(id))
            .collect()
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
        let known = self.words.texts.get(self.words.locale, &format!("{prefix}-{id}"), &Args::new());
        known.unwrap_or_else(|| plain::unlinked(id))
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
