//! Address and password: signing in, proving afresh, changing (R-SIGNIN-2 and 3, R-METHOD-3 and 7).
//!
//! Every guess arrives with the ticket that paid for it and is settled here, right or wrong, in the same
//! decision that answers it. A proof against a password that has been replaced meanwhile is stale and is
//! checked again: it can neither let in nor cost a guess twice (I14).

use crate::command::{Guess, Verdict};
use crate::email::Email;
use crate::event::{Event, PasswordChange, SessionCause, SessionEnd};
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::revoke::{self, Keep};
use crate::rules::{admit, guess_limit, session, undo};
use crate::snapshot::{Account, ChangeKind, Lane, Method, SessionKind};
use crate::values::{AccountId, PasswordHash};

/// Signs in with a paid guess at `email`.
pub(crate) fn sign_in(
    ledger: &mut Ledger<'_>,
    email: &Email,
    guess: &Guess,
    kind: SessionKind,
) -> Result<Outcome, Reason> {
    let judged = judge(ledger.account(), guess);
    let Some(verdict) = judged.verdict() else {
        return Ok(Outcome::Stale);
    };
    guess_limit::settle(ledger, email, guess.ticket, verdict)?;
    let account = accept(judged)?;
    raise_hash(ledger, account, guess);
    admit::admit(ledger, Method::Email, kind, SessionCause::SignedIn)
}

/// Shows the password again in the presented session. Its guesses are paid like any other (security.md A4).
pub(crate) fn prove_fresh(ledger: &mut Ledger<'_>, guess: &Guess) -> Result<Outcome, Reason> {
    let (session, account) = session::signed_in(ledger)?;
    let (session, id) = (session.id, account.id);
    let email = account.email.as_ref().map(|m| m.email.clone()).ok_or(Reason::NoPassword)?;
    let judged = judge(Some(account), guess);
    let Some(verdict) = judged.verdict() else {
        return Ok(Outcome::Stale);
    };
    let _: Lane = guess_limit::settle(ledger, &email, guess.ticket, verdict)?;
    accept(judged)?;
    raise_hash(ledger, id, guess);
    let at = ledger.now();
    ledger.record(Event::SessionProved { account: id, session, method: Method::Email, at });
    Ok(Outcome::Fresh { until: at.plus(ledger.policy().fresh) })
}

/// Replaces the password: every other session ends, every other device is forgotten, whatever is pending is
/// cancelled (R-METHOD-7), and the change can be undone (R-METHOD-10).
pub(crate) fn change(ledger: &mut Ledger<'_>, hash: &PasswordHash) -> Result<Outcome, Reason> {
    let (session, account) = session::freshly_proved(ledger)?;
    let keep = Keep { session: Some(session.id), device: Some(session.device) };
    let before = account.clone();
    before.password().ok_or(Reason::NoPassword)?;
    let version = before.password_version.saturating_add(1);
    let (account, at) = (before.id, ledger.now());
    let (hash, change) = (hash.clone(), PasswordChange::Chosen);
    ledger.record(Event::PasswordSet { account, version, hash, change, at });
    revoke::everything(ledger, account, keep, SessionEnd::PasswordChanged);
    undo::note(ledger, &before, ChangeKind::Password);
    Ok(Outcome::Done)
}

/// What a guess is worth against the account as it is now.
enum Judged {
    Right(AccountId),
    Wrong(Reason),
    Stale,
}

impl Judged {
    fn verdict(&self) -> Option<Verdict> {
        match self {
            Self::Right(_) => Some(Verdict::Right),
            Self::Wrong(_) => Some(Verdict::Wrong),
            Self::Stale => None,
        }
    }
}

/// A guess that was checked against nothing (a dummy hash) can never be right (parse-server PR 10398).
fn judge(account: Option<&Account>, guess: &Guess) -> Judged {
    let Some(account) = account else {
        return Judged::Wrong(Reason::NoSuchAccount);
    };
    let current = account.password().map(|password| password.version);
    match (current, guess.against, guess.verdict) {
        (None, _, _) => Judged::Wrong(Reason::NoPassword),
        (Some(now), Some(checked), _) if now != checked => Judged::Stale,
        (Some(_), None, _) => Judged::Stale,
        (Some(_), Some(_), Verdict::Right) => Judged::Right(account.id),
        (Some(_), Some(_), Verdict::Wrong) => Judged::Wrong(Reason::WrongPassword),
    }
}

fn accept(judged: Judged) -> Result<AccountId, Reason> {
    match judged {
        Judged::Right(account) => Ok(account),
        Judged::Wrong(reason) => Err(reason),
        Judged::Stale => Err(Reason::Mismatched),
    }
}

fn raise_hash(ledger: &mut Ledger<'_>, account: AccountId, guess: &Guess) {
    let (Some(hash), Some(version)) = (guess.rehash.clone(), guess.against) else {
        return;
    };
    let (version, at) = (version.saturating_add(1), ledger.now());
    let change = PasswordChange::Rehashed;
    ledger.record(Event::PasswordSet { account, version, hash, change, at });
}
