//! `genkan doctor` on the providers: what their settings alone tell, and what they themselves answer.
//!
//! Forms of ids and what is missing are refused when the settings are read; here is what is right by itself and
//! cannot work with that provider. Nobody is signed in for it. One line for each provider, so that one look shows which of them is ill. A secret
//! must never be in it.

use std::net::IpAddr;

use engine::Clock;

use super::Finding;
use crate::house;
use crate::settings::{KEY_ADVICE, Origin, Preset, Provider, ProviderSecret, Settings, private_key};

/// A finding for each provider, ill or well.
pub(super) async fn examine(settings: &Settings, clock: &Clock) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (provider, mut sentences) in by_settings(settings) {
        match house::upstream(provider, settings, clock) {
            Ok(upstream) => {
                let found = upstream.check().await.into_iter().map(|finding| finding.sentence);
                sentences.extend(found);
            }
            // What the settings tell has said it already.
            Err(_) if !sentences.is_empty() => {}
            Err(trouble) => sentences.push(trouble),
        }
        findings.push(finding(provider, &sentences));
    }
    findings
}

/// What the settings alone tell of each provider.
fn by_settings(settings: &Settings) -> Vec<(&Provider, Vec<String>)> {
    let base_url = &settings.service.base_url;
    let said = |provider| (provider, of_settings(provider, base_url));
    settings.providers.iter().map(said).collect()
}

fn finding(provider: &Provider, sentences: &[String]) -> Finding {
    Finding::of(&format!("provider {}", provider.name), joined(sentences), ADVICE)
}

/// Sentences about what cannot work, each with what to do.
fn of_settings(provider: &Provider, base_url: &Origin) -> Vec<String> {
    let mut sentences = Vec::new();
    if let Some(wanted) = refused_way_back(provider.preset, base_url) {
        sentences.push(format!(
            "it sends members back to {wanted} alone, and service.base_url is {base_url}"
        ));
    }
    if let ProviderSecret::Key { file, .. } = &provider.secret
        && let Err(fault) = private_key(file)
    {
        sentences.push(format!("{fault}; {KEY_ADVICE}"));
    }
    sentences
}

/// What a provider demands of the address that it sends a browser back to, where this one is not so.
fn refused_way_back(preset: Preset, base_url: &Origin) -> Option<&'static str> {
    let is_address = base_url.host.parse::<IpAddr>().is_ok();
    let is_public = !is_address && !base_url.is_loopback() && is_public_name(&base_url.host);
    match preset {
        Preset::Google if base_url.is_loopback() => None,
        Preset::Google => {
            let wanted = "https:// and a public host name (or to this machine itself)";
            (!base_url.is_https() || !is_public).then_some(wanted)
        }
        Preset::Apple => {
            (!base_url.is_https() || !is_public).then_some("https:// and a public host name")
        }
        Preset::Other => (!base_url.is_https() && !base_url.is_loopback()).then_some("https://"),
    }
}

/// Whether a name can be one of the public name system (RFC 2606, RFC 6762, RFC 9476 keep the others apart).
pub(super) fn is_public_name(host: &str) -> bool {
    let apart = ["alt", "example", "home", "internal", "invalid", "lan", "local", "localhost", "test"];
    host.rsplit_once('.').is_some_and(|(_, last)| !apart.contains(&last))
}

fn joined(sentences: &[String]) -> Result<(), String> {
    if sentences.is_empty() { Ok(()) } else { Err(sentences.join("\n       ")) }
}

const ADVICE: &str = "docs/providers.md tells what to register where.";

#[cfg(test)]
mod tests;
