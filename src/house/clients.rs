//! The sites and apps of the settings, as the OpenID provider knows them.

use engine::{Algorithm, Client, ClientSecret, Clients, OpenIdOptions, Pkce};
use pages::PerLocale;

use super::per_locale;
use crate::settings::Settings;

/// What the OpenID provider goes by.
pub(crate) fn openid(settings: &Settings) -> OpenIdOptions {
    let clients = settings.clients.iter().map(|client| Client {
        id: client.name.clone(),
        label: client.label.as_ref().map_or_else(|| PerLocale::same(&client.name), per_locale),
        secrets: client.each_secret().map(ClientSecret::of).collect(),
        redirect_uris: client.redirect_uris.clone(),
        signed_out_uris: client.signed_out_uris.clone(),
        scopes: client.scopes.clone(),
        algorithm: Algorithm::parse(&client.algorithm).unwrap_or(Algorithm::Es256),
        sector: client.sector.clone(),
        audience: client.audience.clone(),
        pushes: client.pushes,
        pkce: if client.pkce_optional { Pkce::Optional } else { Pkce::Required },
    });
    OpenIdOptions { clients: Clients::new(clients.collect()), ..OpenIdOptions::default() }
}
