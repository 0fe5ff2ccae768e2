//! `genkan doctor` on passkeys: whether browsers keep any for this service, and whether its domain says so of the other
//! origins and apps that were configured.
//!
//! Wrong domains, origins and fingerprints are refused when the settings are read; here is what is right by itself and
//! would fail in front of a member. The documents are asked for where browsers and systems look for them, which is another
//! host than genkan's where passkey.rp_id is a domain above it.

use serde_json::Value;
use verifiers::site_files::{Redirects, SiteFiles};

use super::Finding;
use crate::settings::{AndroidApp, Origin, Settings, browsers_keep_passkeys_at, browsers_read};

/// The finding about passkeys and apps.
pub(super) async fn examine(settings: &Settings) -> Finding {
    let home = format!("https://{}", domain(settings));
    Finding::of("passkeys", joined(&sentences(settings, &home).await), ADVICE)
}

/// Sentences about what cannot work, with the documents asked for at this address.
async fn sentences(settings: &Settings, home: &str) -> Vec<String> {
    let base_url = &settings.service.base_url;
    let mut sentences = Vec::new();
    if settings.passkey.enabled && !browsers_keep_passkeys_at(base_url) {
        sentences.push(nowhere(base_url));
    }
    if domain(settings) == "localhost" {
        return sentences;
    }
    let site = SiteFiles::default();
    for file in files(settings) {
        let address = format!("{home}/.well-known/{}", file.name);
        let trouble = match site.read(&address, file.redirects).await {
            Ok(document) => (file.lacks)(settings, &document),
            Err(fault) => Some(fault.to_string()),
        };
        if let Some(trouble) = trouble {
            sentences.push(format!(
                "{address} {trouble}; {} look there, so let it answer as {base_url}/.well-known/{} does",
                file.who, file.name
            ));
        }
    }
    sentences
}

/// The domain at which browsers and systems look.
fn domain(settings: &Settings) -> &str {
    settings.passkey_domain().unwrap_or(&settings.service.base_url.host)
}

fn nowhere(base_url: &Origin) -> String {
    format!(
        "service.base_url is {base_url}, and browsers keep passkeys for https:// with a host name alone (or \
         http://localhost), so none are offered; change it, or set passkey.enabled = false"
    )
}

/// A document that must stand at the domain.
struct File {
    name: &'static str,
    who: &'static str,
    redirects: Redirects,
    /// What is missing in it, in words that go after its address.
    lacks: fn(&Settings, &Value) -> Option<String>,
}

fn files(settings: &Settings) -> Vec<File> {
    let mut files = Vec::new();
    if settings.passkey_domain().is_some() && !settings.passkey.related_origins.is_empty() {
        let (redirects, lacks) = (Redirects::Followed, lacks_origins as fn(&Settings, &Value) -> _);
        files.push(File { name: "webauthn", who: "browsers", redirects, lacks });
    }
    let (redirects, who) = (Redirects::Refused, "the systems of your apps");
    if !settings.app.ios.is_empty() {
        files.push(File { name: "apple-app-site-association", who, redirects, lacks: lacks_ios_apps });
    }
    if !settings.app.android.is_empty() {
        files.push(File { name: "assetlinks.json", who, redirects, lacks: lacks_android_apps });
    }
    files
}

fn lacks_origins(settings: &Settings, document: &Value) -> Option<String> {
    let listed = document.get("origins").and_then(Value::as_array);
    let listed = listed.and_then(|all| all.iter().map(Value::as_str).collect::<Option<Vec<&str>>>());
    let Some(listed) = listed else {
        return Some("is not what browsers read: `origins` must be a list of texts".to_owned());
    };
    let read = browsers_read(&listed);
    let related = settings.passkey.related_origins.iter().map(String::as_str);
    let unread: Vec<&str> = related.filter(|origin| !read.contains(origin)).collect();
    match unread.iter().find(|origin| !listed.contains(origin)) {
        Some(_) => lacks(unread.into_iter()),
        None if unread.is_empty() => None,
        None => Some(format!(
            "lists more different names than browsers read, so {} is not seen",
            unread.join(", ")
        )),
    }
}

fn lacks_ios_apps(settings: &Settings, document: &Value) -> Option<String> {
    let listed = strings(document, "/webcredentials/apps");
    lacks(settings.app.ios.iter().map(String::as_str).filter(|app| !listed.contains(app)))
}

fn lacks_android_apps(settings: &Settings, document: &Value) -> Option<String> {
    let statements = document.as_array().map(Vec::as_slice).unwrap_or_default();
    let names = |app: &AndroidApp| statements.iter().any(|statement| is_of(statement, app));
    let missing = settings.app.android.iter().filter(|app| !names(app));
    let missing: Vec<String> =
        missing.map(|app| format!("{} {}", app.package, app.fingerprint)).collect();
    lacks(missing.iter().map(String::as_str))
}

/// Whether a statement lets this app have the credentials of the domain.
fn is_of(statement: &Value, app: &AndroidApp) -> bool {
    let says = |member: &str| statement.pointer(member).and_then(Value::as_str);
    let fingerprints = strings(statement, "/target/sha256_cert_fingerprints");
    strings(statement, "/relation").contains(&"delegate_permission/common.get_login_creds")
        && says("/target/namespace") == Some("android_app")
        && says("/target/package_name") == Some(&app.package)
        && fingerprints.iter().any(|one| one.eq_ignore_ascii_case(&app.fingerprint))
}

/// The texts in the list at this place of a document.
fn strings<'a>(document: &'a Value, place: &str) -> Vec<&'a str> {
    let list = document.pointer(place).and_then(Value::as_array);
    list.map(|all| all.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

fn lacks<'a>(missing: impl Iterator<Item = &'a str>) -> Option<String> {
    let missing: Vec<&str> = missing.collect();
    (!missing.is_empty()).then(|| format!("does not name {}", missing.join(", ")))
}

fn joined(sentences: &[String]) -> Result<(), String> {
    if sentences.is_empty() { Ok(()) } else { Err(sentences.join("\n       ")) }
}

const ADVICE: &str = "docs/passkeys.md tells what has to stand where.";

#[cfg(test)]
mod tests;
