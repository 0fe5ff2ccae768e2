//! Google, Apple and other providers, for apps: the app asks the provider itself and brings its ID token here.
//!
//! The flow that is handed out stands for this installation: it works once, for the provider and the errand it was
//! begun for, and the token must carry its nonce (security.md D8, D11). The token is checked as a browser's is, and
//! everything behind that is the same door (D16, D19).

use accounts::{AddressNeed, IdentityNeeds, Provider, TripErrand};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use engine::{Answer, Arrival, Brought, Departed, Departure, Return, Secret, Visitor};
use http::StatusCode;

use super::bodies::{
    Anywhere, ArrivedBody, FormerBody, FreshBody, IdentityBody, LinkedBody, MembersOnly, ProofToken,
    ProviderAsk, ProviderOptions, ProviderToken, TripIntent, WithBody,
};
use super::signed_body;
use crate::House;
use crate::app::Demands;
use crate::json::{self, Body, time};
use crate::options::Capability;
use crate::problem::{Problem, ProblemBody, WayOn};
use crate::visitor::Caller;

type Name = Result<Path<String>, PathRejection>;

/// Begin: what the provider's SDK is to be asked with. `link` and `proof` need the bearer's session.
#[utoipa::path(
    post, path = "/api/v1/signin/{provider}/options", tag = "providers", operation_id = "provider_options",
    security((), ("bearer" = [])),
    params(("provider" = String, Path, description = "`google`, `apple` or another that is configured.")),
    request_body = ProviderAsk,
    responses(
        (status = 200, description = "Ask the SDK with this nonce.", body = ProviderOptions),
        (status = 403, description = "`fresh-proof-required`: to add a provider", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: no such provider; none of the account's, for a proof",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`provider-already-added`", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, MembersOnly, Anywhere
    )
)]
pub(crate) async fn options(
    State(house): State<House>,
    Caller(visitor): Caller,
    demands: Demands,
    name: Name,
    Body(body): Body<ProviderAsk>,
) -> Result<Response, Problem> {
    let (errand, needs) = match body.intent {
        TripIntent::Signin => (TripErrand::SignIn, Capability::SignIn),
        TripIntent::Link => (TripErrand::Link, Capability::AddMethod),
        TripIntent::Proof => (TripErrand::Prove, Capability::Manage),
    };
    if let Some(refused) = demands.refuse(needs) {
        return Ok(refused);
    }
    let departure = Departure { provider: provider(name)?, errand, next: String::new() };
    match house.engine.depart(departure, &visitor).await? {
        Departed::App { flow, nonce, expires_at } => {
            let flow = flow.expose().to_owned();
            let body = ProviderOptions { flow, nonce, expires_at: time(accounts::Instant(expires_at)) };
            Ok(json::answer(StatusCode::OK, &body))
        }
        Departed::Refused(refusal) => Err(Problem::Refused(refusal)),
        Departed::Browser { .. } => Err(Problem::Internal),
    }
}

/// Bring the ID token: sign in, begin to register, or add the provider, as the flow was begun for.
#[utoipa::path(
    post, path = "/api/v1/signin/{provider}", tag = "providers", operation_id = "signin_provider",
    security((), ("bearer" = [])),
    params(("provider" = String, Path, description = "`google`, `apple` or another that is configured.")),
    request_body = ProviderToken,
    responses(
        (status = 200, description = "Signed in; or added; or proven.", body = ArrivedBody),
        (status = 202, description = "Nobody has the identity: no account exists before `register/identity`.",
            body = IdentityBody),
        (status = 403, description = "`provider-refused`: the token is not believed, or the provider has \
            said that nobody may come in by it; `account-suspended`; `account-locked`; `registration-closed`; \
            `identity-not-yours`; `fresh-proof-required`: with a `flow` for `account/methods/offer`",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: no such provider", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "`address-on-other-account`: sign in there and present the `flow` of this \
            answer as `offer`; `identity-on-other-account`; `provider-already-added`",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`flow-expired`: also used, or begun by another session",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 502, description = "`provider-unreachable`: begin again after a moment", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, MembersOnly, Anywhere
    )
)]
pub(crate) async fn arrive(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    name: Name,
    Body(body): Body<ProviderToken>,
) -> Result<Response, Problem> {
    let provider = provider(name)?;
    visitor.flow = body.offer;
    visitor.device = body.device;
    let (code, name) = (body.authorization_code, body.name);
    let brought = Brought::Token { id_token: body.id_token, code, name };
    let back = Return { provider, state: body.flow, brought };
    let arrival = house.engine.arrive(back, &visitor).await?;
    arrived(&house, visitor, provider, arrival).await
}

/// Bring the ID token as a fresh proof, which some changes need.
#[utoipa::path(
    post, path = "/api/v1/proof/{provider}", tag = "signin", operation_id = "proof_provider",
    security(("bearer" = [])),
    params(("provider" = String, Path, description = "A provider of the account.")),
    request_body = ProofToken,
    responses(
        (status = 200, description = "Proven.", body = FreshBody),
        (status = 403, description = "`identity-not-yours`: somebody else was shown; `provider-refused`; \
            `fresh-proof-required`: the provider says that it was shown long ago",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: no such provider", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 410, description = "`flow-expired`: also used, begun by another session or not for a proof",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 502, description = "`provider-unreachable`: begin again after a moment", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, MembersOnly, Anywhere
    )
)]
pub(crate) async fn prove(
    State(house): State<House>,
    Caller(visitor): Caller,
    name: Name,
    Body(body): Body<ProofToken>,
) -> Result<Response, Problem> {
    let provider = provider(name)?;
    house.engine.session(&visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    let code = body.authorization_code;
    let brought = Brought::Token { id_token: body.id_token, code, name: None };
    let back = Return { provider, state: body.flow, brought };
    // A flow for a sign-in would begin another session here.
    if house.engine.errand_of(&back, &visitor).await? != Some(TripErrand::Prove) {
        return Err(Problem::FLOW_EXPIRED);
    }
    let arrival = house.engine.arrive(back, &visitor).await?;
    arrived(&house, visitor, provider, arrival).await
}

/// The provider of a path. What is no name is nobody's.
fn provider(name: Name) -> Result<Provider, Problem> {
    name.ok().and_then(|Path(name)| Provider::parse(&name)).ok_or(Problem::NotFound)
}

async fn arrived(
    house: &House,
    visitor: Visitor,
    provider: Provider,
    arrival: Arrival,
) -> Result<Response, Problem> {
    match arrival.answer {
        Answer::Welcome(welcome) => {
            let body = ArrivedBody::Signed(signed_body(house, &welcome));
            Ok(json::answer(StatusCode::OK, &body))
        }
        Answer::Linked(provider) => {
            let body = LinkedBody { method: provider.as_str().to_owned() };
            Ok(json::answer(StatusCode::OK, &ArrivedBody::Linked(body)))
        }
        Answer::Fresh { until } => {
            let body = FreshBody { fresh_until: time(until) };
            Ok(json::answer(StatusCode::OK, &ArrivedBody::Fresh(body)))
        }
        Answer::IdentityFree { flow, needs } => {
            identity(house, visitor, (StatusCode::ACCEPTED, flow), &needs).await
        }
        Answer::OfferMade { flow, until } => {
            // The proof has grown old on the way to the provider, or the address is another account's.
            let problem = match arrival.errand {
                Some(TripErrand::Link) => Problem::PROOF_FIRST,
                Some(TripErrand::SignIn | TripErrand::Prove) | None => Problem::SIGN_IN_THERE,
            };
            Ok(WayOn { flow, until }.after(problem))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => {
            tracing::error!(provider = provider.as_str(), "an answer that no trip has");
            Err(Problem::Internal)
        }
    }
}

/// What is known of an identity that nobody has, from the flow that has it in hand.
pub(super) async fn identity(
    house: &House,
    mut visitor: Visitor,
    (status, secret): (StatusCode, Secret),
    needs: &IdentityNeeds,
) -> Result<Response, Problem> {
    visitor.flow = Some(secret.clone());
    let flow = house.engine.flow(&visitor).await?.ok_or(Problem::FLOW_EXPIRED)?;
    let shown = flow.shown.ok_or(Problem::Internal)?;
    let next = match needs.address {
        AddressNeed::Proven => "confirm",
        AddressNeed::Code => "address",
    };
    let body = IdentityBody {
        flow: secret.expose().to_owned(),
        expires_at: time(needs.until),
        next: next.to_owned(),
        method: shown.provider.as_str().to_owned(),
        email: shown.address.map(|address| address.as_stored().to_owned()),
        display_name: shown.name.as_str().to_owned(),
        former: needs.former.as_ref().map(FormerBody::of),
    };
    Ok(json::answer(status, &body))
}
