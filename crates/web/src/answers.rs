//! How pages answer: written, sent elsewhere, signed in, or the form once more with what is wrong.
//!
//! This is the one place where a refusal becomes an error beside a field, and the one place where a browser gets
//! its session. A form that comes back keeps what was typed, never a password or code that was right for
//! somebody; a page never says more than the refusal does.

use accounts::{Account, Flow, Millis, Public, Purpose, Reach, Seen, SessionKind, TermsState};
use axum::response::{Html, IntoResponse, Response};
use engine::{Overview, Refusal, Signed};
use http::header::LOCATION;
use http::{HeaderMap, HeaderValue, StatusCode};
use pages::views::{Args, Chrome, FieldError, SignedIn, View};

use crate::House;
use crate::cookies::{FlowValue, KEPT_SECONDS, Kind};
use crate::problem::{Problem, put_retry_after, status_of, whole_seconds, with_return};
use crate::return_to::ReturnTo;
use crate::visitor::Guest;

/// How long a password may be, for the words on pages; the engine decides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PasswordBounds {
    pub(crate) fewest: u32,
    pub(crate) most: u32,
}

/// Where somebody is who was on the way to nowhere else.
const HOME: &str = "/account";

/// Where another contact is asked for.
pub(crate) const CONTACT: &str = "/account/contact";

/// What a page handler returns.
pub(crate) type Answered = Result<Response, Problem>;

/// Sends the browser to a path of this house (303).
pub(crate) fn see_other(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

/// A page for anybody.
pub(crate) fn show<V: View>(house: &House, guest: &Guest, view: &V) -> Answered {
    written(house, guest, None, view).map(IntoResponse::into_response)
}

/// A page for whoever asks, signed in or not.
pub(crate) fn show_whoever<V: View>(
    house: &House,
    guest: &Guest,
    account: Option<&Account>,
    view: &V,
) -> Answered {
    written(house, guest, account, view).map(IntoResponse::into_response)
}

/// A page for the member.
pub(crate) fn show_to<V: View>(house: &House, guest: &Guest, account: &Account, view: &V) -> Answered {
    written(house, guest, Some(account), view).map(IntoResponse::into_response)
}

/// The form once more, with what the rules refused.
pub(crate) fn refuse<V: View>(
    house: &House,
    guest: &Guest,
    account: Option<&Account>,
    refusal: Refusal,
    view: &V,
) -> Answered {
    let html = written(house, guest, account, view)?;
    let status = match refusal {
        Refusal::RateLimited { .. } | Refusal::Overloaded { .. } | Refusal::CodeCooldown { .. } => {
            status_of(refusal)
        }
        Refusal::Rules(_)
        | Refusal::InvalidAddress
        | Refusal::InvalidName
        | Refusal::WeakPassword(_)
        | Refusal::ProviderCancelled
        | Refusal::ProviderUnreachable => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut response = (status, html).into_response();
    put_retry_after(response.headers_mut(), refusal.retry_after());
    Ok(response)
}

/// The form once more, with what was missing in it.
pub(crate) fn incomplete<V: View>(
    house: &House,
    guest: &Guest,
    account: Option<&Account>,
    view: &V,
) -> Answered {
    let html = written(house, guest, account, view)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
}

fn written<V: View>(
    house: &House,
    guest: &Guest,
    account: Option<&Account>,
    view: &V,
) -> Result<Html<String>, Problem> {
    let chrome = Chrome {
        locale: guest.locale,
        path: guest.here.clone(),
        signed_in: account.map(|account| SignedIn { display: display_of(account) }),
    };
    Ok(Html(house.pages.render(view, &chrome)?))
}

fn display_of(account: &Account) -> String {
    if account.display_name.is_empty() {
        masked_contact(account)
    } else {
        account.display_name.as_str().to_owned()
    }
}

/// The contact's address, for eyes that need not see all of it.
pub(crate) fn masked_contact(account: &Account) -> String {
    account.contact_address().map(accounts::Email::masked).unwrap_or_default()
}

/// The address of the `email` method, for password managers on the member's own pages.
pub(crate) fn own_address(account: &Account) -> String {
    account.email.as_ref().map(|method| method.email.as_stored().to_owned()).unwrap_or_default()
}

/// The signed-in member, or the way to the sign-in page.
pub(crate) async fn member(house: &House, guest: &Guest) -> Result<Seen, Problem> {
    house.engine.session(&guest.visitor).await?.ok_or(Problem::UNAUTHENTICATED)
}

/// The signed-in member with all login methods, sessions and devices, or the way to the sign-in page.
pub(crate) async fn overview_of(house: &House, guest: &Guest) -> Result<Overview, Problem> {
    house.engine.overview(&guest.visitor).await?.ok_or(Problem::UNAUTHENTICATED)
}

/// The account of whoever asks, where somebody is signed in: for pages that need no sign-in and bear one.
pub(crate) async fn whoever(house: &House, guest: &Guest) -> Result<Option<Account>, Problem> {
    Ok(house.engine.session(&guest.visitor).await?.map(|seen| seen.account))
}

/// The member with a fresh proof, or the way to give one (R-METHOD-3).
pub(crate) async fn proven_member(house: &House, guest: &Guest) -> Result<Overview, Problem> {
    let found = house.engine.overview(&guest.visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    if found.is_fresh() { Ok(found) } else { Err(Problem::PROOF_FIRST) }
}

/// The way on for a member whose password is void: nothing that asks for it can be gone through before the reset.
pub(crate) fn reset_first(account: &Account) -> Option<Response> {
    let void = account.email.as_ref().is_some_and(|method| method.password.is_none());
    void.then(|| see_other("/reset"))
}

/// The flow this browser is in. One for another purpose is none: its steps are not this page's.
pub(crate) async fn flow_of(
    house: &House,
    guest: &Guest,
    purpose: Purpose,
) -> Result<Option<Flow>, Problem> {
    Ok(house.engine.flow(&guest.visitor).await?.filter(|flow| flow.purpose == purpose))
}

/// Keeps the flow in this browser for as long as its next step can be taken.
pub(crate) fn keep_flow(house: &House, headers: &mut HeaderMap, value: &FlowValue, life: Millis) {
    house.names.set(headers, Kind::Flow, &value.write(), life.0 / 1_000);
}

/// How long something lasts, in minutes, for the words on pages.
pub(crate) fn minutes(life: Millis) -> u32 {
    u32::try_from(life.0 / 60_000).unwrap_or(u32::MAX)
}

/// Gives a browser its session: cookies, then back to where it was going (R-SIGNIN-7), by way of the terms
/// where they are due (R-SIGNIN-11).
pub(crate) fn welcome(
    house: &House,
    signed: &Signed,
    (method, return_to): (&str, Option<&ReturnTo>),
    home: &str,
) -> Response {
    let target = return_to.map_or(home, ReturnTo::as_str);
    // Whoever has a contact that mail does not reach is asked for another on the way (R-CONTACT-4).
    let onwards_from = if target == HOME { "" } else { target };
    let marked = signed.welcome.contact != Reach::Arrives;
    let asked = marked.then(|| with_return(CONTACT, onwards_from));
    let target = asked.as_deref().unwrap_or(target);
    // An identity that waited for this account is offered before anything else (R-REG-5).
    // Whoever was not on the way to another place sees it among the methods afterwards (R-METHOD-1).
    let onwards = asked.as_deref().or(return_to.map(ReturnTo::as_str)).unwrap_or_default();
    let offered = with_return("/account/methods/offer", onwards);
    let target = if signed.welcome.offer.is_some() { offered.as_str() } else { target };
    let due = signed.welcome.terms == TermsState::Due && house.options.terms.is_some();
    let path = if due { with_return("/terms", target) } else { target.to_owned() };
    let mut response = see_other(&path);
    let headers = response.headers_mut();
    let names = house.names;
    let session_seconds = house.engine.keeps_for(SessionKind::Browser).0 / 1_000;
    names.set(headers, Kind::Session, signed.token.expose(), session_seconds);
    names.set(headers, Kind::Device, signed.device.expose(), KEPT_SECONDS);
    names.set(headers, Kind::Last, method, KEPT_SECONDS);
    if signed.welcome.offer.is_none() {
        names.forget_flow(headers);
    }
    response
}

/// Takes the session from a browser; what it has cached of the member's pages goes (E4). The device stays known.
pub(crate) fn signed_out(house: &House, headers: &mut HeaderMap) {
    house.names.expire(headers, Kind::Session);
    house.names.forget_flow(headers);
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\""));
}

/// Which form was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Address and password.
    SignIn,
    /// The password once more.
    Proof,
    /// The address to register with.
    Address,
    /// The code.
    Code,
    /// The first password, with the terms.
    FirstPassword,
    /// Another password.
    OtherPassword,
    /// A number from a mail.
    Number,
}

/// The error beside a field; `None` where the refusal has a page of its own.
pub(crate) fn field_error(bounds: PasswordBounds, refusal: Refusal, form: Form) -> Option<FieldError> {
    let field = match (refusal, form) {
        (Refusal::Rules(public), _) => match (public, form) {
            (Public::InvalidCredentials, Form::Proof) => "password",
            (Public::InvalidCredentials | Public::TryAgain | Public::AddressOnOtherAccount, _) => "",
            (Public::InvalidCode | Public::CodeExpired | Public::CodeUsedUp, Form::Number) => "number",
            (Public::InvalidCode | Public::CodeExpired | Public::CodeUsedUp, _) => "code",
            (Public::TermsRequired, _) => "terms",
            _ => return None,
        },
        (Refusal::ProviderCancelled | Refusal::ProviderUnreachable, _) => return None,
        (Refusal::InvalidAddress, _) => "email",
        (Refusal::InvalidName, _) => "name",
        (Refusal::WeakPassword(_), Form::OtherPassword) => "new_password",
        (Refusal::WeakPassword(_), _) => "password",
        (
            Refusal::RateLimited { .. } | Refusal::Overloaded { .. } | Refusal::CodeCooldown { .. },
            _,
        ) => "",
    };
    let (text, args) = match (refusal, form) {
        (Refusal::Rules(Public::InvalidCredentials), Form::Proof) => ("wrong-password", Args::new()),
        (_, Form::Number) => number_text(bounds, refusal),
        _ => refusal_text(bounds, refusal),
    };
    let mut error = FieldError::new(field, text);
    error.args = args;
    Some(error)
}

/// As [`refusal_text`], where a number from a mail was typed and not a code.
pub(crate) fn number_text(bounds: PasswordBounds, refusal: Refusal) -> (&'static str, Args) {
    match refusal {
        Refusal::Rules(Public::InvalidCode) => ("invalid-number", Args::new()),
        Refusal::Rules(Public::CodeExpired) => ("number-expired", Args::new()),
        _ => refusal_text(bounds, refusal),
    }
}

/// The text of a refusal, and the values it needs.
pub(crate) fn refusal_text(bounds: PasswordBounds, refusal: Refusal) -> (&'static str, Args) {
    let mut args = Args::new();
    if let Some(wait) = refusal.retry_after() {
        let seconds = i64::try_from(whole_seconds(wait)).unwrap_or(i64::MAX);
        args.insert("seconds".to_owned(), seconds.into());
        args.insert("minutes".to_owned(), (seconds.saturating_add(59) / 60).into());
    }
    let text = match refusal {
        Refusal::WeakPassword("too-short") => {
            args.insert("minimum".to_owned(), bounds.fewest.into());
            "password-too-short"
        }
        Refusal::WeakPassword("too-long") => {
            args.insert("maximum".to_owned(), bounds.most.into());
            "password-too-long"
        }
        Refusal::WeakPassword("control-character") => "password-not-allowed",
        Refusal::WeakPassword("breached") => "password-breached",
        other => other.code(),
    };
    (text, args)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_refusal_stands_beside_the_field_it_is_about() {
        let bounds = PasswordBounds { fewest: 8, most: 256 };
        let of = |refusal, form| {
            field_error(bounds, refusal, form).map(|error| (error.field, error.text_id))
        };
        let credentials = Refusal::Rules(Public::InvalidCredentials);
        let pair = |field: &str, text: &str| Some((field.to_owned(), text.to_owned()));
        assert_eq!(of(credentials, Form::SignIn), pair("", "invalid-credentials"));
        assert_eq!(of(credentials, Form::Proof), pair("password", "wrong-password"));
        assert_eq!(
            of(Refusal::WeakPassword("date"), Form::OtherPassword),
            pair("new_password", "password-too-weak")
        );
        assert_eq!(
            of(Refusal::WeakPassword("too-short"), Form::FirstPassword),
            pair("password", "password-too-short")
        );
        let invalid = Refusal::Rules(Public::InvalidCode);
        assert_eq!(of(invalid, Form::Code), pair("code", "invalid-code"));
        assert_eq!(of(invalid, Form::Number), pair("number", "invalid-number"));
        let expired = Refusal::Rules(Public::CodeExpired);
        assert_eq!(of(expired, Form::Number), pair("number", "number-expired"));
        let used_up = Refusal::Rules(Public::CodeUsedUp);
        assert_eq!(of(used_up, Form::Number), pair("number", "code-used-up"));
        assert_eq!(of(Refusal::InvalidAddress, Form::Number), pair("email", "invalid-address"));
        assert_eq!(of(Refusal::Rules(Public::AccountLocked), Form::SignIn), None);
        assert_eq!(of(Refusal::Rules(Public::FlowExpired), Form::Code), None);
    }

    #[test]
    fn waiting_is_said_in_minutes_rounded_up() {
        let refusal = Refusal::RateLimited { retry_after: Duration::from_secs(61) };
        assert_eq!(
            refusal_text(PasswordBounds { fewest: 8, most: 256 }, refusal).1.get("minutes"),
            Some(&2_i64.into())
        );
    }
}
