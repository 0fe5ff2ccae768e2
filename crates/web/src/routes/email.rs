//! Another address for the `email` method, or the first one: the address, the code from its mailbox, and a password
//! where there is none yet (R-METHOD-2 and 8).
//!
//! All steps need a fresh proof (R-METHOD-3), and only the session that began it goes on (I21). The page after
//! the address is the same whether or not the address is on another account (R-METHOD-4); nothing changes
//! before the code.

use accounts::{Flow, Public, Purpose, Stage};
use axum::extract::State;
use engine::{Answer, Attempt, Overview, Refusal};
use pages::views::{EmailChange, EmailCode, EmailPassword, FieldError};

use crate::House;
use crate::answers::{
    Answered, Form, field_error, flow_of, incomplete, keep_flow, minutes, own_address, proven_member,
    refuse, see_other, show_to,
};
use crate::cookies::FlowValue;
use crate::fields::Fields;
use crate::problem::Problem;
use crate::return_to::ReturnTo;
use crate::routes::signin::path_of;
use crate::visitor::Guest;

const PASSWORD: &str = "/account/methods/email/password";

/// GET /account/methods/email.
pub(crate) async fn form(State(house): State<House>, guest: Guest) -> Answered {
    let found = proven_member(&house, &guest).await?;
    let return_to = path_of(guest.return_to().as_ref());
    let view = EmailChange { return_to, ..address_view(&found, String::new(), Vec::new()) };
    show_to(&house, &guest, &found.account, &view)
}

/// POST /account/methods/email: asks for a code at the new address, or for another one.
pub(crate) async fn ask(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["email", "return_to"])?;
    let email = fields.text("email");
    let return_to = ReturnTo::parse(&fields.text("return_to"));
    let guest = guest.returning(return_to.as_ref());
    let found = proven_member(&house, &guest).await?;
    let again = own_flow(&house, &guest, &found).await?.is_some();
    // Asked for again, it still leads to where the first one did.
    let return_to = return_to.or_else(|| guest.flow_return.clone().filter(|_| again));
    let attempt = Attempt::AskEmailChange { address: email.clone() };
    match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::CodeAsked { flow, .. } => {
            let again = if again { "?again=1" } else { "" };
            let mut response = see_other(&format!("/account/methods/email/code{again}"));
            let (value, life) =
                (FlowValue { secret: flow, return_to }, house.engine.policy().code_life);
            keep_flow(&house, response.headers_mut(), &value, life);
            Ok(response)
        }
        Answer::Refused(refusal) => {
            let error =
                field_error(house.password, refusal, Form::Address).ok_or(Problem::Refused(refusal))?;
            let return_to = path_of(return_to.as_ref());
            let view = EmailChange { return_to, ..address_view(&found, email, vec![error]) };
            refuse(&house, &guest, Some(&found.account), refusal, &view)
        }
        _ => Err(Problem::Internal),
    }
}

/// GET /account/methods/email/code.
pub(crate) async fn code_form(State(house): State<House>, guest: Guest) -> Answered {
    let found = proven_member(&house, &guest).await?;
    let flow = own_flow(&house, &guest, &found).await?.ok_or(Problem::FLOW_EXPIRED)?;
    if flow.stage == Stage::Proven {
        return Ok(see_other(PASSWORD));
    }
    let mut view = code_view(&house, &found, &flow);
    view.resent = guest.query("again").is_some();
    view.refused = house.engine.mail_refused(flow.address()).await?;
    show_to(&house, &guest, &found.account, &view)
}

/// POST /account/methods/email/code: from here on the new address is the account's, or a password can be chosen.
pub(crate) async fn verify(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["code"])?;
    let found = proven_member(&house, &guest).await?;
    let flow = own_flow(&house, &guest, &found).await?.ok_or(Problem::FLOW_EXPIRED)?;
    let code = fields.secret("code");
    match house.engine.execute(Attempt::VerifyEmailChange { code }, &guest.visitor).await? {
        Answer::Done => {
            let list = "/account/methods?notice=email-changed";
            let mut response = see_other(guest.flow_return.as_ref().map_or(list, ReturnTo::as_str));
            house.names.forget_flow(response.headers_mut());
            Ok(response)
        }
        Answer::Proven { .. } => {
            let mut response = see_other(PASSWORD);
            if let Some(secret) = guest.visitor.flow.clone() {
                let value = FlowValue { secret, return_to: guest.flow_return.clone() };
                keep_flow(&house, response.headers_mut(), &value, house.engine.policy().code_life);
            }
            Ok(response)
        }
        Answer::Refused(refusal) => {
            let error =
                field_error(house.password, refusal, Form::Code).ok_or(Problem::Refused(refusal))?;
            let mut view = code_view(&house, &found, &flow);
            // A code that matched is not shown again.
            if refusal == Refusal::Rules(Public::InvalidCode) {
                view.code = fields.text("code");
            }
            view.errors.push(error);
            refuse(&house, &guest, Some(&found.account), refusal, &view)
        }
        _ => Err(Problem::Internal),
    }
}

/// GET /account/methods/email/password.
pub(crate) async fn password_form(State(house): State<House>, guest: Guest) -> Answered {
    let found = proven_member(&house, &guest).await?;
    let flow = own_flow(&house, &guest, &found).await?.ok_or(Problem::FLOW_EXPIRED)?;
    if flow.stage != Stage::Proven {
        return Ok(see_other("/account/methods/email/code"));
    }
    show_to(&house, &guest, &found.account, &password_view(&house, &flow, Vec::new()))
}

/// POST /account/methods/email/password: from here on the method is there.
pub(crate) async fn complete(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["new_password", "username"])?;
    let found = proven_member(&house, &guest).await?;
    let flow = own_flow(&house, &guest, &found).await?.ok_or(Problem::FLOW_EXPIRED)?;
    let (account, password) = (Some(&found.account), fields.secret("new_password"));
    if password.expose().is_empty() {
        let missing = vec![FieldError::new("new_password", "missing-password")];
        return incomplete(&house, &guest, account, &password_view(&house, &flow, missing));
    }
    match house.engine.execute(Attempt::CompleteEmail { password }, &guest.visitor).await? {
        Answer::Done => {
            let list = "/account/methods?notice=password-added";
            let mut response = see_other(guest.flow_return.as_ref().map_or(list, ReturnTo::as_str));
            house.names.forget_flow(response.headers_mut());
            Ok(response)
        }
        Answer::Refused(refusal) => {
            let error = field_error(house.password, refusal, Form::OtherPassword)
                .ok_or(Problem::Refused(refusal))?;
            // Taken meanwhile: the flow is over, and the way on is another address.
            if refusal == Refusal::Rules(Public::AddressOnOtherAccount) {
                let view = EmailCode { errors: vec![error], ..code_view(&house, &found, &flow) };
                return refuse(&house, &guest, account, refusal, &view);
            }
            let view = password_view(&house, &flow, vec![error]);
            refuse(&house, &guest, account, refusal, &view)
        }
        _ => Err(Problem::Internal),
    }
}

/// The change that this very session has begun: what another member typed in this browser is not shown.
async fn own_flow(house: &House, guest: &Guest, found: &Overview) -> Result<Option<Flow>, Problem> {
    let has = found.account.email.is_some();
    let purpose = if has { Purpose::ChangeEmail } else { Purpose::AddEmail };
    let flow = flow_of(house, guest, purpose).await?;
    let own = |flow: &Flow| flow.bound.is_some_and(|bound| bound.session == Some(found.session.id));
    Ok(flow.filter(own))
}

fn address_view(found: &Overview, email: String, errors: Vec<FieldError>) -> EmailChange {
    EmailChange { current: own_address(&found.account), email, errors, ..EmailChange::default() }
}

fn code_view(house: &House, found: &Overview, flow: &Flow) -> EmailCode {
    EmailCode {
        address: flow.address().to_owned(),
        valid_minutes: minutes(house.engine.policy().code_life),
        adding: flow.purpose == Purpose::AddEmail,
        own: own_address(&found.account) == flow.address(),
        ..EmailCode::default()
    }
}

fn password_view(house: &House, flow: &Flow, errors: Vec<FieldError>) -> EmailPassword {
    let address = flow.address().to_owned();
    EmailPassword { address, minimum_length: house.password.fewest, errors }
}
