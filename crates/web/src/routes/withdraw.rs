//! 退会 and the download before it (R-WITHDRAW).
//!
//! Leaving needs a fresh proof and one confirmation (R-METHOD-3). Opening a page changes nothing. The page that says
//! that it is done is the same for everybody who opens it.

use axum::extract::State;
use axum::response::IntoResponse;
use engine::{Answer, Attempt, Refusal};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use pages::views::{Export, FieldError, Withdraw, Withdrawn};

use crate::House;
use crate::answers::{
    Answered, member, proven_member, refusal_text, refuse, see_other, show_to, show_whoever,
    signed_out, whoever,
};
use crate::export;
use crate::fields::Fields;
use crate::problem::Problem;
use crate::visitor::Guest;

const DAY_MS: i64 = 86_400_000;

/// GET /account/withdraw.
pub(crate) async fn form(State(house): State<House>, guest: Guest) -> Answered {
    let found = proven_member(&house, &guest).await?;
    let view = Withdraw { grace_days: grace_days(&house), errors: Vec::new() };
    show_to(&house, &guest, &found.account, &view)
}

/// POST /account/withdraw: from here on the account signs nobody in.
pub(crate) async fn withdraw(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    fields.of(&[])?;
    let found = proven_member(&house, &guest).await?;
    match house.engine.execute(Attempt::Withdraw, &guest.visitor).await? {
        Answer::Withdrawn { .. } => {
            let mut response = see_other("/withdrawn");
            signed_out(&house, response.headers_mut());
            Ok(response)
        }
        Answer::Refused(refusal @ Refusal::Rules(accounts::Public::TryAgain)) => {
            let (text, _) = refusal_text(house.password, refusal);
            let errors = vec![FieldError::form(text)];
            let view = Withdraw { grace_days: grace_days(&house), errors };
            refuse(&house, &guest, Some(&found.account), refusal, &view)
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// GET /withdrawn: the same for everybody who opens it.
pub(crate) async fn withdrawn(State(house): State<House>, guest: Guest) -> Answered {
    let account = whoever(&house, &guest).await?;
    show_whoever(&house, &guest, account.as_ref(), &Withdrawn { grace_days: grace_days(&house) })
}

/// GET /account/export.
pub(crate) async fn export_form(State(house): State<House>, guest: Guest) -> Answered {
    let seen = member(&house, &guest).await?;
    show_to(&house, &guest, &seen.account, &Export::default())
}

/// POST /account/export: the file. It is kept by nobody on the way (`no-store`, as every answer).
pub(crate) async fn download(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    fields.of(&[])?;
    let stored = export::export(&house, &guest.visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    let bytes = serde_json::to_vec_pretty(&stored).map_err(|_| Problem::Internal)?;
    let name = format!("attachment; filename=\"{}\"", export::FILE_NAME);
    let mut response = (StatusCode::OK, bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Days until everything is erased, in words of the page: a part of a day is a day.
fn grace_days(house: &House) -> u32 {
    let grace = house.engine.policy().withdraw_grace.0;
    let days = grace.saturating_add(DAY_MS - 1) / DAY_MS;
    u32::try_from(days).unwrap_or(u32::MAX)
}
