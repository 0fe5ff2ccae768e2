//! Versions of apps that are too old, from the settings to the routes.

use web::{AppMinimum, AppOptions, AppVersion, Capability};

use super::per_locale;
use crate::settings::{Settings, instant_of};

/// What is demanded of apps.
pub(super) fn apps(settings: &Settings) -> AppOptions {
    let minimum = settings.app.minimum.iter().filter_map(|minimum| {
        Some(AppMinimum {
            client: minimum.client.clone(),
            platform: minimum.platform.clone(),
            capability: match minimum.capability.as_str() {
                "sign-in" => Some(Capability::SignIn),
                "register" => Some(Capability::Register),
                "add-method" => Some(Capability::AddMethod),
                "manage" => Some(Capability::Manage),
                _ => None,
            },
            // The form of both was checked when the settings were read.
            version: AppVersion::parse(&minimum.version)?,
            from: match &minimum.from {
                Some(from) => Some(instant_of(from, &settings.service.time_zone)?),
                None => None,
            },
            message: minimum.message.as_ref().map(per_locale),
            update_url: minimum.update_url.clone(),
        })
    });
    AppOptions { minimum: minimum.collect(), refuses_unknown: settings.app.refuses_unknown }
}
