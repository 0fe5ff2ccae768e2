//! An app on its way to a provider and back: asks for the options, has a token signed, and brings it.

use serde_json::{Value, json};

use crate::support::{Answer, App, House};
use crate::upstream::Upstream;

/// A trip that an app has begun.
#[derive(Clone)]
pub(crate) struct Begun {
    pub(crate) flow: String,
    pub(crate) nonce: String,
}

impl App {
    /// Begins a trip, for whatever it is.
    pub(crate) async fn begins(&self, provider: &str, intent: &str) -> Begun {
        let path = format!("/api/v1/signin/{provider}/options");
        let options = self.post(&path, json!({ "intent": intent })).await.is(200).json();
        let text = |name: &str| options[name].as_str().expect("a text").to_owned();
        Begun { flow: text("flow"), nonce: text("nonce") }
    }

    /// Brings a token.
    pub(crate) async fn brings(&self, provider: &str, flow: &str, token: &str) -> Answer {
        let body = json!({"flow": flow, "id_token": token});
        self.post(&format!("/api/v1/signin/{provider}"), body).await
    }

    /// The whole trip of somebody, given as subject and address.
    pub(crate) async fn goes(
        &self,
        (house, upstream): (&House, &Upstream),
        intent: &str,
        who: (&str, &str),
    ) -> Answer {
        self.goes_as(upstream, intent, |nonce| upstream.claims(&house.clock, nonce, who)).await
    }

    /// As `goes`, with other claims.
    pub(crate) async fn goes_as(
        &self,
        upstream: &Upstream,
        intent: &str,
        claims: impl FnOnce(&str) -> Value,
    ) -> Answer {
        let begun = self.begins(upstream.name, intent).await;
        let token = upstream.token(&claims(&begun.nonce));
        self.brings(upstream.name, &begun.flow, &token).await
    }

    /// Registers with an identity whose address the provider vouches for, and is signed in.
    pub(crate) async fn joins(&mut self, at: (&House, &Upstream), who: (&str, &str)) -> Answer {
        let met = self.goes(at, "signin", who).await;
        assert_eq!(met.is(202).json()["next"], "confirm");
        let body = json!({"flow": met.json()["flow"], "display_name": "山田"});
        let done = self.post("/api/v1/register/identity", body).await;
        done.is(201);
        self.keep(&done);
        done
    }

    /// Signs in with an identity that is on an account.
    pub(crate) async fn enters(&mut self, at: (&House, &Upstream), who: (&str, &str)) -> Answer {
        let answer = self.goes(at, "signin", who).await;
        answer.is(200);
        self.keep(&answer);
        answer
    }

    pub(crate) fn keep(&mut self, answer: &Answer) {
        self.token = Some(answer.json()["token"].as_str().expect("a token").to_owned());
    }
}
