//! Changing the password; only with a fresh proof (R-METHOD-3, R-METHOD-7).
//!
//! The old password is asked for by the proof and not here, so that there is one place where a password is guessed.
//! No page of this file ever holds a password.

use accounts::Account;
use axum::extract::State;
use axum::response::Response;
use engine::{Answer, Attempt};
use pages::views::{FieldError, Password};

use crate::House;
use crate::answers::{
    Answered, Form, field_error, incomplete, own_address, proven_member, refuse, reset_first,
    see_other, show_to,
};
use crate::fields::Fields;
use crate::own_methods::recent_rows;
use crate::problem::Problem;
use crate::visitor::Guest;

/// GET /account/password.
pub(crate) async fn form(State(house): State<House>, guest: Guest) -> Answered {
    let found = proven_member(&house, &guest).await?;
    if let Some(elsewhere) = no_password(&found.account) {
        return Ok(elsewhere);
    }
    show_to(&house, &guest, &found.account, &view(&house, &found.account, Vec::new()))
}

/// POST /account/password. Every other session ends with it.
pub(crate) async fn change(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["new_password", "username"])?;
    let found = proven_member(&house, &guest).await?;
    if let Some(elsewhere) = no_password(&found.account) {
        return Ok(elsewhere);
    }
    let password = fields.secret("new_password");
    let account = Some(&found.account);
    if password.expose().is_empty() {
        let missing = vec![FieldError::new("new_password", "missing-password")];
        return incomplete(&house, &guest, account, &view(&house, &found.account, missing));
    }
    match house.engine.execute(Attempt::ChangePassword { password }, &guest.visitor).await? {
        // What was added lately stays only where it is ticked (R-METHOD-7).
        Answer::Done if !recent_rows(&house.engine.lately_added(&found)).is_empty() => {
            Ok(see_other("/account/methods/recent"))
        }
        Answer::Done => Ok(see_other("/account?notice=password-changed")),
        Answer::Refused(refusal) => {
            let error = field_error(house.password, refusal, Form::OtherPassword)
                .ok_or(Problem::Refused(refusal))?;
            refuse(&house, &guest, account, refusal, &view(&house, &found.account, vec![error]))
        }
        _ => Err(Problem::Internal),
    }
}

/// The way on where there is no password to change: it is set by the reset, or added.
fn no_password(account: &Account) -> Option<Response> {
    let added_first = || account.email.is_none().then(|| see_other("/account/methods/add"));
    reset_first(account).or_else(added_first)
}

fn view(house: &House, account: &Account, errors: Vec<FieldError>) -> Password {
    Password { address: own_address(account), minimum_length: house.password.fewest, errors }
}
