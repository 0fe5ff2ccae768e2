//! Every page filled in, in its ordinary, its longest and its most hostile form.
//!
//! The tests render all of these in both languages, and the gallery writes them to files to be looked
//! at. A page that is not here is not tested: a new view belongs here on the same day.

mod back;
mod entry;
mod leaving;
pub(crate) mod methods;
mod own;
pub(crate) mod passkeys;
mod providers;

use pages::views::{Chrome, SignedIn};
use pages::{
    FooterLink, Locale, MailKind, MailMethod, MailView, Pages, PagesFault, PagesOptions, PerLocale,
    ProviderFace,
};

/// 22 November 2026, 12:34 in Tokyo.
pub(crate) const AT: i64 = 1_795_318_447_000;

/// Markup, a turned reading direction, quotes and length in one.
pub(crate) const HOSTILE: &str = "\"><script>alert('x')</script>\u{202e}{{ 7*7 }}{$x} & https://evil.example/ ながいながいながいながいながいながいながいながいながいながいながいながいながいながいながいながいながいながい";

/// An address with what is markup elsewhere.
pub(crate) const TO: &str = "o'hara&<b>hanako@example.jp";

type Render = dyn Fn(&Pages, &Chrome) -> Result<String, PagesFault>;

/// A page of any view, by a name for its file.
pub(crate) struct Sample {
    pub name: String,
    render: Box<Render>,
    signed_in: Option<String>,
}

impl Sample {
    pub(crate) fn render(&self, pages: &Pages, locale: Locale) -> Result<String, PagesFault> {
        let signed_in = self.signed_in.clone().map(|display| SignedIn { display });
        let path = if signed_in.is_some() { "/account?a=1&b=2" } else { "/signin?return_to=%2Fbooks" };
        (self.render)(pages, &Chrome { locale, path: path.into(), signed_in })
    }
}

/// A service with everything set.
pub(crate) fn options() -> PagesOptions {
    PagesOptions {
        service_name: PerLocale::new("ことのは文庫", "Kotonoha Library"),
        footer_links: vec![
            FooterLink {
                text: PerLocale::new("利用規約", "Terms"),
                url: "https://kotonoha.example/terms".into(),
            },
            FooterLink {
                text: PerLocale::new("ヘルプ", "Help"),
                url: "https://kotonoha.example/help".into(),
            },
        ],
        providers: vec![ProviderFace {
            name: "fuji".into(),
            label: PerLocale::new("ふじID", "Fuji ID"),
        }],
        operator_contact: "support@kotonoha.example".into(),
        sender_address: "no-reply@kotonoha.example".into(),
        ..PagesOptions::default()
    }
}

fn sample<V: pages::views::View + 'static>(name: &str, signed_in: Option<&str>, view: V) -> Sample {
    Sample {
        name: name.to_owned(),
        render: Box::new(move |pages, chrome| pages.render(&view, chrome)),
        signed_in: signed_in.map(str::to_owned),
    }
}

/// Every page.
pub(crate) fn pages() -> Vec<Sample> {
    let mut all = entry::signin();
    all.extend(entry::signup());
    all.extend(providers::choosing());
    all.extend(providers::registering());
    all.extend(methods::list());
    all.extend(methods::removing());
    all.extend(methods::first_address());
    all.extend(methods::conflicts());
    all.extend(passkeys::signing_in());
    all.extend(passkeys::adding());
    all.extend(passkeys::own());
    all.extend(passkeys::lately());
    all.extend(leaving::leaving());
    all.extend(leaving::lost());
    all.extend(leaving::hub());
    all.extend(back::reset());
    all.extend(back::numbers());
    all.extend(back::email());
    all.extend(own::account());
    all.extend(own::lists());
    all.extend(own::problems());
    all
}

/// A mail with every fact that its kind can carry.
fn full(kind: MailKind) -> MailView {
    let mut mail = MailView {
        kind,
        at_ms: AT,
        device: Some("Chrome (Windows)".into()),
        method: Some("email".into()),
        network: Some("203.0.113.7".into()),
        code: Some("123456789012".into()),
        valid_until_ms: Some(AT + 30 * 60_000),
        number: Some("1234567890123456".into()),
        number_until_ms: Some(AT + 72 * 3_600_000),
        to: TO.into(),
        until_ms: Some(AT + 30 * 60_000),
        ..MailView::default()
    };
    let google = Some("google".to_owned());
    match kind {
        MailKind::MethodAdded | MailKind::MethodRemoved => {
            mail.method = google;
            mail.address = Some("ha•••@gmail.com".into());
        }
        MailKind::ContactChanged | MailKind::ProviderAddressChanged => {
            mail.method = google;
            mail.before = Some("ha•••@example.jp".into());
            mail.after = Some("ha•••@gmail.com".into());
        }
        MailKind::RegisterTaken | MailKind::ResetProvider => {
            mail.method = google.filter(|_| kind == MailKind::ResetProvider);
            mail.methods = vec![
                MailMethod { method: "google".into(), address: None },
                MailMethod { method: "email".into(), address: Some("ta•••@example.jp".into()) },
            ];
        }
        MailKind::ProviderLost => mail.address = Some("ha•••@gmail.com".into()),
        _ => {}
    }
    mail
}

/// Every mail, with all facts, with none, with hostile ones, and with no number to tell.
pub(crate) fn mails() -> Vec<(String, MailView)> {
    let mut all = Vec::new();
    for kind in MailKind::ALL {
        let full = full(kind);
        let hostile = Some(HOSTILE.to_owned());
        let bad = MailView {
            device: hostile.clone(),
            method: hostile.clone(),
            network: hostile.clone(),
            code: hostile.clone(),
            number: hostile.clone(),
            address: hostile.clone(),
            name: hostile.clone(),
            before: hostile.clone(),
            after: hostile.clone(),
            methods: vec![MailMethod { method: HOSTILE.into(), address: hostile }],
            ..full.clone()
        };
        let untold = MailView { number: None, number_until_ms: None, ..full.clone() };
        all.push((format!("mail-{}", kind.name()), full));
        all.push((
            format!("mail-{}-bare", kind.name()),
            MailView { kind, at_ms: AT, ..MailView::default() },
        ));
        all.push((format!("mail-{}-hostile", kind.name()), bad));
        all.push((format!("mail-{}-untold", kind.name()), untold));
    }
    let provider = |kind, method: &str| MailView { method: Some(method.into()), ..full(kind) };
    all.push(("mail-welcome-google".into(), provider(MailKind::Welcome, "google")));
    all.push(("mail-welcome-fuji".into(), provider(MailKind::Welcome, "fuji")));
    let alone = vec![MailMethod { method: "apple".into(), address: None }];
    all.push((
        "mail-reset-provider-apple".into(),
        MailView { methods: alone.clone(), ..provider(MailKind::ResetProvider, "apple") },
    ));
    for kind in [MailKind::SignIn, MailKind::MethodAdded, MailKind::NotMe, MailKind::Undone] {
        let view = MailView { methods: alone.clone(), ..provider(kind, "apple") };
        let untold = MailView { number: None, ..view.clone() };
        all.push((format!("mail-{}-apple", kind.name()), view));
        all.push((format!("mail-{}-apple-alone", kind.name()), untold));
    }
    for kind in [MailKind::SignIn, MailKind::MethodAdded, MailKind::MethodRemoved] {
        let name = Some("iCloudキーチェーン".to_owned()).filter(|_| kind != MailKind::SignIn);
        let view = MailView { name, address: None, ..provider(kind, "passkey") };
        all.push((format!("mail-{}-passkey", kind.name()), view));
    }
    all.push((
        "mail-register-taken-apple".into(),
        MailView { methods: alone, ..full(MailKind::RegisterTaken) },
    ));
    all
}
