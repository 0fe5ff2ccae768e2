//! Fresh proof: the password once more in this session, then back to where it was asked for.
//!
//! It is a guess like any other and is paid from the same budget (A4). What it proves holds for this session alone
//! (E9), and only for the time that the policy says.

use accounts::Account;
use axum::extract::State;
use engine::{Answer, Attempt};
use pages::views::{FieldError, Proof};

use crate::House;
use crate::answers::{
    Answered, Form, field_error, incomplete, member, own_address, refuse, reset_first, see_other,
    show_to,
};
use crate::fields::Fields;
use crate::problem::Problem;
use crate::return_to::ReturnTo;
use crate::routes::signin::path_of;
use crate::visitor::Guest;

/// GET /proof.
pub(crate) async fn form(State(house): State<House>, guest: Guest) -> Answered {
    let seen = member(&house, &guest).await?;
    if let Some(elsewhere) = reset_first(&seen.account) {
        return Ok(elsewhere);
    }
    let view = view(&seen.account, guest.return_to().as_ref(), Vec::new());
    show_to(&house, &guest, &seen.account, &view)
}

/// POST /proof. The guess is paid like any other (A4).
pub(crate) async fn prove(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["password", "return_to", "username"])?;
    let seen = member(&house, &guest).await?;
    if let Some(elsewhere) = reset_first(&seen.account) {
        return Ok(elsewhere);
    }
    let return_to = ReturnTo::parse(&fields.text("return_to"));
    let guest = guest.returning(return_to.as_ref());
    let password = fields.secret("password");
    let account = Some(&seen.account);
    if password.expose().is_empty() {
        let missing = vec![FieldError::new("password", "missing-password")];
        return incomplete(&house, &guest, account, &view(&seen.account, return_to.as_ref(), missing));
    }
    match house.engine.execute(Attempt::ProveFresh { password }, &guest.visitor).await? {
        Answer::Fresh { .. } => Ok(see_other(return_to.as_ref().map_or("/account", ReturnTo::as_str))),
        Answer::Refused(refusal) => {
            let error =
                field_error(house.password, refusal, Form::Proof).ok_or(Problem::Refused(refusal))?;
            let view = view(&seen.account, return_to.as_ref(), vec![error]);
            refuse(&house, &guest, account, refusal, &view)
        }
        _ => Err(Problem::Internal),
    }
}

fn view(account: &Account, return_to: Option<&ReturnTo>, errors: Vec<FieldError>) -> Proof {
    Proof {
        address: own_address(account),
        password: true,
        return_to: path_of(return_to),
        errors,
        ..Proof::default()
    }
}
