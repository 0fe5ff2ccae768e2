//! Everything that any part of the program logs while answers go well and ill, read for what must not be there.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use verifiers::federated::Preset;

use crate::hostile::Answer;
use crate::house::{ACCESS, APP, CLIENT, CODE, REFRESH, SECRET, house_of};
use crate::signing::ring;

/// Keeps all fields of all events and spans, of every level.
#[derive(Clone, Default)]
struct Heard {
    text: Arc<Mutex<String>>,
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{}={value:?} ", field.name()).unwrap();
    }
}

impl Subscriber for Heard {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Fields(&mut self.text.lock().unwrap()));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Fields(&mut self.text.lock().unwrap()));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Fields(&mut self.text.lock().unwrap()));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// security.md I12.
#[tokio::test]
async fn i12_nothing_secret_is_logged_at_any_level() {
    let heard = Heard::default();
    let _listening = tracing::subscriber::set_default(heard.clone());
    for preset in [Preset::Other, Preset::Apple] {
        let house = house_of(preset, |_| {});
        let token = house.token(CLIENT);
        let handed = house.token(APP);
        assert!(house.redeem_token(&token).await.is_ok());
        assert!(house.native(&handed).await.is_ok());
        house.provider.revoke(REFRESH).await.unwrap();
        house.hostile.put("/jwks", Answer::HangUp);
        house.pass_s(3_600);
        drop(house.native(&handed).await);
        house.hostile.put("/token", Answer::Status(400, json!({"error": CODE})));
        drop(house.redeem().await);
        drop(house.provider.check().await);
        drop(house.provider.event(&handed).await);
        let text = heard.text.lock().unwrap().clone();
        assert!(text.contains("what was fetched before is used on"), "the log is heard: {text}");
        let key = ring().other_ec.private_pem();
        let key = key.lines().nth(1).unwrap();
        let mine = [house.trip.nonce(), house.trip.state(), &token, &handed, key];
        for secret in [CODE, SECRET, ACCESS, REFRESH, "taro@example.jp"].into_iter().chain(mine) {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
