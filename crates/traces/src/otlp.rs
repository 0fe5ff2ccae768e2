//! Spans as OTLP writes them in JSON (opentelemetry-proto 1.x, `ExportTraceServiceRequest`; names in hexadecimal, 64-bit
//! numbers as texts).
//!
//! Written by hand over serde: the message has a dozen members, and its form is promised not to change. What must never
//! happen here: an attribute of the process that tells a member's name or the machine's.

use serde_json::{Value as Json, json};

use crate::queue::{Ended, Said, Value};
use crate::send::Service;

/// One message with these spans.
pub(crate) fn message(service: &Service, spans: &[Ended]) -> Json {
    let resource = [
        text("service.name", &service.name),
        text("service.version", service.version),
        text("service.instance.id", &service.instance),
    ];
    json!({
        "resourceSpans": [{
            "resource": { "attributes": resource },
            "scopeSpans": [{
                "scope": { "name": "genkan", "version": service.version },
                "spans": spans.iter().map(span).collect::<Vec<_>>(),
            }],
        }],
    })
}

fn span(span: &Ended) -> Json {
    let status = span.said.iter().find_map(|said| match (said.key, &said.value) {
        ("http.response.status_code", Value::Number(status)) => Some(*status),
        _ => None,
    });
    let mut json = json!({
        "traceId": span.trace.text(),
        "spanId": span.span.text(),
        "name": name(span),
        "kind": kind(span),
        "startTimeUnixNano": span.since.to_string(),
        "endTimeUnixNano": span.until.to_string(),
        "attributes": span.said.iter().map(attribute).collect::<Vec<_>>(),
        // Only a fault of the house is an error of a server's span (semantic conventions for HTTP).
        "status": if status.is_some_and(|status| status >= 500) { json!({ "code": 2 }) } else { json!({}) },
    });
    if let (Some(parent), Some(members)) = (span.parent, json.as_object_mut()) {
        members.insert("parentSpanId".to_owned(), Json::String(parent.text()));
    }
    json
}

/// A request is named by method and route, as the conventions ask for.
fn name(span: &Ended) -> String {
    let of = |key: &str| {
        span.said.iter().find_map(|said| match &said.value {
            Value::Text(text) if said.key == key => Some(text.as_str()),
            _ => None,
        })
    };
    match (of("http.request.method"), of("http.route")) {
        (Some(method), Some(route)) => format!("{method} {route}"),
        _ => span.name.to_owned(),
    }
}

/// Internal 1, server 2, client 3.
fn kind(span: &Ended) -> u8 {
    match span.name {
        "request" => 2,
        "provider call" | "smtp" | "database read" | "database transaction" => 3,
        _ => 1,
    }
}

fn attribute(said: &Said) -> Json {
    match &said.value {
        Value::Text(value) => text(said.key, value),
        Value::Number(number) => {
            json!({ "key": said.key, "value": { "intValue": number.to_string() } })
        }
    }
}

fn text(key: &str, value: &str) -> Json {
    json!({ "key": key, "value": { "stringValue": value } })
}
