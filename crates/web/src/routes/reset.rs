//! The forgotten password: address, code, new password (R-RESET).
//!
//! ```text
//!  /reset ──▶ /reset/code ──▶ /reset/password, shown once ──▶ signed in
//!                 ▲                     │ opened again, or an older form sent
//!                 └─────────────────────┘
//! ```
//!
//! The steps hang together by the flow cookie and work signed in or out. The page after the address is the same
//! whatever the address is (R-RESET-1). What opens the password form is a second cookie, set by the answer to
//! the right code and taken away by the answer that shows the form, so that whoever sits down next meets the
//! code again (R-RESET-5). Neither code nor form is ever put into a URL, and nobody is signed in by a code.

use accounts::{Flow, Public, Purpose};
use axum::extract::State;
use engine::{Answer, Attempt, Refusal, Secret};
use pages::views::{FieldError, Reset, ResetCode, ResetPassword};

use crate::House;
use crate::answers::{
    Answered, Form, field_error, flow_of, keep_flow, minutes, refuse, see_other, show_whoever, welcome,
    whoever,
};
use crate::cookies::{FORM_SECONDS, FlowValue, Kind};
use crate::fields::Fields;
use crate::own_methods::{id_of, providers, recent_rows, ticked};
use crate::problem::Problem;
use crate::visitor::Guest;

/// Where somebody is who has just set the new password.
const HOME: &str = "/account?notice=password-changed";

/// GET /reset.
pub(crate) async fn form(State(house): State<House>, guest: Guest) -> Answered {
    let account = whoever(&house, &guest).await?;
    show_whoever(&house, &guest, account.as_ref(), &reset_view(&house, String::new(), Vec::new()))
}

/// POST /reset: asks for a code, or for another one.
pub(crate) async fn ask(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let email = fields.of(&["email"])?.text("email");
    let again = flow_of(&house, &guest, Purpose::Reset).await?.is_some();
    let attempt = Attempt::AskReset { address: email.clone() };
    match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::CodeAsked { flow, .. } => {
            let mut response = see_other(if again { "/reset/code?again=1" } else { "/reset/code" });
            let (value, life) =
                (FlowValue { secret: flow, return_to: None }, house.engine.policy().code_life);
            keep_flow(&house, response.headers_mut(), &value, life);
            Ok(response)
        }
        // This very browser has verified a code: the page of the code says so, and until when (R-RESET-4).
        Answer::Refused(Refusal::CodeCooldown { .. }) => Ok(see_other("/reset/code?again=1")),
        Answer::Refused(refusal) => {
            let error =
                field_error(house.password, refusal, Form::Address).ok_or(Problem::Refused(refusal))?;
            let account = whoever(&house, &guest).await?;
            let view = reset_view(&house, email, vec![error]);
            refuse(&house, &guest, account.as_ref(), refusal, &view)
        }
        _ => Err(Problem::Internal),
    }
}

/// GET /reset/code. Where a code was verified already, it is asked for once more.
pub(crate) async fn code_form(State(house): State<House>, guest: Guest) -> Answered {
    let flow = flow(&house, &guest).await?;
    let account = whoever(&house, &guest).await?;
    let mut view = code_view(&house, &flow);
    view.resent = !view.again && guest.query("again").is_some();
    show_whoever(&house, &guest, account.as_ref(), &view)
}

/// POST /reset/code: from here on the old password is nothing (R-RESET-3).
pub(crate) async fn verify(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["code"])?;
    let flow = flow(&house, &guest).await?;
    let code = fields.secret("code");
    match house.engine.execute(Attempt::VerifyReset { code }, &guest.visitor).await? {
        Answer::ResetProven { form, .. } => {
            let mut response = see_other("/reset/password");
            let headers = response.headers_mut();
            house.names.set(headers, Kind::Form, form.expose(), FORM_SECONDS);
            // Entered once more, the code gives no more time (R-RESET-5).
            if let Some(secret) = guest.visitor.flow.clone().filter(|_| flow.grant.is_none()) {
                let value = FlowValue { secret, return_to: None };
                keep_flow(&house, headers, &value, house.engine.policy().reset_cooldown);
            }
            Ok(response)
        }
        Answer::Refused(refusal) => {
            let error =
                field_error(house.password, refusal, Form::Code).ok_or(Problem::Refused(refusal))?;
            let account = whoever(&house, &guest).await?;
            let mut view = code_view(&house, &flow);
            // A code that matched is not shown again.
            if refusal == Refusal::Rules(Public::InvalidCode) {
                view.code = fields.text("code");
            }
            view.errors.push(error);
            refuse(&house, &guest, account.as_ref(), refusal, &view)
        }
        _ => Err(Problem::Internal),
    }
}

/// GET /reset/password: straight after the code, and once.
pub(crate) async fn password_form(State(house): State<House>, guest: Guest) -> Answered {
    let flow = flow(&house, &guest).await?;
    let Some(form) = guest.form.as_ref().filter(|_| flow.grant.is_some()) else {
        return Ok(see_other("/reset/code"));
    };
    let account = whoever(&house, &guest).await?;
    let mut view = password_view(&house, &flow, form, Vec::new());
    view.recent = recent_rows(&house.engine.lately_added_at_reset(&guest.visitor).await?);
    let mut response = show_whoever(&house, &guest, account.as_ref(), &view)?;
    house.names.expire(response.headers_mut(), Kind::Form);
    Ok(response)
}

/// POST /reset/password: unlocked, and signed in here alone.
pub(crate) async fn complete(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of_many(&["password", "form", "username"], "keep")?;
    let flow = flow(&house, &guest).await?;
    let (password, form) = (fields.secret("password"), fields.secret("form"));
    // Nothing typed is refused as too short, after the form: an older one is not shown again for it.
    let nothing = password.expose().is_empty();
    let kept = ticked(&fields.all("keep"));
    let recent = recent_rows(&house.engine.lately_added_at_reset(&guest.visitor).await?);
    let attempt = Attempt::CompleteReset { form: form.clone(), password, kept: kept.clone() };
    match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::Welcome(signed) => Ok(welcome(&house, &signed, ("email", None), HOME)),
        Answer::Refused(Refusal::Rules(Public::FlowExpired)) => Ok(see_other("/reset/code")),
        Answer::Refused(refusal) => {
            let error = match refusal {
                Refusal::WeakPassword(_) if nothing => FieldError::new("password", "missing-password"),
                _ => field_error(house.password, refusal, Form::FirstPassword)
                    .ok_or(Problem::Refused(refusal))?,
            };
            let account = whoever(&house, &guest).await?;
            let mut view = password_view(&house, &flow, &form, vec![error]);
            view.kept = kept.into_iter().map(id_of).collect();
            view.recent = recent;
            refuse(&house, &guest, account.as_ref(), refusal, &view)
        }
        _ => Err(Problem::Internal),
    }
}

async fn flow(house: &House, guest: &Guest) -> Result<Flow, Problem> {
    flow_of(house, guest, Purpose::Reset).await?.ok_or(Problem::FLOW_EXPIRED)
}

fn reset_view(house: &House, email: String, errors: Vec<FieldError>) -> Reset {
    Reset { email, providers: providers(house), errors }
}

fn code_view(house: &House, flow: &Flow) -> ResetCode {
    let policy = house.engine.policy();
    let again = flow.grant.is_some();
    ResetCode {
        address: flow.address().to_owned(),
        valid_minutes: minutes(policy.code_life),
        cooldown_minutes: minutes(policy.reset_cooldown),
        again,
        until_ms: Some(flow.expires_at.0).filter(|_| again),
        providers: providers(house),
        ..ResetCode::default()
    }
}

fn password_view(house: &House, flow: &Flow, form: &Secret, errors: Vec<FieldError>) -> ResetPassword {
    ResetPassword {
        address: flow.address().to_owned(),
        minimum_length: house.password.fewest,
        until_ms: flow.expires_at.0,
        form: form.expose().to_owned(),
        errors,
        ..ResetPassword::default()
    }
}
