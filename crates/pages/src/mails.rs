//! The letters: who writes, what happened, what to do. Plain text first; the HTML is the same words.
//!
//! A letter is a list of blocks made from texts and facts, and both parts are written from that one
//! list, so they cannot say different things. A letter carries numbers, never links, and no text
//! from outside that a mail program would make clickable.

use serde::Serialize;

use crate::kinds::MailKind;
use crate::layout::{Layout, Words};
use crate::views::{Arg, Args};
use crate::{PagesFault, plain, times};

/// The facts of a letter; those that a kind does not need are left out.
#[derive(Clone, Debug, Default)]
pub struct MailView {
    pub kind: MailKind,
    /// When it happened, or when the code was made; milliseconds since 1970.
    pub at_ms: i64,
    /// A text id (`device-{device}`) or a plain description of device and browser.
    pub device: Option<String>,
    /// The method's id, such as `email`, `google` or `passkey`: the one used, or the one that the letter is about.
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
    /// Until when something can be done, or from when on something happens; milliseconds since 1970.
    pub until_ms: Option<i64>,
    /// The address of `method`, masked by the caller: of the method that was added or removed, or the one that
    /// the wait of a lost provider will set up.
    pub address: Option<String>,
    /// The name of the passkey that was added or removed, as the member wrote it.
    pub name: Option<String>,
    /// The address before a change, masked by the caller.
    pub before: Option<String>,
    /// The address after a change, masked by the caller.
    pub after: Option<String>,
    /// How the account signs in: named by `register-taken` and `reset-provider`. In every other letter it may be
    /// given so that nothing is said of a password where the account has none.
    pub methods: Vec<MailMethod>,
    /// How long the wait of a lost provider is, in hours; 24 where it is 0.
    pub wait_hours: u32,
}

/// One way in that a letter names.
#[derive(Clone, Debug, Default)]
pub struct MailMethod {
    /// `email`, `google` ...
    pub method: String,
    /// Its address, masked by the caller; none where it need not be told.
    pub address: Option<String>,
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
pub(crate) enum Block {
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
pub(crate) struct Way {
    why: &'static str,
    page: &'static str,
    then: &'static str,
    /// The same where the account has no password.
    then_provider: &'static str,
}

pub(crate) const NOT_ME: Way = Way {
    why: "mail-not-me-why",
    page: "mail-not-me-step-page",
    then: "mail-not-me-step-then",
    then_provider: "mail-not-me-step-provider",
};

pub(crate) const UNDO: Way = Way {
    why: "mail-undo-why",
    page: "mail-undo-step-page",
    then: "mail-undo-step-then",
    then_provider: "mail-undo-step-provider",
};

pub(crate) const RESTORE: Way = Way {
    why: "mail-restore-why",
    page: "mail-undo-step-page",
    then: "mail-restore-step-then",
    then_provider: "mail-restore-step-then",
};

pub(crate) const LOST: Way = Way {
    why: "mail-lost-why",
    page: "mail-lost-step-page",
    then: "mail-lost-step-then",
    then_provider: "mail-lost-step-then",
};

pub(crate) struct Writer<'a> {
    pub(crate) mail: &'a MailView,
    words: &'a Words,
}

impl Writer<'_> {
    /// A change that was made: what it did, and how to take it back where this letter can.
    pub(crate) fn change(&self, otherwise: &str, blocks: &mut Vec<Block>) -> Result<(), PagesFault> {
        blocks.push(Block::Facts(self.facts()?));
        blocks.push(Block::Paragraph(self.own("effect")?));
        self.nothing_to_do(blocks)?;
        blocks.push(Block::Heading(self.text("mail-not-you")?));
        self.take_back(&UNDO, otherwise, blocks)
    }

    pub(crate) fn nothing_to_do(&self, blocks: &mut Vec<Block>) -> Result<(), PagesFault> {
        blocks.push(Block::Heading(self.text("mail-you")?));
        blocks.push(Block::Paragraph(self.text("mail-nothing")?));
        Ok(())
    }

    /// Three short steps with a number; `otherwise` where this letter carries none.
    pub(crate) fn take_back(
        &self,
        way: &Way,
        otherwise: &str,
        blocks: &mut Vec<Block>,
    ) -> Result<(), PagesFault> {
        let Some(number) = self.mail.number.as_deref() else {
            let provider = self.without_password() && otherwise == "mail-reset-now";
            let otherwise = if provider { "mail-provider-now" } else { otherwise };
            blocks.push(Block::Paragraph(self.text(otherwise)?));
            return Ok(());
        };
        let then = if self.without_password() { way.then_provider } else { way.then };
        blocks.push(Block::Paragraph(self.fill(way.why, &self.about()?)?));
        blocks.push(Block::Steps(vec![
            self.text(way.page)?,
            self.text("mail-step-number")?,
            self.fill(then, &self.about()?)?,
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
    pub(crate) fn until(&self, part: &str) -> Result<String, PagesFault> {
        let at = self.mail.until_ms.unwrap_or(self.mail.at_ms);
        let until = times::moment_with_zone(at, &self.words.zone, self.words.locale);
        let mut args = self.about()?;
        args.insert("until".to_owned(), Arg::from(until));
        self.fill(&format!("mail-{}-{part}", self.mail.kind.name()), &args)
    }

    /// The text of this kind's own: `mail-{kind}-{part}`.
    pub(crate) fn own(&self, part: &str) -> Result<String, PagesFault> {
        self.fill(&format!("mail-{}-{part}", self.mail.kind.name()), &self.about()?)
    }

    /// What the letter's own sentences may name: the provider, and how long a wait is.
    fn about(&self) -> Result<Args, PagesFault> {
        let provider = match self.mail.method.as_deref() {
            Some(method) => self.label("method", method),
            None => self.text("mail-some-provider")?,
        };
        let hours = if self.mail.wait_hours == 0 { 24 } else { self.mail.wait_hours };
        Ok(Args::from([("provider".to_owned(), provider.into()), ("hours".to_owned(), hours.into())]))
    }

    /// How to sign in with the letter's method: by the words of its button, where they are known.
    pub(crate) fn way_in(&self) -> Result<String, PagesFault> {
        let known = self.mail.method.as_deref().filter(|method| self.words.names(method));
        let Some(method) = known else {
            return self.text("mail-way-in");
        };
        let words = self.label("continue", method);
        self.fill("mail-way-in-by", &Args::from([("continue".to_owned(), words.into())]))
    }

    /// How the account signs in, a line for each way.
    pub(crate) fn methods(&self) -> Result<Vec<(String, String)>, PagesFault> {
        let line = |one: &MailMethod| {
            let name = self.label("method", &one.method);
            let address = one.address.as_deref().map(plain::address).unwrap_or_default();
            let shown = if address.is_empty() { name } else { format!("{name} ({address})") };
            Ok((self.text("mail-method-label")?, shown))
        };
        self.mail.methods.iter().map(line).collect()
    }

    /// Whether it is known that the account has no password.
    pub(crate) fn without_password(&self) -> bool {
        !self.mail.methods.is_empty() && !self.has_email()
    }

    /// Whether the account has an address and a password of its own to sign in with.
    pub(crate) fn has_email(&self) -> bool {
        self.mail.methods.iter().any(|one| one.method == "email")
    }

    pub(crate) fn text(&self, id: &str) -> Result<String, PagesFault> {
        self.fill(id, &Args::new())
    }

    pub(crate) fn fill(&self, id: &str, args: &Args) -> Result<String, PagesFault> {
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
    pub(crate) fn facts(&self) -> Result<Vec<(String, String)>, PagesFault> {
        let (mail, words) = (self.mail, self.words);
        let device = mail.device.as_deref().map(|device| self.label("device", device));
        let method = mail.method.as_deref().map(|method| self.label("method", method));
        let network = mail.network.as_deref().map(plain::network);
        let when = times::moment_with_zone(mail.at_ms, &words.zone, words.locale);
        let address = |text: &Option<String>| text.as_deref().map(plain::address);
        let known = [
            ("mail-when-label", Some(when)),
            ("mail-device-label", device),
            ("mail-method-label", method),
            ("mail-passkey-label", mail.name.as_deref().map(plain::unlinked)),
            ("mail-address-label", address(&mail.address)),
            ("mail-before-label", address(&mail.before)),
            ("mail-after-label", address(&mail.after)),
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

    pub(crate) fn validity(&self) -> Result<String, PagesFault> {
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
pub(crate) fn grouped(code: &str) -> String {
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
