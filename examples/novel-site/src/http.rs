//! The HTTP client under openidconnect: the workspace's own `reqwest`, so that no second TLS stack comes in.
//!
//! It follows no redirect (an answer of the provider must not send our secret elsewhere), waits for nobody longer than ten
//! seconds, and reads no more than a mebibyte.

use std::pin::Pin;
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};

const PATIENCE: Duration = Duration::from_secs(10);
const MOST: usize = 1024 * 1024;

pub(crate) struct Http(reqwest::Client);

#[derive(Debug)]
pub(crate) enum Fault {
    Request(reqwest::Error),
    Response(http::Error),
    TooLong,
}

impl Http {
    pub(crate) fn new() -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("novel-site");
        client.build().map(Self).map_err(|fault| format!("There is no HTTP client: {fault}"))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Fault> {
        let request = reqwest::Request::try_from(request).map_err(Fault::Request)?;
        let mut answer = self.0.execute(request).await.map_err(Fault::Request)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(Fault::Request)? {
            if body.len() + chunk.len() > MOST {
                return Err(Fault::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = http::Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            *headers = std::mem::take(answer.headers_mut());
        }
        response.body(body).map_err(Fault::Response)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Fault>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Request(fault) => write!(f, "{fault}"),
            Self::Response(fault) => write!(f, "{fault}"),
            Self::TooLong => write!(f, "the answer is longer than {MOST} octets"),
        }
    }
}

impl std::error::Error for Fault {}
