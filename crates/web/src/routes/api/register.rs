//! Registering by e-mail, for apps: address, code, password.
//!
//! The flow is the app's stand-in for "this browser". The first answer is the same for every address (R-REG-3),
//! and no account exists before the last step.

use axum::extract::State;
use axum::response::Response;
use engine::{Answer, Attempt};
use http::StatusCode;

use super::bodies::{
    Anywhere, AskedBody, FormerBody, ProvenBody, RegisterComplete, RegisterEmail, RegisterVerify,
    SignedBody, WithBody,
};
use crate::House;
use crate::json::{self, Body, time};
use crate::problem::{Problem, ProblemBody};
use crate::visitor::Caller;

/// Ask for a code. The answer is the same whether or not the address has an account; the mail tells.
#[utoipa::path(
    post, path = "/api/v1/register/email", tag = "register", operation_id = "register_email",
    request_body = RegisterEmail,
    responses(
        (status = 200, description = "A code may be on its way.", body = AskedBody),
        (status = 403, description = "`registration-closed`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid-address`", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, Anywhere
    )
)]
pub(crate) async fn ask(
    State(house): State<House>,
    Caller(visitor): Caller,
    Body(body): Body<RegisterEmail>,
) -> Result<Response, Problem> {
    let address = body.email.clone();
    match house.engine.execute(Attempt::RegisterByEmail { address: body.email }, &visitor).await? {
        Answer::CodeAsked { flow, expires_at } => {
            super::asked(&house, &address, (&flow, expires_at)).await
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// Enter the code from the mail.
#[utoipa::path(
    post, path = "/api/v1/register/verify", tag = "register", operation_id = "register_verify",
    request_body = RegisterVerify,
    responses(
        (status = 200, description = "The address is proven.", body = ProvenBody),
        (status = 403, description = "`registration-closed`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 410, description = "`flow-expired`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid-code`, `code-expired`", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, Anywhere,
        (status = 429, description = "`code-used-up`, `rate-limited`", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn verify(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<RegisterVerify>,
) -> Result<Response, Problem> {
    visitor.flow = Some(body.flow.clone());
    match house.engine.execute(Attempt::VerifyRegistration { code: body.code }, &visitor).await? {
        Answer::Proven { expires_at, former } => {
            let body = ProvenBody {
                flow: body.flow.expose().to_owned(),
                expires_at: time(expires_at),
                former: former.as_ref().map(FormerBody::of),
            };
            Ok(json::answer(StatusCode::OK, &body))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// Choose the password. From here on the account exists, and this installation is signed in.
#[utoipa::path(
    post, path = "/api/v1/register/complete", tag = "register", operation_id = "register_complete",
    request_body = RegisterComplete,
    responses(
        (status = 201, description = "Registered and signed in.", body = SignedBody),
        (status = 403, description = "`registration-closed`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "`address-on-other-account`, `try-again`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 410, description = "`flow-expired`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "`password-too-weak`, `terms-required`", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, Anywhere
    )
)]
pub(crate) async fn complete(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<RegisterComplete>,
) -> Result<Response, Problem> {
    visitor.flow = Some(body.flow);
    visitor.device = body.device;
    let attempt = Attempt::CompleteRegistration { password: body.password, terms: body.terms_version };
    match house.engine.execute(attempt, &visitor).await? {
        Answer::Welcome(signed) => {
            Ok(json::answer(StatusCode::CREATED, &SignedBody::of(&signed, None)))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}
