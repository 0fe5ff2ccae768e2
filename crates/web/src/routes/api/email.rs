//! Another address for the `email` method, or the method for an account that has none, for apps (R-METHOD-2, R-METHOD-8).
//!
//! All steps need a fresh proof in this session, and only this session goes on with the flow (I21). The first
//! answer is the same whether or not the address is on another account (R-METHOD-4).

use axum::extract::State;
use axum::response::Response;
use engine::{Answer, Attempt};

use super::bodies::{
    Anywhere, AskedBody, EmailComplete, FlowBody, FlowCode, MembersOnly, NewEmail, WithBody,
};
use super::{done, flow};
use crate::House;
use crate::json::Body;
use crate::problem::{Problem, ProblemBody};
use crate::visitor::Caller;

/// Ask for a code at the new address, or the first one. Needs a fresh proof; nothing changes before the code.
#[utoipa::path(
    post, path = "/api/v1/account/methods/email", tag = "account", operation_id = "email_change",
    security(("bearer" = [])),
    request_body = NewEmail,
    responses(
        (status = 200, description = "A code may be on its way.", body = AskedBody),
        (status = 403, description = "`fresh-proof-required`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid-address`", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, MembersOnly, Anywhere
    )
)]
pub(crate) async fn ask(
    State(house): State<House>,
    Caller(visitor): Caller,
    Body(body): Body<NewEmail>,
) -> Result<Response, Problem> {
    let address = body.email.clone();
    match house.engine.execute(Attempt::AskEmailChange { address: body.email }, &visitor).await? {
        Answer::CodeAsked { flow, expires_at } => {
            super::asked(&house, &address, (&flow, expires_at)).await
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// Enter the code from the mail. Needs a fresh proof; from here on a new address is the account's. Where the method is
/// added, the password comes next.
#[utoipa::path(
    post, path = "/api/v1/account/methods/email/verify", tag = "account",
    operation_id = "email_change_verify",
    security(("bearer" = [])),
    request_body = FlowCode,
    responses(
        (status = 200, description = "The address is proven: choose a password.", body = FlowBody),
        (status = 204, description = "Changed."),
        (status = 403, description = "`fresh-proof-required`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "`address-on-other-account`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 410, description = "`flow-expired`: also where another session has begun it",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-code`, `code-expired`", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, MembersOnly, Anywhere,
        (status = 429, description = "`code-used-up`, `rate-limited`", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn verify(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<FlowCode>,
) -> Result<Response, Problem> {
    // Without it, the answer would be about the flow and not about the missing sign-in.
    house.engine.session(&visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    visitor.flow = Some(body.flow.clone());
    match house.engine.execute(Attempt::VerifyEmailChange { code: body.code }, &visitor).await? {
        Answer::Proven { expires_at, former: _ } => Ok(flow(&body.flow, expires_at)),
        other => done(other),
    }
}

/// Choose the password of an `email` method that is added. Needs a fresh proof; from here on it is there.
#[utoipa::path(
    post, path = "/api/v1/account/methods/email/complete", tag = "account",
    operation_id = "email_add_complete",
    security(("bearer" = [])),
    request_body = EmailComplete,
    responses(
        (status = 204, description = "Added."),
        (status = 403, description = "`fresh-proof-required`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "`address-on-other-account`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 410, description = "`flow-expired`: also where another session has begun it",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`password-too-weak`", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, MembersOnly, Anywhere
    )
)]
pub(crate) async fn complete(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<EmailComplete>,
) -> Result<Response, Problem> {
    visitor.flow = Some(body.flow);
    done(house.engine.execute(Attempt::CompleteEmail { password: body.password }, &visitor).await?)
}
