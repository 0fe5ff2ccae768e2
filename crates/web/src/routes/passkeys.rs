//! Passkeys on pages: signing in by one, adding, naming and declining them (R-PASSKEY).
//!
//! ```text
//!  button ──▶ POST …/options ──▶ the device's dialogue ──▶ POST with what came of it ──▶ in, or a page that says why not
//! ```
//!
//! The dialogue is the browser's; what comes of it is posted as an ordinary form, so every answer is a page. The options
//! are the only JSON that a page asks for; asking for them changes nothing but the browser's own cookie. Opening a
//! page changes nothing.

use accounts::{Account, PasskeyId, Public};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::{Answer, Attempt, Overview, PasskeyAsked, PasskeyErrand, Refusal};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use pages::views::{FieldError, Passkey, PasskeyAdd, PasskeyOffer, PasskeySignin};

use crate::House;
use crate::answers::{Answered, overview_of, proven_member, refuse, see_other, show, show_to, welcome};
use crate::cookies::Kind;
use crate::fields::Fields;
use crate::ids;
use crate::own_methods::passkey_row;
use crate::problem::{Problem, put_retry_after, status_of, with_return};
use crate::return_to::ReturnTo;
use crate::routes::signin::{already_in, in_app_view, path_of};
use crate::visitor::Guest;

/// How long the browser keeps what binds a question to it, in seconds: longer than any question is good.
const ASKED_SECONDS: i64 = 3_600;
const ADD: &str = "/account/methods/passkeys/add";
const NAME_CHARS: usize = 64;

/// GET /signin/passkey: what a passkey needs, and what went wrong.
pub(crate) async fn signin_form(State(house): State<House>, guest: Guest) -> Answered {
    if house.engine.passkeys().is_none() {
        return Err(Problem::NotFound);
    }
    if let Some(elsewhere) = already_in(&house, &guest).await? {
        return Ok(elsewhere);
    }
    let return_to = guest.return_to();
    let view = signin_view(&house, &guest, guest.query("problem").unwrap_or_default());
    show(&house, &guest, &PasskeySignin { return_to: path_of(return_to.as_ref()), ..view })
}

/// POST /signin/passkey/options.
pub(crate) async fn signin_options(
    State(house): State<House>,
    guest: Guest,
    fields: Fields,
) -> Answered {
    fields.of(&[])?;
    ask(&house, &guest, PasskeyErrand::SignIn).await
}

/// POST /signin/passkey.
pub(crate) async fn signin(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["credential", "return_to"])?;
    let return_to = ReturnTo::parse(&fields.text("return_to"));
    let guest = guest.returning(return_to.as_ref());
    let message = fields.text("credential");
    if message.is_empty() {
        // Sent without the script: the page says what is needed.
        return Ok(see_other(&with_return("/signin/passkey", &path_of(return_to.as_ref()))));
    }
    let shown = credential_of(&message);
    match house.engine.execute(Attempt::SignInPasskey { message }, &guest.visitor).await? {
        Answer::Welcome(signed) => {
            Ok(welcome(&house, &signed, ("passkey", return_to.as_ref()), "/account"))
        }
        Answer::Refused(refusal) => {
            let problem = problem_of(refusal).ok_or(Problem::Refused(refusal))?;
            let view = PasskeySignin {
                return_to: path_of(return_to.as_ref()),
                rp_id: relying_party(&house),
                credential: shown.unwrap_or_default(),
                ..signin_view(&house, &guest, problem)
            };
            refuse(&house, &guest, None, refusal, &view)
        }
        _ => Err(Problem::Internal),
    }
}

fn signin_view(house: &House, guest: &Guest, problem: &str) -> PasskeySignin {
    PasskeySignin {
        methods: house.options.methods.clone(),
        in_app: in_app_view(house, guest),
        last_used: guest.last.clone(),
        ..PasskeySignin::new(problem)
    }
}

/// POST /proof/passkey/options.
pub(crate) async fn proof_options(
    State(house): State<House>,
    guest: Guest,
    fields: Fields,
) -> Answered {
    fields.of(&[])?;
    ask(&house, &guest, PasskeyErrand::Prove).await
}

/// POST /proof/passkey.
pub(crate) async fn prove(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["credential", "return_to"])?;
    let return_to = ReturnTo::parse(&fields.text("return_to"));
    let onwards = return_to.as_ref().map_or("/account", ReturnTo::as_str);
    let message = fields.text("credential");
    if message.is_empty() {
        return Ok(see_other(&with_return("/proof", onwards)));
    }
    match house.engine.execute(Attempt::ProvePasskey { message }, &guest.visitor).await? {
        Answer::Fresh { .. } => Ok(see_other(onwards)),
        Answer::Refused(refusal) => {
            let problem = problem_of(refusal).ok_or(Problem::Refused(refusal))?;
            let page = with_return("/proof", onwards);
            Ok(see_other(&format!("{page}&error=passkey-{problem}")))
        }
        _ => Err(Problem::Internal),
    }
}

/// GET /account/methods/passkeys/add.
pub(crate) async fn add_form(State(house): State<House>, guest: Guest) -> Answered {
    let found = proven_member(&house, &guest).await?;
    if house.engine.passkeys().is_none() {
        return Err(Problem::NotFound);
    }
    let most = house.engine.policy().passkeys;
    let told = guest.query("problem").unwrap_or_default();
    let problem = if is_full(&house, &found) { "too-many" } else { told };
    show_to(&house, &guest, &found.account, &PasskeyAdd::new(problem, most))
}

/// POST /account/methods/passkeys/add/options.
pub(crate) async fn add_options(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    fields.of(&[])?;
    ask(&house, &guest, PasskeyErrand::Add).await
}

/// POST /account/methods/passkeys/add.
pub(crate) async fn add(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["credential"])?;
    let found = overview_of(&house, &guest).await?;
    let message = fields.text("credential");
    if message.is_empty() {
        return Ok(see_other(ADD));
    }
    let attempt = Attempt::AddPasskey { message, name: String::new() };
    match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::PasskeyAdded(_) => Ok(see_other("/account/methods?notice=passkey-added")),
        Answer::Refused(Refusal::Rules(Public::FreshProofRequired)) => {
            Ok(see_other(&with_return("/proof", ADD)))
        }
        Answer::Refused(refusal) => {
            let problem = problem_of(refusal).ok_or(Problem::Refused(refusal))?;
            let view = PasskeyAdd::new(problem, house.engine.policy().passkeys);
            refuse(&house, &guest, Some(&found.account), refusal, &view)
        }
        _ => Err(Problem::Internal),
    }
}

/// GET /account/methods/passkeys/{id}.
pub(crate) async fn one(State(house): State<House>, Path(id): Path<String>, guest: Guest) -> Answered {
    let found = overview_of(&house, &guest).await?;
    let view = one_view(&found.account, &id, None, Vec::new()).ok_or(Problem::NotFound)?;
    show_to(&house, &guest, &found.account, &view)
}

/// POST /account/methods/passkeys/{id}: its name.
pub(crate) async fn rename(
    State(house): State<House>,
    Path(id): Path<String>,
    guest: Guest,
    fields: Fields,
) -> Answered {
    let fields = fields.of(&["name"])?;
    let found = overview_of(&house, &guest).await?;
    let passkey = ids::parse_passkey(&id).ok_or(Problem::NotFound)?;
    let name = fields.text("name");
    if let Some(error) = unfit(&name) {
        let view = one_view(&found.account, &id, Some(name), vec![error]).ok_or(Problem::NotFound)?;
        return refuse(&house, &guest, Some(&found.account), Refusal::InvalidName, &view);
    }
    match house.engine.execute(Attempt::RenamePasskey { passkey, name }, &guest.visitor).await? {
        Answer::Done => Ok(see_other("/account/methods?notice=passkey-renamed")),
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// A name is refused where it could not be kept as typed, so that nobody finds it changed afterwards.
fn unfit(name: &str) -> Option<FieldError> {
    let typed = name.trim();
    if typed.is_empty() {
        return Some(FieldError::new("name", "missing-name"));
    }
    if typed.chars().count() > NAME_CHARS {
        let error = FieldError::new("name", "passkey-name-too-long");
        return Some(error.with("maximum", u32::try_from(NAME_CHARS).unwrap_or(u32::MAX)));
    }
    let kept = accounts::Line::clean(typed, NAME_CHARS);
    (kept.as_str() != typed).then(|| FieldError::new("name", "passkey-name-not-allowed"))
}

fn one_view(
    account: &Account,
    id: &str,
    typed: Option<String>,
    errors: Vec<FieldError>,
) -> Option<Passkey> {
    let known = account.passkey(ids::parse_passkey(id)?)?;
    let row = passkey_row(known);
    Some(Passkey { name: typed.unwrap_or_else(|| row.name.clone()), passkey: row, errors })
}

/// GET /account/passkey-offer: after a sign-in with the password, to whoever has none and has not declined one.
pub(crate) async fn offer_form(State(house): State<House>, guest: Guest) -> Answered {
    let found = overview_of(&house, &guest).await?;
    let return_to = guest.return_to();
    if !may_be_offered(&house, &found) {
        return Ok(see_other(return_to.as_ref().map_or("/account", ReturnTo::as_str)));
    }
    let view = PasskeyOffer { return_to: path_of(return_to.as_ref()), errors: Vec::new() };
    show_to(&house, &guest, &found.account, &view)
}

fn may_be_offered(house: &House, found: &Overview) -> bool {
    let account = &found.account;
    let open = account.passkeys.is_empty() && account.passkey_declined.is_none();
    house.engine.passkeys().is_some() && found.is_fresh() && open
}

/// POST /account/passkey-offer/options: with `mediation`, the browser makes one without asking.
pub(crate) async fn offer_options(
    State(house): State<House>,
    guest: Guest,
    fields: Fields,
) -> Answered {
    let fields = fields.of(&["mediation"])?;
    let purpose = match fields.text("mediation").as_str() {
        "" => PasskeyErrand::Add,
        "conditional" => PasskeyErrand::Upgrade,
        _ => return Err(Problem::InvalidRequest),
    };
    ask(&house, &guest, purpose).await
}

/// POST /account/passkey-offer: adds one, or declines for good.
pub(crate) async fn answer_offer(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["answer", "credential", "mediation", "return_to"])?;
    let found = overview_of(&house, &guest).await?;
    let return_to = ReturnTo::parse(&fields.text("return_to"));
    let onwards = |home| see_other(return_to.as_ref().map_or(home, ReturnTo::as_str));
    let message = fields.text("credential");
    if fields.text("answer") == "no" || message.is_empty() {
        return match house.engine.execute(Attempt::DeclinePasskey, &guest.visitor).await? {
            Answer::Done => Ok(onwards("/account")),
            Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
            _ => Err(Problem::Internal),
        };
    }
    let attempt = Attempt::AddPasskey { message, name: String::new() };
    match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::PasskeyAdded(_) => Ok(onwards("/account/methods?notice=passkey-added")),
        Answer::Refused(Refusal::Rules(Public::FreshProofRequired)) => Ok(onwards("/account")),
        Answer::Refused(refusal) => {
            let error = match problem_of(refusal).ok_or(Problem::Refused(refusal))? {
                "expired" => "passkey-expired",
                "busy" => "passkey-busy",
                _ => "passkey-refused",
            };
            let errors = vec![FieldError::form(error)];
            let view = PasskeyOffer { return_to: path_of(return_to.as_ref()), errors };
            refuse(&house, &guest, Some(&found.account), refusal, &view)
        }
        _ => Err(Problem::Internal),
    }
}

/// The word of the pages for a refusal; `None` where it is no passkey's.
fn problem_of(refusal: Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::Rules(Public::PasskeyUnknown) => Some("unknown"),
        Refusal::Rules(Public::PasskeyRefused) => Some("refused"),
        Refusal::Rules(Public::FlowExpired | Public::FreshProofRequired) => Some("expired"),
        Refusal::Rules(Public::PasskeyAlreadyAdded) => Some("already-added"),
        Refusal::Rules(Public::TooManyPasskeys) => Some("too-many"),
        Refusal::RateLimited { .. } | Refusal::Overloaded { .. } => Some("busy"),
        _ => None,
    }
}

/// The options as JSON, or a problem that the script leads to a page with.
async fn ask(house: &House, guest: &Guest, purpose: PasskeyErrand) -> Answered {
    let json = |status: StatusCode, body: String| -> Response {
        (status, [(CONTENT_TYPE, "application/json")], body).into_response()
    };
    match house.engine.ask_passkey(purpose, &guest.visitor).await? {
        PasskeyAsked::Options { json: options, browser, .. } => {
            let mut response = json(StatusCode::OK, options);
            house.names.set(response.headers_mut(), Kind::Trip, browser.expose(), ASKED_SECONDS);
            Ok(response)
        }
        PasskeyAsked::Refused(refusal) => {
            let problem = problem_of(refusal).unwrap_or("failed");
            let body = format!("{{\"problem\":\"{problem}\"}}");
            let mut response = json(status_of(refusal), body);
            put_retry_after(response.headers_mut(), refusal.retry_after());
            Ok(response)
        }
    }
}

fn is_full(house: &House, found: &Overview) -> bool {
    let most = usize::try_from(house.engine.policy().passkeys).unwrap_or(usize::MAX);
    found.account.passkeys.len() >= most
}

/// The relying party's id; empty where there are no passkeys.
pub(crate) fn relying_party(house: &House) -> String {
    house.engine.passkeys().map(|passkeys| passkeys.party.id().to_owned()).unwrap_or_default()
}

/// The credential id that a message names, for the browser's own list; nothing where it names none.
fn credential_of(message: &str) -> Option<String> {
    let read = serde_json::from_str::<serde_json::Value>(message).ok()?;
    let id = read.get("id")?.as_str()?;
    let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

/// The passkey that a form names.
pub(crate) fn named(account: &Account, id: &str) -> Option<PasskeyId> {
    ids::parse_passkey(id).filter(|id| account.passkey(*id).is_some())
}
