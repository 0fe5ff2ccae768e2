//! Login methods, contact and the end of the account, for apps (R-METHOD, R-CONTACT, R-WITHDRAW).
//!
//! Everything that changes something needs a fresh proof in this session and is mailed. A method is named by its kind,
//! and a passkey by an id that finds nothing but one's own (I8).

use accounts::Addressed;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use engine::{Answer, Attempt, Visitor};
use http::{StatusCode, Uri};

use super::bodies::{Anywhere, MembersOnly, MethodsBody, NewContact, WithBody, WithdrawnBody};
use super::{done, only};
use crate::House;
use crate::export::Export;
use crate::ids;
use crate::json::{self, Body, time};
use crate::problem::{Problem, ProblemBody};
use crate::visitor::Caller;

/// The login methods.
#[utoipa::path(
    get, path = "/api/v1/account/methods", tag = "account", operation_id = "account_methods",
    security(("bearer" = [])),
    responses((status = 200, description = "The methods.", body = MethodsBody), MembersOnly, Anywhere)
)]
pub(crate) async fn list(
    State(house): State<House>,
    Caller(visitor): Caller,
) -> Result<Response, Problem> {
    let found = house.engine.overview(&visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    Ok(json::answer(StatusCode::OK, &MethodsBody::of(&found.account)))
}

/// Remove the login method of a provider, or a passkey. Needs a fresh proof.
#[utoipa::path(
    delete, path = "/api/v1/account/methods/{id}", tag = "account", operation_id = "method_remove",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The provider's name, or the passkey's id."),
        ("contact" = Option<String>, Query, description = "Which method's address is the contact afterwards; \
            needed where the removed one is."),
    ),
    responses(
        (status = 204, description = "Removed."),
        (status = 400, description = "`invalid-request`: no such query", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "`fresh-proof-required`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: none of one's own", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "`last-addressed-method`, `contact-needs-successor`", body = ProblemBody,
            content_type = "application/problem+json"),
        MembersOnly, Anywhere
    )
)]
pub(crate) async fn remove(
    State(house): State<House>,
    Caller(visitor): Caller,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    house.engine.session(&visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    let Path(id) = id.map_err(|_| Problem::NotFound)?;
    if let Some(passkey) = ids::parse_passkey(&id) {
        // A passkey is no contact, so nothing takes its place.
        if uri.query().is_some() {
            return Err(Problem::InvalidRequest);
        }
        return done(house.engine.execute(Attempt::RemovePasskey(passkey), &visitor).await?);
    }
    let method = Addressed::from_name(&id).ok_or(Problem::NotFound)?;
    part(&house, &visitor, method, &uri).await
}

/// Remove address and password. Needs a fresh proof.
#[utoipa::path(
    delete, path = "/api/v1/account/methods/email", tag = "account", operation_id = "email_remove",
    security(("bearer" = [])),
    params(("contact" = Option<String>, Query, description = "Which method's address is the contact \
        afterwards; needed where the removed one is.")),
    responses(
        (status = 204, description = "Removed."),
        (status = 400, description = "`invalid-request`: no such query", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "`fresh-proof-required`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: the account has none", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "`last-addressed-method`, `contact-needs-successor`", body = ProblemBody,
            content_type = "application/problem+json"),
        MembersOnly, Anywhere
    )
)]
pub(crate) async fn remove_email(
    State(house): State<House>,
    Caller(visitor): Caller,
    uri: Uri,
) -> Result<Response, Problem> {
    house.engine.session(&visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    part(&house, &visitor, Addressed::Email, &uri).await
}

async fn part(
    house: &House,
    visitor: &Visitor,
    method: Addressed,
    uri: &Uri,
) -> Result<Response, Problem> {
    let successor = match only("contact", uri.query().unwrap_or_default())? {
        Some(name) => Some(Addressed::from_name(&name).ok_or(Problem::InvalidRequest)?),
        None => None,
    };
    done(house.engine.execute(Attempt::RemoveMethod { method, successor }, visitor).await?)
}

/// Make another method's address the contact. Needs a fresh proof; the old and the new address are told.
#[utoipa::path(
    put, path = "/api/v1/account/contact", tag = "account", operation_id = "contact_change",
    security(("bearer" = [])),
    request_body = NewContact,
    responses(
        (status = 204, description = "Changed."),
        (status = 403, description = "`fresh-proof-required`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "`not-found`: no method of one's own that has a proven address",
            body = ProblemBody, content_type = "application/problem+json"),
        WithBody, MembersOnly, Anywhere
    )
)]
pub(crate) async fn contact(
    State(house): State<House>,
    Caller(visitor): Caller,
    Body(body): Body<NewContact>,
) -> Result<Response, Problem> {
    house.engine.session(&visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    let contact = Addressed::from_name(&body.method).ok_or(Problem::NotFound)?;
    done(house.engine.execute(Attempt::ChooseContact { contact }, &visitor).await?)
}

/// Have a test mail sent to the contact.
#[utoipa::path(
    post, path = "/api/v1/account/contact/test-mail", tag = "account", operation_id = "contact_test_mail",
    security(("bearer" = [])),
    responses((status = 204, description = "On its way."), MembersOnly, Anywhere)
)]
pub(crate) async fn test_mail(
    State(house): State<House>,
    Caller(visitor): Caller,
) -> Result<Response, Problem> {
    done(house.engine.execute(Attempt::TestMail, &visitor).await?)
}

/// End the account. Needs a fresh proof; the app has asked whether it is meant.
#[utoipa::path(
    delete, path = "/api/v1/account", tag = "account", operation_id = "account_withdraw",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "Ended: every session too.", body = WithdrawnBody),
        (status = 403, description = "`fresh-proof-required`", body = ProblemBody,
            content_type = "application/problem+json"),
        MembersOnly, Anywhere
    )
)]
pub(crate) async fn withdraw(
    State(house): State<House>,
    Caller(visitor): Caller,
) -> Result<Response, Problem> {
    match house.engine.execute(Attempt::Withdraw, &visitor).await? {
        Answer::Withdrawn { until } => {
            Ok(json::answer(StatusCode::OK, &WithdrawnBody { until: time(until) }))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// All that is stored about the member. The same file as on the pages.
#[utoipa::path(
    get, path = "/api/v1/account/export", tag = "account", operation_id = "account_export",
    security(("bearer" = [])),
    responses((status = 200, description = "Everything.", body = Export), MembersOnly, Anywhere)
)]
pub(crate) async fn export(
    State(house): State<House>,
    Caller(visitor): Caller,
) -> Result<Response, Problem> {
    let stored = crate::export::export(&house, &visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    Ok(json::answer(StatusCode::OK, &stored))
}
