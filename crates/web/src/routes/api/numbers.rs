//! Numbers from mails, for apps: "this was not me", the undo of a change or a withdrawal, and "I cannot use this
//! provider any more" (R-SIGNIN-6, R-METHOD-10, R-WITHDRAW-2, R-RESET-8).
//!
//! None needs a session or gives one. Where the number of one of the first two was right, every session of the account
//! has ended and the way on is the reset; the presented token may be among them.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::{Answer, Attempt};
use http::StatusCode;

use super::bodies::{Anywhere, MailedNumber, RestoredBody, WaitBody, WithBody};
use crate::House;
use crate::json::{self, Body, time};
use crate::problem::{Problem, ProblemBody};
use crate::visitor::Caller;

/// "This was not me", with the number from the mail about a sign-in. Every session ends, the password is void.
#[utoipa::path(
    post, path = "/api/v1/not-me", tag = "numbers", operation_id = "not_me",
    request_body = MailedNumber,
    responses(
        (status = 204, description = "Every session has ended; the way on is the reset."),
        (status = 422, description = "`invalid-address`, `invalid-code`, `code-expired`",
            body = ProblemBody, content_type = "application/problem+json"),
        WithBody, Anywhere,
        (status = 429, description = "`code-used-up`, `rate-limited`", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn report(
    State(house): State<House>,
    Caller(visitor): Caller,
    Body(body): Body<MailedNumber>,
) -> Result<Response, Problem> {
    let attempt = Attempt::ReportNotMe { address: body.email, number: body.number };
    taken_back(house.engine.execute(attempt, &visitor).await?)
}

/// Take a change back, and every later one, with the number from the mail about it.
#[utoipa::path(
    post, path = "/api/v1/undo", tag = "numbers", operation_id = "undo",
    request_body = MailedNumber,
    responses(
        (status = 200, description = "A withdrawal is taken back: sign in, or reset the password.",
            body = RestoredBody),
        (status = 204, description = "Taken back; every session has ended, and the way on is the reset."),
        (status = 422, description = "`invalid-address`, `invalid-code`, `code-expired`",
            body = ProblemBody, content_type = "application/problem+json"),
        WithBody, Anywhere,
        (status = 429, description = "`code-used-up`, `rate-limited`", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn undo(
    State(house): State<House>,
    Caller(visitor): Caller,
    Body(body): Body<MailedNumber>,
) -> Result<Response, Problem> {
    let attempt = Attempt::Undo { address: body.email, number: body.number };
    taken_back(house.engine.execute(attempt, &visitor).await?)
}

/// "I cannot use this provider any more", with the number from the mail of a reset. The contact is told, and any
/// sign-in ends the wait.
#[utoipa::path(
    post, path = "/api/v1/provider-lost", tag = "numbers", operation_id = "provider_lost",
    request_body = MailedNumber,
    responses(
        (status = 200, description = "The wait has begun.", body = WaitBody),
        (status = 422, description = "`invalid-address`, `invalid-code`, `code-expired`",
            body = ProblemBody, content_type = "application/problem+json"),
        WithBody, Anywhere,
        (status = 429, description = "`code-used-up`, `rate-limited`", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn lost(
    State(house): State<House>,
    Caller(visitor): Caller,
    Body(body): Body<MailedNumber>,
) -> Result<Response, Problem> {
    let attempt = Attempt::ReportLost { address: body.email, number: body.number };
    match house.engine.execute(attempt, &visitor).await? {
        Answer::WaitBegun { until } => {
            Ok(json::answer(StatusCode::OK, &WaitBody { until: time(until) }))
        }
        Answer::Refused(refusal) => Err(Problem::NumberRefused(refusal)),
        _ => Err(Problem::Internal),
    }
}

fn taken_back(answer: Answer) -> Result<Response, Problem> {
    match answer {
        Answer::TakenBack => Ok(StatusCode::NO_CONTENT.into_response()),
        Answer::Restored => Ok(json::answer(StatusCode::OK, &RestoredBody { restored: true })),
        Answer::Refused(refusal) => Err(Problem::NumberRefused(refusal)),
        _ => Err(Problem::Internal),
    }
}
