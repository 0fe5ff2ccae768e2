//! What the operator chooses about the look and the words: name, colour, logo, links, contact.
//!
//! These come from the settings file and are checked once, at start. None of them can change what
//! a page does, and none may bring code into a page.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::Locale;

/// The accent when the operator names none: indigo (藍).
pub const DEFAULT_ACCENT: &str = "#1f5277";

/// The same indigo by lamplight, for dark pages.
pub(crate) const DEFAULT_ACCENT_DARK: &str = "#93c1e6";

/// A text in each language; a missing language falls back to the default one.
#[derive(Clone, Debug, Default)]
pub struct PerLocale(pub BTreeMap<Locale, String>);

impl PerLocale {
    /// The same text in every language.
    pub fn same(text: &str) -> PerLocale {
        PerLocale(Locale::ALL.into_iter().map(|locale| (locale, text.to_owned())).collect())
    }

    /// A text in Japanese and one in English.
    pub fn new(ja: &str, en: &str) -> PerLocale {
        PerLocale(BTreeMap::from([(Locale::Ja, ja.to_owned()), (Locale::En, en.to_owned())]))
    }

    /// The text in `locale`, else in `fallback`, else in any language.
    pub fn get(&self, locale: Locale, fallback: Locale) -> &str {
        self.0
            .get(&locale)
            .or_else(|| self.0.get(&fallback))
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }
}

/// The kinds of picture a logo can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoFormat {
    Png,
    Svg,
}

/// The service's logo; shown 32 pixels high with the service's name as its text.
#[derive(Clone, Debug)]
pub struct Logo {
    pub format: LogoFormat,
    pub bytes: Vec<u8>,
}

/// A link at the foot of every page, such as to the terms or the help.
#[derive(Clone, Debug)]
pub struct FooterLink {
    pub text: PerLocale,
    /// `https://...`, `http://...`, `mailto:...` or a path beginning with `/`.
    pub url: String,
}

/// How members know a provider that is neither `google` nor `apple`.
#[derive(Clone, Debug)]
pub struct ProviderFace {
    /// The provider's name, as in `/signin/{name}`.
    pub name: String,
    /// Its name for people: 「{label}で続ける」, “Continue with {label}”.
    pub label: PerLocale,
}

/// Everything the operator chooses about pages and mails.
#[derive(Clone, Debug)]
pub struct PagesOptions {
    pub service_name: PerLocale,
    /// `#rrggbb`. Corrected when it would be too faint to read; see [`crate::Pages::notes`].
    pub accent: String,
    pub logo: Option<Logo>,
    pub footer_links: Vec<FooterLink>,
    /// How members reach the operator: a mail address, or the `https` address of a page.
    pub operator_contact: String,
    /// The labels of configured providers; `google` and `apple` need none.
    pub providers: Vec<ProviderFace>,
    /// The address that the service's mail comes from.
    pub sender_address: String,
    /// A folder with `templates/...` and `locales/{ja,en}/...` that replace the embedded ones.
    pub override_folder: Option<PathBuf>,
    pub default_locale: Locale,
    /// The IANA name of the zone in which times are shown.
    pub time_zone: String,
}

impl Default for PagesOptions {
    fn default() -> PagesOptions {
        PagesOptions {
            service_name: PerLocale::same("genkan"),
            accent: DEFAULT_ACCENT.to_owned(),
            logo: None,
            footer_links: Vec::new(),
            operator_contact: String::new(),
            providers: Vec::new(),
            sender_address: String::new(),
            override_folder: None,
            default_locale: Locale::Ja,
            time_zone: "Asia/Tokyo".to_owned(),
        }
    }
}
