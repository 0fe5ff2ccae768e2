//! Signing in and out, and the fresh proof, for apps.
//!
//! The answers to a guess are those of the pages, word for word (H1), and draw from the same budget (A4).

use axum::extract::State;
use axum::response::Response;
use engine::{Answer, Attempt};
use http::StatusCode;

use super::bodies::{
    Anywhere, FreshBody, MembersOnly, ProofPassword, SignedBody, SigninPassword, WithBody,
};
use super::{done, signed};
use crate::House;
use crate::json::{self, Body, time};
use crate::problem::{Problem, ProblemBody};
use crate::visitor::Caller;

/// Sign in with address and password.
#[utoipa::path(
    post, path = "/api/v1/signin/password", tag = "signin", operation_id = "signin_password",
    request_body = SigninPassword,
    responses(
        (status = 200, description = "Signed in.", body = SignedBody),
        (status = 401, description = "`invalid-credentials`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "`account-locked`, `account-suspended`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "`try-again`: other guesses are under way", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid-address`", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, Anywhere
    )
)]
pub(crate) async fn password(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<SigninPassword>,
) -> Result<Response, Problem> {
    visitor.device = body.device;
    visitor.flow = body.offer;
    let attempt = Attempt::SignIn { address: body.email, password: body.password };
    match house.engine.execute(attempt, &visitor).await? {
        Answer::Welcome(welcome) => Ok(signed(&house, &welcome)),
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// End the presented session. One that has ended already is no error.
#[utoipa::path(
    post, path = "/api/v1/signout", tag = "signin", operation_id = "signout",
    security(("bearer" = [])),
    responses((status = 204, description = "Signed out."), MembersOnly, Anywhere)
)]
pub(crate) async fn leave(
    State(house): State<House>,
    Caller(visitor): Caller,
) -> Result<Response, Problem> {
    if visitor.session.is_none() && visitor.held.is_none() {
        return Err(Problem::UNAUTHENTICATED);
    }
    done(house.engine.execute(Attempt::SignOut, &visitor).await?)
}

/// Show the password once more in this session: a fresh proof, which some changes need.
#[utoipa::path(
    post, path = "/api/v1/proof/password", tag = "signin", operation_id = "proof_password",
    security(("bearer" = [])),
    request_body = ProofPassword,
    responses(
        (status = 200, description = "Proven.", body = FreshBody),
        (status = 401, description = "`unauthenticated`, `invalid-credentials`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "`account-locked`, `account-suspended`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "`try-again`: other guesses are under way", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, Anywhere
    )
)]
pub(crate) async fn prove(
    State(house): State<House>,
    Caller(visitor): Caller,
    Body(body): Body<ProofPassword>,
) -> Result<Response, Problem> {
    match house.engine.execute(Attempt::ProveFresh { password: body.password }, &visitor).await? {
        Answer::Fresh { until } => {
            Ok(json::answer(StatusCode::OK, &FreshBody { fresh_until: time(until) }))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}
