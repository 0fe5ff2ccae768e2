//! How a stand-in answers: pages that say that they are a stand-in's, the way back to the client as a redirect or
//! as a form that sends itself, and refusals as JSON.
//!
//! The pages set a policy of their own. It names no `form-action`: where the ways of a sign-in lead in the end is
//! known to the client alone, and browsers hold that directive against every redirect on the way.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use reqwest::Url;
use serde_json::json;

use super::StandInFault;
use super::deliver::Delivery;
use crate::Playground;
use crate::frame::{Language, escape, page};

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";
/// Where the one script is, which sends a form.
pub(crate) const SENDER: &str = "/dev/issuers/send.js";

/// Parameters of an answer.
pub(crate) type Pairs = Vec<(&'static str, String)>;

/// A page of the stand-in for `whom`.
pub(crate) fn sheet(house: &Playground, whom: &str, title: &str, body: &str) -> Response {
    let body = format!(
        "<p class=\"notice\"><span class=\"sign\" aria-hidden=\"true\">i</span>\
         Stand-in for {whom} — nothing leaves this machine, and nobody here is real.</p>{body}"
    );
    let mut response = page(house, Language::En, title, &body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    // A stricter policy would make browsers send `Origin: null` with the form that leads back; the real ones say who they
    // are, and a receiver may look at it.
    headers
        .insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    response
}

/// A page on which a request ends: what came cannot be answered to the client.
pub(crate) fn refusal(
    house: &Playground,
    whom: &str,
    status: StatusCode,
    code: &str,
    sentence: &str,
) -> Response {
    let body = format!(
        "<p>{}</p><p class=\"soft\">Error {}: <code>{}</code></p>",
        escape(sentence),
        status.as_u16(),
        escape(code)
    );
    (status, sheet(house, whom, "Access blocked", &body)).into_response()
}

/// Back to the client with the answer in the address.
pub(crate) fn redirect(uri: &str, pairs: &Pairs) -> Response {
    let Ok(mut url) = Url::parse(uri) else {
        return (StatusCode::BAD_REQUEST, "redirect_uri is no address").into_response();
    };
    url.query_pairs_mut().extend_pairs(pairs);
    Redirect::to(url.as_str()).into_response()
}

/// Back to the client with the answer in a form that sends itself (OAuth 2.0 Form Post Response Mode).
pub(crate) fn form_post(house: &Playground, whom: &str, uri: &str, pairs: &Pairs) -> Response {
    let fields = pairs
        .iter()
        .map(|(name, value)| {
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value))
        })
        .collect::<String>();
    let body = format!(
        "<form method=\"post\" action=\"{}\">{fields}<button>Continue</button></form>\
         <script src=\"{SENDER}\"></script>",
        escape(uri)
    );
    sheet(house, whom, "Back to where you came from", &body)
}

/// The script of the page above. Its button is there for browsers without scripts.
pub(crate) async fn sender() -> impl IntoResponse {
    let kind = (header::CONTENT_TYPE, "text/javascript; charset=utf-8");
    ([kind], "document.querySelector(\"main form\").submit();\n")
}

/// A refusal of a token endpoint (RFC 6749 §5.2).
pub(crate) fn oauth_error(status: StatusCode, error: &str, description: &str) -> Response {
    (status, Json(json!({ "error": error, "error_description": description }))).into_response()
}

/// A refusal of the stand-in's own JSON.
pub(crate) fn unprocessable(sentence: &str) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": sentence }))).into_response()
}

/// A document that may be kept for a while, as the real issuers allow it.
pub(crate) fn document(content: serde_json::Value) -> Response {
    let keep: (HeaderName, _) = (header::CACHE_CONTROL, "public, max-age=3600");
    ([keep], Json(content)).into_response()
}

impl IntoResponse for StandInFault {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

/// What became of an event, as a page.
pub(crate) fn delivered(house: &Playground, whom: &str, home: &str, delivery: &Delivery) -> Response {
    let status = delivery.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let body = format!(
        "<p class=\"lead\">The receiver says {}.</p><dl><dt>To</dt><dd><code>{}</code></dd>\
         <dt>jti</dt><dd><code>{}</code></dd><dt>Answer</dt><dd><code>{}</code></dd>\
         <dt>Token</dt><dd><code>{}</code></dd></dl>\
         <p class=\"ways\"><a href=\"{home}\">Back to the stand-in</a></p>",
        escape(&status),
        escape(&delivery.to),
        escape(&delivery.jti),
        escape(&delivery.answer),
        escape(&delivery.token),
    );
    sheet(house, whom, "An event was sent", &body)
}

/// A field of a form: name, label, value.
pub(crate) struct Field<'a>(pub(crate) &'static str, pub(crate) &'static str, pub(crate) &'a str);

/// Fields for text. `of` keeps the ids of several forms on one page apart.
pub(crate) fn fields(of: &str, fields: &[Field<'_>]) -> String {
    let of = escape(of);
    let field = |Field(name, label, value): &Field<'_>| {
        format!(
            "<div class=\"field\"><label for=\"{name}-{of}\">{label}</label>\
             <input id=\"{name}-{of}\" name=\"{name}\" value=\"{}\" autocomplete=\"off\"></div>",
            escape(value)
        )
    };
    fields.iter().map(field).collect()
}

/// A field for yes or no.
pub(crate) fn choice(of: &str, name: &str, label: &str, is_so: bool) -> String {
    let (yes, no) = if is_so { (" selected", "") } else { ("", " selected") };
    let of = escape(of);
    format!(
        "<div class=\"field\"><label for=\"{name}-{of}\">{label}</label><select id=\"{name}-{of}\" name=\"{name}\">\
         <option value=\"true\"{yes}>yes</option><option value=\"false\"{no}>no</option></select></div>"
    )
}

/// The buttons for events, about one of the people.
pub(crate) fn events(home: &str, options: &str, buttons: &str) -> String {
    format!(
        "<ul class=\"rows\"><li><form class=\"acts\" method=\"post\" action=\"{home}/events\"><div class=\"field\">\
         <label for=\"event-person\">Person</label><select id=\"event-person\" name=\"person\">{options}</select></div>\
         {buttons}</form></li><li><form class=\"acts\" method=\"post\" action=\"{home}/events\">\
         <button class=\"second small\" name=\"again\" value=\"true\">Send the last one once more</button></form></li></ul>"
    )
}

/// The buttons that rotate the signing key.
pub(crate) fn rotation(home: &str) -> String {
    format!(
        "<section><h2>Signing key</h2><ul class=\"rows\"><li>\
         <form class=\"acts\" method=\"post\" action=\"{home}/keys\">\
         <button class=\"second small\" name=\"old\" value=\"keep\">New key, old one kept for a day</button>\
         <button class=\"second small\" name=\"old\" value=\"withdraw\">New key, old ones withdrawn</button>\
         </form></li></ul></section>"
    )
}
