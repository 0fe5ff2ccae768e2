//! Addresses in settings: URLs, hosts, mail addresses, colours and network ranges.
//!
//! Small strict readers: what an operator writes is refused rather than guessed at. A URL in a setting must never
//! carry a password, because URLs are shown by `genkan config show` and land in logs.

use std::net::{IpAddr, Ipv6Addr};

use super::value::{DatabasePlace, Network, Origin, Scheme, SmtpSecurity, SmtpUrl, is_loopback};

/// A URL taken apart.
struct Parts<'a> {
    scheme: String,
    user: Option<&'a str>,
    host: String,
    port: Option<u16>,
    /// From the path on, with its `/`, `?` or `#`.
    rest: &'a str,
}

/// `https://accounts.example.com`: nothing but scheme, host and port.
pub(super) fn origin(text: &str) -> Result<Origin, String> {
    let parts = split(text)?;
    let (scheme, usual) = match parts.scheme.as_str() {
        "https" => (Scheme::Https, 443),
        "http" => (Scheme::Http, 80),
        _ => return Err("must begin with https://".to_owned()),
    };
    no_user(&parts)?;
    if !matches!(parts.rest, "" | "/") {
        return Err("must be scheme and host only, without a path".to_owned());
    }
    Ok(Origin { scheme, host: parts.host, port: parts.port.filter(|port| *port != usual) })
}

/// Any http or https URL.
pub(super) fn url(text: &str) -> Result<String, String> {
    let parts = split(text)?;
    if parts.scheme != "https" && parts.scheme != "http" {
        return Err("must begin with https:// or http://".to_owned());
    }
    no_user(&parts)?;
    Ok(text.to_owned())
}

/// The address that an OpenID provider calls itself by, character by character as it writes it.
pub(super) fn issuer(text: &str) -> Result<String, String> {
    let parts = split(text)?;
    no_user(&parts)?;
    if parts.scheme != "https" && !(parts.scheme == "http" && is_loopback(&parts.host)) {
        return Err("must begin with https://".to_owned());
    }
    if let Some((issuer, _)) = text.split_once("/.well-known/") {
        return Err(format!("must be the issuer alone; write {issuer}"));
    }
    if parts.rest.contains(['?', '#']) {
        return Err("must not contain ? or #".to_owned());
    }
    Ok(text.to_owned())
}

/// `smtps://host`, `smtp://host`, with `?tls=required` or `?tls=none`.
pub(super) fn smtp(text: &str) -> Result<SmtpUrl, String> {
    let parts = split(text)?;
    if parts.user.is_some() {
        return Err(
            "must not contain a user or password; they belong in mail.smtp.user and mail.smtp.password"
                .to_owned(),
        );
    }
    let loopback = is_loopback(&parts.host);
    let (security, usual) = match (parts.scheme.as_str(), parts.rest.trim_start_matches('/')) {
        ("smtps", "") => (SmtpSecurity::Tls, 465),
        ("smtp", "") if loopback => (SmtpSecurity::Plain, 25),
        ("smtp", "" | "?tls=required") => (SmtpSecurity::StartTls, 587),
        ("smtp", "?tls=none") => (SmtpSecurity::Plain, 25),
        ("smtps" | "smtp", _) => {
            return Err("may only end in ?tls=required or ?tls=none (smtp:// alone)".to_owned());
        }
        _ => return Err("must begin with smtps:// or smtp://".to_owned()),
    };
    Ok(SmtpUrl { security, port: parts.port.unwrap_or(usual), host: parts.host })
}

/// `sqlite:PATH` or `postgres://…` (which the database driver reads in full).
pub(super) fn database(text: &str) -> Result<DatabasePlace, String> {
    if let Some(path) = text.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").filter(|path| path.starts_with('/')).unwrap_or(path);
        if path.is_empty() || path.starts_with(':') || path.contains('?') || path.starts_with("//") {
            return Err("must be sqlite: and the path of a file".to_owned());
        }
        return Ok(DatabasePlace::Sqlite(path.into()));
    }
    let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
    let Some(rest) = rest else {
        return Err("must begin with sqlite: or postgres://".to_owned());
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, query) = rest.split_at(end);
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    if user.contains(':') || query.to_ascii_lowercase().contains("password=") {
        return Err("must not contain a password; it belongs in database.password".to_owned());
    }
    if text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) || rest.is_empty() {
        return Err("must be postgres://user@host/name".to_owned());
    }
    Ok(DatabasePlace::Postgres(text.to_owned()))
}

/// `local@host`. What members may have is far wider; these are the operator's own.
pub(super) fn mail_address(text: &str) -> Result<String, String> {
    let wrong = || "must be a mail address such as no-reply@example.com".to_owned();
    let (local, domain) = text.rsplit_once('@').ok_or_else(wrong)?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    if local.is_empty() || local.len() > 64 || !local.bytes().all(allowed) || host_name(domain).is_err()
    {
        return Err(wrong());
    }
    Ok(text.to_owned())
}

/// A domain name, in lower case.
pub(super) fn host_name(text: &str) -> Result<String, String> {
    let label = |label: &str| {
        let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        !label.is_empty()
            && label.len() <= 63
            && letters
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if text.len() > 253 || !text.split('.').all(label) {
        return Err(
            "must be a domain name such as example.com (an international name in its xn-- form)"
                .to_owned(),
        );
    }
    Ok(text.to_ascii_lowercase())
}

/// `#rrggbb`, in lower case.
pub(super) fn colour(text: &str) -> Result<String, String> {
    match text.strip_prefix('#') {
        Some(digits) if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Ok(text.to_ascii_lowercase())
        }
        _ => Err("must be a colour such as \"#1f5277\"".to_owned()),
    }
}

/// `10.0.0.0/8`, or one address.
pub(super) fn network(text: &str) -> Result<Network, String> {
    let wrong = || format!("`{text}` is not an address range such as 10.0.0.0/8");
    let (address, prefix) =
        text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let address: IpAddr = address.parse().map_err(|_| wrong())?;
    let width: u8 = if address.is_ipv4() { 32 } else { 128 };
    let prefix = match prefix {
        Some(prefix) => prefix.parse::<u8>().map_err(|_| wrong())?,
        None => width,
    };
    if prefix > width {
        return Err(wrong());
    }
    if prefix == 0 {
        return Err(format!(
            "`{text}` is everybody: then anybody could claim any address; name the proxies"
        ));
    }
    let network = Network { address, prefix };
    if network.base() != network {
        return Err(format!("`{text}` has bits set after its prefix; write {}", network.base()));
    }
    Ok(network)
}

fn split(text: &str) -> Result<Parts<'_>, String> {
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) || text.contains('\\') {
        return Err("may not contain spaces or letters outside ASCII".to_owned());
    }
    let (scheme, after) = text.split_once("://").ok_or("must begin with a scheme such as https://")?;
    let (authority, rest) = after.split_at(after.find(['/', '?', '#']).unwrap_or(after.len()));
    let (user, place) =
        authority.rsplit_once('@').map_or((None, authority), |(user, place)| (Some(user), place));
    let (host, port) = match place.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((host, port)) => {
            let host: Ipv6Addr = host.parse().map_err(|_| "has no valid host".to_owned())?;
            (host.to_string(), port.strip_prefix(':').or((!port.is_empty()).then_some("?")))
        }
        None => {
            let (host, port) =
                place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port)));
            (host_name(host).map_err(|_| "has no valid host".to_owned())?, port)
        }
    };
    let port = match port {
        Some(port) => {
            Some(port.parse::<u16>().ok().filter(|port| *port > 0).ok_or("has no valid port")?)
        }
        None => None,
    };
    Ok(Parts { scheme: scheme.to_ascii_lowercase(), user, host, port, rest })
}

fn no_user(parts: &Parts<'_>) -> Result<(), String> {
    match parts.user {
        Some(_) => Err("must not contain a user or password".to_owned()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
