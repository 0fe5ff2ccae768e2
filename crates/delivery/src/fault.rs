//! What a failed attempt means for the mail.
//!
//! It is here so that one place decides it, by the stage at which the relay spoke: the same 550 is the end of this
//! mail at RCPT TO, and says nothing about it at MAIL FROM.
//! What must never happen: a mail given up because the relay, a password or a certificate is at fault, and a
//! reply of the relay that reaches a log with control characters in it.

use std::{error::Error as _, fmt};

use lettre::transport::smtp::Error as SmtpError;

use crate::compose::ComposeFault;

/// Longest text kept of a reply, in characters.
const TEXT_LIMIT: usize = 300;

/// Why a mail did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendFault {
    /// Try again later: 4xx, a broken or slow connection.
    Temporary {
        /// For the operator.
        text: String,
    },
    /// This mail will never be taken: 5xx at RCPT TO or DATA.
    Permanent {
        /// The reply code; 0 if it was refused here, before any relay was asked.
        code: u16,
        /// For the operator; may name the address.
        text: String,
    },
    /// Nothing is wrong with this mail: the relay refuses us, or we refuse the relay (its certificate, no
    /// STARTTLS). Try again later, and tell the operator.
    Relay {
        /// For the operator.
        text: String,
    },
}

impl SendFault {
    /// How far the talk with the relay had come, in a word: the text begins with it. `here` where no relay was asked.
    #[must_use]
    pub fn stage(&self) -> &'static str {
        let (Self::Temporary { text } | Self::Permanent { text, .. } | Self::Relay { text }) = self;
        let told = Stage::ALL.into_iter().find(|stage| text.starts_with(stage.name()));
        told.map_or("here", Stage::word)
    }
}

impl SendFault {
    /// Whether the recipient's server says that it gets too many mails from us at a time. What is put off to see whether it comes
    /// again (greylisting) says nothing of that, nor does what was said before the recipient was named: that is the relay's.
    #[must_use]
    pub fn is_too_many(&self) -> bool {
        let Self::Temporary { text } = self else { return false };
        if !matches!(self.stage(), "recipient" | "content") {
            return false;
        }
        let words = text.to_ascii_lowercase();
        if ["greylist", "graylist"].iter().any(|word| words.contains(word)) {
            return false;
        }
        // RFC 3463 §3.8: security or policy status.
        let of_policy = |piece: &str| piece.starts_with("4.7.") && piece.split('.').count() == 3;
        let mut pieces = words.split(|c: char| !c.is_ascii_digit() && c != '.');
        words.contains("(421)")
            || pieces.any(|piece| of_policy(piece.trim_end_matches('.')))
            || TOO_MANY.iter().any(|said| words.contains(said))
    }
}

/// How servers say it that have no code for it.
const TOO_MANY: [&str; 7] =
    ["too many", "too much mail", "too fast", "rate limit", "ratelimit", "throttl", "limit exceeded"];

impl fmt::Display for SendFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Temporary { text } => write!(f, "not sent for now: {text}"),
            Self::Permanent { code, text } => write!(f, "refused for good ({code}): {text}"),
            Self::Relay { text } => write!(f, "the relay does not work with us: {text}"),
        }
    }
}

impl std::error::Error for SendFault {}

impl From<ComposeFault> for SendFault {
    fn from(fault: ComposeFault) -> Self {
        let text = fault.to_string();
        if fault.is_of_the_sender() {
            return Self::Relay { text };
        }
        // RFC 5321 §4.2.3, 553: mailbox name not allowed.
        let code = if matches!(fault, ComposeFault::To(_)) { 553 } else { 0 };
        Self::Permanent { code, text }
    }
}

/// How far the talk with the relay had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Connect,
    Auth,
    From,
    Recipient,
    Content,
}

impl Stage {
    const ALL: [Self; 5] = [Self::Connect, Self::Auth, Self::From, Self::Recipient, Self::Content];

    fn word(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Auth => "auth",
            Self::From => "from",
            Self::Recipient => "recipient",
            Self::Content => "content",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Connect => "while connecting",
            Self::Auth => "at AUTH",
            Self::From => "at MAIL FROM",
            Self::Recipient => "at RCPT TO",
            Self::Content => "at DATA",
        }
    }
}

/// Classifies what lettre reports.
pub(crate) fn classify(stage: Stage, error: &SmtpError) -> SendFault {
    let text = one_line(&format!("{}: {error}", stage.name()));
    if let Some(status) = error.status() {
        return from_code(stage, u16::from(status), text);
    }
    if error.is_client() || blames_certificate(error) {
        return SendFault::Relay { text };
    }
    SendFault::Temporary { text }
}

/// A time limit that ran out.
pub(crate) fn too_slow(stage: Stage) -> SendFault {
    SendFault::Temporary { text: format!("{}: no answer in time", stage.name()) }
}

fn from_code(stage: Stage, code: u16, text: String) -> SendFault {
    match (stage, code) {
        (_, ..500) => SendFault::Temporary { text },
        // RFC 4954 §6: authentication is asked for or failed, whatever the command; RFC 5321 §4.2.4, 521: no mail here.
        (_, 521 | 530 | 534 | 535 | 538) => SendFault::Relay { text },
        (Stage::Recipient | Stage::Content, _) => SendFault::Permanent { code, text },
        (Stage::Connect | Stage::Auth | Stage::From, _) => SendFault::Relay { text },
    }
}

/// Whether we refused the relay's certificate (or the relay ours): repeating will not help, the operator must.
fn blames_certificate(error: &SmtpError) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        let tls = match inner.downcast_ref::<std::io::Error>() {
            Some(io) => io.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>()),
            None => inner.downcast_ref::<rustls::Error>(),
        };
        if matches!(tls, Some(rustls::Error::InvalidCertificate(_))) {
            return true;
        }
        cause = inner.source();
    }
    false
}

/// On one line, without controls, not too long.
pub(crate) fn one_line(text: &str) -> String {
    let line = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().take(TEXT_LIMIT).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The word is read from the text, so each text must begin as its stage is called.
    #[test]
    fn every_stage_is_known_again_by_its_fault() {
        let words = Stage::ALL.map(|stage| too_slow(stage).stage());
        assert_eq!(words, ["connect", "auth", "from", "recipient", "content"]);
        for stage in Stage::ALL {
            let text = one_line(&format!("{}: 550 no", stage.name()));
            for code in [421, 535, 550] {
                assert_eq!(from_code(stage, code, text.clone()).stage(), stage.word());
            }
        }
        assert_eq!(SendFault::Permanent { code: 0, text: "no address".to_owned() }.stage(), "here");
    }
}
