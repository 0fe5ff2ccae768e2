//! Settings into endpoints: what the rules tell them, and how it is sent.
//!
//! The name of an endpoint is the same on both sides: it stands in every row.

use std::sync::Arc;

use accounts::{AnnouncementKind, Line};

use super::{Trouble, millis};
use crate::settings::{Settings, Webhook};

/// The longest name of an endpoint.
const NAME_CHARS: usize = 31;

/// What endpoints hear of.
pub(super) fn heard(settings: &Settings) -> Vec<accounts::Endpoint> {
    let of = |webhook: &Webhook| accounts::Endpoint {
        name: Line::clean(&webhook.name, NAME_CHARS),
        kinds: webhook.events.iter().filter_map(|name| AnnouncementKind::from_name(name)).collect(),
        with_email: webhook.include_email,
        receipts: webhook.receipts,
    };
    settings.webhooks.endpoints.iter().map(of).collect()
}

/// How they are told.
///
/// # Errors
/// One whose settings cannot work.
pub(super) fn endpoints(settings: &Settings) -> Result<Vec<engine::Endpoint>, Trouble> {
    let of = |webhook: &Webhook| {
        let sender = webhook.sender().map_err(|fault| format!("webhook.{}: {fault}", webhook.name))?;
        Ok(engine::Endpoint {
            name: Line::clean(&webhook.name, NAME_CHARS),
            webhook: Arc::new(sender),
            retry_for: millis(webhook.retry_for),
        })
    };
    settings.webhooks.endpoints.iter().map(of).collect()
}
