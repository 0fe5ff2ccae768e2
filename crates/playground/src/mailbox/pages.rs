//! The mailbox as pages and as JSON.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Letter, code_in};
use crate::Playground;
use crate::frame::{Language, escape, page, time};

#[derive(Deserialize)]
pub(crate) struct Filter {
    to: Option<String>,
}

pub(crate) async fn list(State(house): State<Arc<Playground>>, headers: HeaderMap) -> Html<String> {
    let language = Language::of(&headers);
    let letters = house.mailbox.letters();
    let rows = letters.iter().map(row).collect::<String>();
    let body = if rows.is_empty() {
        let empty = language.say(
            "まだメールはありません。ユーザー登録をすると、ここに確認コードが届きます。",
            "No mail yet. Register, and the confirmation code arrives here.",
        );
        let go = language.say("ユーザー登録へ", "Register");
        format!("<p>{empty}</p><p><a class=\"button narrow\" href=\"/signup\">{go}</a></p>")
    } else {
        let clear = language.say("受信箱を空にする", "Empty the mailbox");
        format!(
            "<ul class=\"doors\">{rows}</ul><form method=\"post\" action=\"/dev/mailbox/empty\">\
             <button class=\"second narrow\">{clear}</button></form>"
        )
    };
    page(&house, language, language.say("受信箱", "Mailbox"), &body)
}

fn row(letter: &Letter) -> String {
    format!(
        "<li><a href=\"/dev/mailbox/{}\"><strong>{}</strong><span>{} · {}</span></a></li>",
        escape(&letter.id),
        escape(&letter.subject),
        escape(&letter.to),
        escape(&time(letter.at_ms)),
    )
}

pub(crate) async fn one(
    State(house): State<Arc<Playground>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(&headers);
    let Some(letter) = house.mailbox.letters().into_iter().find(|letter| letter.id == id) else {
        return (StatusCode::NOT_FOUND, "There is no such letter.").into_response();
    };
    let paragraphs = letter
        .text
        .split("\n\n")
        .map(|part| format!("<p>{}</p>", escape(part).replace('\n', "<br>")))
        .collect::<String>();
    let (html_part, back) = (
        language.say("HTML版を見る", "See the HTML part"),
        language.say("受信箱に戻る", "Back to the mailbox"),
    );
    let body = format!(
        "<p class=\"soft\">{}<br>{}</p><section>{paragraphs}</section>\
         <p class=\"ways\"><a href=\"/dev/mailbox/{}/html\">{html_part}</a><a href=\"/dev/mailbox\">{back}</a></p>",
        escape(&letter.to),
        escape(&time(letter.at_ms)),
        escape(&letter.id),
    );
    page(&house, language, &letter.subject, &body).into_response()
}

pub(crate) async fn html_part(
    State(house): State<Arc<Playground>>,
    Path(id): Path<String>,
) -> Response {
    match house.mailbox.letters().into_iter().find(|letter| letter.id == id) {
        Some(letter) => Html(letter.html).into_response(),
        None => (StatusCode::NOT_FOUND, "There is no such letter.").into_response(),
    }
}

pub(crate) async fn json(
    State(house): State<Arc<Playground>>,
    Query(filter): Query<Filter>,
) -> Json<Value> {
    let wanted = |letter: &Letter| filter.to.as_ref().is_none_or(|to| *to == letter.to);
    let letters = house.mailbox.letters().into_iter().filter(wanted).map(|letter| {
        json!({
            "id": letter.id,
            "at_ms": letter.at_ms,
            "to": letter.to,
            "subject": letter.subject,
            "code": code_in(&letter.text),
            "text": letter.text,
            "html": letter.html,
            "language": letter.language,
        })
    });
    Json(letters.collect())
}

pub(crate) async fn empty(State(house): State<Arc<Playground>>) -> Response {
    house.progress.note(&house.mailbox.letters());
    match house.mailbox.clear() {
        Ok(()) => Redirect::to("/dev/mailbox").into_response(),
        Err(fault) => (StatusCode::INTERNAL_SERVER_ERROR, fault.to_string()).into_response(),
    }
}
