//! Providers: the ways in that others keep, and what must hold of their settings together.
//!
//! Google and Apple are presets: where they are is known and is not a setting, so nobody can be led elsewhere by
//! one. Any other OpenID provider has a name of its own. A provider is there as soon as anything of its group is
//! set, and must then be whole. Nothing here asks a network; a secret must never be printed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

use super::form;
use super::load::Values;
use super::nearest::nearest;
use super::problem::{Place, Problem};
use super::table::{self, Need};
use super::typed::{Rest, Settings};
use super::value::LocaleText;

/// A configured provider.
pub(crate) struct Provider {
    /// In addresses and rows: `google`, `apple`, or the operator's own.
    pub name: String,
    pub preset: Preset,
    /// What members read on its button.
    pub label: LocaleText,
    /// Who signs its tokens. A preset's is not a setting: only development mode puts a stand-in on loopback here.
    pub issuer: String,
    pub client_id: String,
    pub secret: ProviderSecret,
    /// Empty for a preset, which has its own.
    pub scopes: Vec<String>,
    /// Whom its tokens may be made out to when an app presents them.
    pub native_client_ids: Vec<String>,
    /// Whether `email_verified` is believed. Google and Apple have rules of their own.
    pub believe_email: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preset {
    Google,
    Apple,
    /// None: any OpenID provider.
    Other,
}

/// With what genkan shows a provider that it is itself.
pub(crate) enum ProviderSecret {
    Shared(SecretString),
    /// Apple's: each secret is signed anew with this key.
    Key {
        team_id: String,
        key_id: String,
        file: PathBuf,
    },
}

/// The group of all providers.
pub(super) const GROUP: &str = "provider";

/// Whether a provider that is no preset may be called so.
pub(super) fn is_other(name: &str) -> bool {
    form::is_name(name) && !PRESETS.contains(&name) && !OWN.contains(&name) && !TAKEN.contains(&name)
}

/// What is wrong with a name below `provider` and what to do, where more can be said than "is not a setting".
pub(super) fn misnamed(path: &str) -> Option<(String, String)> {
    let rest = path.strip_prefix(GROUP)?.strip_prefix('.')?;
    let (name, key) = rest.split_once('.').unwrap_or((rest, ""));
    if OWN.contains(&name) {
        let what = format!("is not a setting: `{name}` is genkan's own login method");
        return Some((what, "give the provider another name".to_owned()));
    }
    if TAKEN.contains(&name) {
        let what = format!("is not a setting: `{name}` stands for something else in addresses");
        return Some((what, "give the provider another name".to_owned()));
    }
    if PRESETS.contains(&name) {
        table::key(&format!("{GROUP}.{}.{key}", table::SOME_NAME.to_ascii_lowercase()))?;
        let what = "is not a setting: genkan knows it for this provider".to_owned();
        return Some((what, "leave it out".to_owned()));
    }
    let advice = "write small letters, digits and hyphens, at most 31, the first a letter";
    (!form::is_name(name)).then(|| (format!("`{name}` cannot name a provider"), advice.to_owned()))
}

/// Takes every provider out of the values: Google, Apple, then the others by name.
pub(super) fn take(rest: &mut Rest) -> Result<Vec<Provider>, Problem> {
    let names = table::names_in(GROUP, rest.found.keys());
    let names = names.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let mut providers = Vec::new();
    providers.extend(google(rest)?);
    providers.extend(apple(rest)?);
    for name in &names {
        providers.push(other(rest, name)?);
    }
    Ok(providers)
}

fn google(rest: &mut Rest) -> Result<Option<Provider>, Problem> {
    let native_client_ids = rest.value("provider.google.native_client_ids")?;
    let Some(client_id) = rest.maybe("provider.google.client_id")? else {
        return Ok(None);
    };
    Ok(Some(Provider {
        name: "google".to_owned(),
        preset: Preset::Google,
        label: LocaleText::same("Google"),
        issuer: GOOGLE.to_owned(),
        client_id,
        secret: ProviderSecret::Shared(rest.value("provider.google.client_secret")?),
        scopes: Vec::new(),
        native_client_ids,
        believe_email: true,
    }))
}

fn apple(rest: &mut Rest) -> Result<Option<Provider>, Problem> {
    let native_client_ids = rest.value("provider.apple.native_client_ids")?;
    let Some(client_id) = rest.maybe("provider.apple.client_id")? else {
        return Ok(None);
    };
    Ok(Some(Provider {
        name: "apple".to_owned(),
        preset: Preset::Apple,
        label: LocaleText::same("Apple"),
        issuer: APPLE.to_owned(),
        client_id,
        secret: ProviderSecret::Key {
            team_id: rest.value("provider.apple.team_id")?,
            key_id: rest.value("provider.apple.key_id")?,
            file: rest.value("provider.apple.private_key_file")?,
        },
        scopes: Vec::new(),
        native_client_ids,
        believe_email: true,
    }))
}

fn other(rest: &mut Rest, name: &str) -> Result<Provider, Problem> {
    let path = |key: &str| format!("{GROUP}.{name}.{key}");
    Ok(Provider {
        name: name.to_owned(),
        preset: Preset::Other,
        label: rest.value(&path("label"))?,
        issuer: rest.value(&path("issuer"))?,
        client_id: rest.value(&path("client_id"))?,
        secret: ProviderSecret::Shared(rest.value(&path("client_secret"))?),
        scopes: rest.value(&path("scopes"))?,
        native_client_ids: rest.value(&path("native_client_ids"))?,
        believe_email: rest.value(&path("believe_email"))?,
    })
}

/// A problem for each setting without which a provider that is begun cannot work.
pub(super) fn half_set(values: &Values) -> Vec<Problem> {
    let mut problems = Vec::new();
    for key in values.keys().into_iter().filter(|key| key.entry.need == Need::RequiredInGroup) {
        let group = format!("{}.", key.group());
        let mut others = values.found.iter().filter(|(path, _)| path.starts_with(&group));
        let begun = others.find(|(_, found)| found.place != Place::Default);
        let Some((_, begun)) = begun.filter(|_| !values.found.contains_key(&key.path)) else {
            continue;
        };
        let mut advice = if key.entry.is_secret() {
            format!(
                "write it into a file and name that in {}_file, or set {}",
                key.path,
                key.variable()
            )
        } else {
            format!("for example {} = {}, or {}", key.path, key.entry.example, key.variable())
        };
        let name = table::name_in(&key.path).unwrap_or_default();
        let is_provider = key.path.starts_with("provider.");
        if let Some(preset) = nearest(name, PRESETS.into_iter()).filter(|_| is_provider) {
            advice.push_str(&format!("; or did you mean {GROUP}.{preset}?"));
        }
        problems.push(Problem::new(begun.place.clone(), "is missing").of(&key.path).advice(advice));
    }
    problems
}

/// What is wrong between settings of providers.
pub(super) fn together(settings: &Settings, values: &Values) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |key: String, what: String, advice: &str| {
        problems.push(Problem::new(values.place(&key), what).of(&key).advice(advice));
    };
    for name in &settings.service.methods_order {
        let known = OWN.iter().chain(&PRESETS).copied().map(str::to_owned);
        let all: Vec<String> = known.chain(settings.providers.iter().map(|p| p.name.clone())).collect();
        if !all.contains(name) {
            let advice = match nearest(name, all.iter().map(String::as_str)) {
                Some(right) => format!("did you mean {right}?"),
                None => format!("there are {}", all.join(", ")),
            };
            let what = format!("names `{name}`, which is no login method here");
            wrong("service.methods_order".to_owned(), what, &advice);
        }
    }
    for (index, provider) in settings.providers.iter().enumerate() {
        let path = |key: &str| format!("{GROUP}.{}.{key}", provider.name);
        if provider.preset == Preset::Apple && provider.native_client_ids.contains(&provider.client_id)
        {
            wrong(
                path("native_client_ids"),
                "holds the Services ID, which is for the web alone".to_owned(),
                "write the bundle ids of the apps",
            );
        }
        let is_other = provider.preset == Preset::Other;
        if is_other && !provider.scopes.iter().any(|scope| scope == "openid") {
            let what = "lacks openid, without which no provider says who somebody is".to_owned();
            wrong(path("scopes"), what, "add it, or leave the setting out");
        }
        let same = |issuer: &str| issuer.trim_end_matches('/') == provider.issuer.trim_end_matches('/');
        let preset = PRESETS.into_iter().zip([GOOGLE, APPLE]).find(|(_, issuer)| same(issuer));
        if let Some((preset, _)) = preset.filter(|_| is_other) {
            let what = format!("is that of {preset}, whose addresses need rules of their own");
            wrong(path("issuer"), what, &format!("write [{GROUP}.{preset}] instead"));
        }
        let before = settings.providers.iter().take(index).find(|other| same(&other.issuer));
        if let Some(other) = before.filter(|other| other.preset == Preset::Other) {
            let what = format!("is also that of {GROUP}.{}", other.name);
            wrong(path("issuer"), what, "keep one of the two: members would have each person twice");
        }
    }
    problems
}

/// What is wrong with the files of the providers.
pub(super) fn files(settings: &Settings, values: &Values) -> Vec<Problem> {
    let mut problems = Vec::new();
    for provider in &settings.providers {
        if let ProviderSecret::Key { file, .. } = &provider.secret
            && let Err(what) = private_key(file)
        {
            let key = format!("{GROUP}.{}.private_key_file", provider.name);
            problems.push(Problem::new(values.place(&key), what).of(&key).advice(KEY_ADVICE));
        }
    }
    problems
}

/// Reads a private key as Apple hands it out: PKCS #8 in PEM, for the curve P-256, for its owner alone.
///
/// # Errors
/// It cannot be read, is open to others, or is something else.
pub(crate) fn private_key(file: &Path) -> Result<SecretString, String> {
    let shown = file.display();
    let unread = |fault| format!("{shown} cannot be read: {fault}");
    let mode = fs::metadata(file).map_err(unread)?.permissions().mode() & 0o777;
    if mode & 0o037 != 0 {
        return Err(format!("{shown} is open to others (mode {mode:o})"));
    }
    let text = fs::read_to_string(file).map(SecretString::from).map_err(unread)?;
    let inside = text.expose_secret().trim();
    let body = inside.strip_prefix(PEM_BEGIN).and_then(|rest| rest.strip_suffix(PEM_END));
    let Some(body) = body else {
        return Err(format!("{shown} is no private key: its first line must be {PEM_BEGIN}"));
    };
    let letters = body.split_ascii_whitespace().collect::<String>();
    let bytes = STANDARD.decode(&*Zeroizing::new(letters)).map(Zeroizing::new);
    match bytes {
        Ok(bytes) if is_whole(&bytes) && bytes.windows(P256.len()).any(|part| part == P256) => Ok(text),
        Ok(bytes) if is_whole(&bytes) => Err(format!("{shown} is a key of another kind than Apple's")),
        Ok(_) | Err(_) => Err(format!("{shown} is a damaged private key, or was cut off")),
    }
}

/// Whether this is one DER sequence from the first byte to the last (X.690 §8.1.3).
fn is_whole(der: &[u8]) -> bool {
    match der {
        [0x30, length @ 0..=0x7f, rest @ ..] => usize::from(*length) == rest.len(),
        [0x30, 0x81, length, rest @ ..] => usize::from(*length) == rest.len(),
        [0x30, 0x82, high, low, rest @ ..] => {
            usize::from(*high) * 256 + usize::from(*low) == rest.len()
        }
        _ => false,
    }
}

impl Settings {
    /// The names of all login methods that there are, in the order in which pages show them.
    pub(crate) fn methods(&self) -> Vec<&str> {
        let named = self.service.methods_order.iter().map(String::as_str);
        let usual = ["email", "google", "apple", "passkey"].into_iter();
        let others = self.providers.iter().map(|provider| provider.name.as_str());
        let is_there = |name: &str| match name {
            "email" => true,
            "passkey" => self.passkey_domain().is_some(),
            _ => self.providers.iter().any(|provider| provider.name == name),
        };
        let mut methods = Vec::new();
        for name in named.chain(usual).chain(others) {
            if is_there(name) && !methods.contains(&name) {
                methods.push(name);
            }
        }
        methods
    }
}

/// Providers whose ways are known, each with a group of its own in the table.
const PRESETS: [&str; 2] = ["google", "apple"];

/// Login methods that are no provider's.
const OWN: [&str; 2] = ["email", "passkey"];

/// Words that stand in the place of a method in paths of the API.
const TAKEN: [&str; 6] = ["password", "options", "offer", "verify", "complete", "recent"];

const GOOGLE: &str = "https://accounts.google.com";
const APPLE: &str = "https://appleid.apple.com";

/// The object identifier of the curve P-256 in DER.
const P256: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// What to do about a key file that cannot be used.
pub(crate) const KEY_ADVICE: &str =
    "name the whole .p8 file that Apple lets you download once for each key, and run chmod 600 on it";

const PEM_BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_END: &str = "-----END PRIVATE KEY-----";
