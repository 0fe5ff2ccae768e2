//! Passwords at the counter: the ticket before the guess, and the weighing of a new one.
//!
//! The order is the law (R-SIGNIN-3): a place in the hash queue, then the ticket, then the hash. Without a
//! place no ticket is taken, without a ticket no hash is computed, and where the hash did not come about the
//! ticket is handed back.

use accounts::{
    Account, Asker, Command, Email, Guess, Lane, Outcome, PasswordHash, Public, Scope, Verdict,
};
use verifiers::{Password, Weakness, weigh_by};

use crate::answer::Refusal;
use crate::dice::Fresh;
use crate::engine::Engine;
use crate::fault::Fault;
use crate::secret::Secret;

/// A guess that was evaluated, or the refusal that came before.
pub(crate) type Guessed = Result<Result<Guess, Refusal>, Fault>;

/// What a guess is made at.
pub(crate) struct Target<'a> {
    pub(crate) email: &'a Email,
    pub(crate) account: Option<&'a Account>,
    pub(crate) known_device: bool,
    /// The scope in which the ticket is paid.
    pub(crate) scope: Scope,
    /// A place in the hash queue, if there is one already.
    pub(crate) place: Option<verifiers::Place>,
}

impl Engine {
    /// Pays for a guess and evaluates it.
    pub(crate) async fn guess(
        &self,
        target: Target<'_>,
        typed: &Secret,
        asker: &Asker,
        fresh: &Fresh,
    ) -> Guessed {
        let Ok(password) = Password::typed(typed.expose()) else {
            // Longer than any password can be: nobody's, and not worth a ticket or a hash (I1).
            return Ok(Err(Refusal::Rules(Public::InvalidCredentials)));
        };
        let lane = if target.known_device { verifiers::Lane::Known } else { verifiers::Lane::Stranger };
        let place = match target.place.map_or_else(|| self.queue.place(lane), Ok) {
            Ok(place) => place,
            Err(full) => return Ok(Err(Refusal::Overloaded { retry_after: full.retry_after })),
        };
        let pay = Command::PayGuess { email: target.email.clone() };
        let paid = self.desk.decide(target.scope.clone(), pay, asker.clone(), fresh).await?;
        match paid {
            Outcome::Paid(Lane::Strangers | Lane::Device(_)) => {}
            Outcome::Refused(reason) => {
                return Ok(Err(Refusal::Rules(reason.public())));
            }
            _ => return Err(Fault::Bug("paying for a guess has two answers")),
        }
        let record = target.account.and_then(Account::password);
        let stored = record.map(|record| record.hash.0.clone());
        let ticket = fresh.draws.ticket;
        match place.verify(password, stored).await {
            Ok(found) => {
                let verdict = if found.matched { Verdict::Right } else { Verdict::Wrong };
                let against = record.map(|record| record.version);
                let raise = found.matched && found.outdated;
                let rehash = if raise { self.rehash(typed).await } else { None };
                Ok(Ok(Guess { ticket, against, verdict, rehash }))
            }
            Err(full) => {
                let back = Command::ReturnGuess { email: target.email.clone(), ticket };
                self.desk.decide(target.scope, back, asker.clone(), fresh).await?;
                Ok(Err(Refusal::Overloaded { retry_after: full.retry_after }))
            }
        }
    }

    /// Evaluates a paid guess once more, against the password as it is now.
    pub(crate) async fn check_again(
        &self,
        account: Option<&Account>,
        typed: &Secret,
        guess: &Guess,
    ) -> Result<Guess, Refusal> {
        let Ok(password) = Password::typed(typed.expose()) else {
            return Err(Refusal::Rules(Public::InvalidCredentials));
        };
        let overloaded =
            |full: verifiers::Overloaded| Refusal::Overloaded { retry_after: full.retry_after };
        let record = account.and_then(Account::password);
        let stored = record.map(|record| record.hash.0.clone());
        let place = self.queue.place(verifiers::Lane::Known).map_err(overloaded)?;
        let found = place.verify(password, stored).await.map_err(overloaded)?;
        let verdict = if found.matched { Verdict::Right } else { Verdict::Wrong };
        let against = record.map(|record| record.version);
        Ok(Guess { ticket: guess.ticket, against, verdict, rehash: None })
    }

    /// Hashes a right password with today's parameters; when the queue is full it can wait for another day.
    async fn rehash(&self, typed: &Secret) -> Option<PasswordHash> {
        let password = Password::typed(typed.expose()).ok()?;
        let place = self.queue.place(verifiers::Lane::Known).ok()?;
        let hashed = place.hash(password).await.ok()?;
        Some(PasswordHash(hashed.as_str().to_owned()))
    }

    /// Weighs and hashes a new password (Always-6).
    pub(crate) async fn choose(&self, typed: &Secret, words: &[&str]) -> Result<PasswordHash, Refusal> {
        let weak = |weakness: Weakness| Refusal::WeakPassword(weakness.code());
        let password = Password::chosen_by(typed.expose(), &self.password_rules)
            .map_err(|fault| weak(fault.into()))?;
        let context = self.context_words.iter().map(String::as_str).chain(words.iter().copied());
        let words = context.collect::<Vec<_>>();
        weigh_by(&password, &words, self.password_rules.fewest_guesses).map_err(weak)?;
        if let Some(breached) = &self.breached {
            match breached.contains(&password).await {
                verifiers::Verdict::Breached => {
                    self.desk.tally.breached("breached");
                    return Err(weak(Weakness::Breached));
                }
                verifiers::Verdict::Clean => self.desk.tally.breached("clean"),
                verifiers::Verdict::Unknown => {
                    self.desk.tally.breached("unreachable");
                    tracing::warn!("breached-password service unreachable");
                }
            }
        }
        let overloaded =
            |full: verifiers::Overloaded| Refusal::Overloaded { retry_after: full.retry_after };
        let place = self.queue.place(verifiers::Lane::Known).map_err(overloaded)?;
        let hashed = place.hash(password).await.map_err(overloaded)?;
        Ok(PasswordHash(hashed.as_str().to_owned()))
    }
}
