//! Settings into passkeys: the relying party with all that may act for it, and the files by which others know that.
//!
//! What a browser or a system writes as origin is put together here, in full, because nothing later looks at a part of it
//! (security.md G3).

use engine::Passkeys;
use verifiers::passkey::{RelyingParty, android_origin};
use web::{AndroidApp, Associations};

use super::Trouble;
use crate::settings::{Locale, Settings};

/// What passkeys are made for; `None` where there are none.
///
/// # Errors
/// Settings that cannot work.
pub(crate) fn passkeys(settings: &Settings) -> Result<Option<Passkeys>, Trouble> {
    let Some(domain) = settings.passkey_domain() else {
        if settings.passkey.enabled {
            let base_url = &settings.service.base_url;
            tracing::warn!(%base_url, "no passkeys here: browsers keep them for https and a host name alone");
        }
        return Ok(None);
    };
    let party = RelyingParty::new(domain, origins(settings, domain));
    let name = match settings.service.default_locale {
        Locale::Ja => &settings.service.name.ja,
        Locale::En => &settings.service.name.en,
    };
    let party = party.map_err(|fault| format!("passkey: {fault}"))?;
    Ok(Some(Passkeys { party, service: name.clone() }))
}

/// Every origin that a message may come from.
pub(super) fn origins(settings: &Settings, domain: &str) -> Vec<String> {
    let mut origins = vec![settings.service.base_url.to_string()];
    origins.extend(settings.passkey.related_origins.iter().cloned());
    if !settings.app.ios.is_empty() {
        // Apple's systems write the domain for an app, whichever host the pages are on.
        origins.push(format!("https://{domain}"));
    }
    origins.extend(settings.app.android.iter().filter_map(|app| android_origin(&app.fingerprint)));
    let mut once: Vec<String> = Vec::new();
    for origin in origins {
        if !once.contains(&origin) {
            once.push(origin);
        }
    }
    once
}

/// What the files below `/.well-known/` say.
pub(crate) fn associations(settings: &Settings) -> Associations {
    let mut android_apps: Vec<AndroidApp> = Vec::new();
    for app in &settings.app.android {
        match android_apps.iter_mut().find(|known| known.package == app.package) {
            Some(known) if known.fingerprints.contains(&app.fingerprint) => {}
            Some(known) => known.fingerprints.push(app.fingerprint.clone()),
            None => android_apps.push(AndroidApp {
                package: app.package.clone(),
                fingerprints: vec![app.fingerprint.clone()],
            }),
        }
    }
    Associations {
        related_origins: settings.passkey.related_origins.clone(),
        ios_apps: settings.app.ios.clone(),
        android_apps,
    }
}

#[cfg(test)]
mod tests;
