//! Fresh proof: a login method once more in this session, then back to where it was asked for.
//!
//! A provider is gone to by its own form, which also comes back. The password is a guess like any other and is paid from the same budget (A4). What it proves holds for this session alone
//! (E9), and only for the time that the policy says.

use accounts::Account;
use axum::extract::State;
use engine::{Answer, Attempt};
use pages::views::{FieldError, Proof};

use crate::House;
use crate::answers::{
    Answered, Form, field_error, incomplete, overview_of, own_address, refuse, see_other, show_to,
};
use crate::fields::Fields;
use crate::own_methods::{in_app, provers};
use crate::problem::{Problem, with_return};
use crate::return_to::ReturnTo;
use crate::routes::signin::path_of;
use crate::visitor::Guest;

/// What a trip or a passkey's dialogue that was no proof comes back with.
const TOLD: [&str; 13] = [
    "other-identity",
    "not-shown-anew",
    "passkey-cancelled",
    "passkey-timeout",
    "passkey-failed",
    "passkey-unsupported",
    "passkey-insecure",
    "passkey-interrupted",
    "passkey-unreachable",
    "passkey-busy",
    "passkey-unknown",
    "passkey-refused",
    "passkey-expired",
];

/// GET /proof.
pub(crate) async fn form(State(house): State<House>, guest: Guest) -> Answered {
    let found = overview_of(&house, &guest).await?;
    // Why a trip to a provider was no proof.
    let told = guest.query("error").filter(|error| TOLD.contains(error)).map(FieldError::form);
    let errors = told.into_iter().collect();
    let view = view(&house, &guest, (&found.account, guest.return_to().as_ref()), errors);
    if !view.password && view.providers.is_empty() {
        return Ok(see_other("/reset"));
    }
    show_to(&house, &guest, &found.account, &view)
}

/// POST /proof. The guess is paid like any other (A4).
pub(crate) async fn prove(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["password", "return_to", "username"])?;
    let found = overview_of(&house, &guest).await?;
    let return_to = ReturnTo::parse(&fields.text("return_to"));
    // There is no password to be typed: the page says what there is.
    if found.account.password().is_none() {
        if provers(&house, &found.account).is_empty() {
            return Ok(see_other("/reset"));
        }
        return Ok(see_other(&with_return("/proof", &path_of(return_to.as_ref()))));
    }
    let guest = guest.returning(return_to.as_ref());
    let password = fields.secret("password");
    let account = Some(&found.account);
    let again = |errors| view(&house, &guest, (&found.account, return_to.as_ref()), errors);
    if password.expose().is_empty() {
        let missing = again(vec![FieldError::new("password", "missing-password")]);
        return incomplete(&house, &guest, account, &missing);
    }
    match house.engine.execute(Attempt::ProveFresh { password }, &guest.visitor).await? {
        Answer::Fresh { .. } => Ok(see_other(return_to.as_ref().map_or("/account", ReturnTo::as_str))),
        Answer::Refused(refusal) => {
            let error =
                field_error(house.password, refusal, Form::Proof).ok_or(Problem::Refused(refusal))?;
            refuse(&house, &guest, account, refusal, &again(vec![error]))
        }
        _ => Err(Problem::Internal),
    }
}

fn view(
    house: &House,
    guest: &Guest,
    (account, return_to): (&Account, Option<&ReturnTo>),
    errors: Vec<FieldError>,
) -> Proof {
    Proof {
        address: own_address(account),
        password: account.password().is_some(),
        providers: provers(house, account),
        last_used: guest.last.clone(),
        return_to: path_of(return_to),
        in_app: in_app(house, guest),
        errors,
    }
}
