//! Numbers from mails, for apps: "this was not me" and the undo of a change (R-SIGNIN-6, R-METHOD-10).
//!
//! Neither needs a session nor gives one. Where the number was right, every session of the account has ended
//! and the way on is the reset; the presented token may be among them.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::{Answer, Attempt};
use http::StatusCode;

use super::bodies::{Anywhere, MailedNumber, WithBody};
use crate::House;
use crate::json::Body;
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

fn taken_back(answer: Answer) -> Result<Response, Problem> {
    match answer {
        Answer::TakenBack => Ok(StatusCode::NO_CONTENT.into_response()),
        Answer::Refused(refusal) => Err(Problem::NumberRefused(refusal)),
        _ => Err(Problem::Internal),
    }
}
