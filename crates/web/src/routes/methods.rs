//! アカウント: the login methods, and what is done with them: add, remove, keep, offer (R-METHOD, R-REG-5).
//!
//! ```text
//!  list ──▶ add ──▶ email, or a provider's trip ──▶ list
//!    └────▶ remove, with the next contact where it was that one ──▶ list
//!  sign-in with an identity in hand ──▶ offer ──▶ on;   password changed ──▶ recent ──▶ list
//! ```
//!
//! Every change needs a fresh proof (R-METHOD-3); opening a page changes nothing. On these pages addresses are masked:
//! they are open on screens that others see. Which account is meant follows from the session alone.

use accounts::{Account, Addressed, Flow, Method, PasskeyId, Public, Purpose};
use axum::extract::State;
use engine::{Answer, Attempt, Overview, Refusal};
use pages::views::{
    AddMethod, Conflict, FieldError, Methods, OfferMethod, RecentMethods, RemoveMethod,
};

use crate::House;
use crate::answers::{Answered, flow_of, overview_of, proven_member, refuse, see_other, show_to};
use crate::fields::Fields;
use crate::own_methods::{
    choices, in_app, missing, passkey_row, recent_ids, recent_rows, row, rows, signal, ticked,
};
use crate::problem::{Problem, with_return};
use crate::return_to::ReturnTo;
use crate::routes::passkeys;
use crate::routes::signin::path_of;
use crate::visitor::Guest;

const LIST: &str = "/account/methods";
const OFFER: &str = "/account/methods/offer";
const NOTICES: [&str; 9] = [
    "email-changed",
    "method-added",
    "method-removed",
    "contact-changed",
    "password-added",
    "methods-kept",
    "passkey-added",
    "passkey-renamed",
    "passkey-removed",
];

/// GET /account/methods: the login methods.
pub(crate) async fn list(State(house): State<House>, guest: Guest) -> Answered {
    let found = overview_of(&house, &guest).await?;
    let view = Methods {
        methods: rows(&house, &found.account),
        passkeys: found.account.passkeys.iter().map(passkey_row).collect(),
        signal: signal(&house, &found.account),
        can_add: !missing(&house, &found.account).is_empty(),
        notice: guest.notice(&NOTICES),
    };
    show_to(&house, &guest, &found.account, &view)
}

/// GET /account/methods/add.
pub(crate) async fn add_form(State(house): State<House>, guest: Guest) -> Answered {
    let found = proven_member(&house, &guest).await?;
    let methods = missing(&house, &found.account);
    let most = house.engine.policy().passkeys;
    let full = found.account.passkeys.len() >= usize::try_from(most).unwrap_or(usize::MAX);
    let passkeys_full = if full && house.engine.passkeys().is_some() { most } else { 0 };
    let return_to = path_of(guest.return_to().as_ref());
    let view = AddMethod { methods, passkeys_full, in_app: in_app(&house, &guest), return_to };
    show_to(&house, &guest, &found.account, &view)
}

/// GET /account/methods/remove.
pub(crate) async fn remove_form(State(house): State<House>, guest: Guest) -> Answered {
    let found = proven_member(&house, &guest).await?;
    // Without a method, as after a proof that a form asked for, the list is where one is chosen.
    let Some(name) = guest.query("method") else { return Ok(see_other(LIST)) };
    if let Some(passkey) = passkeys::named(&found.account, name) {
        let view = remove_passkey_view(&found.account, passkey).ok_or(Problem::NotFound)?;
        return show_to(&house, &guest, &found.account, &view);
    }
    let method = Addressed::from_name(name).ok_or(Problem::NotFound)?;
    let view = remove_view(&house, &found.account, method, None).ok_or(Problem::NotFound)?;
    show_to(&house, &guest, &found.account, &view)
}

/// POST /account/methods/remove.
pub(crate) async fn remove(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["method", "contact"])?;
    let found = proven_member(&house, &guest).await?;
    let name = fields.text("method");
    if let Some(passkey) = passkeys::named(&found.account, &name) {
        return match house.engine.execute(Attempt::RemovePasskey(passkey), &guest.visitor).await? {
            Answer::Done => Ok(see_other("/account/methods?notice=passkey-removed")),
            Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
            _ => Err(Problem::Internal),
        };
    }
    let method = Addressed::from_name(&name).ok_or(Problem::NotFound)?;
    let successor = Addressed::from_name(&fields.text("contact"));
    let attempt = Attempt::RemoveMethod { method, successor };
    let refusal = match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::Done => return Ok(see_other("/account/methods?notice=method-removed")),
        Answer::Refused(refusal) => refusal,
        _ => return Err(Problem::Internal),
    };
    let error = match refusal {
        Refusal::Rules(Public::ContactNeedsSuccessor) => {
            FieldError::new("contact", "contact-needs-successor")
        }
        Refusal::Rules(Public::LastAddressedMethod) => FieldError::form("last-addressed-method"),
        _ => return Err(Problem::Refused(refusal)),
    };
    let view = remove_view(&house, &found.account, method, successor).ok_or(Problem::NotFound)?;
    let view = RemoveMethod { errors: vec![error], ..view };
    refuse(&house, &guest, Some(&found.account), refusal, &view)
}

/// `None` where the account has no such method.
fn remove_view(
    house: &House,
    account: &Account,
    method: Addressed,
    chosen: Option<Addressed>,
) -> Option<RemoveMethod> {
    let row = row(account, method)?;
    let others = choices(house, account, Some(method), chosen);
    Some(RemoveMethod {
        id: row.id,
        method: row.method,
        detail: row.detail,
        last: others.is_empty(),
        successors: if row.contact { others } else { Vec::new() },
        errors: Vec::new(),
    })
}

fn remove_passkey_view(account: &Account, passkey: PasskeyId) -> Option<RemoveMethod> {
    let row = passkey_row(account.passkey(passkey)?);
    Some(RemoveMethod {
        id: row.id,
        method: Method::Passkey(passkey).name().to_owned(),
        detail: row.name,
        last: false,
        successors: Vec::new(),
        errors: Vec::new(),
    })
}

/// GET /account/methods/offer: an identity in hand that this session may add (R-REG-5).
pub(crate) async fn offer_form(State(house): State<House>, guest: Guest) -> Answered {
    let found = overview_of(&house, &guest).await?;
    let return_to = guest.return_to();
    let Some(flow) = offered(&house, &guest, &found).await? else {
        return Ok(see_other(return_to.as_ref().map_or(LIST, ReturnTo::as_str)));
    };
    let Some(shown) = &flow.shown else { return Ok(see_other(LIST)) };
    let view = OfferMethod {
        provider: shown.provider.as_str().to_owned(),
        address: flow.address().to_owned(),
        return_to: path_of(return_to.as_ref()),
    };
    show_to(&house, &guest, &found.account, &view)
}

/// POST /account/methods/offer: adds it, or drops it.
pub(crate) async fn answer_offer(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["answer", "return_to"])?;
    let found = overview_of(&house, &guest).await?;
    let return_to = ReturnTo::parse(&fields.text("return_to"));
    let onwards = |home| return_to.as_ref().map_or(home, ReturnTo::as_str);
    let Some(flow) = offered(&house, &guest, &found).await? else {
        return Ok(see_other(onwards(LIST)));
    };
    let (attempt, home) = match fields.text("answer").as_str() {
        "add" => (Attempt::AcceptOffer, "/account/methods?notice=method-added"),
        "no" => (Attempt::DropFlow, "/account"),
        _ => return Err(Problem::InvalidRequest),
    };
    match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::Linked(_) | Answer::Done => {
            let mut response = see_other(onwards(home));
            house.names.forget_flow(response.headers_mut());
            Ok(response)
        }
        Answer::Refused(Refusal::Rules(Public::FreshProofRequired)) => {
            let back = with_return(OFFER, &path_of(return_to.as_ref()));
            Ok(see_other(&with_return("/proof", &back)))
        }
        Answer::Refused(refusal) => {
            let view = not_added(&flow, refusal).ok_or(Problem::Refused(refusal))?;
            refuse(&house, &guest, Some(&found.account), refusal, &view)
        }
        _ => Err(Problem::Internal),
    }
}

/// Why an identity in hand could not be added.
fn not_added(flow: &Flow, refusal: Refusal) -> Option<Conflict> {
    let kind = match refusal {
        Refusal::Rules(Public::IdentityOnOtherAccount) => "identity-on-other-account",
        Refusal::Rules(Public::ProviderAlreadyAdded) => "provider-taken",
        Refusal::Rules(Public::FlowExpired) => "offer-over",
        _ => return None,
    };
    let provider = flow.shown.as_ref().map(|shown| shown.provider.as_str().to_owned())?;
    let address = flow.address().to_owned();
    Some(Conflict { address, ..Conflict::new(kind, &provider, "link") })
}

/// The offer that this very session may accept: what waits for another member is not shown.
async fn offered(house: &House, guest: &Guest, found: &Overview) -> Result<Option<Flow>, Problem> {
    let flow = flow_of(house, guest, Purpose::Offer).await?;
    let own = |flow: &Flow| flow.bound.is_some_and(|bound| bound.session == Some(found.session.id));
    Ok(flow.filter(own))
}

/// GET /account/methods/recent: what was added lately, after the password was changed (R-METHOD-7).
pub(crate) async fn recent_form(State(house): State<House>, guest: Guest) -> Answered {
    let found = proven_member(&house, &guest).await?;
    let methods = recent_rows(&house.engine.lately_added(&found));
    if methods.is_empty() {
        return Ok(see_other(LIST));
    }
    let view = RecentMethods { methods, errors: Vec::new() };
    show_to(&house, &guest, &found.account, &view)
}

/// POST /account/methods/recent: what is not ticked is removed, one by one.
pub(crate) async fn keep_recent(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of_many(&[], "keep")?;
    let found = proven_member(&house, &guest).await?;
    let kept = ticked(&fields.all("keep"));
    let lately = house.engine.lately_added(&found);
    let gone = ticked(&recent_ids(&lately)).into_iter().filter(|method| !kept.contains(method));
    let gone: Vec<Method> = gone.collect();
    for method in &gone {
        let attempt = match method {
            Method::Email => continue,
            Method::Provider(provider) => {
                let method = Addressed::Provider(*provider);
                Attempt::RemoveMethod { method, successor: heir(&found.account, &gone) }
            }
            Method::Passkey(passkey) => Attempt::RemovePasskey(*passkey),
        };
        match house.engine.execute(attempt, &guest.visitor).await? {
            // Removed elsewhere meanwhile: that is what was asked for.
            Answer::Done | Answer::Refused(Refusal::Rules(Public::NotFound)) => {}
            Answer::Refused(refusal @ Refusal::Rules(Public::LastAddressedMethod)) => {
                let account = overview_of(&house, &guest).await?;
                let methods = recent_rows(&house.engine.lately_added(&account));
                let errors = vec![FieldError::form("last-addressed-method")];
                let view = RecentMethods { methods, errors };
                return refuse(&house, &guest, Some(&found.account), refusal, &view);
            }
            Answer::Refused(refusal) => return Err(Problem::Refused(refusal)),
            _ => return Err(Problem::Internal),
        }
    }
    Ok(see_other("/account/methods?notice=methods-kept"))
}

/// The addressed method that stays, and so can be the contact.
fn heir(account: &Account, gone: &[Method]) -> Option<Addressed> {
    account.addressed().find(|method| !gone.contains(&method.method()))
}
