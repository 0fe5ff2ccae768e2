//! Words and layout: every page, every mail and every sentence a member meets, in Japanese and English.
//!
//! A page is a plain struct in `views`, a template in `templates` and its texts in `locales`. The
//! routes fill the struct, [`Pages::render`] does the rest; [`Pages::mail`] does the same for mails.
//! This crate knows no rule and no domain type: a template cannot decide, it can only say.
//! Nothing here may let text from outside reach a page or a mail without being escaped and cleaned.

#![cfg_attr(
    not(test),
    deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]

mod assets;
pub mod colour;
mod fault;
mod kinds;
mod layout;
mod letters;
mod locale;
mod mails;
mod options;
pub mod plain;
mod sources;
mod texts;
mod times;
pub mod views;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use assets::Asset;
pub use fault::PagesFault;
pub use kinds::MailKind;
pub use locale::Locale;
pub use mails::{MailMethod, MailText, MailView};
pub use options::{
    DEFAULT_ACCENT, FooterLink, Logo, LogoFormat, PagesOptions, PerLocale, ProviderFace,
};

use assets::Assets;
use colour::Scheme;
use layout::{Contact, Layout, Link, Service, Words};
use sources::Overrides;
use texts::Texts;
use views::{Args, Chrome, View};

/// All pages and mails of one service.
pub struct Pages {
    layouts: BTreeMap<Locale, Layout>,
    assets: Assets,
    notes: Vec<String>,
    default_locale: Locale,
}

impl Pages {
    /// Reads and checks everything; what is wrong in the operator's files is told by file and line.
    pub fn new(options: PagesOptions) -> Result<Pages, PagesFault> {
        let scheme = Scheme::new(&options.accent)?;
        let zone = times::zone(&options.time_zone)?;
        check(&options)?;
        let overrides = Overrides::read(options.override_folder.as_deref())?;
        let texts = Arc::new(Texts::new(common_values(&options), &overrides.texts)?);
        let assets = Assets::new(&scheme, options.logo.as_ref());
        let mut layouts = BTreeMap::new();
        for locale in Locale::ALL {
            let words = Words {
                texts: Arc::clone(&texts),
                locale,
                zone: zone.clone(),
                providers: Arc::new(labels(&options, locale)),
            };
            let service = service(&options, locale, &assets, &scheme);
            layouts.insert(locale, Layout::new(words, service, &overrides.templates)?);
        }
        Ok(Pages { layouts, assets, notes: scheme.notes, default_locale: options.default_locale })
    }

    /// What the operator should know, such as an accent that had to be corrected.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The language of a visitor: the language cookie, else `Accept-Language`, else the service's own.
    pub fn locale(&self, cookie: Option<&str>, accept_language: Option<&str>) -> Locale {
        Locale::choose(cookie, accept_language, self.default_locale)
    }

    /// Writes a page as HTML.
    pub fn render<V: View>(&self, view: &V, chrome: &Chrome) -> Result<String, PagesFault> {
        self.layout(chrome.locale)?.page(view, chrome)
    }

    /// Writes a mail: subject, plain text, and the same words as HTML.
    pub fn mail(&self, mail: &MailView, locale: Locale) -> Result<MailText, PagesFault> {
        mails::write(mail, self.layout(locale)?)
    }

    /// The file of a path such as `/assets/style.0123456789ab.css`, when there is one.
    pub fn asset(&self, path: &str) -> Option<Asset> {
        self.assets.get(path)
    }

    /// Where the stylesheet is, for pages that are not made here.
    pub fn stylesheet_path(&self) -> String {
        self.assets.path("style").unwrap_or_default()
    }

    /// The finished stylesheet, with the operator's accent.
    pub fn stylesheet(&self) -> &[u8] {
        self.assets.stylesheet()
    }

    /// A sentence by its id, for answers that are not pages (API errors: `error-{code}`); none when
    /// there is no such sentence or a value is missing for it.
    pub fn text(&self, locale: Locale, id: &str, args: &Args) -> Option<String> {
        self.layouts.get(&locale)?.words().texts.get(locale, id, args)
    }

    fn layout(&self, locale: Locale) -> Result<&Layout, PagesFault> {
        self.layouts
            .get(&locale)
            .ok_or_else(|| PagesFault::setting("locale", "this language is not set up"))
    }
}

/// Values that every sentence may use.
fn common_values(options: &PagesOptions) -> BTreeMap<Locale, Args> {
    let values = |locale| {
        let name = options.service_name.get(locale, options.default_locale);
        Args::from([
            ("service".to_owned(), name.into()),
            ("contact".to_owned(), options.operator_contact.as_str().into()),
            ("sender".to_owned(), options.sender_address.as_str().into()),
            ("domain".to_owned(), domain(&options.sender_address).into()),
        ])
    };
    Locale::ALL.into_iter().map(|locale| (locale, values(locale))).collect()
}

/// What members call the configured providers.
fn labels(options: &PagesOptions, locale: Locale) -> BTreeMap<String, String> {
    let label = |face: &ProviderFace| face.label.get(locale, options.default_locale).to_owned();
    options.providers.iter().map(|face| (face.name.clone(), label(face))).collect()
}

fn service(options: &PagesOptions, locale: Locale, assets: &Assets, scheme: &Scheme) -> Service {
    let path = |stem| assets.path(stem).unwrap_or_default();
    let footer = options.footer_links.iter().map(|link| Link {
        text: link.text.get(locale, options.default_locale).to_owned(),
        url: link.url.clone(),
    });
    let others = Locale::ALL.into_iter().filter(|other| *other != locale);
    Service {
        name: options.service_name.get(locale, options.default_locale).to_owned(),
        contact: contact(&options.operator_contact),
        sender: options.sender_address.clone(),
        domain: domain(&options.sender_address).to_owned(),
        footer: footer.collect(),
        logo: assets.path("logo"),
        style: path("style"),
        script: path("script"),
        icon: path("icon"),
        google: path("google"),
        apple_white: path("apple-white"),
        apple_black: path("apple-black"),
        paper_light: scheme.light.paper.hex(),
        paper_dark: scheme.dark.paper.hex(),
        languages: others
            .map(|other| Link { text: other.name().into(), url: other.tag().into() })
            .collect(),
    }
}

fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

fn contact(text: &str) -> Contact {
    let url = match text {
        _ if text.starts_with("https://") || text.starts_with("http://") => text.to_owned(),
        _ if text.contains('@') && !text.contains([' ', ':', '/', '?', '&']) => {
            format!("mailto:{text}")
        }
        _ => String::new(),
    };
    Contact { text: text.to_owned(), url }
}

/// Refuses a name that is empty and links that could carry code.
fn check(options: &PagesOptions) -> Result<(), PagesFault> {
    for locale in Locale::ALL {
        if options.service_name.get(locale, options.default_locale).trim().is_empty() {
            return Err(PagesFault::setting("service_name", "it is empty"));
        }
    }
    for link in &options.footer_links {
        let url = link.url.as_str();
        let fine = ["https://", "http://", "mailto:"].iter().any(|scheme| url.starts_with(scheme))
            || (url.starts_with('/') && !url.starts_with("//"));
        if !fine {
            let what = format!("{url} is neither an https address, a mailto address nor a path");
            return Err(PagesFault::setting("footer_links", what));
        }
    }
    Ok(())
}
