//! The sites and apps, as the OpenID provider knows them: those of the settings, and those that operators have added by command.

use std::sync::Arc;

use engine::{Algorithm, Client, ClientSecret, Clients, OpenIdOptions, Pkce, Trust};
use pages::PerLocale;
use store::{KeptClient, Store};

use super::Trouble;

use super::per_locale;
use crate::settings::kept_clients::{self, Written};
use crate::settings::{self, Settings};

/// What the OpenID provider goes by.
pub(crate) fn openid(settings: &Settings) -> OpenIdOptions {
    let clients = settings.clients.iter().map(|client| Client {
        secrets: client.each_secret().map(ClientSecret::of).collect(),
        ..client_of(client)
    });
    let clients = Clients::new(clients.collect());
    OpenIdOptions { clients, kept: Some(read_kept), ..OpenIdOptions::default() }
}

/// A row as a client.
///
/// # Errors
/// What is wrong with it, in sentences.
fn read_kept(kept: &KeptClient) -> Result<Client, String> {
    let written = serde_json::from_str::<Written>(&kept.settings)
        .map_err(|_| "Its settings cannot be read.".to_owned())?;
    let client = kept_clients::read(&kept.id, &written, kept.secrets.is_empty());
    let client = client.map_err(|wrong| wrong.join(" "))?;
    let secrets = kept.secrets.iter().map(|digest| ClientSecret::kept(*digest)).collect();
    Ok(Client { secrets, ..client_of(&client) })
}

/// All but its secrets.
fn client_of(client: &settings::Client) -> Client {
    Client {
        id: client.name.clone(),
        label: client.label.as_ref().map_or_else(|| PerLocale::same(&client.name), per_locale),
        secrets: Vec::new(),
        redirect_uris: client.redirect_uris.clone(),
        signed_out_uris: client.signed_out_uris.clone(),
        scopes: client.scopes.clone(),
        algorithm: Algorithm::parse(&client.algorithm).unwrap_or(Algorithm::Es256),
        sector: client.sector.clone(),
        audience: client.audience.clone(),
        pushes: client.pushes,
        shows_key: client.shows_key,
        pkce: if client.pkce_optional { Pkce::Optional } else { Pkce::Required },
        // What cannot be told has been refused with the settings.
        logout: client.back_channel().ok().flatten().map(Arc::new),
        trust: if client.first_party { Trust::FirstParty } else { Trust::Pages },
    }
}

/// All of them, as they are now, for a command.
///
/// # Errors
/// They cannot be read.
pub(crate) async fn read(settings: &Settings, store: &Store) -> Result<Clients, Trouble> {
    engine::read_clients(store, openid(settings)).await.map_err(|fault| fault.to_string())
}
