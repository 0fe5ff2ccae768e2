//! Identifiers that others have given out: client ids, team ids, scopes, names of login methods, origins, apps, selectors.
//!
//! Each has a form by which a slip is seen at start instead of on a stranger's error page: a client secret in the
//! place of a client id, a bundle id with the team before it. A check says what is wanted and never more than it
//! knows: what merely looks unusual must pass.

use accounts::AnnouncementKind;

use super::passkeys::{self, AndroidApp};

/// What an identifier must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A client id of any provider.
    Client,
    /// A client id of Google.
    GoogleClient,
    /// A team or key of Apple's.
    AppleTen,
    /// A Services ID or bundle id of Apple's.
    AppleIdentifier,
    /// A scope (RFC 6749 §3.3).
    Scope,
    /// The name of a login method.
    Method,
    /// An https origin, as browsers write it.
    WebOrigin,
    /// An app of Apple's systems: team and bundle id.
    IosApp,
    /// An Android app: package name and fingerprint.
    AndroidApp,
    /// The selector of a key for signing mail (RFC 6376 §3.1).
    Selector,
    /// A topic of Amazon SNS.
    SnsTopic,
    /// A domain and how many mails a minute it gets.
    Pace,
    /// A type of what endpoints are told.
    Announcement,
    /// The name or platform of an app.
    AppWord,
    /// The version of an app.
    AppVersion,
    /// Where an authorization code may be sent.
    RedirectUri,
    /// A day, or an instant of one (RFC 3339).
    Day,
}

impl Form {
    /// Checks one identifier; a refusal goes after its name.
    pub(super) fn check(self, text: &str) -> Result<(), String> {
        let right = match self {
            Self::Client => is_client(text),
            Self::GoogleClient => {
                text.strip_suffix(GOOGLE_END).is_some_and(|rest| !rest.is_empty() && is_client(rest))
            }
            Self::AppleTen => is_ten(text),
            Self::AppleIdentifier => {
                if let Some((team, rest)) = text.split_once('.').filter(|(team, _)| is_ten(team)) {
                    return Err(format!("begins with the team id {team}; write `{rest}`"));
                }
                let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
                text.contains('.') && text.bytes().all(letters)
            }
            Self::Scope => text.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)),
            Self::Method => is_name(text),
            Self::WebOrigin => return passkeys::check_origin(text),
            Self::IosApp => return passkeys::check_ios_app(text),
            Self::AndroidApp => return AndroidApp::parse(text).map(|_| ()),
            Self::Selector => text.split('.').all(is_label),
            Self::Pace => domain_pace(text).is_some(),
            Self::SnsTopic => verifiers::hook::is_topic(text),
            Self::Announcement => AnnouncementKind::from_name(text).is_some(),
            Self::AppWord => {
                let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-._ ".contains(&byte);
                text.len() <= 64 && text.trim() == text && text.bytes().all(sound)
            }
            Self::AppVersion => web::AppVersion::parse(text).is_some(),
            Self::RedirectUri => super::clients::is_redirect_uri(text),
            Self::Day => super::apps::instant_of(text, "UTC").is_some(),
        };
        let fits = !text.is_empty() && text.len() <= MOST_BYTES;
        if right && fits { Ok(()) } else { Err(format!("must be {}", self.words())) }
    }

    /// What it is, in words: "must be …".
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Client => "a client id without spaces",
            Self::GoogleClient => "a client id that ends in .apps.googleusercontent.com",
            Self::AppleTen => "10 capital letters and digits, such as ABCDE12345",
            Self::AppleIdentifier => "an identifier such as com.example.signin",
            Self::Scope => "a scope such as email",
            Self::Method => "the name of a login method, such as email",
            Self::WebOrigin => "an origin such as https://www.example.com",
            Self::IosApp => "an app such as ABCDE12345.com.example.app",
            Self::AndroidApp => "an app such as \"com.example.app AB:CD:…\"",
            Self::Selector => {
                "a selector such as 2026a-rsa: letters, digits and hyphens, without ._domainkey and the domain"
            }
            Self::Pace => "a domain in small letters and mails a minute, such as \"docomo.ne.jp 120\"",
            Self::Announcement => "a type such as account.withdrawn (docs/webhooks.md lists them)",
            Self::AppWord => "letters, digits, dots, hyphens and underscores, such as Novel",
            Self::AppVersion => "up to four numbers with dots between them, such as 3.1.0",
            Self::RedirectUri => {
                "an https address, an app's own such as com.example.app:/callback, or one of this machine"
            }
            Self::Day => "a day such as 2026-12-01, or an instant such as 2026-12-01T09:00:00+09:00",
            Self::SnsTopic => {
                "the ARN of a topic such as arn:aws:sns:ap-northeast-1:123456789012:genkan-mail"
            }
        }
    }

    /// The same as a regular expression, for editors.
    pub(super) fn pattern(self) -> &'static str {
        match self {
            Self::Client => "^[!-~]+$",
            Self::GoogleClient => "^[!-~]+\\.apps\\.googleusercontent\\.com$",
            Self::AppleTen => "^[A-Z0-9]{10}$",
            Self::AppleIdentifier => "^[A-Za-z0-9-]*\\.[A-Za-z0-9.-]*$",
            Self::Scope => "^[!#-\\[\\]-~]+$",
            Self::Method => NAME_PATTERN,
            Self::WebOrigin => "^https://[a-z0-9.-]+(:[0-9]+)?$",
            Self::IosApp => "^[A-Z0-9]{10}\\.[A-Za-z0-9.-]+$",
            Self::AndroidApp => "^[A-Za-z0-9_.]+ ([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}$",
            Self::Selector => "^[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*$",
            Self::Pace => "^[a-z0-9-]+(\\.[a-z0-9-]+)+ [1-9][0-9]{0,4}$",
            Self::Announcement => "^account\\.[a-z_]+$",
            Self::AppWord => "^[A-Za-z0-9._-]([A-Za-z0-9._ -]*[A-Za-z0-9._-])?$",
            Self::AppVersion => "^[0-9]{1,9}(\\.[0-9]{1,9}){0,3}$",
            Self::RedirectUri => {
                "^(https://|http://(127\\.0\\.0\\.1|\\[::1\\]|localhost)|[a-z][a-z0-9.+-]*:/)[!-~]*$"
            }
            Self::Day => "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.+)?$",
            Self::SnsTopic => "^arn:aws(-cn|-us-gov)?:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$",
        }
    }
}

/// Whether it can name a provider: it becomes part of addresses, cookies and rows.
pub(super) fn is_name(text: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MOST_NAME).contains(&text.len())
        && text.bytes().all(letters)
        && text.starts_with(|first: char| first.is_ascii_lowercase())
}

/// A domain and how many mails a minute it gets.
pub(crate) fn domain_pace(text: &str) -> Option<(&str, u32)> {
    let (domain, mails) = text.split_once(' ')?;
    let small = !domain.bytes().any(|byte| byte.is_ascii_uppercase());
    let is_domain = small && domain.contains('.') && domain.split('.').all(is_label);
    let plain = !mails.starts_with('0') && mails.bytes().all(|byte| byte.is_ascii_digit());
    let mails = mails.parse().ok().filter(|mails| plain && (1..=60_000).contains(mails))?;
    is_domain.then_some((domain, mails))
}

/// `is_name` as a regular expression.
pub(super) const NAME_PATTERN: &str = "^[a-z][a-z0-9-]{0,30}$";

const MOST_NAME: usize = 31;
const MOST_BYTES: usize = 255;
const GOOGLE_END: &str = ".apps.googleusercontent.com";

/// A part of a name in DNS (RFC 1035 §2.3.1).
fn is_label(text: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(letters)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_client(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_ten(text: &str) -> bool {
    text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}
