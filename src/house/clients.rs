//! The sites and apps of the settings, as the OpenID provider knows them, and as they are told of sign-outs.

use std::sync::Arc;

use accounts::{Line, Millis};
use engine::{Algorithm, Client, ClientSecret, Clients, OpenIdOptions, Pkce, ToldClient, Way};

use super::Trouble;

use crate::settings::Settings;

/// What the OpenID provider goes by.
pub(crate) fn openid(settings: &Settings) -> OpenIdOptions {
    let clients = settings.clients.iter().map(|client| Client {
        id: client.name.clone(),
        secrets: client.each_secret().map(ClientSecret::of).collect(),
        redirect_uris: client.redirect_uris.clone(),
        signed_out_uris: client.signed_out_uris.clone(),
        scopes: client.scopes.clone(),
        algorithm: Algorithm::parse(&client.algorithm).unwrap_or(Algorithm::Es256),
        sector: client.sector.clone(),
        audience: client.audience.clone(),
        pkce: if client.pkce_optional { Pkce::Optional } else { Pkce::Required },
    });
    OpenIdOptions { clients: Clients::new(clients.collect()), ..OpenIdOptions::default() }
}

/// How long a client is tried that does not take what it is told.
const RETRY_FOR: Millis = Millis::days(1);
/// The longest name of a client.
const NAME_CHARS: usize = 64;

/// Clients that are told that sessions are over, by name.
pub(super) fn told(settings: &Settings) -> Vec<Line> {
    let told = settings.clients.iter().filter(|client| client.backchannel_logout_uri.is_some());
    told.map(|client| Line::clean(&client.name, NAME_CHARS)).collect()
}

/// How they are told.
///
/// # Errors
/// One whose settings cannot work.
pub(super) fn back_channels(
    settings: &Settings,
    clients: &Clients,
) -> Result<Vec<engine::Endpoint>, Trouble> {
    let mut all = Vec::new();
    for named in &settings.clients {
        let channel = named.back_channel();
        let channel = channel.map_err(|fault| format!("client.{}: {fault}", named.name))?;
        if let (Some(channel), Some(client)) = (channel, clients.find(&named.name)) {
            let told = ToldClient { client, channel: Arc::new(channel) };
            let name = accounts::told_client(&Line::clean(&named.name, NAME_CHARS));
            all.push(engine::Endpoint { name, way: Way::Client(told), retry_for: RETRY_FOR });
        }
    }
    Ok(all)
}
