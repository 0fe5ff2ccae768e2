//! With a provider's identity in hand that nobody has: an account with it, or one that had it back (R-REG-4, R-WITHDRAW-2). No
//! account exists before the confirmation, and equal addresses join nothing.

use accounts::{FormerWay, IdentityNeeds};
use engine::{Answer, Attempt, Secret};

use super::Stepped;
use super::ask::{Ask, secret_of};
use super::member::{stage_of, wait_for_account};
use super::stage::at;
use crate::json::time;
use crate::problem::Problem;
use crate::routes::api::FormerBody;
use crate::routes::profile::check_name;

/// What is known of an identity that nobody has, for the person to look at.
pub(super) async fn free(ask: &mut Ask<'_>, flow: &Secret, needs: &IdentityNeeds) -> Stepped {
    ask.begin_again();
    ask.held.flow = Some(flow.expose().into());
    take_flow(ask);
    let known = ask.house.engine.flow(&ask.visitor).await?.ok_or(Problem::FLOW_EXPIRED)?;
    let shown = known.shown.ok_or(Problem::Internal)?;
    ask.say("method", shown.provider.as_str());
    ask.say("email", shown.address.map(|address| address.as_stored().to_owned()));
    ask.say("display_name", shown.name.as_str());
    ask.say("expires_at", time(needs.until));
    if let Some(former) = &needs.former {
        ask.say("former", FormerBody::of(former));
    }
    let back = needs.former.as_ref().is_some_and(|former| former.way == FormerWay::Withdrawn);
    Ok(ask.to(stage_of(needs.address, back)))
}

/// Asks for a code at an address, where the provider vouches for none.
pub(super) async fn address(ask: &mut Ask<'_>) -> Stepped {
    take_flow(ask);
    let address = ask.typed("email");
    let attempt = Attempt::AskIdentityAddress { address: address.clone() };
    match ask.house.engine.execute(attempt, &ask.visitor).await? {
        Answer::CodeAsked { flow, expires_at } => {
            ask.say("mail_refused", ask.house.engine.mail_refused(&address).await?);
            ask.say("expires_at", time(expires_at));
            ask.held.flow = Some(flow.expose().into());
            Ok(ask.to(at::ADDRESS_CODE))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// That code.
pub(super) async fn verify(ask: &mut Ask<'_>) -> Stepped {
    take_flow(ask);
    let attempt = Attempt::VerifyIdentityAddress { code: ask.secret("code") };
    match ask.house.engine.execute(attempt, &ask.visitor).await? {
        Answer::IdentityFree { flow, needs } => free(ask, &flow, &needs).await,
        Answer::OfferMade { flow, .. } => Err(wait_for_account(ask, &flow)),
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// The confirmation: from here on the account exists.
pub(super) async fn confirm(ask: &mut Ask<'_>) -> Stepped {
    let display_name = ask.typed("display_name");
    if check_name(&display_name).is_err() {
        return Err(Problem::InvalidRequest);
    }
    take_flow(ask);
    let attempt = Attempt::RegisterIdentity { display_name, terms: ask.maybe("terms_version") };
    match ask.house.engine.execute(attempt, &ask.visitor).await? {
        Answer::Welcome(signed) => ask.welcome(signed).await,
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// Has a withdrawn account back whose address or identity was proven. It signs nobody in.
pub(super) async fn restore(ask: &mut Ask<'_>) -> Stepped {
    take_flow(ask);
    match ask.house.engine.execute(Attempt::RestoreProven, &ask.visitor).await? {
        Answer::Restored => {
            ask.say("restored", true);
            ask.begin_again();
            Ok(ask.to(at::BEGINNING))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

fn take_flow(ask: &mut Ask<'_>) {
    ask.visitor.flow = secret_of(ask.held.flow.as_ref());
}
