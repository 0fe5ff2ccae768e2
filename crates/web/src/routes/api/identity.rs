//! With an identity in hand, for apps: an account with it, an account that had it back, or one that it joins
//! (R-REG-4, R-REG-5, R-WITHDRAW-2).
//!
//! The identity is in the flow, put there by the provider's token; no body can name another (D13, D14). No account
//! exists before the confirmation, and equal addresses join nothing.

use axum::extract::State;
use axum::response::Response;
use engine::{Answer, Attempt};
use http::StatusCode;

use super::bodies::{
    Anywhere, AskedBody, FlowAlone, FlowCode, IdentityAddress, IdentityBody, LinkedBody, MembersOnly,
    RegisterIdentity, RestoredBody, SignedBody, WithBody,
};
use super::done;
use super::providers::identity;
use crate::House;
use crate::json::{self, Body};
use crate::problem::{Problem, ProblemBody, WayOn};
use crate::routes::profile::check_name;
use crate::visitor::Caller;

/// Confirm: from here on the account exists, and this installation is signed in.
#[utoipa::path(
    post, path = "/api/v1/register/identity", tag = "register", operation_id = "register_identity",
    request_body = RegisterIdentity,
    responses(
        (status = 201, description = "Registered and signed in.", body = SignedBody),
        (status = 403, description = "`registration-closed`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "`address-on-other-account`, `identity-on-other-account`: taken \
            meanwhile", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`flow-expired`: also where an address has still to be proven",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`terms-required`", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, Anywhere
    )
)]
pub(crate) async fn register(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<RegisterIdentity>,
) -> Result<Response, Problem> {
    if check_name(&body.display_name).is_err() {
        return Err(Problem::InvalidRequest);
    }
    visitor.flow = Some(body.flow);
    visitor.device = body.device;
    let (display_name, terms) = (body.display_name, body.terms_version);
    match house.engine.execute(Attempt::RegisterIdentity { display_name, terms }, &visitor).await? {
        Answer::Welcome(signed) => {
            Ok(json::answer(StatusCode::CREATED, &SignedBody::of(&signed, None)))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// Ask for a code at an address, where the provider vouches for none. The answer is the same for every address.
#[utoipa::path(
    post, path = "/api/v1/register/identity/address", tag = "register",
    operation_id = "register_identity_address",
    request_body = IdentityAddress,
    responses(
        (status = 200, description = "A code may be on its way.", body = AskedBody),
        (status = 403, description = "`registration-closed`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 410, description = "`flow-expired`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid-address`", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, Anywhere
    )
)]
pub(crate) async fn address(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<IdentityAddress>,
) -> Result<Response, Problem> {
    visitor.flow = Some(body.flow);
    let address = body.email.clone();
    match house.engine.execute(Attempt::AskIdentityAddress { address: body.email }, &visitor).await? {
        Answer::CodeAsked { flow, expires_at } => {
            super::asked(&house, &address, (&flow, expires_at)).await
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// Enter that code. The answer has a new `flow`.
#[utoipa::path(
    post, path = "/api/v1/register/identity/verify", tag = "register",
    operation_id = "register_identity_verify",
    request_body = FlowCode,
    responses(
        (status = 200, description = "The address is proven: confirm.", body = IdentityBody),
        (status = 409, description = "`address-on-other-account`: sign in there and present the `flow` of this \
            answer as `offer`", body = ProblemBody, content_type = "application/problem+json"),
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
    Body(body): Body<FlowCode>,
) -> Result<Response, Problem> {
    visitor.flow = Some(body.flow);
    match house.engine.execute(Attempt::VerifyIdentityAddress { code: body.code }, &visitor).await? {
        Answer::IdentityFree { flow, needs } => {
            identity(&house, visitor, (StatusCode::OK, flow), &needs).await
        }
        Answer::OfferMade { flow, until } => Ok(WayOn { flow, until }.after(Problem::SIGN_IN_THERE)),
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// Have a withdrawn account back, with a flow that has proven its address or identity. It signs nobody in.
#[utoipa::path(
    post, path = "/api/v1/restore", tag = "register", operation_id = "restore",
    request_body = FlowAlone,
    responses(
        (status = 200, description = "There again: sign in, or reset the password.", body = RestoredBody),
        (status = 404, description = "`not-found`: there is nothing to have back", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 410, description = "`flow-expired`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid-code`: others have all of it by now", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, Anywhere
    )
)]
pub(crate) async fn restore(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<FlowAlone>,
) -> Result<Response, Problem> {
    visitor.flow = Some(body.flow);
    match house.engine.execute(Attempt::RestoreProven, &visitor).await? {
        Answer::Restored => Ok(json::answer(StatusCode::OK, &RestoredBody { restored: true })),
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// Add the identity in hand to the account that has signed in. Needs a fresh proof; the sign-in is one.
#[utoipa::path(
    post, path = "/api/v1/account/methods/offer", tag = "account", operation_id = "offer_accept",
    security(("bearer" = [])),
    request_body = FlowAlone,
    responses(
        (status = 200, description = "Added.", body = LinkedBody),
        (status = 403, description = "`fresh-proof-required`: then repeat", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "`identity-on-other-account`, `provider-already-added`",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`flow-expired`: also where this session was not signed in with it",
            body = ProblemBody, content_type = "application/problem+json"),
        WithBody, MembersOnly, Anywhere
    )
)]
pub(crate) async fn accept(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<FlowAlone>,
) -> Result<Response, Problem> {
    visitor.flow = Some(body.flow);
    match house.engine.execute(Attempt::AcceptOffer, &visitor).await? {
        Answer::Linked(provider) => {
            let body = LinkedBody { method: provider.as_str().to_owned() };
            Ok(json::answer(StatusCode::OK, &body))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// Do not add it. A flow that is over is no error.
#[utoipa::path(
    post, path = "/api/v1/account/methods/offer/cancel", tag = "account", operation_id = "offer_cancel",
    security(("bearer" = [])),
    request_body = FlowAlone,
    responses((status = 204, description = "Dropped."), WithBody, MembersOnly, Anywhere)
)]
pub(crate) async fn cancel(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<FlowAlone>,
) -> Result<Response, Problem> {
    house.engine.session(&visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    visitor.flow = Some(body.flow);
    done(house.engine.execute(Attempt::DropFlow, &visitor).await?)
}
