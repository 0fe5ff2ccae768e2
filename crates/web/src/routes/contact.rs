//! The question for another contact, after a sign-in to an account whose contact mail does not reach (R-CONTACT-4).
//!
//! It stands on the way to where somebody was going and never in it: every answer leads on there, and "later" is one of
//! them. Nothing is kept of the question, so it is asked again at the next sign-in for as long as the mark is there.

use accounts::rules::reach;
use accounts::{Account, Addressed, Public, Reach};
use axum::extract::State;
use axum::response::Response;
use engine::{Answer, Attempt, Refusal};
use pages::views::{ContactAsk, FieldError};

use crate::House;
use crate::answers::{Answered, CONTACT, incomplete, overview_of, see_other, show_to};
use crate::fields::Fields;
use crate::own_methods::{choices, trouble};
use crate::problem::{Problem, with_return};
use crate::return_to::ReturnTo;
use crate::routes::signin::path_of;
use crate::visitor::Guest;

/// GET /account/contact.
pub(crate) async fn form(State(house): State<House>, guest: Guest) -> Answered {
    let found = overview_of(&house, &guest).await?;
    let return_to = guest.return_to();
    if reach::of(&found.account, found.account.contact) == Reach::Arrives {
        return Ok(onwards(return_to.as_ref(), "/account"));
    }
    let view = view(&house, &found.account, return_to.as_ref(), Vec::new());
    show_to(&house, &guest, &found.account, &view)
}

/// POST /account/contact: another of the member's own addresses, or later.
pub(crate) async fn answer(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["contact", "answer", "return_to"])?;
    let return_to = ReturnTo::parse(&fields.text("return_to"));
    let found = overview_of(&house, &guest).await?;
    if fields.text("answer") == "later" {
        return Ok(onwards(return_to.as_ref(), "/account"));
    }
    let guest = guest.returning(return_to.as_ref());
    let unknown = || {
        let errors = vec![FieldError::form("contact-unknown")];
        let view = view(&house, &found.account, return_to.as_ref(), errors);
        incomplete(&house, &guest, Some(&found.account), &view)
    };
    let Some(contact) = Addressed::from_name(&fields.text("contact")) else { return unknown() };
    match house.engine.execute(Attempt::ChooseContact { contact }, &guest.visitor).await? {
        Answer::Done => Ok(onwards(return_to.as_ref(), "/account?notice=contact-changed")),
        Answer::Refused(Refusal::Rules(Public::NotFound)) => unknown(),
        Answer::Refused(Refusal::Rules(Public::FreshProofRequired)) => {
            Ok(see_other(&with_return("/proof", &with_return(CONTACT, &path_of(return_to.as_ref())))))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

fn onwards(return_to: Option<&ReturnTo>, home: &str) -> Response {
    see_other(return_to.map_or(home, ReturnTo::as_str))
}

fn view(
    house: &House,
    account: &Account,
    return_to: Option<&ReturnTo>,
    errors: Vec<FieldError>,
) -> ContactAsk {
    let better = reach::better(account);
    let offered = |id: &str| Addressed::from_name(id).is_some_and(|method| better.contains(&method));
    let others = choices(house, account, Some(account.contact), None);
    let return_to = path_of(return_to);
    ContactAsk {
        address: account.contact_address().map(|a| a.as_stored().to_owned()).unwrap_or_default(),
        trouble: trouble(account, account.contact),
        others: others.into_iter().filter(|one| offered(&one.id)).collect(),
        own_email: account.contact == Addressed::Email,
        here: with_return(CONTACT, &return_to),
        return_to,
        errors,
    }
}
