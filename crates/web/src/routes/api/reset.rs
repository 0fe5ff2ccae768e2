//! The forgotten password, for apps: address, code, new password (R-RESET).
//!
//! The flow is the app's stand-in for "this browser", and `form` for the password form that is shown once: the
//! same code entered again gives another one, and the older is worthless. The first answer is the same for
//! every address (R-RESET-1), and no code signs anybody in (R-RESET-11).

use axum::extract::State;
use axum::response::Response;
use engine::{Answer, Attempt};
use http::StatusCode;

use super::bodies::{
    Anywhere, FlowBody, FlowCode, FormBody, ResetEmail, ResetPassword, SignedBody, WithBody,
};
use super::{flow, signed};
use crate::House;
use crate::json::{self, Body, time};
use crate::own_methods::{addable, recent_ids};
use crate::problem::{Problem, ProblemBody};
use crate::visitor::Caller;

const MOST_KEPT: usize = 20;

/// Ask for a code. The answer is the same whether or not the address has an account.
#[utoipa::path(
    post, path = "/api/v1/reset", tag = "reset", operation_id = "reset",
    request_body = ResetEmail,
    responses(
        (status = 200, description = "A code may be on its way.", body = FlowBody),
        (status = 422, description = "`invalid-address`", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, Anywhere,
        (status = 429, description = "`code-cooldown`: the presented flow has verified a code of this \
            address, which is still good; `rate-limited`", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ask(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<ResetEmail>,
) -> Result<Response, Problem> {
    visitor.flow = body.flow;
    match house.engine.execute(Attempt::AskReset { address: body.email }, &visitor).await? {
        Answer::CodeAsked { flow: secret, expires_at } => Ok(flow(&secret, expires_at)),
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// Enter the code from the mail. From here on the old password does not work and every other session has ended.
#[utoipa::path(
    post, path = "/api/v1/reset/verify", tag = "reset", operation_id = "reset_verify",
    request_body = FlowCode,
    responses(
        (status = 200, description = "The new password can be set.", body = FormBody),
        (status = 403, description = "`account-suspended`: the code was right", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 410, description = "`flow-expired`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid-code`, `code-expired`", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, Anywhere,
        (status = 429, description = "`code-used-up`, `rate-limited`", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn verify(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<FlowCode>,
) -> Result<Response, Problem> {
    visitor.flow = Some(body.flow.clone());
    match house.engine.execute(Attempt::VerifyReset { code: body.code }, &visitor).await? {
        Answer::ResetProven { form, until } => {
            let recent = house.engine.lately_added_at_reset(&visitor).await?;
            let body = FormBody {
                flow: body.flow.expose().to_owned(),
                form: form.expose().to_owned(),
                expires_at: time(until),
                recent: recent_ids(&recent),
            };
            Ok(json::answer(StatusCode::OK, &body))
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// Set the new password. The account is unlocked, and this installation is signed in. Of the methods that were added
/// lately, those that are not named as `kept` are removed.
#[utoipa::path(
    post, path = "/api/v1/reset/password", tag = "reset", operation_id = "reset_password",
    request_body = ResetPassword,
    responses(
        (status = 200, description = "Set, and signed in.", body = SignedBody),
        (status = 403, description = "`account-suspended`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 410, description = "`flow-expired`: also where a newer `form` has been given out",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`password-too-weak`", body = ProblemBody,
            content_type = "application/problem+json"),
        WithBody, Anywhere
    )
)]
pub(crate) async fn complete(
    State(house): State<House>,
    Caller(mut visitor): Caller,
    Body(body): Body<ResetPassword>,
) -> Result<Response, Problem> {
    visitor.flow = Some(body.flow);
    visitor.device = body.device;
    let kept = body.kept.iter().map(|id| addable(id)).collect::<Option<Vec<_>>>();
    let kept = kept.filter(|kept| kept.len() <= MOST_KEPT).ok_or(Problem::InvalidRequest)?;
    let attempt = Attempt::CompleteReset { form: body.form, password: body.password, kept };
    match house.engine.execute(attempt, &visitor).await? {
        Answer::Welcome(welcome) => Ok(signed(&house, &welcome)),
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}
