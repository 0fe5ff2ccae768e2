//! Sends what has ended to the collector: some hundreds of spans at a time, every few seconds, and once more at the end.
//!
//! A message that the collector does not take is dropped and counted: traces are a help and no record. What must never
//! happen here: a redirect followed, a proxy of the environment used, a secret or an answer's text in the log.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tokio::sync::mpsc::Receiver;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::otlp;
use crate::queue::{Ended, Heap, PLACES, Tally};

/// Spans in one message: below 300 KiB of JSON.
const MOST: usize = 512;
/// What has ended waits for others at most so long.
const EVERY: Duration = Duration::from_secs(2);
const CONNECT: Duration = Duration::from_secs(3);
const WHOLE: Duration = Duration::from_secs(10);
/// So long the end of the process waits for the last message.
const LAST: Duration = Duration::from_secs(3);

/// Where traces are told.
pub struct Collector {
    /// The whole address, such as `http://127.0.0.1:4318/v1/traces`.
    pub url: String,
    /// The value of `Authorization`, if one is asked for. Never told.
    pub authorization: Option<String>,
}

/// Who tells them.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name among others.
    pub name: String,
    /// Its version.
    pub version: &'static str,
    /// This process; drawn at its start.
    pub instance: String,
}

/// Messages on their way, until it is stopped.
pub struct Sending {
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

/// What is ready to send, once there is a runtime.
pub struct Ready {
    sender: Sender,
    taken: Receiver<Ended>,
}

/// Makes ready to send; what spans are to be put into comes with it.
///
/// # Errors
/// Why nothing can be sent: the address, the header, or no client.
pub fn open(collector: &Collector, service: Service) -> Result<(Arc<Heap>, Ready), String> {
    let url = Url::parse(&collector.url).map_err(|_| "traces.url is no URL".to_owned())?;
    let mut headers = HeaderMap::new();
    if let Some(value) = &collector.authorization {
        let value = HeaderValue::from_str(value);
        let mut value =
            value.map_err(|_| "traces.authorization cannot stand in a header".to_owned())?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    let client = Client::builder()
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        .redirect(Policy::none())
        .no_proxy()
        .default_headers(headers)
        .user_agent("genkan")
        .build()
        .map_err(|_| "no HTTP client for traces can be had".to_owned())?;
    let (heap, taken) = Heap::new(PLACES);
    let sender = Sender { client, url, service, tally: heap.tally(), failing: false };
    Ok((Arc::new(heap), Ready { sender, taken }))
}

impl Ready {
    /// Begins. Must be called in a runtime.
    #[must_use]
    pub fn start(self) -> Sending {
        let (stop, stopped) = oneshot::channel();
        Sending { stop, ended: tokio::spawn(self.sender.run(self.taken, stopped)) }
    }
}

impl Sending {
    /// Sends what is left, and ends.
    pub async fn close(self) {
        let _gone = self.stop.send(());
        if tokio::time::timeout(LAST, self.ended).await.is_err() {
            tracing::warn!("the last traces did not leave in time");
        }
    }
}

struct Sender {
    client: Client,
    url: Url,
    service: Service,
    tally: Tally,
    failing: bool,
}

impl Sender {
    async fn run(mut self, mut taken: Receiver<Ended>, mut stopped: oneshot::Receiver<()>) {
        let mut spans = Vec::with_capacity(MOST);
        loop {
            let more = tokio::select! {
                got = taken.recv_many(&mut spans, MOST) => got > 0,
                _ = &mut stopped => false,
            };
            if !more {
                break;
            }
            // The first has come; others of the same seconds go with it.
            let wait = tokio::time::sleep(EVERY);
            tokio::pin!(wait);
            let mut ending = false;
            while spans.len() < MOST && !ending {
                let room = MOST - spans.len();
                tokio::select! {
                    () = &mut wait => break,
                    _ = &mut stopped => ending = true,
                    got = taken.recv_many(&mut spans, room) => ending = got == 0,
                }
            }
            self.send(&mut spans).await;
            if ending {
                break;
            }
        }
        while let Ok(span) = taken.try_recv() {
            spans.push(span);
            if spans.len() == MOST {
                self.send(&mut spans).await;
            }
        }
        self.send(&mut spans).await;
    }

    async fn send(&mut self, spans: &mut Vec<Ended>) {
        if spans.is_empty() {
            return;
        }
        let body = otlp::message(&self.service, spans).to_string();
        let asked = self.client.post(self.url.clone());
        let asked = asked.header(CONTENT_TYPE, "application/json").body(body);
        let answer = asked.send().await;
        let status = answer.as_ref().map(|answer| answer.status().as_u16()).unwrap_or_default();
        if (200..300).contains(&status) {
            self.tally.sent(spans.len());
        } else {
            self.tally.refused(spans.len());
        }
        let failing = !(200..300).contains(&status);
        if failing != self.failing {
            self.failing = failing;
            match (failing, status) {
                (false, _) => tracing::info!("the collector takes traces again"),
                (true, 0) => tracing::warn!(
                    "the collector of traces cannot be reached; what is not taken is dropped"
                ),
                (true, status) => {
                    tracing::warn!(status, "the collector refuses traces; they are dropped");
                }
            }
        }
        spans.clear();
    }
}
