//! Passkeys, for apps: the options for the platform's API, and what it gave (R-PASSKEY).
//!
//! The flow that is handed out stands for this installation: an answer is taken once, in five minutes, for the errand
//! and the session that it was asked in (security.md G1, G8). Everything behind that is the same door.

use accounts::PasskeyId;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use engine::{Answer, Attempt, PasskeyAsked, PasskeyErrand, Visitor};
use http::StatusCode;

use super::bodies::{
    AddPasskey, Anywhere, FreshBody, MembersOnly, PasskeyAddedBody, PasskeyOptions, ProofPasskey,
    RenamePasskey, SignedBody, SigninPasskey, WithBody,
};
use super::{done, signed};
use crate::House;
use crate::ids;
use crate::json::{self, Body, time};
use crate::problem::{Problem, ProblemBody};
use crate::visitor::Caller;

/// What to ask the authenticator to sign in. The same for everybody: it names nobody's passkeys.
#[utoipa::path(
    post, path = "/api/v1/signin/passkey/options", tag = "passkeys", operation_id = "signin_passkey_options",
    responses(
        (status = 200, description = "Ask the authenticator with these.", body = PasskeyOptions),
        (status = 404, description = "`not-found`: this service has no passkeys", body = ProblemBody,
            content_type = "application/problem+json"),
        Anywhere
    )
)]
pub(crate) async fn signin_options(
    State(house): State<House>,
    Caller(visitor): Caller,
) -> Result<Response, Problem> {
    ask(&house, &visitor, PasskeyErrand::SignIn).await
}

/// Sign in with what a passkey has shown.
#[utoipa::path(
    post, path = "/api/v1/signin/passkey", tag = "passkeys", operation_id = "signin_passkey",
    request_body = SigninPasskey,
    responses(
        (status = 200, description = "Signed in.", body = SignedBody),
        (status = 403, description = "`passkey-refused`: the answer is not believed; `account-suspended`; \
            `account-locked`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`passkey-unknown`: no account has it; tell the platform that it can be \
            forgotten", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`flow-expired`: also used, or asked for something else",
            body = ProblemBody, content_type = "application/problem+json"),
        WithBody, Anywhere
    )
)]
pub(crate) async fn signin(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<SigninPasskey>,
) -> Result<Response, Problem> {
    visitor.device = body.device;
    visitor.flow = body.offer;
    visitor.browser = Some(body.flow);
    let attempt = Attempt::SignInPasskey { message: body.credential.get().to_owned() };
    match house.engine.execute(attempt, &visitor).await? {
        Answer::Welcome(welcome) => Ok(signed(&house, &welcome)),
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// What to ask the authenticator for a fresh proof.
#[utoipa::path(
    post, path = "/api/v1/proof/passkey/options", tag = "passkeys", operation_id = "proof_passkey_options",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "Ask the authenticator with these.", body = PasskeyOptions),
        (status = 404, description = "`not-found`: this service has no passkeys", body = ProblemBody,
            content_type = "application/problem+json"),
        MembersOnly, Anywhere
    )
)]
pub(crate) async fn proof_options(
    State(house): State<House>,
    Caller(visitor): Caller,
) -> Result<Response, Problem> {
    ask(&house, &visitor, PasskeyErrand::Prove).await
}

/// Bring what a passkey has shown as a fresh proof, which some changes need.
#[utoipa::path(
    post, path = "/api/v1/proof/passkey", tag = "passkeys", operation_id = "proof_passkey",
    security(("bearer" = [])),
    request_body = ProofPasskey,
    responses(
        (status = 200, description = "Proven.", body = FreshBody),
        (status = 403, description = "`passkey-refused`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "`passkey-unknown`: not one of the account's", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 410, description = "`flow-expired`: also used, or asked in another session",
            body = ProblemBody, content_type = "application/problem+json"),
        WithBody, MembersOnly, Anywhere
    )
)]
pub(crate) async fn prove(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<ProofPasskey>,
) -> Result<Response, Problem> {
    visitor.browser = Some(body.flow);
    let attempt = Attempt::ProvePasskey { message: body.credential.get().to_owned() };
    match house.engine.execute(attempt, &visitor).await? {
        Answer::Fresh { until } => {
            Ok(json::answer(StatusCode::OK, &FreshBody { fresh_until: time(until) }))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// What to ask the authenticator to make a passkey. Needs a fresh proof.
#[utoipa::path(
    post, path = "/api/v1/account/methods/passkey/options", tag = "passkeys",
    operation_id = "passkey_add_options", security(("bearer" = [])),
    responses(
        (status = 200, description = "Ask the authenticator with these.", body = PasskeyOptions),
        (status = 403, description = "`fresh-proof-required`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: this service has no passkeys", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "`too-many-passkeys`", body = ProblemBody,
            content_type = "application/problem+json"),
        MembersOnly, Anywhere
    )
)]
pub(crate) async fn add_options(
    State(house): State<House>,
    Caller(visitor): Caller,
) -> Result<Response, Problem> {
    ask(&house, &visitor, PasskeyErrand::Add).await
}

/// Add the passkey that was made. Needs a fresh proof; every address of the account is told.
#[utoipa::path(
    post, path = "/api/v1/account/methods/passkey", tag = "passkeys", operation_id = "passkey_add",
    security(("bearer" = [])),
    request_body = AddPasskey,
    responses(
        (status = 200, description = "Added.", body = PasskeyAddedBody),
        (status = 403, description = "`fresh-proof-required`, `passkey-refused`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "`passkey-already-added`, `too-many-passkeys`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 410, description = "`flow-expired`: also used, or asked in another session",
            body = ProblemBody, content_type = "application/problem+json"),
        WithBody, MembersOnly, Anywhere
    )
)]
pub(crate) async fn add(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<AddPasskey>,
) -> Result<Response, Problem> {
    visitor.browser = Some(body.flow);
    let (message, name) = (body.credential.get().to_owned(), body.name.unwrap_or_default());
    match house.engine.execute(Attempt::AddPasskey { message, name }, &visitor).await? {
        Answer::PasskeyAdded(id) => {
            Ok(json::answer(StatusCode::OK, &PasskeyAddedBody { id: ids::passkey(id) }))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// Give a passkey another name.
#[utoipa::path(
    patch, path = "/api/v1/account/methods/{id}", tag = "passkeys", operation_id = "passkey_rename",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The passkey's id.")),
    request_body = RenamePasskey,
    responses(
        (status = 204, description = "Renamed."),
        (status = 404, description = "`not-found`: none of one's own", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid-request`: no name", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, MembersOnly, Anywhere
    )
)]
pub(crate) async fn rename(
    State(house): State<House>,
    Caller(visitor): Caller,
    id: Result<Path<String>, PathRejection>,
    Body(body): Body<RenamePasskey>,
) -> Result<Response, Problem> {
    house.engine.session(&visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    let passkey = named(id).ok_or(Problem::NotFound)?;
    done(house.engine.execute(Attempt::RenamePasskey { passkey, name: body.name }, &visitor).await?)
}

/// The passkey that a path names.
fn named(id: Result<Path<String>, PathRejection>) -> Option<PasskeyId> {
    id.ok().and_then(|Path(id)| ids::parse_passkey(&id))
}

async fn ask(house: &House, visitor: &Visitor, purpose: PasskeyErrand) -> Result<Response, Problem> {
    match house.engine.ask_passkey(purpose, visitor).await? {
        PasskeyAsked::Options { json, browser, expires_at } => {
            let body = PasskeyOptions {
                flow: browser.expose().to_owned(),
                public_key: serde_json::value::RawValue::from_string(json)
                    .map_err(|_| Problem::Internal)?,
                expires_at: time(accounts::Instant(expires_at)),
            };
            Ok(json::answer(StatusCode::OK, &body))
        }
        PasskeyAsked::Refused(refusal) => Err(Problem::Refused(refusal)),
    }
}
