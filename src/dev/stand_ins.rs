//! The settings that put the stand-ins of this machine in the place of Google and Apple.
//!
//! Only `genkan dev` has them; `genkan serve` knows no issuer of a preset but the real one.

use std::path::Path;

use playground::StandInSetup;

use crate::settings::{LocaleText, Preset, Provider, ProviderSecret};

/// Google and Apple as they stand on this machine.
pub(super) fn providers(setup: &StandInSetup, data: &Path) -> Vec<Provider> {
    let google = Provider {
        name: "google".to_owned(),
        preset: Preset::Google,
        label: LocaleText::same("Google"),
        issuer: setup.google_issuer(),
        client_id: setup.google.client_id.clone(),
        secret: ProviderSecret::Shared(setup.google.client_secret.clone().into()),
        scopes: Vec::new(),
        native_client_ids: vec![setup.google.client_id.clone()],
        believe_email: true,
    };
    let apple = Provider {
        name: "apple".to_owned(),
        preset: Preset::Apple,
        label: LocaleText::same("Apple"),
        issuer: setup.apple_issuer(),
        client_id: setup.apple.services_id.clone(),
        secret: ProviderSecret::Key {
            team_id: setup.apple.team_id.clone(),
            key_id: setup.apple.key_id.clone(),
            file: StandInSetup::apple_key_file(data),
        },
        scopes: Vec::new(),
        native_client_ids: setup.apple.bundle_ids.clone(),
        believe_email: true,
    };
    vec![google, apple]
}
