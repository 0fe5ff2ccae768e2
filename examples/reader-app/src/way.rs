//! The way to a code: do what can be done next, show what the server says, and ask again where it was not right.
//!
//! No order of steps is known here. Of the steps that `next` names the first is taken that this program can do and the person
//! wants; so terms that are due, or a step that comes one day, need no other version of the way.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::Outcome;
use crate::house::House;
use crate::kept::Kept;
use crate::talk::{Seen, Talk};

/// What the person wants.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    Signup,
    Signin,
    Reset,
}

impl Wish {
    /// The steps by which this goes on where several can be taken; the others lead elsewhere.
    const fn steps(self) -> &'static [&'static str] {
        match self {
            Self::Signup => &["register_password", "register_code", "register", "terms"],
            Self::Signin => &["password", "terms"],
            Self::Reset => &["reset_password", "reset_code", "reset", "terms"],
        }
    }
}

/// A question, in Japanese and English.
type Question = (&'static str, &'static str);

const ADDRESS: Question = ("メールアドレス", "E-mail address");
const PASSWORD: Question = ("パスワード", "Password");
const NEW_PASSWORD: Question = ("新しいパスワード", "New password");
const CODE: Question = ("メールで届いたコード", "The code from the mail");
const TERMS: Question = ("利用規約に同意しますか (y/n)", "Do you accept the terms (y/n)");

/// Walks until there are tokens.
pub(crate) async fn walk(house: &House, kept: &mut Kept, talk: &mut Talk, wish: Wish) -> Outcome<()> {
    let verifier = verifier()?;
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    let mut address = None;
    let mut answer =
        house.step(&[("code_challenge", &challenge), ("code_challenge_method", "S256")]).await?;
    loop {
        if let Some(device) = answer["device"].as_str() {
            kept.device = Some(device.to_owned());
            kept.write()?;
        }
        if let Some(code) = answer["authorization_code"].as_str() {
            house.redeem(kept, code, &verifier).await?;
            talk.say("ログインしました。", "Signed in.");
            return Ok(());
        }
        if let Some(message) = answer["message"].as_str() {
            talk.pass_on(message);
        }
        let step = next(&answer, wish, talk)?;
        let mut fields = typed(talk, step, (&mut address, &answer))?;
        let held = answer["auth_session"].as_str().ok_or("no auth_session")?.to_owned();
        fields.extend([("auth_session", held), ("step", step.to_owned())]);
        fields.extend(kept.device.clone().map(|device| ("device", device)));
        let fields = fields.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>();
        answer = house.step(&fields).await?;
    }
}

/// The step to be taken: the first of the wish that is open.
fn next(answer: &Value, wish: Wish, talk: &Talk) -> Outcome<&'static str> {
    if answer["code"] == "account-locked" {
        return Err(talk
            .words("`reader-app reset` で再設定できます。", "`reader-app reset` sets a new password.")
            .to_owned());
    }
    if answer["error"] == "redirect_to_web" {
        return Err(talk.words("ブラウザで続けてください。", "Go on in a browser.").to_owned());
    }
    let open = answer["next"].as_array().map(Vec::as_slice).unwrap_or_default();
    let step = wish.steps().iter().find(|step| open.iter().any(|one| one == *step));
    let why = answer["error"].as_str().unwrap_or("no answer");
    step.copied().ok_or_else(|| why.to_owned())
}

/// What the step needs.
fn typed(
    talk: &mut Talk,
    step: &str,
    (address, answer): (&mut Option<String>, &Value),
) -> Outcome<Vec<(&'static str, String)>> {
    let mut fields = Vec::new();
    if answer["code"] == "invalid-address" {
        *address = None;
    }
    match step {
        "password" => {
            let known = address.take().map_or_else(|| talk.ask(ADDRESS, Seen::Yes), Ok)?;
            fields.push(("email", known.clone()));
            fields.push(("password", talk.ask(PASSWORD, Seen::No)?));
            *address = Some(known);
        }
        "register" | "reset" => fields.push(("email", talk.ask(ADDRESS, Seen::Yes)?)),
        "register_code" | "reset_code" => fields.push(("code", talk.ask(CODE, Seen::Yes)?)),
        "register_password" => {
            accepted(talk, answer, &mut fields)?;
            fields.push(("password", talk.ask(NEW_PASSWORD, Seen::No)?));
        }
        "reset_password" => fields.push(("password", talk.ask(NEW_PASSWORD, Seen::No)?)),
        "terms" => accepted(talk, answer, &mut fields)?,
        other => return Err(other.to_owned()),
    }
    Ok(fields)
}

/// Shows where the terms are, where there are any, and sends the version that was accepted.
fn accepted(talk: &mut Talk, answer: &Value, fields: &mut Vec<(&'static str, String)>) -> Outcome<()> {
    let Some(version) = answer["terms"]["version"].as_str() else { return Ok(()) };
    talk.pass_on(answer["terms"]["url"].as_str().unwrap_or_default());
    if !talk.ask(TERMS, Seen::Yes)?.starts_with(['y', 'Y']) {
        return Err(talk.words("中断しました。", "Stopped.").to_owned());
    }
    fields.push(("terms_version", version.to_owned()));
    Ok(())
}

/// 256 random bits: what proves at the end that the code is this program's (RFC 7636).
fn verifier() -> Outcome<String> {
    let mut bytes = [0_u8; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| "no randomness")?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
