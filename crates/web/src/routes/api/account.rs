//! The member's account, for apps: profile, password, terms, activity.
//!
//! Which account is meant follows from the session alone; no body or query can name another (D14).

use accounts::Locale;
use axum::extract::State;
use axum::response::Response;
use engine::Attempt;
use http::{StatusCode, Uri};

use super::bodies::{
    ActivityBody, ActivityLine, Anywhere, MembersOnly, NewPassword, OwnAccountBody, ProfileChange,
    TermsVersion, WithBody,
};
use super::{done, only};
use crate::House;
use crate::json::{self, Body};
use crate::problem::{Problem, ProblemBody};
use crate::routes::activity::LINES;
use crate::routes::profile::check_name;
use crate::visitor::Caller;

/// The account.
#[utoipa::path(
    get, path = "/api/v1/account", tag = "account", operation_id = "account",
    security(("bearer" = [])),
    responses((status = 200, description = "The account.", body = OwnAccountBody), MembersOnly, Anywhere)
)]
pub(crate) async fn read(
    State(house): State<House>,
    Caller(visitor): Caller,
) -> Result<Response, Problem> {
    let found = house.engine.overview(&visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    Ok(json::answer(StatusCode::OK, &OwnAccountBody::of(&found.account)))
}

/// Change name or language.
#[utoipa::path(
    patch, path = "/api/v1/account", tag = "account", operation_id = "account_change",
    security(("bearer" = [])),
    request_body = ProfileChange,
    responses(
        (status = 200, description = "The account as it is now.", body = OwnAccountBody),
        WithBody, MembersOnly, Anywhere
    )
)]
pub(crate) async fn change(
    State(house): State<House>,
    Caller(visitor): Caller,
    Body(body): Body<ProfileChange>,
) -> Result<Response, Problem> {
    if body.display_name.as_deref().is_some_and(|name| check_name(name).is_err()) {
        return Err(Problem::InvalidRequest);
    }
    let locale = match body.locale.as_deref() {
        None => None,
        Some(tag) => Some(Locale::from_tag(tag).ok_or(Problem::InvalidRequest)?),
    };
    let attempt = Attempt::ChangeProfile { display_name: body.display_name, locale };
    done(house.engine.execute(attempt, &visitor).await?)?;
    let found = house.engine.overview(&visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    Ok(json::answer(StatusCode::OK, &OwnAccountBody::of(&found.account)))
}

/// Choose another password. Needs a fresh proof; every other session ends.
#[utoipa::path(
    post, path = "/api/v1/account/password", tag = "account", operation_id = "account_password",
    security(("bearer" = [])),
    request_body = NewPassword,
    responses(
        (status = 204, description = "Changed."),
        (status = 403, description = "`fresh-proof-required`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "`password-too-weak`", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, MembersOnly, Anywhere
    )
)]
pub(crate) async fn password(
    State(house): State<House>,
    Caller(visitor): Caller,
    Body(body): Body<NewPassword>,
) -> Result<Response, Problem> {
    let attempt = Attempt::ChangePassword { password: body.new_password };
    done(house.engine.execute(attempt, &visitor).await?)
}

/// Accept a version of the terms.
#[utoipa::path(
    post, path = "/api/v1/account/terms", tag = "account", operation_id = "account_terms",
    security(("bearer" = [])),
    request_body = TermsVersion,
    responses(
        (status = 204, description = "Accepted."),
        (status = 422, description = "`terms-required`: another version is in force", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, MembersOnly, Anywhere
    )
)]
pub(crate) async fn terms(
    State(house): State<House>,
    Caller(visitor): Caller,
    Body(body): Body<TermsVersion>,
) -> Result<Response, Problem> {
    done(house.engine.execute(Attempt::AcceptTerms { version: body.version }, &visitor).await?)
}

/// What happened lately, newest first.
#[utoipa::path(
    get, path = "/api/v1/account/activity", tag = "account", operation_id = "account_activity",
    security(("bearer" = [])),
    params(("before" = Option<String>, Query, description = "The `next` of an earlier answer.")),
    responses(
        (status = 200, description = "A page of the list.", body = ActivityBody),
        (status = 400, description = "`invalid-request`: no such place in the list", body = ProblemBody,
            content_type = "application/problem+json"),
        MembersOnly, Anywhere
    )
)]
pub(crate) async fn activity(
    State(house): State<House>,
    Caller(visitor): Caller,
    uri: Uri,
) -> Result<Response, Problem> {
    let seen = house.engine.session(&visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    let before = only("before", uri.query().unwrap_or_default())?;
    let page = house.engine.activity(&seen, before.as_deref(), LINES).await?;
    let page = page.ok_or(Problem::InvalidRequest)?;
    let entries = page.lines.iter().map(ActivityLine::of).collect();
    Ok(json::answer(StatusCode::OK, &ActivityBody { entries, next: page.next }))
}
