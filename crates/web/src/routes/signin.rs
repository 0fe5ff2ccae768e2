//! Signing in with address and password, and signing out.
//!
//! The page answers alike whatever the address is (R-SIGNIN-2); the two exceptions, lock and suspension, are
//! decided below. GET shows forms and nothing else.

use accounts::{PasskeyOffer, Registration};
use axum::extract::State;
use axum::response::Response;
use engine::{Answer, Attempt};
use pages::views::{FieldError, InApp, Signin, SigninEmail};

use crate::House;
use crate::answers::{
    Answered, Form, field_error, incomplete, refuse, see_other, show, signed_out, welcome,
};
use crate::fields::Fields;
use crate::in_app;
use crate::problem::{Problem, with_return};
use crate::return_to::ReturnTo;
use crate::routes::openid::{AUTHORIZE, login_hint};
use crate::visitor::Guest;

const NOTICES: [&str; 4] = ["signed-out", "session-ended", "session-expired", "signin-required"];

/// GET /signin: the methods that can be chosen.
pub(crate) async fn methods(State(house): State<House>, guest: Guest) -> Answered {
    if let Some(elsewhere) = already_in(&house, &guest).await? {
        return Ok(elsewhere);
    }
    let view = Signin {
        methods: house.options.methods.clone(),
        in_app: in_app_view(&house, &guest),
        last_used: guest.last.clone(),
        notice: guest.notice(&NOTICES),
        return_to: path_of(guest.return_to().as_ref()),
        signup_open: signup_open(&house),
    };
    show(&house, &guest, &view)
}

/// GET /signin/email.
pub(crate) async fn form(State(house): State<House>, guest: Guest) -> Answered {
    if let Some(elsewhere) = already_in(&house, &guest).await? {
        return Ok(elsewhere);
    }
    let return_to = guest.return_to();
    let address = login_hint(&house, return_to.as_ref());
    show(&house, &guest, &view(&house, address, return_to.as_ref(), Vec::new()))
}

/// POST /signin/email.
pub(crate) async fn enter(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["email", "password", "passkey", "return_to"])?;
    let capable = fields.text("passkey") == "capable";
    let return_to = ReturnTo::parse(&fields.text("return_to"));
    let guest = guest.returning(return_to.as_ref());
    let (address, password) = (fields.text("email"), fields.secret("password"));
    let again = |errors| view(&house, address.clone(), return_to.as_ref(), errors);
    if password.expose().is_empty() {
        let missing = again(vec![FieldError::new("password", "missing-password")]);
        return incomplete(&house, &guest, None, &missing);
    }
    let attempt = Attempt::SignIn { address: address.clone(), password };
    match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::Welcome(signed) => {
            let offer = capable
                && house.engine.passkeys().is_some()
                && signed.welcome.offer.is_none()
                && signed.welcome.passkey == PasskeyOffer::May;
            if offer {
                // Whoever was on the way to another place goes on from there.
                let offered = with_return("/account/passkey-offer", &path_of(return_to.as_ref()));
                return Ok(welcome(&house, &signed, ("email", None), &offered));
            }
            Ok(welcome(&house, &signed, ("email", return_to.as_ref()), "/account"))
        }
        Answer::Refused(refusal) => {
            let error =
                field_error(house.password, refusal, Form::SignIn).ok_or(Problem::Refused(refusal))?;
            refuse(&house, &guest, None, refusal, &again(vec![error]))
        }
        _ => Err(Problem::Internal),
    }
}

/// POST /signout. The device stays known; what the browser has cached of the member's pages goes (E4).
pub(crate) async fn leave(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    fields.of(&[])?;
    if guest.visitor.session.is_some() {
        let answer = house.engine.execute(Attempt::SignOut, &guest.visitor).await?;
        if let Answer::Refused(refusal) = answer
            && Problem::Refused(refusal) != Problem::UNAUTHENTICATED
        {
            return Err(Problem::Refused(refusal));
        }
    }
    let mut response = see_other("/signin?notice=signed-out");
    signed_out(&house, response.headers_mut());
    Ok(response)
}

/// Whoever is signed in needs no sign-in page, but on the way of a site that means somebody else, or asks who it is to be.
pub(crate) async fn already_in(house: &House, guest: &Guest) -> Result<Option<Response>, Problem> {
    let for_site = |path: &ReturnTo| path.as_str().starts_with(AUTHORIZE);
    if guest.return_to().as_ref().is_some_and(for_site) {
        return Ok(None);
    }
    if house.engine.session(&guest.visitor).await?.is_none() {
        return Ok(None);
    }
    let return_to = guest.return_to();
    Ok(Some(see_other(return_to.as_ref().map_or("/account", ReturnTo::as_str))))
}

/// What is said to somebody in another app's browser, where Google signs nobody in (R-SIGNIN-9).
pub(crate) fn in_app_view(house: &House, guest: &Guest) -> Option<InApp> {
    let app = in_app::in_app(&guest.visitor.agent)?;
    let here = format!("{}{}", house.options.base_url, guest.here);
    let external_url = in_app::external_url(app, &here).unwrap_or_default();
    Some(InApp { app: app.name().to_owned(), external_url })
}

/// Whether the way to registration is shown (R-SIGNIN-11).
pub(crate) fn signup_open(house: &House) -> bool {
    house.engine.policy().registration == Registration::Open
}

/// A path for a view: empty for nowhere in particular.
pub(crate) fn path_of(return_to: Option<&ReturnTo>) -> String {
    return_to.map(|path| path.as_str().to_owned()).unwrap_or_default()
}

fn view(
    house: &House,
    email: String,
    return_to: Option<&ReturnTo>,
    errors: Vec<FieldError>,
) -> SigninEmail {
    SigninEmail {
        email,
        return_to: path_of(return_to),
        signup_open: signup_open(house),
        passkeys: house.engine.passkeys().is_some(),
        errors,
    }
}
