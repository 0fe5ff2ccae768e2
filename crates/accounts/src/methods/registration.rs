//! Registering by e-mail: a code proves the address before any account exists (R-REG-1 to 3, 6).
//!
//! ```text
//!  address typed ──▶ code mailed ──▶ address proven ──▶ password chosen: the account exists, signed in
//!                    (or, at an address that has an account, a mail that says so; the page is the same)
//! ```
//!
//! Nothing an unproven visitor does can create, reserve or change anything under an address.

use crate::command::TypedCode;
use crate::email::Email;
use crate::event::{Event, SessionCause};
use crate::kept::Added;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::codes::{self, Asked};
use crate::rules::{admit, guess_limit, numbers, register, withdraw};
use crate::snapshot::{
    Account, Addressed, ChallengeKind, EmailMethod, Method, PasswordRecord, Purpose, SessionKind, Stage,
};
use crate::values::{Line, PasswordHash};

/// Asks for a code. The answer does not depend on whether the address has an account (R-REG-3).
pub(crate) fn begin(ledger: &mut Ledger<'_>, email: &Email) -> Result<Outcome, Reason> {
    register::require_open(ledger)?;
    let address = ledger.snapshot().address.as_ref().ok_or(Reason::Mismatched)?;
    let repeated = numbers::claim_at(address, ledger.now()).map(|number| number.id);
    let about = address.holders.first().map(|holder| holder.account);
    let (kind, number) = match (address.owner.or(about), repeated) {
        (Some(_), _) => (ChallengeKind::AccountExists, None),
        (None, Some(number)) => (ChallengeKind::UndoOffered, Some(number)),
        (None, None) => (ChallengeKind::Code, None),
    };
    let asked = Asked { number, about, ..Asked::plain(Purpose::Register, kind) };
    let flow = codes::ask(ledger, email, asked)?;
    Ok(Outcome::CodeAsked { expires_at: flow.expires_at })
}

/// Enters the code. Who reads the mailbox has proven it, so the address's guess counts are set back
/// (R-LOCK-8).
pub(crate) fn verify(ledger: &mut Ledger<'_>, code: TypedCode) -> Result<Outcome, Reason> {
    register::require_open(ledger)?;
    let flow = codes::live_flow(ledger, Purpose::Register)?;
    let former = withdraw::address_former(ledger);
    if flow.stage == Stage::Proven {
        return Ok(Outcome::Proven { expires_at: flow.expires_at, former });
    }
    codes::attempt(ledger, &flow, code)?;
    let expires_at = ledger.now().plus(ledger.policy().code_life);
    let (flow, email) = (flow.digest, flow.email.ok_or(Reason::Mismatched)?);
    let purpose = Purpose::Register;
    ledger.record(Event::FlowProven { flow, purpose, expires_at, bound: None, grant: None });
    guess_limit::set_back(ledger, &email)?;
    Ok(Outcome::Proven { expires_at, former })
}

/// Chooses the password: from here on the account exists, and the visitor is signed in (R-REG-1).
pub(crate) fn complete(
    ledger: &mut Ledger<'_>,
    hash: &PasswordHash,
    terms: Option<&Line>,
    kind: SessionKind,
) -> Result<Outcome, Reason> {
    register::require_open(ledger)?;
    let flow = codes::live_flow(ledger, Purpose::Register)?;
    if flow.stage != Stage::Proven {
        return Err(Reason::FlowElsewhere);
    }
    register::require_terms(ledger, terms)?;
    let address = ledger.snapshot().address.as_ref().ok_or(Reason::Mismatched)?;
    let taken = codes::is_spoken_for(address, ledger.now(), None);
    ledger.record(Event::FlowEnded { flow: flow.digest });
    if taken {
        return Err(Reason::AddressTaken);
    }
    let email = flow.email.ok_or(Reason::Mismatched)?;
    let account = new_account(ledger, email, hash);
    ledger.record(Event::AccountCreated { account });
    codes::kill(ledger, Purpose::Reset);
    admit::admit(ledger, Method::Email, kind, SessionCause::Registered)
}

fn new_account(ledger: &Ledger<'_>, email: Email, hash: &PasswordHash) -> Account {
    let now = ledger.now();
    let password = PasswordRecord { version: 1, hash: hash.clone(), set_at: now };
    let added = Added { at: now, by: None };
    let method =
        EmailMethod { email, proven_at: now, added, password: Some(password), unreachable_at: None };
    let account = register::new_account(ledger, Addressed::Email);
    Account { email: Some(method), password_version: 1, ..account }
}
