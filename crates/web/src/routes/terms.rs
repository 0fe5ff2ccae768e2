//! A new version of the terms, asked for once after signing in (R-SIGNIN-11).
//!
//! Whoever declines signs out; nothing is accepted by a GET, and only the version that was shown.

use accounts::TermsState;
use axum::extract::State;
use engine::{Answer, Attempt};
use pages::views::Terms;

use crate::House;
use crate::answers::{Answered, member, see_other, show_to};
use crate::fields::Fields;
use crate::problem::Problem;
use crate::return_to::ReturnTo;
use crate::routes::signin::path_of;
use crate::routes::signup::terms_link;
use crate::visitor::Guest;

/// GET /terms.
pub(crate) async fn form(State(house): State<House>, guest: Guest) -> Answered {
    let seen = member(&house, &guest).await?;
    let return_to = guest.return_to();
    let Some(terms) = terms_link(&house, &guest) else { return Ok(onwards(return_to.as_ref())) };
    if house.engine.terms_state(&seen.account) == TermsState::Accepted {
        return Ok(onwards(return_to.as_ref()));
    }
    let view = Terms { terms, return_to: path_of(return_to.as_ref()), errors: Vec::new() };
    show_to(&house, &guest, &seen.account, &view)
}

/// POST /terms. What is accepted is the version that was shown; if it is another by now, it is shown again.
pub(crate) async fn accept(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["accept", "return_to"])?;
    let return_to = ReturnTo::parse(&fields.text("return_to"));
    let seen = member(&house, &guest).await?;
    let Some(terms) = terms_link(&house, &guest) else { return Ok(onwards(return_to.as_ref())) };
    let version = fields.text("accept");
    if version != terms.version {
        let view = Terms { terms, return_to: path_of(return_to.as_ref()), errors: Vec::new() };
        return show_to(&house, &guest, &seen.account, &view);
    }
    match house.engine.execute(Attempt::AcceptTerms { version }, &guest.visitor).await? {
        Answer::Done => Ok(onwards(return_to.as_ref())),
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

fn onwards(return_to: Option<&ReturnTo>) -> axum::response::Response {
    see_other(return_to.map_or("/account?notice=terms-accepted", ReturnTo::as_str))
}
