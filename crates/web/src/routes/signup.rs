//! Registering by e-mail: address, code, password.
//!
//! ```text
//!  /signup/email ──▶ /signup/code ──▶ /signup/password ──▶ signed in
//! ```
//!
//! The steps hang together by the flow cookie, which also keeps the page to return to. The page after the
//! address is the same whether or not the address has an account (R-REG-3). No code is ever put into a URL.

use accounts::{Flow, Former, Millis, Public, Purpose, Stage};
use axum::extract::State;
use engine::{Answer, Attempt, Refusal};
use pages::views::{Conflict, FieldError, Signup, SignupCode, SignupEmail, SignupPassword, TermsLink};

use crate::House;
use crate::answers::{
    Answered, Form, field_error, flow_of, incomplete, keep_flow, minutes, refuse, see_other, show,
    welcome,
};
use crate::cookies::FlowValue;
use crate::fields::Fields;
use crate::problem::Problem;
use crate::return_to::ReturnTo;
use crate::routes::openid::login_hint;
use crate::routes::signin::{already_in, in_app_view, path_of, signup_open};
use crate::visitor::Guest;

const CLOSED: Problem = Problem::Refused(Refusal::Rules(Public::RegistrationClosed));

/// GET /signup: the methods one can register with.
pub(crate) async fn methods(State(house): State<House>, guest: Guest) -> Answered {
    require_open(&house)?;
    if let Some(elsewhere) = already_in(&house, &guest).await? {
        return Ok(elsewhere);
    }
    let view = Signup {
        methods: house.options.methods.clone(),
        in_app: in_app_view(&house, &guest),
        notice: guest.notice(&["flow-expired"]),
        return_to: path_of(guest.return_to().as_ref()),
        ..Signup::default()
    };
    show(&house, &guest, &view)
}

/// GET /signup/email.
pub(crate) async fn email_form(State(house): State<House>, guest: Guest) -> Answered {
    require_open(&house)?;
    if let Some(elsewhere) = already_in(&house, &guest).await? {
        return Ok(elsewhere);
    }
    let return_to = guest.return_to();
    let email = login_hint(&house, return_to.as_ref());
    let return_to = path_of(return_to.as_ref());
    show(&house, &guest, &SignupEmail { email, return_to, ..SignupEmail::default() })
}

/// POST /signup/email: asks for a code, or for another one.
pub(crate) async fn ask(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["email", "return_to"])?;
    let return_to = ReturnTo::parse(&fields.text("return_to"));
    let guest = guest.returning(return_to.as_ref());
    let address = fields.text("email");
    let attempt = Attempt::RegisterByEmail { address: address.clone() };
    match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::CodeAsked { flow, .. } => {
            let again = if guest.visitor.flow.is_some() { "?again=1" } else { "" };
            let mut response = see_other(&format!("/signup/code{again}"));
            let (value, life) = (FlowValue { secret: flow, return_to }, code_life(&house));
            keep_flow(&house, response.headers_mut(), &value, life);
            Ok(response)
        }
        Answer::Refused(refusal) => {
            let error =
                field_error(house.password, refusal, Form::Address).ok_or(Problem::Refused(refusal))?;
            let return_to = path_of(return_to.as_ref());
            let view = SignupEmail { email: address, return_to, errors: vec![error] };
            refuse(&house, &guest, None, refusal, &view)
        }
        _ => Err(Problem::Internal),
    }
}

/// GET /signup/code.
pub(crate) async fn code_form(State(house): State<House>, guest: Guest) -> Answered {
    let flow = flow(&house, &guest).await?;
    if flow.stage == Stage::Proven {
        return Ok(see_other("/signup/password"));
    }
    let mut view = code_view(&house, &guest, &flow, String::new(), Vec::new());
    view.resent = guest.query("again").is_some();
    view.refused = house.engine.mail_refused(flow.address()).await?;
    show(&house, &guest, &view)
}

/// POST /signup/code.
pub(crate) async fn verify(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["code"])?;
    let flow = flow(&house, &guest).await?;
    let code = fields.secret("code");
    match house.engine.execute(Attempt::VerifyRegistration { code }, &guest.visitor).await? {
        Answer::Proven { former, .. } => {
            let mut response = match &former {
                Some(former) => withdrawn_page(&house, &guest, former)?,
                None => see_other("/signup/password"),
            };
            if let Some(secret) = guest.visitor.flow.clone() {
                let value = FlowValue { secret, return_to: guest.flow_return.clone() };
                keep_flow(&house, response.headers_mut(), &value, code_life(&house));
            }
            Ok(response)
        }
        Answer::Refused(refusal) => {
            let error =
                field_error(house.password, refusal, Form::Code).ok_or(Problem::Refused(refusal))?;
            let mut view = code_view(&house, &guest, &flow, fields.text("code"), vec![error]);
            view.refused = house.engine.mail_refused(flow.address()).await?;
            refuse(&house, &guest, None, refusal, &view)
        }
        _ => Err(Problem::Internal),
    }
}

/// The address was an account's that its member has ended: it can be had back (R-WITHDRAW-2).
fn withdrawn_page(house: &House, guest: &Guest, former: &Former) -> Answered {
    let until_ms = Some(former.until.0);
    show(house, guest, &Conflict { until_ms, ..Conflict::new("account-withdrawn", "", "register") })
}

/// GET /signup/password.
pub(crate) async fn password_form(State(house): State<House>, guest: Guest) -> Answered {
    let flow = flow(&house, &guest).await?;
    if flow.stage == Stage::Code {
        return Ok(see_other("/signup/code"));
    }
    show(&house, &guest, &password_view(&house, &guest, &flow, Vec::new()))
}

/// POST /signup/password: from here on the account exists.
pub(crate) async fn complete(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["password", "terms", "username"])?;
    let flow = flow(&house, &guest).await?;
    let password = fields.secret("password");
    if password.expose().is_empty() {
        let missing = vec![FieldError::new("password", "missing-password")];
        return incomplete(&house, &guest, None, &password_view(&house, &guest, &flow, missing));
    }
    let accepted = fields.text("terms") == "accepted";
    let terms = house.options.terms.as_ref().filter(|_| accepted).map(|terms| terms.version.clone());
    if house.options.terms.is_some() && terms.is_none() {
        let missing = vec![FieldError::new("terms", "terms-required")];
        return incomplete(&house, &guest, None, &password_view(&house, &guest, &flow, missing));
    }
    let attempt = Attempt::CompleteRegistration { password, terms };
    match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::Welcome(signed) => Ok(welcome(
            &house,
            &signed,
            ("email", guest.flow_return.as_ref()),
            "/account?notice=welcome",
        )),
        Answer::Refused(refusal) => {
            let error = field_error(house.password, refusal, Form::FirstPassword)
                .ok_or(Problem::Refused(refusal))?;
            let view = password_view(&house, &guest, &flow, vec![error]);
            refuse(&house, &guest, None, refusal, &view)
        }
        _ => Err(Problem::Internal),
    }
}

fn require_open(house: &House) -> Result<(), Problem> {
    if signup_open(house) { Ok(()) } else { Err(CLOSED) }
}

async fn flow(house: &House, guest: &Guest) -> Result<Flow, Problem> {
    require_open(house)?;
    flow_of(house, guest, Purpose::Register).await?.ok_or(Problem::FLOW_EXPIRED)
}

fn code_life(house: &House) -> Millis {
    house.engine.policy().code_life
}

fn code_view(
    house: &House,
    guest: &Guest,
    flow: &Flow,
    code: String,
    errors: Vec<FieldError>,
) -> SignupCode {
    SignupCode {
        address: flow.address().to_owned(),
        code,
        return_to: path_of(guest.flow_return.as_ref()),
        valid_minutes: minutes(code_life(house)),
        errors,
        ..SignupCode::default()
    }
}

fn password_view(house: &House, guest: &Guest, flow: &Flow, errors: Vec<FieldError>) -> SignupPassword {
    SignupPassword {
        address: flow.address().to_owned(),
        minimum_length: house.password.fewest,
        terms: terms_link(house, guest),
        errors,
    }
}

/// The terms as they are shown: version and address in the reader's language.
pub(crate) fn terms_link(house: &House, guest: &Guest) -> Option<TermsLink> {
    let terms = house.options.terms.as_ref()?;
    let url = terms.url.get(guest.locale, pages::Locale::Ja).to_owned();
    Some(TermsLink { version: terms.version.clone(), url })
}
