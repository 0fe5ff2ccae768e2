//! The cookies of the house: their names, how they are read, how they are set.
//!
//! On https every name has the prefix `__Host-`, so that no neighbouring host can set one (R-SESSION-3). Names
//! are compared exactly and never decoded; of two cookies with one name neither is believed, because nobody can
//! tell which of them the house has set (security.md E6). A value is only looked at when it is short and made
//! of the signs our own values are made of.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::Secret;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

use crate::return_to::ReturnTo;

/// How long a browser keeps what makes it known, in seconds: 400 days, the most browsers allow.
pub(crate) const KEPT_SECONDS: i64 = 400 * 24 * 60 * 60;

/// How long the secret of a password form waits for the page that shows it, in seconds.
pub(crate) const FORM_SECONDS: i64 = 60;

const LONGEST_VALUE: usize = 2048;

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The session's secret.
    Session,
    /// The device's secret.
    Device,
    /// The secret of a flow of several steps, and where it leads afterwards.
    Flow,
    /// The secret of a password form that is shown once (R-RESET-5).
    Form,
    /// The secret that keeps a trip to a provider to this browser (I21).
    Trip,
    /// What a provider has posted from its own site, until the browser comes back to this one by itself.
    Back,
    /// The chosen language.
    Lang,
    /// The login method used last (R-SIGNIN-8).
    Last,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::Session,
        Self::Device,
        Self::Flow,
        Self::Form,
        Self::Trip,
        Self::Back,
        Self::Lang,
        Self::Last,
    ];

    const fn stem(self) -> &'static str {
        match self {
            Self::Session => "genkan-session",
            Self::Device => "genkan-device",
            Self::Flow => "genkan-flow",
            Self::Form => "genkan-form",
            Self::Trip => "genkan-trip",
            Self::Back => "genkan-back",
            Self::Lang => "genkan-lang",
            Self::Last => "genkan-last",
        }
    }
}

/// How cookies are called and marked at this origin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names {
    prefix: &'static str,
    secure: &'static str,
}

impl Names {
    pub(crate) fn new(https: bool) -> Self {
        if https {
            Self { prefix: "__Host-", secure: "; Secure" }
        } else {
            Self { prefix: "", secure: "" }
        }
    }

    /// The cookie's value, if exactly one of that name came and it looks like one of ours.
    pub(crate) fn read(self, headers: &HeaderMap, kind: Kind) -> Option<&str> {
        let mut found = None;
        for (name, value) in pairs(headers) {
            if !self.is(name, kind) {
                continue;
            }
            if found.is_some() {
                return None;
            }
            found = Some(value);
        }
        found.filter(|value| is_ours(value))
    }

    /// Whether any cookie of ours came along, readable or not.
    pub(crate) fn any(self, headers: &HeaderMap) -> bool {
        pairs(headers).any(|(name, _)| Kind::ALL.into_iter().any(|kind| self.is(name, kind)))
    }

    fn is(self, name: &str, kind: Kind) -> bool {
        name.strip_prefix(self.prefix) == Some(kind.stem())
    }

    /// Sets a cookie for so many seconds.
    pub(crate) fn set(self, headers: &mut HeaderMap, kind: Kind, value: &str, seconds: i64) {
        let Self { prefix, secure } = self;
        let stem = kind.stem();
        let line = format!(
            "{prefix}{stem}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
        );
        if let Ok(mut line) = HeaderValue::from_str(&line) {
            line.set_sensitive(true);
            headers.append(SET_COOKIE, line);
        }
    }

    /// Makes the browser forget a cookie.
    pub(crate) fn expire(self, headers: &mut HeaderMap, kind: Kind) {
        self.set(headers, kind, "", 0);
    }

    /// Makes the browser forget the flow it was in, and the form that came with it.
    pub(crate) fn forget_flow(self, headers: &mut HeaderMap) {
        self.expire(headers, Kind::Flow);
        self.expire(headers, Kind::Form);
    }
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    // By bytes: a neighbour's cookie that is not ASCII must not hide ours.
    let lines = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    lines.flat_map(|line| line.split(|byte| *byte == b';')).filter_map(|pair| {
        let (name, value) = std::str::from_utf8(pair).ok()?.split_once('=')?;
        Some((name.trim_matches([' ', '\t']), value.trim_matches([' ', '\t'])))
    })
}

fn is_ours(value: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !value.is_empty() && value.len() <= LONGEST_VALUE && value.bytes().all(sound)
}

/// What the flow cookie holds: the flow's secret, and where to go when it is done.
pub(crate) struct FlowValue {
    pub(crate) secret: Secret,
    pub(crate) return_to: Option<ReturnTo>,
}

impl FlowValue {
    pub(crate) fn parse(value: &str) -> Self {
        let (secret, rest) = value.split_once('.').unwrap_or((value, ""));
        let bytes = URL_SAFE_NO_PAD.decode(rest).unwrap_or_default();
        let return_to = String::from_utf8(bytes).ok().and_then(|text| ReturnTo::parse(&text));
        Self { secret: Secret::new(secret), return_to }
    }

    pub(crate) fn write(&self) -> String {
        match &self.return_to {
            None => self.secret.expose().to_owned(),
            Some(path) => format!("{}.{}", self.secret.expose(), URL_SAFE_NO_PAD.encode(path.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, line.parse().expect("a header"));
        }
        headers
    }

    #[test]
    fn e6_names_are_compared_exactly_and_never_decoded() {
        let names = Names::new(true);
        let read = |line: &str| names.read(&sent(&[line]), Kind::Session).map(str::to_owned);
        assert_eq!(read("__Host-genkan-session=abc").as_deref(), Some("abc"));
        assert_eq!(read("a=b; __Host-genkan-session=abc ;c=d").as_deref(), Some("abc"));
        for odd in [
            "genkan-session=abc",
            "%5f_Host-genkan-session=abc",
            "__host-genkan-session=abc",
            "__Host-genkan-sessio%6e=abc",
            "__Host-genkan-session=é",
            "__Host-genkan-session",
            "__Host-genkan-session=",
            "__Host-genkan-session=\"abc\"",
            "__Host-genkan-session=a%20b",
            "=__Host-genkan-session=abc",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    #[test]
    fn e6_of_two_cookies_with_one_name_neither_is_believed() {
        let names = Names::new(false);
        assert_eq!(names.read(&sent(&["genkan-session=a; genkan-session=b"]), Kind::Session), None);
        assert_eq!(names.read(&sent(&["genkan-session=a", "genkan-session=a"]), Kind::Session), None);
        let mut many = (0..200).map(|n| format!("c{n}=x")).collect::<Vec<_>>();
        many.push("genkan-session=a".to_owned());
        assert_eq!(names.read(&sent(&[&many.join("; ")]), Kind::Session), Some("a"));
        let mut beside = sent(&[]);
        let foreign =
            HeaderValue::from_bytes(b"x=\xff\xfe; genkan-session=a; y=\xe5").expect("a header");
        beside.append(COOKIE, foreign);
        assert_eq!(names.read(&beside, Kind::Session), Some("a"));
    }

    #[test]
    fn a_value_that_is_too_long_is_not_looked_at() {
        let names = Names::new(false);
        let long = format!("genkan-device={}", "a".repeat(LONGEST_VALUE + 1));
        assert_eq!(names.read(&sent(&[&long]), Kind::Device), None);
        assert!(names.any(&sent(&[&long])));
    }

    #[test]
    fn cookies_are_host_only_http_only_and_lax() {
        let mut headers = HeaderMap::new();
        Names::new(true).set(&mut headers, Kind::Session, "abc", 60);
        let line = headers.get(SET_COOKIE).and_then(|line| line.to_str().ok());
        let whole = "__Host-genkan-session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(line, Some(whole));
    }

    #[test]
    fn the_flow_cookie_carries_the_way_back_and_checks_it_again() {
        let there =
            FlowValue { secret: Secret::new("s3cret"), return_to: ReturnTo::parse("/novel/1?page=2") };
        let back = FlowValue::parse(&there.write());
        assert_eq!(back.secret.expose(), "s3cret");
        assert_eq!(
            back.return_to.map(|path| path.as_str().to_owned()).as_deref(),
            Some("/novel/1?page=2")
        );
        let forged = format!("s3cret.{}", URL_SAFE_NO_PAD.encode("//evil.example"));
        assert!(FlowValue::parse(&forged).return_to.is_none());
    }
}
