//! Login methods that were, and identities in hand, as JSON in one column each.
//!
//! They are read whole or not at all, and nothing is looked up by what is in them. A field that is missing or of
//! another kind is a fault, never a guess; only the list of passkeys may be missing, for pictures were kept before there
//! were any.

use accounts::{
    Added, Addressed, CredentialId, Email, Identity, Instant, KeptEmail, Line, Link, LinkAddress,
    Methods, Passkey, PasskeyId, Provider, PublicKey, SessionId, Shown,
};
use serde_json::{Value, json};

use super::{Word, hex, unhex, unhex_all};

/// Login methods on their way to a row.
pub(crate) fn methods(methods: &Methods) -> String {
    let email = methods.email.as_ref().map(|method| {
        json!({
            "stored": method.email.as_stored(),
            "proven_at": method.proven_at.0,
            "added": added(method.added),
        })
    });
    json!({
        "email": email,
        "links": methods.links.iter().map(link).collect::<Vec<_>>(),
        "passkeys": methods.passkeys.iter().map(passkey).collect::<Vec<_>>(),
        "contact": methods.contact.name(),
        "contact_since": methods.contact_since.0,
    })
    .to_string()
}

/// Login methods from a row.
pub(crate) fn read_methods(text: &str) -> Option<Methods> {
    let value = serde_json::from_str::<Value>(text).ok()?;
    let email = match value.get("email")? {
        Value::Null => None,
        kept => Some(KeptEmail {
            email: email_of(kept, "stored")?,
            proven_at: at(kept, "proven_at")?,
            added: read_added(kept.get("added")?)?,
        }),
    };
    let passkeys = match value.get("passkeys") {
        Some(kept) => kept.as_array()?.iter().map(read_passkey).collect::<Option<_>>()?,
        None => Vec::new(),
    };
    Some(Methods {
        email,
        links: value.get("links")?.as_array()?.iter().map(read_link).collect::<Option<_>>()?,
        passkeys,
        contact: Addressed::from_name(value.get("contact")?.as_str()?)?,
        contact_since: at(&value, "contact_since")?,
    })
}

/// An identity in hand on its way to a row.
pub(crate) fn shown(shown: &Shown) -> String {
    json!({
        "provider": shown.provider.as_str(),
        "issuer": shown.identity.issuer(),
        "subject": shown.identity.subject(),
        "address": shown.address.as_ref().map(Email::as_stored),
        "vouched": shown.vouched.word(),
        "relay": shown.relay.word(),
        "name": shown.name.as_str(),
    })
    .to_string()
}

/// An identity in hand from a row.
pub(crate) fn read_shown(text: &str) -> Option<Shown> {
    let value = serde_json::from_str::<Value>(text).ok()?;
    let address = match value.get("address")? {
        Value::Null => None,
        Value::String(stored) => Some(Email::from_stored(stored)?),
        _ => return None,
    };
    Some(Shown {
        provider: Provider::parse(value.get("provider")?.as_str()?)?,
        identity: identity(&value)?,
        address,
        vouched: Word::read(value.get("vouched")?.as_str()?)?,
        relay: Word::read(value.get("relay")?.as_str()?)?,
        name: Line::clean(value.get("name")?.as_str()?, usize::MAX),
    })
}

fn link(link: &Link) -> Value {
    let address = link.address.as_ref().map(|address| {
        json!({
            "stored": address.email.as_stored(),
            "proven_at": address.proven_at.0,
            "relay": address.relay.word(),
            "unreachable_at": address.unreachable_at.map(|at| at.0),
        })
    });
    json!({
        "provider": link.provider.as_str(),
        "issuer": link.identity.issuer(),
        "subject": link.identity.subject(),
        "address": address,
        "added": added(link.added),
        "held_at": link.held_at.map(|at| at.0),
    })
}

fn read_link(value: &Value) -> Option<Link> {
    let address = match value.get("address")? {
        Value::Null => None,
        kept => Some(LinkAddress {
            email: email_of(kept, "stored")?,
            proven_at: at(kept, "proven_at")?,
            relay: Word::read(kept.get("relay")?.as_str()?)?,
            unreachable_at: maybe_at(kept, "unreachable_at")?,
        }),
    };
    Some(Link {
        provider: Provider::parse(value.get("provider")?.as_str()?)?,
        identity: identity(value)?,
        address,
        added: read_added(value.get("added")?)?,
        held_at: maybe_at(value, "held_at")?,
    })
}

fn passkey(passkey: &Passkey) -> Value {
    json!({
        "id": hex(&passkey.id.0),
        "credential": hex(passkey.credential.as_bytes()),
        "key": hex(&passkey.key.0),
        "name": passkey.name.as_str(),
        "aaguid": hex(&passkey.aaguid),
        "transports": passkey.transports.as_str(),
        "backup": passkey.backup.word(),
        "counter": passkey.counter,
        "added": added(passkey.added),
        "used_at": passkey.used_at.map(|at| at.0),
    })
}

fn read_passkey(value: &Value) -> Option<Passkey> {
    Some(Passkey {
        id: PasskeyId(unhex(value.get("id")?.as_str()?)?),
        credential: CredentialId::new(&unhex_all(value.get("credential")?.as_str()?)?)?,
        key: PublicKey(unhex_all(value.get("key")?.as_str()?)?),
        name: line(value, "name")?,
        aaguid: unhex(value.get("aaguid")?.as_str()?)?,
        transports: line(value, "transports")?,
        backup: Word::read(value.get("backup")?.as_str()?)?,
        counter: u32::try_from(value.get("counter")?.as_u64()?).ok()?,
        added: read_added(value.get("added")?)?,
        used_at: maybe_at(value, "used_at")?,
    })
}

fn line(value: &Value, field: &str) -> Option<Line> {
    let text = value.get(field)?.as_str()?;
    Some(Line::clean(text, usize::MAX)).filter(|line| line.as_str() == text)
}

fn added(added: Added) -> Value {
    json!({ "at": added.at.0, "by": added.by.map(|session| hex(&session.0)) })
}

fn read_added(value: &Value) -> Option<Added> {
    let by = match value.get("by")? {
        Value::Null => None,
        Value::String(text) => Some(SessionId(unhex(text)?)),
        _ => return None,
    };
    Some(Added { at: at(value, "at")?, by })
}

fn identity(value: &Value) -> Option<Identity> {
    Identity::new(value.get("issuer")?.as_str()?, value.get("subject")?.as_str()?)
}

fn email_of(value: &Value, field: &str) -> Option<Email> {
    Email::from_stored(value.get(field)?.as_str()?)
}

fn at(value: &Value, field: &str) -> Option<Instant> {
    value.get(field)?.as_i64().map(Instant)
}

fn maybe_at(value: &Value, field: &str) -> Option<Option<Instant>> {
    match value.get(field)? {
        Value::Null => Some(None),
        at => at.as_i64().map(|at| Some(Instant(at))),
    }
}
