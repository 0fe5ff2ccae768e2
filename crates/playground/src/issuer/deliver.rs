//! Hands an event to the house, as the real issuers do: a POST to one address, and the answer is looked at.
//!
//! Redirects are not followed and no proxy is used: what is sent here goes to this machine.

use std::time::Duration;

use serde_json::{Value, json};

use super::StandInFault;

const PATIENCE: Duration = Duration::from_secs(10);
const ANSWER_SHOWN: usize = 2_000;

/// What was sent, and what the receiver said.
pub(crate) struct Delivery {
    /// The address of the receiver.
    pub(crate) to: String,
    /// The event as a signed JWT.
    pub(crate) token: String,
    /// The event's id.
    pub(crate) jti: String,
    /// The receiver's status, where it answered at all.
    pub(crate) status: Option<u16>,
    /// The receiver's words, or why there are none.
    pub(crate) answer: String,
}

impl Delivery {
    pub(crate) fn json(&self) -> Value {
        json!({
            "to": self.to, "jti": self.jti, "token": self.token,
            "status": self.status, "answer": self.answer,
        })
    }
}

/// An event on its way.
#[derive(Clone)]
pub(crate) struct Event {
    pub(crate) to: String,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
    pub(crate) token: String,
    pub(crate) jti: String,
}

impl Event {
    pub(crate) async fn deliver(self) -> Result<Delivery, StandInFault> {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|fault| StandInFault::Setting(format!("a client for events: {fault}")))?;
        let request = client.post(&self.to).header("content-type", self.content_type).body(self.body);
        let (status, answer) = match request.send().await {
            Ok(response) => {
                let status = response.status().as_u16();
                let text = response.text().await.unwrap_or_else(|fault| fault.to_string());
                (Some(status), text.chars().take(ANSWER_SHOWN).collect())
            }
            Err(fault) => (None, format!("The receiver could not be reached: {fault}")),
        };
        Ok(Delivery { to: self.to, token: self.token, jti: self.jti, status, answer })
    }
}
