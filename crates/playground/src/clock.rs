//! The clock that can be moved forward, so that nobody has to wait for thirty minutes or thirty days.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::Playground;
use crate::frame::{Language, page, time};

/// Ten years at once are enough.
const MOST_SECONDS: i64 = 10 * 366 * 24 * 3_600;

#[derive(Deserialize)]
pub(crate) struct Move {
    seconds: i64,
}

pub(crate) async fn show(State(house): State<Arc<Playground>>, headers: HeaderMap) -> Html<String> {
    let language = Language::of(&headers);
    let steps = [
        (60, "1分", "1 minute"),
        (30 * 60, "30分", "30 minutes"),
        (24 * 3_600, "1日", "1 day"),
        (30 * 24 * 3_600, "30日", "30 days"),
        (400 * 24 * 3_600, "400日", "400 days"),
    ];
    let buttons = steps
        .map(|(seconds, ja, en)| {
            let words = language.say(ja, en);
            format!("<button class=\"second\" name=\"seconds\" value=\"{seconds}\">+ {words}</button>")
        })
        .join("");
    let now = time((house.now)());
    let why = language.say(
        "時計を進めると、ワンタイムコードの期限やログインの期限切れを、待たずに試せます。戻すことはできません。",
        "Move the clock forward to see codes and sign-ins run out without waiting. It does not go back.",
    );
    let body = format!(
        "<p class=\"lead\"><time>{now}</time></p><p>{why}</p>\
         <form method=\"post\" action=\"/dev/clock\">{buttons}</form>"
    );
    page(&house, language, language.say("時計", "Clock"), &body)
}

pub(crate) async fn advance(State(house): State<Arc<Playground>>, Form(step): Form<Move>) -> Response {
    if !(0..=MOST_SECONDS).contains(&step.seconds) {
        let sentence = "The clock goes forward only, by at most ten years at a time.";
        return (StatusCode::UNPROCESSABLE_ENTITY, sentence).into_response();
    }
    (house.advance)(step.seconds.saturating_mul(1_000));
    house.progress.moved();
    Redirect::to("/dev/clock").into_response()
}
