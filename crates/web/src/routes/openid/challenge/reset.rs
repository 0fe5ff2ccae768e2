//! The forgotten password: address, code, new password (R-RESET). The form's secret lies in what the app holds, so that the same
//! code opens it again and the older is worthless.

use engine::{Answer, Attempt, Secret};

use super::Stepped;
use super::ask::{Ask, secret_of};
use super::stage::at;
use crate::json::time;
use crate::own_methods::{addable, recent_ids};
use crate::problem::Problem;

const MOST_KEPT: usize = 20;

/// Asks for a code. The answer is the same for every address (R-RESET-1).
pub(super) async fn ask(ask: &mut Ask<'_>) -> Stepped {
    let under_way = matches!(ask.held.stage.as_str(), at::RESET | at::RESET_FORM);
    ask.visitor.flow = secret_of(ask.held.flow.as_ref().filter(|_| under_way));
    let attempt = Attempt::AskReset { address: ask.typed("email") };
    match ask.house.engine.execute(attempt, &ask.visitor).await? {
        Answer::CodeAsked { flow, expires_at } => {
            ask.say("expires_at", time(expires_at));
            ask.held.flow = Some(flow.expose().into());
            Ok(ask.to(at::RESET))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// The code from the mail: from here on the old password is nothing, and every session has ended.
pub(super) async fn verify(ask: &mut Ask<'_>) -> Stepped {
    ask.visitor.flow = secret_of(ask.held.flow.as_ref());
    let attempt = Attempt::VerifyReset { code: ask.secret("code") };
    match ask.house.engine.execute(attempt, &ask.visitor).await? {
        Answer::ResetProven { form, until } => {
            let recent = ask.house.engine.lately_added_at_reset(&ask.visitor).await?;
            ask.say("recent", recent_ids(&recent));
            ask.say("expires_at", time(until));
            ask.held.form = Some(form.expose().into());
            Ok(ask.to(at::RESET_FORM))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// The new password, and which of the methods that were added lately stay, with a space between them.
pub(super) async fn complete(ask: &mut Ask<'_>) -> Stepped {
    ask.visitor.flow = secret_of(ask.held.flow.as_ref());
    let named = ask.typed("kept");
    let kept = named.split_ascii_whitespace().map(addable).collect::<Option<Vec<_>>>();
    let kept = kept.filter(|kept| kept.len() <= MOST_KEPT).ok_or(Problem::InvalidRequest)?;
    let form = secret_of(ask.held.form.as_ref()).unwrap_or_else(|| Secret::new(""));
    let attempt = Attempt::CompleteReset { form, password: ask.secret("password"), kept };
    match ask.house.engine.execute(attempt, &ask.visitor).await? {
        Answer::Welcome(signed) => ask.welcome(signed).await,
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}
