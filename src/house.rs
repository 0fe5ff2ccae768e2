//! Settings into parts: the database, the words, the mail, the counter and the routes, put together.
//!
//! The same for `serve` and `dev`; what differs between them (where mail goes, whose clock) is handed in. A
//! part that cannot be made says which setting is to blame.

mod apps;
mod clients;
mod mail;
mod passkeys;
mod providers;
mod webhooks;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use accounts::{Line, Millis, Policy, Registration};
use delivery::Outlet;
use engine::{
    Allowance, Clock, Desk, Engine, EngineOptions, Keyring, Limits, MailOptions, PasswordOptions,
    Returns, Running, SigningOptions,
};
use pages::{Logo, LogoFormat, Pages, PagesOptions, PerLocale};
use secrecy::ExposeSecret;
use store::{Database, PostgresOptions, Role, Statements, Store};
use verifiers::{Breached, CodeKeys, HashOptions, HashParams, PasswordRules};
use web::{Cidr, TermsOptions, Traffic, Web, WebOptions};

use crate::keys::Keys;
use crate::settings::{
    DatabasePlace, ForwardedHeader, KeptStatements, Locale, LocaleText, LockScope, Rate, Settings,
};

pub(crate) use clients::read as clients;
pub(crate) use mail::{relay, signer};
pub(crate) use providers::upstream;

/// What stopped the house from being put together, in a sentence for the operator.
pub(crate) type Trouble = String;

/// Opens the database of the settings.
///
/// # Errors
/// It cannot be reached or used.
pub(crate) async fn open_database(
    settings: &Settings,
    role: Role,
    clock: &Clock,
) -> Result<Database, Trouble> {
    let opened = match &settings.database.place {
        DatabasePlace::Sqlite(file) => {
            let clock = clock.clone();
            Database::open_sqlite(file, role, Arc::new(move || clock.now().0))
        }
        DatabasePlace::Postgres(url) => {
            let mut options = PostgresOptions::new(with_password(url, settings));
            options.pool_size = usize::try_from(settings.database.pool).unwrap_or(usize::MAX);
            options.statement_limit = settings.database.statement_timeout;
            options.statements = match settings.database.statements {
                KeptStatements::Unnamed => Statements::Unnamed,
                KeptStatements::Named => Statements::Named,
            };
            options.clock_offset_ms = clock.shared_offset();
            Database::open_postgres(options).await
        }
    };
    opened.map_err(|fault| fault.to_string())
}

/// The rules' bounds, from the settings.
pub(crate) fn policy(settings: &Settings) -> Policy {
    let registration =
        if settings.registration_open { Registration::Open } else { Registration::Closed };
    Policy {
        registration,
        terms: settings.terms.version.as_deref().map(|version| Line::clean(version, 40)),
        code_life: millis(settings.code.life),
        code_gap: millis(settings.code.gap),
        codes_alive: settings.code.alive,
        tries_per_flow: settings.code.tries_per_browser,
        tries_per_network: settings.code.tries_per_network,
        reset_cooldown: millis(settings.reset.cooldown),
        not_me_life: millis(settings.notice.not_me_life),
        undo_life: millis(settings.notice.undo_life),
        passkeys: settings.passkey.max,
        lost_wait: millis(settings.reset.provider_lost_wait),
        withdraw_grace: millis(settings.withdraw.grace),
        endpoints: webhooks::heard(settings),
        announcements_kept: millis(settings.webhooks.kept),
        receipts_wait: millis(settings.withdraw.erase_at_latest),
        lock_scope: match settings.lock.scope {
            LockScope::Password => accounts::LockScope::Password,
            LockScope::Account => accounts::LockScope::Account,
        },
        guesses: settings.lock.wrong_passwords,
        guesses_per_device: settings.lock.wrong_passwords_known_device,
        guesses_forgotten: millis(settings.lock.forget_after),
        browser_idle: millis(settings.session.browser_idle),
        browser_total: millis(settings.session.browser_total),
        app_idle: millis(settings.session.app_idle),
        fresh: millis(settings.session.fresh),
        devices: settings.device.known,
        device_life: millis(settings.device.forget_after),
        ..Policy::default()
    }
}

/// A desk for operators' commands: the rules over the database, and nothing that listens.
pub(crate) fn desk(settings: &Settings, database: Database, clock: &Clock) -> Desk {
    // No operator's command issues a code, so no key is needed here.
    const NO_KEY: u32 = 0;
    Desk::new(Store::new(database), policy(settings), clock.clone(), NO_KEY)
}

/// What hears reports about mails, for a command: the rules over the database, and the keys that sign return addresses.
///
/// # Errors
/// A key file that cannot be used.
pub(crate) fn returns(
    settings: &Settings,
    database: Database,
    clock: &Clock,
) -> Result<Returns, Trouble> {
    let file =
        settings.keys_file.as_deref().ok_or("keys.file is missing: it signs return addresses")?;
    let keys = Keys::open(file).map_err(|fault| fault.to_string())?;
    let desk = desk(settings, database, clock);
    Ok(Returns::new(desk, Arc::new(codes(&keys)?), mail::returns(settings)))
}

/// The keys by which the house signs, for a command.
///
/// # Errors
/// A key file that cannot be used.
pub(crate) fn keyring(
    settings: &Settings,
    database: Database,
    clock: &Clock,
) -> Result<Keyring, Trouble> {
    let file = settings.keys_file.as_deref();
    let file = file.ok_or("keys.file is missing: the signing keys are sealed with it")?;
    let keys = Keys::open(file).map_err(|fault| fault.to_string())?;
    let desk = desk(settings, database, clock);
    Ok(Keyring::new(&desk, Arc::new(codes(&keys)?), signing(settings)))
}

fn signing(settings: &Settings) -> SigningOptions {
    SigningOptions {
        issuer: settings.service.base_url.to_string(),
        rotate_every: millis(settings.signing.rotate_every),
        publish_ahead: millis(settings.signing.publish_ahead),
    }
}

/// The words and layout of the settings.
///
/// # Errors
/// A file that is named and cannot be used, or an override that is broken.
pub(crate) fn pages(settings: &Settings) -> Result<Arc<Pages>, Trouble> {
    let service = &settings.service;
    let options = PagesOptions {
        service_name: per_locale(&service.name),
        accent: service.accent.clone(),
        logo: service.logo.as_deref().map(logo).transpose()?,
        footer_links: service.footer.iter().map(footer_link).collect(),
        providers: settings.providers.iter().map(face).collect(),
        operator_contact: service.contact.clone().unwrap_or_default(),
        sender_address: settings.mail.sender_address.clone().unwrap_or_default(),
        override_folder: service.overrides.clone(),
        default_locale: match service.default_locale {
            Locale::Ja => pages::Locale::Ja,
            Locale::En => pages::Locale::En,
        },
        time_zone: service.time_zone.clone(),
    };
    let pages = Pages::new(options).map_err(|fault| fault.to_string())?;
    for note in pages.notes() {
        tracing::warn!("{note}");
    }
    Ok(Arc::new(pages))
}

/// The counter and the tasks behind it.
///
/// # Errors
/// Keys or settings that cannot work.
pub(crate) fn engine(
    settings: &Settings,
    keys: &Keys,
    parts: EngineParts,
) -> Result<(Arc<Engine>, Running), Trouble> {
    let hash = &settings.password.hash;
    let threads = match usize::try_from(hash.threads) {
        Ok(0) | Err(_) => HashOptions::default().threads,
        Ok(threads) => threads,
    };
    let params = HashParams { memory_kib: hash.memory_kib, passes: hash.passes, lanes: hash.lanes };
    let queue_places = usize::try_from(hash.queue).unwrap_or(usize::MAX);
    let hashing = HashOptions {
        threads,
        params,
        deadline: hash.deadline,
        queue_places,
        ..HashOptions::default()
    };
    let rules = PasswordRules {
        fewest_chars: usize::try_from(settings.password.min).unwrap_or(usize::MAX),
        most_chars: usize::try_from(settings.password.max).unwrap_or(usize::MAX),
        fewest_guesses: settings.password.min_guesses,
    };
    let breached = settings.password.breached_url.as_deref();
    let breached = breached.map(|url| Breached::new(url, Duration::from_secs(2))).transpose();
    let name = &settings.service.name;
    let providers = providers::providers(settings, &parts.clock)?;
    Engine::start(EngineOptions {
        providers,
        passkeys: passkeys::passkeys(settings)?,
        signing: signing(settings),
        openid: clients::openid(settings),
        endpoints: webhooks::endpoints(settings)?,
        store: parts.store,
        policy: policy(settings),
        clock: parts.clock,
        codes: codes(keys)?,
        passwords: PasswordOptions {
            hashing,
            rules,
            breached: breached.map_err(|fault| format!("password.breached_url: {fault}"))?,
            context: vec![name.ja.clone(), name.en.clone(), settings.service.base_url.host.clone()],
        },
        limits: Limits {
            sign_in: allowance(settings.limits.sign_in_per_network),
            codes: allowance(settings.limits.code_requests_per_network),
            writes: allowance(settings.limits.writes_per_network),
            new_addresses: allowance(settings.limits.new_addresses),
        },
        pages: parts.pages,
        mail: MailOptions {
            outlet: parts.outlet,
            sender: mail::sender(settings)?,
            parallel: u16::try_from(settings.mail.workers).unwrap_or(u16::MAX),
            retry_for: millis(settings.mail.retry_for),
            paces: Arc::new(mail::paces(settings)),
            returns: mail::returns(settings),
        },
    })
    .map_err(|fault| fault.to_string())
}

/// What `engine` is given beside settings and keys.
pub(crate) struct EngineParts {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) pages: Arc<Pages>,
    pub(crate) outlet: Outlet,
}

/// The routes.
pub(crate) fn routes(
    settings: &Settings,
    engine: Arc<Engine>,
    pages: Arc<Pages>,
    traffic: &Traffic,
) -> (axum::Router, web::Glance) {
    let mut options = WebOptions::at(&settings.service.base_url.to_string());
    let proxies = settings.listen.trusted_proxies.iter();
    options.trusted_proxies =
        proxies.filter_map(|network| network.to_string().parse::<Cidr>().ok()).collect();
    options.forwarded = match settings.listen.forwarded_header {
        ForwardedHeader::XForwardedFor => web::ForwardedHeader::XForwardedFor,
        ForwardedHeader::Forwarded => web::ForwardedHeader::Forwarded,
    };
    options.body_limit = usize::try_from(settings.limits.body_kib).unwrap_or(64) * 1_024;
    options.request_timeout = settings.limits.request_timeout;
    options.password_maximum = settings.password.max;
    options.methods = settings.methods().into_iter().map(str::to_owned).collect();
    options.provider_origins = providers::origins(settings);
    options.associations = passkeys::associations(settings);
    options.apps = apps::apps(settings);
    options.gate.leads = settings.gate.redirect;
    if let Some(audience) = &settings.gate.audience {
        options.gate.audience.clone_from(audience);
    }
    options.contact = settings.service.contact.clone().unwrap_or_default();
    let terms = settings.terms.version.clone().zip(settings.terms.url.as_ref());
    options.terms = terms.map(|(version, url)| TermsOptions { version, url: per_locale(url) });
    web::routes(Web { engine, pages, options, traffic: traffic.clone() })
}

fn codes(keys: &Keys) -> Result<CodeKeys, Trouble> {
    let ring = keys.code.iter().map(|(id, secret)| (*id, *secret.expose_secret())).collect::<Vec<_>>();
    let current = ring.last().map(|(id, _)| *id).ok_or("the key file holds no key")?;
    CodeKeys::new(current, ring).map_err(|fault| format!("the key file: {fault}"))
}

fn logo(file: &Path) -> Result<Logo, Trouble> {
    let bytes = std::fs::read(file)
        .map_err(|fault| format!("service.logo: {} cannot be read: {fault}", file.display()))?;
    let format = match file.extension().and_then(|ending| ending.to_str()) {
        Some("png") => LogoFormat::Png,
        Some("svg") => LogoFormat::Svg,
        _ => return Err("service.logo must be a .png or .svg file".to_owned()),
    };
    Ok(Logo { format, bytes })
}

/// How members know a provider.
fn face(provider: &crate::settings::Provider) -> pages::ProviderFace {
    pages::ProviderFace { name: provider.name.clone(), label: per_locale(&provider.label) }
}

fn footer_link(link: &crate::settings::FooterLink) -> pages::FooterLink {
    pages::FooterLink { text: per_locale(&link.label), url: link.url.clone() }
}

fn per_locale(text: &LocaleText) -> PerLocale {
    PerLocale::new(&text.ja, &text.en)
}

fn allowance(rate: Rate) -> Allowance {
    let count = std::num::NonZeroU32::new(rate.count).unwrap_or(std::num::NonZeroU32::MIN);
    Allowance { count, within: rate.per }
}

fn millis(duration: Duration) -> Millis {
    Millis(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}

/// Puts the password into a `postgres://` URL that has none, percent-encoded.
fn with_password(url: &str, settings: &Settings) -> String {
    let Some(password) = &settings.database.password else { return url.to_owned() };
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((user, place)) = rest.split_once('@') else { return url.to_owned() };
    let encoded = password.expose_secret().bytes().map(percent).collect::<String>();
    format!("{scheme}://{user}:{encoded}@{place}")
}

fn percent(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}
