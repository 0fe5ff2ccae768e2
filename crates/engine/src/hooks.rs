//! What mail relays post: one signed message, one or more reports (security.md C12).
//!
//! The signature is checked over the octets before anything in them is read. What is reported must then name a mail of ours by its
//! Message-ID and the recipient that it went to, whoever signed. What must never happen here: a relay heard whose key is not
//! set, and a report acted on that is not about a mail that was sent.

mod said;

use serde_json::Value;
use verifiers::hook::{Doubt, SnsMessage, SnsTopic, StandardHeaders};

use crate::engine::Engine;
use crate::fault::Fault;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hooked {
    /// It was heard, also where nothing followed.
    Heard,
    /// It is not believed.
    Doubted,
    /// It cannot be said now whether it is to be believed: it may be posted again.
    Later,
    /// Such messages are not heard here.
    Off,
}

impl Engine {
    /// Whether a page that waits for a code may say that mail to the address is refused.
    ///
    /// # Errors
    /// A fault of the house.
    pub async fn mail_refused(&self, address: &str) -> Result<bool, Fault> {
        self.returns.refuses(address).await
    }

    /// Hears what a relay posted. `header` finds a header by its name in small letters.
    ///
    /// # Errors
    /// A fault of the house: the relay may post it again.
    pub async fn hear_hook<'h>(
        &self,
        relay: &str,
        header: impl Fn(&str) -> Option<&'h str>,
        body: &[u8],
    ) -> Result<Hooked, Fault> {
        let header = |name: &str| header(name).unwrap_or_default();
        let hooks = &self.returns.options.hooks;
        let believed = match (relay, &hooks.ses) {
            ("ses", Some(topic)) => of_topic(topic, body, self.desk.clock.now().0).await,
            _ => match self.believed(relay, header, body) {
                Some(believed) => believed,
                None => return Ok(Hooked::Off),
            },
        };
        let message = match believed {
            Ok(message) => message,
            Err(doubt) => {
                tracing::warn!(doubt = doubt.word(), "a message about mail is not believed");
                let later = doubt == Doubt::Unreachable;
                return Ok(if later { Hooked::Later } else { Hooked::Doubted });
            }
        };
        for report in said::reports_of(relay, &message) {
            self.returns.hear_named(&report).await?;
        }
        Ok(Hooked::Heard)
    }

    /// A message that shows by itself who posted it; `None` where such messages are not heard here.
    fn believed<'h>(
        &self,
        relay: &str,
        header: impl Fn(&str) -> &'h str,
        body: &[u8],
    ) -> Option<Result<Value, Doubt>> {
        let now = self.desk.clock.now().0;
        let keys = &self.returns.options.hooks;
        let checked = match relay {
            "standard" => {
                let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
                let signature = header("webhook-signature");
                let headers = StandardHeaders { id, timestamp, signature };
                keys.own.as_ref()?.check(&headers, body, now)
            }
            "sendgrid" => {
                let signature = header("x-twilio-email-event-webhook-signature");
                let timestamp = header("x-twilio-email-event-webhook-timestamp");
                keys.sendgrid.as_ref()?.check(timestamp, signature, body, now)
            }
            // Mailgun signs inside its message.
            "mailgun" => {
                let key = keys.mailgun.as_ref()?;
                let message = serde_json::from_slice::<Value>(body).map_err(|_| Doubt::Form);
                message.and_then(|message| {
                    let text = |name| said::text(&message, &["signature", name]);
                    key.check(text("timestamp"), text("token"), text("signature"), now)
                })
            }
            "postmark" => keys.postmark.as_ref()?.check(header("authorization")),
            _ => return None,
        };
        Some(checked.and_then(|()| serde_json::from_slice(body).map_err(|_| Doubt::Form)))
    }
}

/// What Amazon SES said through a topic. A topic that asks whether it may post here hears yes: it is the one of the settings.
async fn of_topic(topic: &SnsTopic, body: &[u8], now_ms: i64) -> Result<Value, Doubt> {
    match topic.check(body, now_ms).await? {
        // SES greets a topic in plain words.
        SnsMessage::Notification(said) => Ok(serde_json::from_str(&said).unwrap_or(Value::Null)),
        SnsMessage::Confirmation(token) => {
            topic.confirm(&token).await?;
            tracing::info!("the topic of mail.reports.ses_topic posts here from now on");
            Ok(Value::Null)
        }
        SnsMessage::Farewell => {
            tracing::warn!("the topic of mail.reports.ses_topic posts here no more");
            Ok(Value::Null)
        }
    }
}
