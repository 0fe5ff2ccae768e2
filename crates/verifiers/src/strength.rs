//! Whether a new password is too easily guessed, and why, in a reason that a person understands.
//!
//! zxcvbn counts guesses (its own lists are English), fed with what is known of the person and the service and
//! with our list of words that people in Japan choose; under 10^6 guesses a password is refused (rule
//! "Always" 6). There are no composition rules.
//!
//! What must never happen here: a password refused at sign-in (only new ones are weighed), a rule that asks for
//! a digit or a capital, a part of the password in an answer or a log.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use zxcvbn::matching::patterns::MatchPattern;
use zxcvbn::zxcvbn;

use crate::password::{Password, PasswordFault};

/// Fewer guesses than these are refused.
pub const FEWEST_GUESSES: u64 = 1_000_000;
/// zxcvbn looks at this many characters; the time it takes grows steeply with them.
const MOST_WEIGHED_CHARS: usize = 100;
/// A context word shorter than this is in too many good passwords by chance.
const FEWEST_CONTEXT_CHARS: usize = 4;
/// Characters beside a listed word or a context word that do not make it a new password.
const FEW_EXTRA_CHARS: usize = 4;
/// The longest unit whose mere repetition is refused at any length.
const REPEATED_UNIT_CHARS: usize = 4;

/// Orders that everybody knows, and fingers on a row or down the columns of a keyboard. zxcvbn finds most of
/// them, but calls them common words where its lists have them; the order is the better explanation.
const WALKS: [&str; 11] = [
    "01234567890123456789",
    "9876543210987654321",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertyuiop@[asdfghjkl;:]zxcvbnm,./",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "!\"#$%&'()0=~",
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん",
    "いろはにほへとちりぬるをわかよたれそつねならむうゐのおくやまけふこえてあさきゆめみしゑひもせす",
];

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weakness {
    /// Fewer than 8 characters.
    TooShort,
    /// More than 256 characters.
    TooLong,
    /// Contains a control character.
    ControlCharacter,
    /// A word or password that many people choose, with or without a few digits.
    Common,
    /// Mostly the address, the name or the service's name.
    LooksLikeContext,
    /// The same few characters again and again.
    Repeats,
    /// Neighbouring keys or letters in order.
    Sequence,
    /// A date or a year.
    Date,
    /// Guessable for no single reason.
    Guessable,
    /// In a public list of leaked passwords (see [`crate::Breached`]).
    Breached,
}

impl Weakness {
    /// Every reason, for tables of texts.
    pub const ALL: [Weakness; 10] = [
        Weakness::TooShort,
        Weakness::TooLong,
        Weakness::ControlCharacter,
        Weakness::Common,
        Weakness::LooksLikeContext,
        Weakness::Repeats,
        Weakness::Sequence,
        Weakness::Date,
        Weakness::Guessable,
        Weakness::Breached,
    ];

    /// The stable name, used as a text id.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Weakness::TooShort => "too-short",
            Weakness::TooLong => "too-long",
            Weakness::ControlCharacter => "control-character",
            Weakness::Common => "common",
            Weakness::LooksLikeContext => "looks-like-context",
            Weakness::Repeats => "repeats",
            Weakness::Sequence => "sequence",
            Weakness::Date => "date",
            Weakness::Guessable => "guessable",
            Weakness::Breached => "breached",
        }
    }
}

impl From<PasswordFault> for Weakness {
    fn from(fault: PasswordFault) -> Weakness {
        match fault {
            PasswordFault::TooShort => Weakness::TooShort,
            PasswordFault::TooLong => Weakness::TooLong,
            PasswordFault::ControlCharacter => Weakness::ControlCharacter,
        }
    }
}

/// Weighs a new password. `context` is what an attacker knows: the address, the display name, the service's
/// name; the parts of an address are taken apart here. Takes a millisecond or two of processor time, about ten for
/// the worst hundred characters.
///
/// # Errors
/// The reason, when it would be guessed in fewer than [`FEWEST_GUESSES`].
pub fn weigh(password: &Password, context: &[&str]) -> Result<(), Weakness> {
    weigh_by(password, context, FEWEST_GUESSES)
}

/// As [`weigh`], with the operator's bound.
///
/// # Errors
/// The reason, when it would be guessed in fewer than `fewest_guesses`.
pub fn weigh_by(password: &Password, context: &[&str], fewest_guesses: u64) -> Result<(), Weakness> {
    let text = folded(password.text());
    let characters: Vec<char> = text.chars().collect();
    if repeats(&characters) {
        return Err(Weakness::Repeats);
    }
    if WALKS.iter().any(|walk| walks(&text, walk)) {
        return Err(Weakness::Sequence);
    }
    let context = context_words(context);
    if context.iter().any(|word| mostly(&text, word)) {
        return Err(Weakness::LooksLikeContext);
    }
    if cores(&text).iter().any(|core| is_listed(core)) {
        return Err(Weakness::Common);
    }
    // What is longer has characters enough that zxcvbn's look at its first hundred would say nothing of it.
    if characters.len() > MOST_WEIGHED_CHARS {
        return Ok(());
    }
    by_guesses(password.text(), &text, &context, fewest_guesses)
}

/// zxcvbn on the text as typed (it counts capitals) and on the text with katakana as hiragana (our list's form).
fn by_guesses(
    typed: &str,
    folded: &str,
    context: &[String],
    fewest_guesses: u64,
) -> Result<(), Weakness> {
    let inputs: Vec<&str> =
        context.iter().map(String::as_str).chain(LISTED.words.iter().copied()).collect();
    let kana = typed.to_lowercase() != folded;
    for text in [Some(typed), kana.then_some(folded)].into_iter().flatten() {
        let found = zxcvbn(text, &inputs);
        if found.guesses() < fewest_guesses {
            return Err(reason(found.sequence(), context));
        }
    }
    Ok(())
}

/// What the largest part of the password is. Characters that fit no pattern explain nothing.
fn reason(sequence: &[zxcvbn::Match], context: &[String]) -> Weakness {
    let largest = sequence
        .iter()
        .filter(|part| !matches!(part.pattern, MatchPattern::BruteForce))
        .max_by_key(|part| part.token.chars().count());
    let Some(largest) = largest else {
        return Weakness::Guessable;
    };
    match &largest.pattern {
        MatchPattern::Dictionary(found) if context.contains(&found.matched_word) => {
            Weakness::LooksLikeContext
        }
        MatchPattern::Dictionary(_) => Weakness::Common,
        MatchPattern::Spatial(_) | MatchPattern::Sequence(_) => Weakness::Sequence,
        MatchPattern::Repeat(_) => Weakness::Repeats,
        MatchPattern::Regex(_) | MatchPattern::Date(_) => Weakness::Date,
        MatchPattern::BruteForce => Weakness::Guessable,
    }
}

/// The list of `common_ja.txt`, in its order and for look-up.
struct Listed {
    words: Vec<&'static str>,
    set: HashSet<&'static str>,
}

static LISTED: LazyLock<Listed> = LazyLock::new(|| {
    let words: Vec<&'static str> = include_str!("common_ja.txt")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let set = words.iter().copied().collect();
    Listed { words, set }
});

/// A listed word, or the same listed word twice or more.
fn is_listed(core: &str) -> bool {
    if LISTED.set.contains(core) {
        return true;
    }
    let characters: Vec<char> = core.chars().collect();
    let unit = smallest_period(&characters);
    if unit == characters.len() {
        return false;
    }
    let unit: String = characters.iter().take(unit).collect();
    LISTED.set.contains(unit.as_str())
}

/// The text without the few digits and signs that people put around a word: as typed, and with look-alikes
/// (`p@ssw0rd`) read as letters before and after the stripping.
fn cores(text: &str) -> Vec<String> {
    let plain = stripped(text);
    let read = unleet(text);
    let mut cores = vec![unleet(&plain), stripped(&read), plain, read];
    cores.retain(|core| {
        let extra = text.chars().count().saturating_sub(core.chars().count());
        !core.is_empty() && (extra <= FEW_EXTRA_CHARS || is_dated(text, core))
    });
    cores
}

/// Without the characters at both ends that are no letters.
fn stripped(text: &str) -> String {
    text.trim_matches(|character: char| !character.is_alphabetic()).to_owned()
}

/// Whether what surrounds `core` is a date such as 19900412 or 1990.04.12.
fn is_dated(text: &str, core: &str) -> bool {
    let Some((before, after)) = text.split_once(core) else {
        return false;
    };
    let digits: String = before.chars().chain(after.chars()).filter(char::is_ascii_digit).collect();
    let others = before.chars().chain(after.chars()).filter(|c| !c.is_ascii_digit()).count();
    let year = digits.starts_with("19") || digits.starts_with("20");
    others <= 2 && year && matches!(digits.len(), 4..=8)
}

/// Digits and signs read as the letters they stand for.
fn unleet(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '@' | '4' => 'a',
            '3' => 'e',
            '1' | '!' => 'i',
            '0' => 'o',
            '5' | '$' => 's',
            '7' | '+' => 't',
            other => other,
        })
        .collect()
}

/// Whether the text is a context word with hardly anything else.
fn mostly(text: &str, word: &str) -> bool {
    let read = unleet(text);
    [text, read.as_str()].into_iter().any(|text| {
        let found = text.contains(word);
        let rest = text.replace(word, "");
        found && (rest.chars().count() <= FEW_EXTRA_CHARS || is_dated(text, word))
    })
}

/// The words that context is made of: each whole, an address's local part, and their parts between signs.
fn context_words(context: &[&str]) -> Vec<String> {
    let mut words = Vec::new();
    for entry in context {
        let entry = folded(&entry.nfkc().take(MOST_WEIGHED_CHARS * 3).collect::<String>());
        let own = entry.rsplit_once('@').map_or(entry.as_str(), |(local, _)| local);
        words.extend(own.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
        words.push(own.chars().filter(|c| c.is_alphanumeric()).collect());
        words.push(stripped(own));
        words.push(own.to_owned());
        words.push(entry.clone());
    }
    // Fewer letters say as much in kana and kanji as four do in romaji.
    words.retain(|word| {
        let fewest = if word.is_ascii() { FEWEST_CONTEXT_CHARS } else { FEWEST_CONTEXT_CHARS - 1 };
        word.chars().count() >= fewest
    });
    words.sort();
    words.dedup();
    words
}

/// Small letters, and katakana as hiragana (U+30A1 to U+30F6 lie 0x60 above them).
fn folded(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|character| match character {
            '\u{30A1}'..='\u{30F6}' => char::from_u32(u32::from(character) - 0x60).unwrap_or(character),
            other => other,
        })
        .collect()
}

/// Whether the text is a stretch of the walk, forwards or backwards.
fn walks(text: &str, walk: &str) -> bool {
    walk.contains(text) || walk.chars().rev().collect::<String>().contains(text)
}

fn repeats(characters: &[char]) -> bool {
    let unit = smallest_period(characters);
    unit <= REPEATED_UNIT_CHARS && unit * 2 <= characters.len()
}

/// The shortest beginning that, said again and again, gives the whole (cut off anywhere).
fn smallest_period(characters: &[char]) -> usize {
    (1..characters.len())
        .find(|period| characters.iter().zip(characters.iter().skip(*period)).all(|(a, b)| a == b))
        .unwrap_or(characters.len())
}
