//! What a status means for an address (RFC 3463, RFC 5321 §4.2, and what large servers say instead).
//!
//! Hard is only what says that there is no such mailbox: for that an address is not written to any more. What is about the mail,
//! about us or about the moment is soft, and so is whatever is not understood: one mail too many harms less than a
//! member who is not reached. What must never happen here: `5.7.1` taken for hard.

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// There is no such mailbox, and trying again will not make one.
    Hard,
    /// It was not taken, for another reason.
    Soft,
    /// It is still being tried.
    Delayed,
    /// It was taken.
    Arrived,
    /// Its reader does not want such mail.
    Complaint,
}

impl Fate {
    /// Its word in logs and figures.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
            Self::Delayed => "delayed",
            Self::Arrived => "arrived",
            Self::Complaint => "complaint",
        }
    }
}

/// What a reply of SMTP to `RCPT TO`, or of a server further on, means.
#[must_use]
pub fn fate_of_reply(reply: &str) -> Fate {
    fate("failed", "", reply)
}

/// What a refusal means that is told as an enhanced status code, which may be empty, and words.
#[must_use]
pub fn fate_of(status: &str, words: &str) -> Fate {
    fate("failed", status, words)
}

/// What the fields of a report mean (RFC 3464 §2.3.3 and 2.3.4); any of them may be empty.
pub(super) fn fate(action: &str, status: &str, words: &str) -> Fate {
    match action.split_whitespace().next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "delayed" => return Fate::Delayed,
        "delivered" | "relayed" | "expanded" => return Fate::Arrived,
        _ => {}
    }
    let told = code_in(status);
    // Gateways write 5.0.0 into the field and leave what they heard in the words.
    let heard = code_in(words);
    let code = told.filter(|code| !is_vague(*code)).or(heard.filter(|code| !is_vague(*code)));
    let class = code.or(told).or(heard).map(|code| code.class);
    let class = class.or(reply_code(words).map(|reply| reply / 100));
    if class != Some(5) {
        return Fate::Soft;
    }
    let hard = code.map_or_else(|| says_no_mailbox(words), |code| is_hard(code, words));
    if hard { Fate::Hard } else { Fate::Soft }
}

#[derive(Clone, Copy)]
struct Code {
    class: u16,
    subject: u16,
    detail: u16,
}

/// Codes that name no reason: the words decide.
fn is_vague(code: Code) -> bool {
    matches!((code.subject, code.detail), (0 | 1 | 3 | 5, 0))
}

fn is_hard(code: Code, words: &str) -> bool {
    match (code.subject, code.detail) {
        // No such mailbox, domain, syntax; moved without a new address; the domain takes no mail (RFC 7505); disabled.
        (1, 1 | 2 | 3 | 6 | 10) | (2, 1) => true,
        // The domain is not there: Postfix and Exchange say so under "routing".
        (4, 4 | 310) => true,
        // Exchange Online, for an address that its directory does not have.
        (4, 1) => says_no_mailbox(words),
        _ => false,
    }
}

/// The words of those who give no code that says it. About a mailbox, never about a sender.
fn says_no_mailbox(words: &str) -> bool {
    let small = words.to_ascii_lowercase();
    let about_us = [
        "spam",
        "blocked",
        "block list",
        "blacklist",
        "blocklist",
        "reputation",
        "policy",
        "quota",
        "full",
    ];
    !about_us.iter().any(|word| small.contains(word))
        && NO_MAILBOX.iter().any(|word| small.contains(word))
}

/// docomo and au say "Unknown user" and "User unknown", SoftBank "Invalid recipient", Outlook.com "mailbox unavailable".
const NO_MAILBOX: &[&str] = &[
    "unknown user",
    "user unknown",
    "no such user",
    "no such recipient",
    "no mailbox here",
    "no such mailbox",
    "user not found",
    "recipient not found",
    "recipient unknown",
    "unknown recipient",
    "invalid recipient",
    "invalid mailbox",
    "user doesn't exist",
    "does not exist",
    "mailbox not found",
    "mailbox unavailable",
    "unrouteable address",
    "unrouteable mail domain",
    "recipient address rejected: access denied",
    "recipient address rejected: user unknown",
    "host or domain name not found",
];

/// The first enhanced status code in a text (RFC 3463 §2).
fn code_in(text: &str) -> Option<Code> {
    let words = text.split(|c: char| {
        c.is_whitespace() || matches!(c, ';' | '(' | ')' | '#' | '-' | '[' | ']' | ':' | ',')
    });
    words.take(MOST_WORDS).find_map(|word| {
        let mut parts = word.split('.');
        let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
        let number = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() <= 3);
        let class = number(class).filter(|class| matches!(class, 2 | 4 | 5))?;
        let code = Code { class, subject: number(subject)?, detail: number(detail)? };
        // Four numbers are a network's address.
        parts.next().is_none().then_some(code)
    })
}

/// The first three-digit reply in a text.
pub(super) fn reply_code(text: &str) -> Option<u16> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ';' | ':' | '-' | ','));
    let plain = |word: &&str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    let found = words.take(MOST_WORDS).find(plain)?.parse().ok()?;
    (400..600).contains(&found).then_some(found)
}

const MOST_WORDS: usize = 200;
