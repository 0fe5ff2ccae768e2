//! Signing in by any login method, the proof of whoever is signed in, and the offer of a provider.
//!
//! The same step is a sign-in for whoever is not signed in and a proof for whoever is, as what the app holds says.

use accounts::{AddressNeed, Provider, Public, TripErrand};
use engine::{
    Answer, Attempt, Brought, Departed, Departure, PasskeyAsked, PasskeyErrand, Return, Secret,
};
use serde_json::Value;

use super::Stepped;
use super::ask::{Ask, secret_of};
use super::identity;
use super::stage::at;
use super::told::Told;
use crate::json::time;
use crate::problem::Problem;

/// Address and password; the password alone as a proof.
pub(super) async fn password(ask: &mut Ask<'_>) -> Stepped {
    let password = ask.secret("password");
    let attempt = if ask.held.session.is_some() {
        Attempt::ProveFresh { password }
    } else {
        take_offer(ask);
        Attempt::SignIn { address: ask.typed("email"), password }
    };
    attempted(ask, attempt).await
}

/// What the system's dialogue is to be asked with.
pub(super) async fn passkey_options(ask: &mut Ask<'_>) -> Stepped {
    let proof = ask.held.session.is_some();
    let purpose = if proof { PasskeyErrand::Prove } else { PasskeyErrand::SignIn };
    match ask.house.engine.ask_passkey(purpose, &ask.visitor).await? {
        PasskeyAsked::Options { json, browser, expires_at } => {
            let options = serde_json::from_str::<Value>(&json).map_err(|_| Problem::Internal)?;
            ask.say("publicKey", options);
            ask.say("expires_at", time(accounts::Instant(expires_at)));
            ask.held.form = Some(browser.expose().into());
            Ok(ask.to(at::PASSKEY))
        }
        PasskeyAsked::Refused(refusal) => Err(Problem::Refused(refusal)),
    }
}

/// What came out of that dialogue.
pub(super) async fn passkey(ask: &mut Ask<'_>) -> Stepped {
    let message = ask.typed("credential");
    ask.visitor.browser = secret_of(ask.held.form.as_ref());
    if ask.held.session.is_some() {
        return attempted(ask, Attempt::ProvePasskey { message }).await;
    }
    take_offer(ask);
    attempted(ask, Attempt::SignInPasskey { message }).await
}

/// What a provider's SDK is to be asked with. One that is not set up for apps is left to the browser.
pub(super) async fn provider_options(ask: &mut Ask<'_>) -> Stepped {
    let provider = Provider::parse(&ask.typed("provider")).ok_or(Problem::NotFound)?;
    let known = ask.house.engine.providers().names().any(|name| name == provider);
    if known && !ask.house.engine.providers().native().any(|name| name == provider) {
        return Ok(Told::Web);
    }
    let proof = ask.held.session.is_some();
    let errand = if proof { TripErrand::Prove } else { TripErrand::SignIn };
    let departure = Departure { provider, errand, next: String::new() };
    match ask.house.engine.depart(departure, &ask.visitor).await? {
        Departed::App { flow, nonce, expires_at } => {
            ask.say("nonce", nonce);
            ask.say("expires_at", time(accounts::Instant(expires_at)));
            ask.held.form = Some(flow.expose().into());
            ask.held.provider = Some(provider.as_str().to_owned());
            Ok(ask.to(at::PROVIDER))
        }
        Departed::Refused(refusal) => Err(Problem::Refused(refusal)),
        Departed::Browser { .. } => Err(Problem::Internal),
    }
}

/// The ID token that the SDK gave. What the question was for, a sign-in or a proof, is sealed with it.
pub(super) async fn provider(ask: &mut Ask<'_>) -> Stepped {
    let asked = ask.held.provider.as_deref().and_then(Provider::parse);
    let provider = asked.ok_or(Problem::FLOW_EXPIRED)?;
    let state = secret_of(ask.held.form.as_ref()).unwrap_or_else(|| Secret::new(""));
    let code = ask.maybe("authorization_code").map(Secret::new);
    let (id_token, name) = (ask.secret("id_token"), ask.maybe("name"));
    let back = Return { provider, state, brought: Brought::Token { id_token, code, name } };
    take_offer(ask);
    let arrival = ask.house.engine.arrive(back, &ask.visitor).await?;
    match arrival.answer {
        Answer::Welcome(signed) => ask.welcome(signed).await,
        Answer::Fresh { .. } => ask.shown().await,
        Answer::IdentityFree { flow, needs } => identity::free(ask, &flow, &needs).await,
        Answer::OfferMade { flow, .. } => Err(wait_for_account(ask, &flow)),
        Answer::Refused(refusal) => {
            // It is used up, whatever came of it.
            ask.begin_again();
            Err(Problem::Refused(refusal))
        }
        _ => Err(Problem::Internal),
    }
}

/// The identity waits until its account has signed in another way (R-REG-5).
pub(super) fn wait_for_account(ask: &mut Ask<'_>, flow: &Secret) -> Problem {
    ask.begin_again();
    ask.held.offer = Some(flow.expose().into());
    Problem::SIGN_IN_THERE
}

/// Adds the provider that waited for this sign-in.
pub(super) async fn accept_offer(ask: &mut Ask<'_>) -> Stepped {
    take_offer(ask);
    match ask.house.engine.execute(Attempt::AcceptOffer, &ask.visitor).await? {
        Answer::Linked(provider) => {
            ask.say("added", provider.as_str());
            ask.held.offer = None;
            ask.settle().await
        }
        Answer::Refused(refusal) => {
            let problem = Problem::Refused(refusal);
            if problem == Problem::PROOF_FIRST {
                ask.held.proof_due = true;
                ask.begin_again();
                return Err(problem);
            }
            if refusal == engine::Refusal::Rules(Public::TryAgain) {
                return Err(problem);
            }
            // It cannot be added any more; the sign-in stands.
            ask.say("offer_refused", refusal.code());
            ask.held.offer = None;
            ask.settle().await
        }
        _ => Err(Problem::Internal),
    }
}

/// Leaves that provider where it is.
pub(super) async fn decline_offer(ask: &mut Ask<'_>) -> Stepped {
    take_offer(ask);
    match ask.house.engine.execute(Attempt::DropFlow, &ask.visitor).await? {
        Answer::Done => {
            ask.held.offer = None;
            ask.settle().await
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

async fn attempted(ask: &mut Ask<'_>, attempt: Attempt) -> Stepped {
    match ask.house.engine.execute(attempt, &ask.visitor).await? {
        Answer::Welcome(signed) => ask.welcome(signed).await,
        Answer::Fresh { .. } => ask.shown().await,
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// The identity in hand, if any, comes along.
fn take_offer(ask: &mut Ask<'_>) {
    ask.visitor.flow = secret_of(ask.held.offer.as_ref());
}

/// Where an identity in hand goes on.
pub(super) const fn stage_of(need: AddressNeed, had: bool) -> &'static str {
    match (need, had) {
        (AddressNeed::Code, _) => at::ADDRESS,
        (AddressNeed::Proven, false) => at::CONFIRM,
        (AddressNeed::Proven, true) => at::CONFIRM_BEFORE,
    }
}
