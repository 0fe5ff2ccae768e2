//! The frame of the playground's pages, in the reader's language. All text that comes from elsewhere goes
//! through `escape`.

use axum::http::{HeaderMap, header};
use axum::response::Html;

use crate::Playground;

/// The reader's language.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Ja,
    En,
}

impl Language {
    /// The language chosen on the house's pages, else the browser's, else Japanese.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let chosen = text(header::COOKIE)
            .split(';')
            .find_map(|pair| pair.trim().strip_prefix("genkan-lang="))
            .unwrap_or_else(|| text(header::ACCEPT_LANGUAGE));
        if chosen.starts_with("en") { Self::En } else { Self::Ja }
    }

    /// The words for this language.
    pub(crate) const fn say(self, ja: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Ja => ja,
            Self::En => en,
        }
    }
}

/// A page.
pub(crate) fn page(house: &Playground, language: Language, title: &str, body: &str) -> Html<String> {
    let (title, style) = (escape(title), escape(&house.stylesheet));
    let tag = language.say("ja", "en");
    let (tour, mailbox, clock) = (
        language.say("案内", "Tour"),
        language.say("受信箱", "Mailbox"),
        language.say("時計", "Clock"),
    );
    Html(format!(
        "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title} | genkan dev</title><link rel=\"stylesheet\" href=\"{style}\"></head><body>\
         <header class=\"head wide\"><a class=\"brand\" href=\"/dev\">玄関&nbsp;<span class=\"soft\">dev</span></a>\
         <a class=\"who\" href=\"/dev/mailbox\">{mailbox}</a></header>\
         <main class=\"wide\"><h1>{title}</h1>{body}</main>\
         <footer class=\"foot wide\"><ul><li><a href=\"/dev\">{tour}</a></li>\
         <li><a href=\"/dev/mailbox\">{mailbox}</a></li><li><a href=\"/dev/clock\">{clock}</a></li>\
         <li><a href=\"/api/v1/openapi.json\">OpenAPI</a></li></ul></footer></body></html>"
    ))
}

/// Text made safe for HTML content and quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// A time for people, in the machine's zone.
pub(crate) fn time(ms: i64) -> String {
    let zone = jiff::tz::TimeZone::get("Asia/Tokyo").unwrap_or(jiff::tz::TimeZone::UTC);
    jiff::Timestamp::from_millisecond(ms)
        .map(|at| at.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S %Z").to_string())
        .unwrap_or_default()
}
