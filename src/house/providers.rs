//! Settings into providers: what the relying party is told of each, and the stand-ins of development mode.
//!
//! A preset's issuer is no setting. Only development mode puts a stand-in on this machine in its place, and then its
//! reports are signed there too.

use std::sync::Arc;

use accounts::Instant;
use engine::{Clock, Providers};
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use verifiers::federated::{
    ClientSecret, EventKeys, EventSource, Preset as Rules, Provider as Upstream, ProviderOptions,
};

use super::Trouble;
use crate::settings::{Preset, Provider, ProviderSecret, Settings, private_key};

/// The configured providers.
///
/// # Errors
/// One whose settings cannot work, with the setting that is to blame.
pub(crate) fn providers(settings: &Settings, clock: &Clock) -> Result<Providers, Trouble> {
    let all = settings.providers.iter().map(|provider| upstream(provider, settings, clock));
    Ok(Providers::new(all.collect::<Result<Vec<_>, _>>()?))
}

/// One provider, as the relying party is told of it.
///
/// # Errors
/// Settings that cannot work.
pub(crate) fn upstream(
    provider: &Provider,
    settings: &Settings,
    clock: &Clock,
) -> Result<Upstream, Trouble> {
    let clock = clock.clone();
    let now = Arc::new(move || {
        let Instant(ms) = clock.now();
        ms
    });
    let preset = match provider.preset {
        Preset::Google => Rules::Google,
        Preset::Apple => Rules::Apple,
        Preset::Other => Rules::Other,
    };
    let mut options = ProviderOptions::new(&provider.name, preset, now);
    let local = is_loopback_http(&provider.issuer);
    if local && preset == Rules::Google {
        let configuration = format!("{}/.well-known/risc-configuration", provider.issuer);
        let keys = EventKeys::Configuration(configuration);
        options.events = Some(EventSource { issuer: provider.issuer.clone(), keys });
    }
    options.issuer.clone_from(&provider.issuer);
    options.loopback_http = local;
    options.client_id.clone_from(&provider.client_id);
    options.secret = secret(&provider.secret)?;
    options.native_client_ids.clone_from(&provider.native_client_ids);
    options.scopes.clone_from(&provider.scopes);
    options.redirect_uri = format!("{}/callback/{}", settings.service.base_url, provider.name);
    options.believes_email = provider.believe_email;
    Upstream::new(options).map_err(|fault| format!("provider.{}: {fault}", provider.name))
}

fn secret(secret: &ProviderSecret) -> Result<ClientSecret, Trouble> {
    match secret {
        ProviderSecret::Shared(text) => {
            Ok(ClientSecret::Static(Zeroizing::new(text.expose_secret().to_owned())))
        }
        ProviderSecret::Key { team_id, key_id, file } => {
            let pem = private_key(file)?;
            Ok(ClientSecret::Apple {
                team_id: team_id.clone(),
                key_id: key_id.clone(),
                private_key_pem: Zeroizing::new(pem.expose_secret().to_owned()),
            })
        }
    }
}

/// Only this machine may be asked without TLS.
fn is_loopback_http(issuer: &str) -> bool {
    let Some(rest) = issuer.strip_prefix("http://") else {
        return false;
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let named = host.trim_start_matches('[').trim_end_matches(']');
    named == "localhost" || named.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Where the providers' pages are: a form of this house may lead there.
pub(crate) fn origins(settings: &Settings) -> Vec<String> {
    let origin = |provider: &Provider| {
        let (scheme, rest) = provider.issuer.split_once("://")?;
        let authority = rest.split('/').next().filter(|authority| !authority.is_empty())?;
        Some(format!("{scheme}://{authority}"))
    };
    settings.providers.iter().filter_map(origin).collect()
}
