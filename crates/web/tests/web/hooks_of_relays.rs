//! What SendGrid, Mailgun, Postmark and Amazon post, good and bent, through the route (R-CONTACT-4, security.md C12).
//!
//! The bodies have the shape that the makers describe, with keys made here. Amazon's certificate comes from a server of this machine
//! in the place of the one host that is asked; the signatures are OpenSSL's.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::{HookKeys, ReturnOptions};
use http::Method;
use serde_json::{Value, json};
use verifiers::hook::{MailgunKey, PostmarkSecret, SendGridKey, SnsTopic};

use crate::hostile::{Answer, Hostile};
use crate::support::{House, Setup};

const SAID: &str = "could not be delivered";
const TOPIC: &str = "arn:aws:sns:ap-northeast-1:123456789012:genkan-mail";

/// A house that hears one relay, with mails that were sent and somebody who posts.
struct Post {
    house: House,
    path: &'static str,
}

impl Post {
    async fn of(relay: &str, hooks: HookKeys) -> Self {
        let path =
            ["/hooks/mail/sendgrid", "/hooks/mail/mailgun", "/hooks/mail/postmark", "/hooks/mail/ses"];
        let path = path.into_iter().find(|path| path.ends_with(relay)).expect("a path");
        let returns = ReturnOptions {
            hooks,
            address: Some("bounces@id.example.jp".to_owned()),
            signed: true,
            ..ReturnOptions::default()
        };
        Self { house: House::with(Setup { returns, ..Setup::default() }).await, path }
    }

    fn now_s(&self) -> i64 {
        self.house.clock.now().0 / 1_000
    }

    /// Asks for a code and gives the Message-ID of its mail and where that comes back to.
    async fn mailed(&mut self, address: &str) -> (String, String) {
        self.house
            .browser()
            .post("/signup/email", &[("email", address)])
            .await
            .leads_to("/signup/code");
        let letter = self.house.letter(address, "").await;
        (format!("<{}@id.example.jp>", letter.id), letter.return_path.expect("a return address"))
    }

    async fn post(&self, headers: &[(&str, &str)], body: &str) -> u16 {
        let mut relay = self.house.browser();
        relay.headers.clear();
        let mut request = relay.request(Method::POST, self.path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(axum::body::Body::from(body.to_owned())).expect("a request");
        relay.send(request).await.status.as_u16()
    }

    /// Whether the page that waits for a code says that mail to the address is refused.
    async fn is_said(&self, address: &str) -> bool {
        let mut browser = self.house.browser();
        browser.post("/signup/email", &[("email", address)]).await.leads_to("/signup/code");
        browser.get("/signup/code").await.is(200).body.contains(SAID)
    }

    /// What is on the list: addresses that refuse, and addresses whose readers complained.
    async fn listed(&self) -> (u64, u64) {
        let counts = self.house.desk.store().suppressed_counts().await.expect("counts");
        (counts.refused, counts.complained)
    }
}

#[tokio::test]
async fn c12_sendgrid_is_heard_through_the_route_with_its_signature_alone() {
    let random = SystemRandom::new();
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a pair");
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("DER");
    let key = SendGridKey::parse(&STANDARD.encode(public.as_ref()));
    let mut post = Post::of("sendgrid", HookKeys { sendgrid: key, ..HookKeys::default() }).await;
    let (id, _) = post.mailed("a@example.jp").await;
    let (other, _) = post.mailed("b@example.jp").await;
    let event = |event: &str, to: &str, id: &str| {
        json!({ "email": to, "timestamp": 1_795_654_800, "smtp-id": id, "event": event, "type": "bounce",
            "category": ["cat facts"], "sg_event_id": "6g4ZI7SA-xmRDv57GoPIPw==", "status": "5.1.1",
            "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0", "reason": "550 5.1.1 no such user" })
    };
    let at = post.now_s().to_string();
    let signed = |at: &str, body: &str| {
        let signed = pair.sign(&random, format!("{at}{body}").as_bytes()).expect("signed");
        STANDARD.encode(signed)
    };
    let sent = async |body: &str, at: &str, signature: &str| {
        let headers = [
            ("x-twilio-email-event-webhook-signature", signature),
            ("x-twilio-email-event-webhook-timestamp", at),
        ];
        post.post(&headers, body).await
    };
    let good = json!([
        event("delivered", "b@example.jp", &other),
        event("bounce", "a@example.jp", &id),
        event("bounce", "stranger@example.jp", &id),
        event("spamreport", "b@example.jp", &other),
    ])
    .to_string();
    assert_eq!(sent(&good, &at, &signed(&at, "[]")).await, 400);
    assert_eq!(sent(&good, "1795654800", &signed(&at, &good)).await, 400);
    let early = (post.now_s() - 400).to_string();
    assert_eq!(sent(&good, &early, &signed(&early, &good)).await, 400);
    assert_eq!(sent(&good, &at, "").await, 400);
    assert_eq!(sent("[", &at, &signed(&at, "[")).await, 400);
    assert_eq!(post.listed().await, (0, 0));
    assert_eq!(sent(&good, &at, &signed(&at, &good)).await, 200);
    assert_eq!(post.listed().await, (1, 1));
    assert!(post.is_said("a@example.jp").await && !post.is_said("b@example.jp").await);
    post.house.close().await;
}

#[tokio::test]
async fn c12_mailgun_is_heard_through_the_route_with_its_signature_alone() {
    let text = "key-0123456789abcdef0123456789abcdef";
    let mut post =
        Post::of("mailgun", HookKeys { mailgun: MailgunKey::parse(text), ..HookKeys::default() }).await;
    let (id, _) = post.mailed("a@example.jp").await;
    let key = hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes());
    let message = |at: &str, token: &str, to: &str| {
        let tag = hmac::sign(&key, format!("{at}{token}").as_bytes());
        let tag: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        json!({ "signature": { "timestamp": at, "token": token, "signature": tag },
            "event-data": { "event": "failed", "severity": "permanent", "reason": "bounce", "recipient": to,
                "id": "G9Bn5sl1TC6nu79C8C0bwg", "log-level": "error", "timestamp": 1_521_233_195.375,
                "delivery-status": { "code": 550, "message": "5.1.1 The email account does not exist.",
                    "attempt-no": 1, "description": "", "session-seconds": 0.0 },
                "message": { "headers": { "message-id": id.trim_matches(['<', '>']), "to": to, "from": "x@y" } } } })
    };
    let at = post.now_s().to_string();
    let good = message(&at, "b1e4", "a@example.jp");
    let mut other_token = good.clone();
    other_token["signature"]["token"] = json!("b1e5");
    let mut unsigned = good.clone();
    unsigned.as_object_mut().expect("an object").remove("signature");
    let early = message(&(post.now_s() - 400).to_string(), "b1e4", "a@example.jp");
    for wrong in [other_token, unsigned, early, json!([])] {
        assert_eq!(post.post(&[], &wrong.to_string()).await, 400, "{wrong}");
    }
    assert_eq!(post.post(&[], &message(&at, "c", "b@example.jp").to_string()).await, 200);
    assert_eq!(post.listed().await, (0, 0), "its signature does not cover whom it speaks of");
    assert_eq!(post.post(&[], &good.to_string()).await, 200);
    assert_eq!(post.listed().await, (1, 0));
    assert!(post.is_said("a@example.jp").await);
    post.house.close().await;
}

#[tokio::test]
async fn c12_postmark_is_heard_through_the_route_with_its_secret_alone() {
    let secret = "c0ffee00c0ffee00c0ffee00";
    let hooks = HookKeys { postmark: PostmarkSecret::parse(secret), ..HookKeys::default() };
    let mut post = Post::of("postmark", hooks).await;
    let (id, _) = post.mailed("a@example.jp").await;
    let (other, _) = post.mailed("b@example.jp").await;
    let message = |record: &str, kind: &str, to: &str, id: &str| {
        json!({ "RecordType": record, "MessageStream": "outbound", "ID": 4_323_372_036_854_775_807_i64, "Type": kind,
            "TypeCode": 1, "Name": "Hard bounce", "Tag": "", "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
            "Metadata": { "genkan": id }, "ServerID": 23, "Description": "The server was unable to deliver your message.",
            "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.", "Email": to,
            "From": "noreply@id.example.jp", "BouncedAt": "2026-11-26T09:03:23.1742152Z", "DumpAvailable": true,
            "Inactive": true, "CanActivate": true, "Subject": "Test", "Content": "" })
        .to_string()
    };
    let good = message("Bounce", "HardBounce", "a@example.jp", &id);
    let shown = |text: &str| format!("Basic {}", STANDARD.encode(text));
    for wrong in ["", &shown("postmark:other"), &shown(secret), "Bearer c0ffee00c0ffee00c0ffee00"] {
        assert_eq!(post.post(&[("authorization", wrong)], &good).await, 400, "{wrong}");
    }
    assert_eq!(post.post(&[], &good).await, 400);
    let shown = shown(&format!("postmark:{secret}"));
    let headers = [("authorization", shown.as_str())];
    assert_eq!(post.post(&headers, "{").await, 400);
    for harmless in [
        message("Bounce", "HardBounce", "b@example.jp", &id),
        message("Bounce", "HardBounce", "a@example.jp", "883953f4-6105-42a2-a16a-77a8eac79483"),
        message("Bounce", "SoftBounce", "a@example.jp", &id),
        message("Bounce", "AutoResponder", "a@example.jp", &id),
        message("Open", "HardBounce", "a@example.jp", &id),
        "[]".to_owned(),
    ] {
        assert_eq!(post.post(&headers, &harmless).await, 200, "{harmless}");
    }
    assert_eq!(post.listed().await, (0, 0));
    assert_eq!(post.post(&headers, &good).await, 200);
    let complaint = message("SpamComplaint", "SpamComplaint", "b@example.jp", &other);
    assert_eq!(post.post(&headers, &complaint).await, 200);
    assert_eq!(post.listed().await, (1, 1));
    assert!(post.is_said("a@example.jp").await && !post.is_said("b@example.jp").await);
    post.house.close().await;
}

/// A topic of Amazon's with a certificate of its own.
struct Amazon {
    server: Hostile,
    folder: PathBuf,
}

impl Amazon {
    const CERTIFICATE: &'static str = "/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem";

    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("genkan-sns-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let this = Self { server: Hostile::start(), folder };
        let made = Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=sns.amazonaws.com",
                "-keyout",
            ])
            .args([this.key().as_path(), Path::new("-out"), &this.folder.join("cert.pem")])
            .stderr(Stdio::null())
            .status();
        assert!(made.expect("openssl").success());
        this
    }

    fn key(&self) -> PathBuf {
        self.folder.join("key.pem")
    }

    /// Lets the certificate be had.
    fn publish(&self) {
        let pem = std::fs::read_to_string(self.folder.join("cert.pem")).expect("a certificate");
        self.server.put(Self::CERTIFICATE, raw(&pem));
    }

    fn topic(&self) -> Arc<SnsTopic> {
        Arc::new(SnsTopic::on_this_machine(TOPIC, &self.server.base).expect("a topic"))
    }

    /// A message as SNS posts it, signed.
    fn signed(&self, mut message: Value, digest: &str) -> String {
        message["SigningCertURL"] = json!(format!("{}{}", self.server.base, Self::CERTIFICATE));
        message["SignatureVersion"] = json!(if digest == "-sha1" { "1" } else { "2" });
        let names = [
            "Message",
            "MessageId",
            "Subject",
            "SubscribeURL",
            "Timestamp",
            "Token",
            "TopicArn",
            "Type",
        ];
        let line = |name: &&str| message[*name].as_str().map(|value| format!("{name}\n{value}\n"));
        let text: String = names.iter().filter_map(line).collect();
        let mut openssl = Command::new("openssl")
            .args(["dgst", digest, "-sign"])
            .arg(self.key())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("openssl");
        openssl.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("written");
        let output = openssl.wait_with_output().expect("its end");
        assert!(output.status.success());
        message["Signature"] = json!(STANDARD.encode(output.stdout));
        message.to_string()
    }
}

impl Drop for Amazon {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

fn raw(body: &str) -> Answer {
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    Answer::Raw(format!("{head}{body}").into_bytes())
}

fn notification(message: &Value, at_ms: i64) -> Value {
    json!({ "Type": "Notification", "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324", "TopicArn": TOPIC,
        "Subject": "Amazon SES Email Event Notification", "Message": message.to_string(), "Timestamp": time(at_ms),
        "UnsubscribeURL": "https://sns.ap-northeast-1.amazonaws.com/?Action=Unsubscribe" })
}

fn time(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms).expect("a time").to_string()
}

/// A bounce as Amazon SES describes it.
fn bounce(kind: &str, to: &str, mail: &Value) -> Value {
    json!({ "notificationType": "Bounce", "mail": mail, "bounce": { "bounceType": kind, "bounceSubType": "General",
        "reportingMTA": "dns; email.example.com", "timestamp": "2026-11-26T14:59:38.237Z", "remoteMtaIp": "127.0.2.0",
        "feedbackId": "00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa068a-000000",
        "bouncedRecipients": [{ "emailAddress": to, "status": "5.1.1", "action": "failed",
            "diagnosticCode": format!("smtp; 550 5.1.1 <{to}>... User") }] } })
}

/// The mail of a notification, with the original headers and without.
fn with_headers(id: &str) -> Value {
    json!({ "timestamp": "2026-11-26T14:59:38.237Z", "source": "noreply@id.example.jp", "sourceIp": "127.0.3.0",
        "messageId": "00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000", "headersTruncated": false,
        "headers": [{ "name": "From", "value": "x" }, { "name": "Message-ID", "value": id }],
        "commonHeaders": { "messageId": "<00000138111222aa@ap-northeast-1.amazonses.com>" } })
}

fn without_headers(source: &str) -> Value {
    json!({ "timestamp": "2026-11-26T14:59:38.237Z", "source": source,
        "messageId": "00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000" })
}

#[tokio::test]
async fn c12_amazon_is_heard_through_its_topic_with_its_signature_alone() {
    let amazon = Amazon::new("heard");
    let mut post = Post::of("ses", HookKeys { ses: Some(amazon.topic()), ..HookKeys::default() }).await;
    let (id, _) = post.mailed("a@example.jp").await;
    let (_, source) = post.mailed("b@example.jp").await;
    let (third, _) = post.mailed("c@example.jp").await;
    let now = post.house.clock.now().0;
    let permanent = bounce("Permanent", "a@example.jp", &with_headers(&id));
    let good = notification(&permanent, now);
    let signed = amazon.signed(good.clone(), "-sha256");
    assert_eq!(post.post(&[], &signed).await, 503, "its certificate cannot be had: it may come again");
    amazon.publish();

    let with = |name: &str, value: &str| {
        let mut bent: Value = serde_json::from_str(&signed).expect("JSON");
        bent[name] = json!(value);
        bent.to_string()
    };
    let signed_with = |name: &str, value: &str| {
        let mut bent = good.clone();
        bent[name] = json!(value);
        amazon.signed(bent, "-sha256")
    };
    let elsewhere = Amazon::new("elsewhere");
    elsewhere.publish();
    for wrong in [
        with("Message", &bounce("Permanent", "b@example.jp", &with_headers(&id)).to_string()),
        with("MessageId", "another"),
        with("Subject", "another"),
        with("Type", "UnsubscribeConfirmation"),
        with("SignatureVersion", "1"),
        with("SignatureVersion", "3"),
        with("Signature", "AAAA"),
        with("Signature", "?"),
        with("SigningCertURL", &format!("{}/other.pem", amazon.server.base)),
        // Well signed, by somebody else's certificate at another host, for another topic, too old, too early.
        elsewhere.signed(good.clone(), "-sha256"),
        signed_with("TopicArn", "arn:aws:sns:ap-northeast-1:999999999999:genkan-mail"),
        signed_with("Timestamp", &time(now - 3_700_000)),
        signed_with("Timestamp", &time(now + 400_000)),
        signed_with("Timestamp", "yesterday"),
        signed_with("Type", "Other"),
        "{}".to_owned(),
        "[".to_owned(),
    ] {
        assert_eq!(post.post(&[], &wrong).await, 400, "{wrong}");
    }
    assert_eq!(elsewhere.server.all().len(), 0, "another host is never asked");
    for harmless in [
        bounce("Transient", "a@example.jp", &with_headers(&id)),
        bounce("Undetermined", "a@example.jp", &with_headers(&id)),
        bounce("Permanent", "b@example.jp", &with_headers(&id)),
        bounce("Permanent", "a@example.jp", &without_headers("bounces@id.example.jp")),
        bounce("Permanent", "a@example.jp", &without_headers(&source)),
        json!("Successfully validated SNS topic for Amazon SES event publishing."),
    ] {
        let body = amazon.signed(notification(&harmless, now), "-sha256");
        assert_eq!(post.post(&[], &body).await, 200, "{harmless}");
    }
    assert_eq!(post.listed().await, (0, 0));
    assert_eq!(post.post(&[], &signed).await, 200);
    assert_eq!(post.listed().await, (1, 0));
    // The same by the address that the mail comes back to, under the older signature.
    let by_source = bounce("Permanent", "b@example.jp", &without_headers(&source));
    assert_eq!(post.post(&[], &amazon.signed(notification(&by_source, now), "-sha1")).await, 200);
    let complaint = json!({ "eventType": "Complaint", "mail": with_headers(&third),
        "complaint": { "complainedRecipients": [{ "emailAddress": "c@example.jp" }] } });
    assert_eq!(post.post(&[], &amazon.signed(notification(&complaint, now), "-sha256")).await, 200);
    assert_eq!(post.listed().await, (2, 1));
    assert!(post.is_said("a@example.jp").await && !post.is_said("c@example.jp").await);
    assert_eq!(amazon.server.count(Amazon::CERTIFICATE), 2, "once away, once had, then remembered");
    post.house.close().await;
}

#[tokio::test]
async fn c12_a_subscription_is_confirmed_where_the_topic_is_ours_and_nowhere_else() {
    let amazon = Amazon::new("confirmed");
    amazon.publish();
    let post = Post::of("ses", HookKeys { ses: Some(amazon.topic()), ..HookKeys::default() }).await;
    let now = post.house.clock.now().0;
    let evil = Hostile::start();
    let asked = |token: &str| {
        json!({ "Type": "SubscriptionConfirmation", "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
            "Token": token, "TopicArn": TOPIC, "Timestamp": time(now),
            "Message": "You have chosen to subscribe to the topic.",
            "SubscribeURL": format!("{}/?Action=ConfirmSubscription", evil.base) })
    };
    let path = |token: &str| format!("/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token={token}");
    let unsigned = asked("2336412f37fb687f5d51e6e241d09c80").to_string();
    assert_eq!(post.post(&[], &unsigned).await, 400);
    assert_eq!(post.post(&[], &amazon.signed(asked("a&Action=Publish"), "-sha256")).await, 400);
    let good = amazon.signed(asked("2336412f37fb687f5d51e6e241d09c80"), "-sha256");
    assert_eq!(post.post(&[], &good).await, 503, "SNS does not take it: it asks again");
    let path = path("2336412f37fb687f5d51e6e241d09c80");
    assert_eq!(amazon.server.count(&path), 1);
    amazon.server.put(&path, raw("<ConfirmSubscriptionResponse/>"));
    assert_eq!(post.post(&[], &good).await, 200);
    assert_eq!(amazon.server.count(&path), 2);
    assert_eq!(evil.all().len(), 0, "the address in the message is never visited");
    let mut farewell = asked("2336412f37fb687f5d51e6e241d09c80");
    farewell["Type"] = json!("UnsubscribeConfirmation");
    assert_eq!(post.post(&[], &amazon.signed(farewell, "-sha256")).await, 200);
    assert_eq!(amazon.server.count(&path), 2);
    post.house.close().await;
}

#[tokio::test]
async fn c12_whoever_invents_certificates_does_not_make_the_house_ask_without_end() {
    let amazon = Amazon::new("invented");
    let post = Post::of("ses", HookKeys { ses: Some(amazon.topic()), ..HookKeys::default() }).await;
    let now = post.house.clock.now().0;
    let good = amazon.signed(notification(&json!({}), now), "-sha256");
    for name in 0..30 {
        let invented = good.replace("9c6465fa7f48f5cacd23014631ec1136", &format!("{name:032x}"));
        assert_eq!(post.post(&[], &invented).await, 503);
    }
    assert_eq!(amazon.server.all().len(), 10);
    post.house.close().await;
}
