//! Numbers from mails: "this was not me", the undo of a change or withdrawal, and the provider that cannot be used
//! any more (R-SIGNIN-6, R-METHOD-10, R-WITHDRAW-2, R-RESET-8).
//!
//! None needs a sign-in nor gives one. Opening a page changes nothing; the number is typed and a button
//! pressed, so no mail scanner can do it. The answers are the same whatever the address is, and what a browser
//! of the member's loses by it is told by its next request.

use axum::extract::State;
use engine::{Answer, Attempt};
use pages::views::{FieldError, NotMe, ProviderLost, TakenBack, Undo, View};

use crate::House;
use crate::answers::{Answered, Form, field_error, minutes, refuse, see_other, show_whoever, whoever};
use crate::fields::Fields;
use crate::problem::Problem;
use crate::visitor::Guest;

/// GET /not-me.
pub(crate) async fn not_me_form(State(house): State<House>, guest: Guest) -> Answered {
    open(&house, &guest, NotMe::default()).await
}

/// POST /not-me.
pub(crate) async fn report(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["email", "number"])?;
    let (address, number) = (fields.text("email"), fields.secret("number"));
    let answer = house.engine.execute(Attempt::ReportNotMe { address, number }, &guest.visitor).await?;
    answered(&house, &guest, answer, "/not-me/done", |error| NotMe {
        email: fields.text("email"),
        number: fields.text("number"),
        errors: vec![error],
    })
    .await
}

/// GET /not-me/done: the same for everybody who opens it.
pub(crate) async fn reported(State(house): State<House>, guest: Guest) -> Answered {
    open(&house, &guest, TakenBack::new("not-me")).await
}

/// GET /undo.
pub(crate) async fn undo_form(State(house): State<House>, guest: Guest) -> Answered {
    open(&house, &guest, Undo::default()).await
}

/// POST /undo.
pub(crate) async fn undo(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["email", "number"])?;
    let (address, number) = (fields.text("email"), fields.secret("number"));
    let answer = house.engine.execute(Attempt::Undo { address, number }, &guest.visitor).await?;
    answered(&house, &guest, answer, "/undo/done", |error| Undo {
        email: fields.text("email"),
        number: fields.text("number"),
        errors: vec![error],
    })
    .await
}

/// GET /undo/done: the same for everybody who opens it.
pub(crate) async fn undone(State(house): State<House>, guest: Guest) -> Answered {
    open(&house, &guest, TakenBack::new("undo")).await
}

/// GET /undo/restored: the same for everybody who opens it.
pub(crate) async fn restored(State(house): State<House>, guest: Guest) -> Answered {
    open(&house, &guest, TakenBack::new("restored")).await
}

/// GET /provider-lost.
pub(crate) async fn lost_form(State(house): State<House>, guest: Guest) -> Answered {
    let wait_hours = wait_hours(&house);
    open(&house, &guest, ProviderLost { wait_hours, ..ProviderLost::default() }).await
}

/// POST /provider-lost: begins the wait.
pub(crate) async fn report_lost(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["email", "number"])?;
    let (address, number) = (fields.text("email"), fields.secret("number"));
    let answer = house.engine.execute(Attempt::ReportLost { address, number }, &guest.visitor).await?;
    answered(&house, &guest, answer, "/provider-lost/done", |error| ProviderLost {
        email: fields.text("email"),
        number: fields.text("number"),
        wait_hours: wait_hours(&house),
        errors: vec![error],
    })
    .await
}

/// GET /provider-lost/done: the same for everybody who opens it.
pub(crate) async fn lost(State(house): State<House>, guest: Guest) -> Answered {
    let mut view = TakenBack::new("provider-lost");
    view.wait_hours = wait_hours(&house);
    open(&house, &guest, view).await
}

/// How long the wait is, in hours.
fn wait_hours(house: &House) -> u32 {
    minutes(house.engine.policy().lost_wait) / 60
}

async fn open<V: View + Sync>(house: &House, guest: &Guest, view: V) -> Answered {
    let account = whoever(house, guest).await?;
    show_whoever(house, guest, account.as_ref(), &view)
}

async fn answered<V: View>(
    house: &House,
    guest: &Guest,
    answer: Answer,
    done: &str,
    again: impl FnOnce(FieldError) -> V,
) -> Answered {
    match answer {
        Answer::TakenBack | Answer::WaitBegun { .. } => Ok(see_other(done)),
        Answer::Restored => Ok(see_other("/undo/restored")),
        Answer::Refused(refusal) => {
            let error = field_error(house.password, refusal, Form::Number)
                .ok_or(Problem::NumberRefused(refusal))?;
            let account = whoever(house, guest).await?;
            refuse(house, guest, account.as_ref(), refusal, &again(error))
        }
        _ => Err(Problem::Internal),
    }
}
