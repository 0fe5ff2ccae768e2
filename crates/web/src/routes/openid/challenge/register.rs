//! Registering by e-mail: address, code, password. No account exists before the last step, and the first answer is the same for
//! every address (R-REG-3).

use accounts::FormerWay;
use engine::{Answer, Attempt};

use super::Stepped;
use super::ask::{Ask, secret_of};
use super::stage::at;
use crate::json::time;
use crate::problem::Problem;
use crate::routes::api::FormerBody;

/// Asks for a code; the mail tells whether the address has an account.
pub(super) async fn ask(ask: &mut Ask<'_>) -> Stepped {
    let address = ask.typed("email");
    let attempt = Attempt::RegisterByEmail { address: address.clone() };
    match ask.house.engine.execute(attempt, &ask.visitor).await? {
        Answer::CodeAsked { flow, expires_at } => {
            ask.say("mail_refused", ask.house.engine.mail_refused(&address).await?);
            ask.say("expires_at", time(expires_at));
            ask.held.flow = Some(flow.expose().into());
            Ok(ask.to(at::REGISTER))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// The code from the mail.
pub(super) async fn verify(ask: &mut Ask<'_>) -> Stepped {
    ask.visitor.flow = secret_of(ask.held.flow.as_ref());
    let attempt = Attempt::VerifyRegistration { code: ask.secret("code") };
    match ask.house.engine.execute(attempt, &ask.visitor).await? {
        Answer::Proven { expires_at, former } => {
            let back = former.as_ref().is_some_and(|former| former.way == FormerWay::Withdrawn);
            if let Some(former) = &former {
                ask.say("former", FormerBody::of(former));
            }
            ask.say("expires_at", time(expires_at));
            Ok(ask.to(if back { at::REGISTERED_BEFORE } else { at::REGISTERED }))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// The password: from here on the account exists.
pub(super) async fn complete(ask: &mut Ask<'_>) -> Stepped {
    ask.visitor.flow = secret_of(ask.held.flow.as_ref());
    let (password, terms) = (ask.secret("password"), ask.maybe("terms_version"));
    let attempt = Attempt::CompleteRegistration { password, terms };
    match ask.house.engine.execute(attempt, &ask.visitor).await? {
        Answer::Welcome(signed) => ask.welcome(signed).await,
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}
