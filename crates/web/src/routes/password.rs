//! Changing the password; only with a fresh proof (R-METHOD-3, R-METHOD-7).
//!
//! The old password is asked for by the proof and not here, so that there is one place where a password is guessed.
//! No page of this file ever holds a password.

use accounts::{Account, Public};
use axum::extract::State;
use engine::{Answer, Attempt, Overview, Refusal};
use pages::views::{FieldError, Password};

use crate::House;
use crate::answers::{
    Answered, Form, field_error, incomplete, own_address, refuse, see_other, show_to,
};
use crate::fields::Fields;
use crate::problem::Problem;
use crate::visitor::Guest;

const PROOF_FIRST: Problem = Problem::Refused(Refusal::Rules(Public::FreshProofRequired));

/// GET /account/password.
pub(crate) async fn form(State(house): State<House>, guest: Guest) -> Answered {
    let found = proven(&house, &guest).await?;
    show_to(&house, &guest, &found.account, &view(&house, &found.account, Vec::new()))
}

/// POST /account/password. Every other session ends with it.
pub(crate) async fn change(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["new_password", "username"])?;
    let found = proven(&house, &guest).await?;
    let password = fields.secret("new_password");
    let account = Some(&found.account);
    if password.expose().is_empty() {
        let missing = vec![FieldError::new("new_password", "missing-password")];
        return incomplete(&house, &guest, account, &view(&house, &found.account, missing));
    }
    match house.engine.execute(Attempt::ChangePassword { password }, &guest.visitor).await? {
        Answer::Done => Ok(see_other("/account?notice=password-changed")),
        Answer::Refused(refusal) => {
            let error = field_error(house.password, refusal, Form::OtherPassword)
                .ok_or(Problem::Refused(refusal))?;
            refuse(&house, &guest, account, refusal, &view(&house, &found.account, vec![error]))
        }
        _ => Err(Problem::Internal),
    }
}

/// The member with a fresh proof, or the way to give one.
async fn proven(house: &House, guest: &Guest) -> Result<Overview, Problem> {
    let found = house.engine.overview(&guest.visitor).await?.ok_or(Problem::UNAUTHENTICATED)?;
    if found.is_fresh() { Ok(found) } else { Err(PROOF_FIRST) }
}

fn view(house: &House, account: &Account, errors: Vec<FieldError>) -> Password {
    Password { address: own_address(account), minimum_length: house.password.fewest, errors }
}
