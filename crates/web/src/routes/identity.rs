//! An identity in hand that nobody has: confirm it, prove an address for it, or have back what was (R-REG-4 and 5,
//! R-WITHDRAW-2).
//!
//! Every page here stands on the flow that this browser came back with; without it there is nothing to show. The
//! address and name on these pages were just shown by whoever reads them.

use accounts::{Flow, FormerWay, IdentityNeeds, Provider, Public, Purpose, Relay, Shown, Stage};
use axum::extract::State;
use engine::{Answer, Attempt, Refusal};
use pages::views::{Conflict, FieldError, SignupAddress, SignupCode, SignupConfirm};

use crate::House;
use crate::answers::{
    Answered, Form, field_error, flow_of, incomplete, keep_flow, minutes, refuse, see_other, show,
    show_whoever, welcome, whoever,
};
use crate::cookies::FlowValue;
use crate::fields::Fields;
use crate::problem::Problem;
use crate::return_to::ReturnTo;
use crate::routes::profile::check_name;
use crate::routes::signin::{in_app_view, path_of};
use crate::routes::signup::terms_link;
use crate::visitor::Guest;

const CONFIRM: &str = "/signup/confirm";

/// What comes next for an identity that nobody has.
pub(crate) async fn needs_page(
    house: &House,
    guest: &Guest,
    provider: Provider,
    needs: &IdentityNeeds,
) -> Answered {
    let Some(former) = &needs.former else {
        return Ok(see_other(step(needs)));
    };
    let (kind, until_ms) = match former.way {
        FormerWay::Removed => ("identity-removed", None),
        FormerWay::Withdrawn => ("account-withdrawn", Some(former.until.0)),
    };
    let view = Conflict { until_ms, ..Conflict::new(kind, provider.as_str(), "register") };
    let account = whoever(house, guest).await?;
    show_whoever(house, guest, account.as_ref(), &view)
}

fn step(needs: &IdentityNeeds) -> &'static str {
    match needs.address {
        accounts::AddressNeed::Proven => CONFIRM,
        accounts::AddressNeed::Code => "/signup/address",
    }
}

/// The address is on another account: sign in there, then the identity is offered (R-REG-5). Which way that account
/// signs in is not told.
pub(crate) async fn offer_page(
    house: &House,
    guest: &Guest,
    provider: Provider,
    return_to: Option<&ReturnTo>,
) -> Answered {
    let view = Conflict {
        methods: house.options.methods.clone(),
        return_to: path_of(return_to),
        in_app: in_app_view(house, guest),
        ..Conflict::new("address-on-other-account", provider.as_str(), "signin")
    };
    let account = whoever(house, guest).await?;
    show_whoever(house, guest, account.as_ref(), &view)
}

/// GET /signup/confirm.
pub(crate) async fn confirm_form(State(house): State<House>, guest: Guest) -> Answered {
    let (flow, shown) = in_hand(&house, &guest).await?;
    if flow.stage != Stage::Proven {
        return Ok(see_other("/signup/address"));
    }
    let name = shown.name.as_str().to_owned();
    show(&house, &guest, &confirm_view(&house, &guest, &shown, (name, Vec::new())))
}

/// POST /signup/confirm: from here on the account exists.
pub(crate) async fn confirm(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["display_name", "terms"])?;
    let (_, shown) = in_hand(&house, &guest).await?;
    let name = fields.text("display_name");
    let again = |errors| confirm_view(&house, &guest, &shown, (name.clone(), errors));
    let accepted = fields.text("terms") == "accepted";
    let terms = house.options.terms.as_ref().filter(|_| accepted).map(|terms| terms.version.clone());
    if house.options.terms.is_some() && terms.is_none() {
        let missing = again(vec![FieldError::new("terms", "terms-required")]);
        return incomplete(&house, &guest, None, &missing);
    }
    if let Err(error) = check_name(&name) {
        return incomplete(&house, &guest, None, &again(vec![error]));
    }
    let attempt = Attempt::RegisterIdentity { display_name: name.clone(), terms };
    match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::Welcome(signed) => {
            let way = (shown.provider.as_str(), guest.flow_return.as_ref());
            Ok(welcome(&house, &signed, way, "/account?notice=welcome"))
        }
        Answer::Refused(refusal @ Refusal::Rules(public)) => match public {
            Public::IdentityOnOtherAccount | Public::AddressOnOtherAccount => Ok(see_other("/signin")),
            Public::TermsRequired => {
                let view = again(vec![FieldError::new("terms", "terms-required")]);
                refuse(&house, &guest, None, refusal, &view)
            }
            _ => Err(Problem::Refused(refusal)),
        },
        Answer::Refused(refusal) => {
            let error =
                field_error(house.password, refusal, Form::Address).ok_or(Problem::Refused(refusal))?;
            refuse(&house, &guest, None, refusal, &again(vec![error]))
        }
        _ => Err(Problem::Internal),
    }
}

/// POST /signup/anew: the person wants a new account rather than what was.
pub(crate) async fn anew(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    fields.of(&[])?;
    let purpose = house.engine.flow(&guest.visitor).await?.map(|flow| (flow.purpose, flow.stage));
    Ok(match purpose {
        Some((Purpose::RegisterIdentity, Stage::Proven)) => see_other(CONFIRM),
        Some((Purpose::RegisterIdentity, _)) => see_other("/signup/address"),
        Some((Purpose::Register, _)) => see_other("/signup/password"),
        _ => return Err(Problem::FLOW_EXPIRED),
    })
}

/// POST /signup/restore: the account whose address or identity was just proven comes back (R-WITHDRAW-2).
pub(crate) async fn restore(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    fields.of(&[])?;
    match house.engine.execute(Attempt::RestoreProven, &guest.visitor).await? {
        Answer::Restored => {
            let mut response = see_other("/undo/restored");
            house.names.forget_flow(response.headers_mut());
            Ok(response)
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// POST /offer/cancel: nothing is added.
pub(crate) async fn cancel(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    fields.of(&[])?;
    match house.engine.execute(Attempt::DropFlow, &guest.visitor).await? {
        Answer::Done => {
            let mut response = see_other("/signin");
            house.names.forget_flow(response.headers_mut());
            Ok(response)
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// GET /signup/address.
pub(crate) async fn address_form(State(house): State<House>, guest: Guest) -> Answered {
    let (flow, shown) = in_hand(&house, &guest).await?;
    if flow.stage == Stage::Proven {
        return Ok(see_other(CONFIRM));
    }
    let email = flow.address().to_owned();
    show(&house, &guest, &address_view(&shown, email, Vec::new()))
}

/// POST /signup/address: asks for a code, or for another one.
pub(crate) async fn ask(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let email = fields.of(&["email"])?.text("email");
    let (before, shown) = in_hand(&house, &guest).await?;
    let attempt = Attempt::AskIdentityAddress { address: email.clone() };
    match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::CodeAsked { flow, .. } => {
            let again = if before.stage == Stage::Code { "?again=1" } else { "" };
            let mut response = see_other(&format!("/signup/address/code{again}"));
            let value = FlowValue { secret: flow, return_to: guest.flow_return.clone() };
            keep_flow(&house, response.headers_mut(), &value, house.engine.policy().code_life);
            Ok(response)
        }
        Answer::Refused(refusal) => {
            let error =
                field_error(house.password, refusal, Form::Address).ok_or(Problem::Refused(refusal))?;
            refuse(&house, &guest, None, refusal, &address_view(&shown, email, vec![error]))
        }
        _ => Err(Problem::Internal),
    }
}

/// GET /signup/address/code.
pub(crate) async fn code_form(State(house): State<House>, guest: Guest) -> Answered {
    let (flow, shown) = in_hand(&house, &guest).await?;
    match flow.stage {
        Stage::Address => return Ok(see_other("/signup/address")),
        Stage::Proven => return Ok(see_other(CONFIRM)),
        Stage::Code => {}
    }
    let mut view = code_view(&house, &guest, (&flow, &shown), Vec::new());
    view.refused = house.engine.mail_refused(flow.address()).await?;
    view.resent = guest.query("again").is_some();
    show(&house, &guest, &view)
}

/// POST /signup/address/code.
pub(crate) async fn verify(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["code"])?;
    let (flow, shown) = in_hand(&house, &guest).await?;
    let attempt = Attempt::VerifyIdentityAddress { code: fields.secret("code") };
    match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::IdentityFree { flow, needs } => {
            let mut response = needs_page(&house, &guest, shown.provider, &needs).await?;
            let value = FlowValue { secret: flow, return_to: guest.flow_return.clone() };
            keep_flow(&house, response.headers_mut(), &value, house.engine.policy().code_life);
            Ok(response)
        }
        Answer::OfferMade { flow, .. } => {
            let return_to = guest.flow_return.clone();
            let mut response = offer_page(&house, &guest, shown.provider, return_to.as_ref()).await?;
            let value = FlowValue { secret: flow, return_to };
            keep_flow(&house, response.headers_mut(), &value, house.engine.policy().offer_life);
            Ok(response)
        }
        Answer::Refused(refusal) => {
            let error =
                field_error(house.password, refusal, Form::Code).ok_or(Problem::Refused(refusal))?;
            let mut view = code_view(&house, &guest, (&flow, &shown), vec![error]);
            view.code = fields.text("code");
            refuse(&house, &guest, None, refusal, &view)
        }
        _ => Err(Problem::Internal),
    }
}

/// The flow this browser came back with, and the identity in it.
async fn in_hand(house: &House, guest: &Guest) -> Result<(Flow, Shown), Problem> {
    let flow = flow_of(house, guest, Purpose::RegisterIdentity).await?.ok_or(Problem::FLOW_EXPIRED)?;
    let shown = flow.shown.clone().ok_or(Problem::FLOW_EXPIRED)?;
    Ok((flow, shown))
}

fn confirm_view(
    house: &House,
    guest: &Guest,
    shown: &Shown,
    (display_name, errors): (String, Vec<FieldError>),
) -> SignupConfirm {
    SignupConfirm {
        provider: shown.provider.as_str().to_owned(),
        address: address_of(shown),
        relay: shown.relay == Relay::Private,
        display_name,
        terms: terms_link(house, guest),
        errors,
    }
}

fn address_view(shown: &Shown, email: String, errors: Vec<FieldError>) -> SignupAddress {
    SignupAddress { provider: shown.provider.as_str().to_owned(), email, errors }
}

fn code_view(
    house: &House,
    guest: &Guest,
    (flow, shown): (&Flow, &Shown),
    errors: Vec<FieldError>,
) -> SignupCode {
    SignupCode {
        provider: shown.provider.as_str().to_owned(),
        address: flow.address().to_owned(),
        return_to: path_of(guest.flow_return.as_ref()),
        valid_minutes: minutes(house.engine.policy().code_life),
        errors,
        ..SignupCode::default()
    }
}

fn address_of(shown: &Shown) -> String {
    shown.address.as_ref().map(|email| email.as_stored().to_owned()).unwrap_or_default()
}
