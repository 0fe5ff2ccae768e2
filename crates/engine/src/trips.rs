//! Trips to a provider and back: begun by a browser or app, and ended by what the provider shows (R-SIGNIN, R-REG-4
//! and 5, R-METHOD-2 and 3).
//!
//! Before the provider is asked anything about a return, the trip is looked up and must be this browser's; after it,
//! the trip is used in the transaction that decides, so that a return works once (security.md D10, D11). No connection
//! is held while a provider is asked.

use accounts::{
    Account, Command, Email, Identity, Intent, Line, Outcome, Provider, Public, Reason, Scope, Shown,
    Snapshot, Trip, TripErrand, Vouched,
};
use verifiers::federated::{self, Ask as Question, Callback, Redeem, TripSecrets};
use verifiers::{Token, TokenKind};

use crate::answer::{Answer, Refusal};
use crate::engine::Engine;
use crate::evidence;
use crate::execute::Errand;
use crate::fault::Fault;
use crate::providers::facts;
use crate::rate_limit::Ask;
use crate::secret::Secret;
use crate::tally::{Answered, Asked, provider_word};
use crate::visitor::Visitor;

/// How often a decision is asked again when the accounts change under it.
const LOOKS: u8 = 4;
const NEXT_CHARS: usize = 1_024;

/// What a trip is begun with.
pub struct Departure {
    /// Where to.
    pub provider: Provider,
    /// What for.
    pub errand: TripErrand,
    /// Where the person wants to go afterwards; given back unread.
    pub next: String,
}

/// A trip that has begun.
pub enum Departed {
    /// A browser goes to this address and keeps this secret.
    Browser {
        /// The provider's page.
        url: String,
        /// The secret of the browser's trips.
        browser: Secret,
    },
    /// An app asks the provider itself, with this nonce.
    App {
        /// The secret of the trip.
        flow: Secret,
        /// What the provider's token must carry.
        nonce: String,
        /// Until when, in milliseconds since 1970.
        expires_at: i64,
    },
    /// No.
    Refused(Refusal),
}

/// What came back.
pub struct Return {
    /// From which provider.
    pub provider: Provider,
    /// The state, as it came.
    pub state: Secret,
    /// What it brought.
    pub brought: Brought,
}

/// What a return brought.
pub enum Brought {
    /// A browser's code.
    Code {
        /// The code.
        code: String,
        /// The issuer as the answer names it (RFC 9207).
        iss: Option<String>,
        /// Apple's `user` field.
        user: Option<String>,
    },
    /// An app's ID token.
    Token {
        /// The token.
        id_token: Secret,
        /// Apple's code, for what must be revoked at the end.
        code: Option<Secret>,
        /// The name, as Apple tells it to the app alone.
        name: Option<String>,
    },
    /// The person or the provider said no.
    Nothing {
        /// The provider's word for it (RFC 6749 section 4.1.2.1).
        error: String,
    },
}

/// The end of a trip.
pub struct Arrival {
    /// What it was for; `None` where there was no such trip.
    pub errand: Option<TripErrand>,
    /// Where the person wanted to go.
    pub next: String,
    /// What came of it.
    pub answer: Answer,
    /// Whether the provider now names an address that is on another account, so that the old one stays and the member
    /// is asked about it (R-METHOD-9).
    pub address: FollowedAddress,
}

/// What became of the address that a provider names at a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowedAddress {
    /// It is the method's.
    Own,
    /// It is on another account.
    OnOtherAccount,
}

impl Engine {
    /// Begins a trip.
    ///
    /// # Errors
    /// A fault of the house. A provider that cannot be reached is a refusal.
    pub async fn depart(&self, departure: Departure, visitor: &Visitor) -> Result<Departed, Fault> {
        let Departure { provider, errand: purpose, next } = departure;
        let Some(upstream) = self.providers.find(provider) else {
            return Ok(Departed::Refused(Refusal::Rules(Public::NotFound)));
        };
        let errand = self.errand(visitor)?;
        if let Err(refusal) = self.limits.take(Ask::Write, &errand.asker.network) {
            return Ok(Departed::Refused(refusal));
        }
        let secrets = secrets(&errand.fresh.state, &errand.fresh.browser)?;
        let url = match visitor.kind {
            accounts::SessionKind::App => None,
            accounts::SessionKind::Browser => {
                let question = self.question(purpose, provider, visitor).await?;
                let began = std::time::Instant::now();
                match upstream.authorization_url(&secrets, question).await {
                    Ok(url) => {
                        self.desk.tally.asked(provider, Asked::Page, Answered::Taken, began);
                        Some(url)
                    }
                    Err(fault) => {
                        self.desk.tally.asked(provider, Asked::Page, Answered::Unreachable, began);
                        tracing::warn!(%fault, provider = provider.as_str(), "a provider cannot be asked");
                        return Ok(Departed::Refused(Refusal::ProviderUnreachable));
                    }
                }
            }
        };
        let next = Line::clean(&next, NEXT_CHARS);
        let command = Command::BeginTrip { provider, errand: purpose, next };
        let outcome = self.decide(&errand, errand.session_scope(), command).await?;
        if let Outcome::Refused(reason) = outcome {
            return Ok(Departed::Refused(Refusal::Rules(reason.public())));
        }
        let expires_at = self.desk.clock.now().plus(self.desk.policy.trip_life).0;
        Ok(match url {
            Some(url) => Departed::Browser { url, browser: errand.fresh.browser },
            None => {
                let nonce = secrets.nonce().to_owned();
                Departed::App { flow: errand.fresh.state, nonce, expires_at }
            }
        })
    }

    /// How the provider is asked: anew where the method is to be shown again, and for the same person.
    async fn question(
        &self,
        purpose: TripErrand,
        provider: Provider,
        visitor: &Visitor,
    ) -> Result<Question, Fault> {
        let locale = Some(visitor.locale.tag().to_owned());
        if purpose != TripErrand::Prove {
            return Ok(Question { fresh: false, locale, login_hint: None });
        }
        let own = self.overview(visitor).await?.map(|own| own.account);
        let link = own.as_ref().and_then(|account| account.link(provider));
        let address = link.and_then(|link| link.address.as_ref());
        let login_hint = address.map(|address| address.email.as_stored().to_owned());
        Ok(Question { fresh: true, locale, login_hint })
    }

    /// Ends a trip with what came back.
    ///
    /// # Errors
    /// A fault of the house.
    pub async fn arrive(&self, back: Return, visitor: &Visitor) -> Result<Arrival, Fault> {
        let provider = back.provider;
        let arrival = self.end_trip(back, visitor).await?;
        if arrival.errand == Some(TripErrand::SignIn) {
            self.desk.tally.signed_in(provider_word(provider), &arrival.answer);
        }
        Ok(arrival)
    }

    async fn end_trip(&self, back: Return, visitor: &Visitor) -> Result<Arrival, Fault> {
        let errand = self.errand(visitor)?;
        let gone = || refused(None, Refusal::Rules(Public::FlowExpired));
        let Some(upstream) = self.providers.find(back.provider) else {
            return Ok(refused(None, Refusal::Rules(Public::NotFound)));
        };
        let (Some(state), Some(browser)) =
            (Token::parse(back.state.expose()), browser_of(visitor, &back.state))
        else {
            return Ok(gone());
        };
        let trip_digest = accounts::Digest(state.digest_for(TokenKind::State));
        let browser_digest = accounts::Digest(browser.digest_for(TokenKind::Trip));
        let scope = Scope { trip: Some(trip_digest), ..Scope::default() };
        let (seen, now) = self.desk.store.load(&scope).await?;
        let own = |trip: &Trip| {
            trip.browser == browser_digest && trip.provider == back.provider && now < trip.expires_at
        };
        let Some(trip) = seen.trip.filter(own) else {
            tracing::info!(reason = ?Reason::TripGone, "refused");
            return Ok(gone());
        };
        let secrets = TripSecrets::new(&state, &browser);
        let shown = match self.redeem(&trip, upstream, &secrets, back.brought).await {
            Ok(shown) => shown,
            Err(refusal) => {
                let command = Command::AbandonTrip { browser: browser_digest };
                self.decide(&errand, scope, command).await?;
                return Ok(refused(Some(&trip), refusal));
            }
        };
        let Some(facts) = facts(back.provider, &shown) else {
            return Ok(refused(Some(&trip), Refusal::Rules(Public::ProviderRefused)));
        };
        if is_stale(&trip, &shown, now.0, self.desk.policy.fresh.0) {
            return Ok(refused(Some(&trip), Refusal::Rules(Public::FreshProofRequired)));
        }
        self.keep_token(&facts, shown.refresh_token.as_deref().map(String::as_str)).await?;
        let settling = Settling { trip: &trip, browser: browser_digest, facts: &facts };
        let outcome = self.settle(&errand, &settling).await?;
        let address = match &outcome {
            Outcome::Welcome(_) => self.follow_address(&errand, visitor, &facts).await?,
            _ => FollowedAddress::Own,
        };
        self.mail_waiting.notify_one();
        let answer = errand.answer(outcome)?;
        let next = trip.next.as_str().to_owned();
        Ok(Arrival { errand: Some(errand_of(&trip)), next, answer, address })
    }

    /// What the trip of this return is for, where it is this visitor's and lives. It is not used by the question.
    ///
    /// # Errors
    /// A fault of the house.
    pub async fn errand_of(
        &self,
        back: &Return,
        visitor: &Visitor,
    ) -> Result<Option<TripErrand>, Fault> {
        let state = Token::parse(back.state.expose());
        let (Some(state), Some(browser)) = (state, browser_of(visitor, &back.state)) else {
            return Ok(None);
        };
        let trip = Some(accounts::Digest(state.digest_for(TokenKind::State)));
        let browser = accounts::Digest(browser.digest_for(TokenKind::Trip));
        let (seen, now) = self.desk.store.load(&Scope { trip, ..Scope::default() }).await?;
        let own = |trip: &Trip| trip.browser == browser && now < trip.expires_at;
        Ok(seen.trip.filter(own).as_ref().map(errand_of))
    }

    /// Decides what the identity means, looking again while accounts change under it.
    async fn settle(&self, errand: &Errand<'_>, settling: &Settling<'_>) -> Result<Outcome, Fault> {
        let command = Command::Arrive {
            browser: settling.browser,
            shown: settling.facts.clone(),
            kind: errand.visitor.kind,
        };
        for _ in 0..LOOKS {
            let scope = self.scope_of(errand, settling).await?;
            let outcome = self.decide(errand, scope, command.clone()).await?;
            if outcome != Outcome::Stale {
                return Ok(outcome);
            }
        }
        Err(Fault::Restless)
    }

    /// For a member's own errand it is the member's account; else the identity's owner, whose own address is looked at
    /// for its lock; else nobody, and the address that the provider names.
    async fn scope_of(&self, errand: &Errand<'_>, settling: &Settling<'_>) -> Result<Scope, Fault> {
        let identity = settling.facts.identity.clone();
        let named = settling.facts.address.clone();
        let (account, address) = match settling.trip.intent {
            Intent::Link(bound) | Intent::Prove(bound) => (Some(bound.account), named),
            Intent::SignIn => match self.owner_of(&identity).await? {
                Some(owner) => (None, own_email(&owner)),
                None => (None, named),
            },
        };
        Ok(Scope {
            account,
            address,
            identity: Some(identity),
            trip: Some(settling.trip.state),
            session: evidence::session_digest(errand.visitor),
            device: evidence::device_digest(errand.visitor),
            flow: evidence::flow_digest(errand.visitor),
            ..Scope::default()
        })
    }

    async fn owner_of(&self, identity: &Identity) -> Result<Option<Account>, Fault> {
        let scope = Scope { identity: Some(identity.clone()), ..Scope::default() };
        let (seen, _): (Snapshot, _) = self.desk.store.load(&scope).await?;
        Ok(seen.account)
    }

    /// A provider that vouches for another address than before: the method's address follows (R-METHOD-9). A step of
    /// its own, with the new session: the sign-in stands whatever comes of it.
    async fn follow_address(
        &self,
        errand: &Errand<'_>,
        visitor: &Visitor,
        facts: &Shown,
    ) -> Result<FollowedAddress, Fault> {
        let Some(email) = facts.address.clone().filter(|_| facts.vouched == Vouched::Yes) else {
            return Ok(FollowedAddress::Own);
        };
        let session = Some(errand.fresh.draws.session_digest);
        let own = Scope { session, ..Scope::default() };
        let (seen, _) = self.desk.store.load(&own).await?;
        let Some(account) = seen.account else { return Ok(FollowedAddress::Own) };
        let known = account.link(facts.provider).and_then(|link| link.address.as_ref());
        if known.is_some_and(|known| known.email.same_as(&email) && known.relay == facts.relay) {
            return Ok(FollowedAddress::Own);
        }
        let scope = Scope { account: Some(account.id), address: Some(email.clone()), ..own };
        let step = self.errand(visitor)?;
        let command = Command::FollowAddress { provider: facts.provider, email, relay: facts.relay };
        Ok(match self.decide(&step, scope, command).await? {
            Outcome::Refused(Reason::AddressTaken) => FollowedAddress::OnOtherAccount,
            _ => FollowedAddress::Own,
        })
    }
}

/// What is needed to decide a return.
struct Settling<'a> {
    trip: &'a Trip,
    browser: accounts::Digest,
    facts: &'a Shown,
}

impl Engine {
    async fn redeem(
        &self,
        trip: &Trip,
        upstream: &federated::Provider,
        secrets: &TripSecrets,
        brought: Brought,
    ) -> Result<federated::Shown, Refusal> {
        let began = std::time::Instant::now();
        let (asked, shown) = match brought {
            Brought::Code { code, iss, user } => {
                (Asked::Redeem, upstream.redeem(secrets, Callback { code, iss, user }).await)
            }
            Brought::Token { id_token, code, name } => {
                let code = code.as_ref().map(Secret::expose);
                let name = name.as_deref();
                (Asked::Token, upstream.native(secrets, id_token.expose(), code, name).await)
            }
            Brought::Nothing { error } => return Err(nothing(upstream, &error)),
        };
        let answered = match &shown {
            Ok(_) => Answered::Taken,
            Err(Redeem::Refused(_)) => Answered::Refused,
            Err(Redeem::Upstream(_)) => Answered::Unreachable,
        };
        self.desk.tally.asked(trip.provider, asked, answered, began);
        shown.map_err(|problem| {
            tracing::warn!(%problem, provider = upstream.name(), "what a provider gave is not taken");
            match problem {
                Redeem::Refused(_) => Refusal::Rules(Public::ProviderRefused),
                Redeem::Upstream(_) => Refusal::ProviderUnreachable,
            }
        })
    }
}

/// The person or the provider said no.
fn nothing(upstream: &federated::Provider, error: &str) -> Refusal {
    let cancelled = CANCELLED.contains(&error);
    // A provider's word, and a visitor can write it: never into the log as it is.
    let error = Line::clean(error, 40);
    tracing::info!(provider = upstream.name(), error = error.as_str(), "a trip brought nothing");
    if cancelled { Refusal::ProviderCancelled } else { Refusal::Rules(Public::ProviderRefused) }
}

/// OpenID Connect's and Apple's words for "the person did not want to".
const CANCELLED: [&str; 2] = ["access_denied", "user_cancelled_authorize"];

/// Whether a provider that was asked to have the person show themselves anew says that this was long ago. Some do not
/// say (R-METHOD-3: "where honoured").
fn is_stale(trip: &Trip, shown: &federated::Shown, now_ms: i64, fresh_ms: i64) -> bool {
    let anew = matches!(trip.intent, Intent::Prove(_));
    let long_ago = |at: i64| at.saturating_add(fresh_ms) < now_ms;
    anew && shown.authenticated_at_ms.is_some_and(long_ago)
}

/// The secret that keeps a trip to its browser; an app holds one for both.
fn browser_of(visitor: &Visitor, state: &Secret) -> Option<Token> {
    match visitor.kind {
        accounts::SessionKind::Browser => evidence::browser_token(visitor),
        accounts::SessionKind::App => Token::parse(state.expose()),
    }
}

fn secrets(state: &Secret, browser: &Secret) -> Result<TripSecrets, Fault> {
    let parse = |secret: &Secret| Token::parse(secret.expose()).ok_or(Fault::Bug("a token of our own"));
    Ok(TripSecrets::new(&parse(state)?, &parse(browser)?))
}

fn own_email(account: &Account) -> Option<Email> {
    account.email.as_ref().map(|method| method.email.clone())
}

const fn errand_of(trip: &Trip) -> TripErrand {
    match trip.intent {
        Intent::SignIn => TripErrand::SignIn,
        Intent::Link(_) => TripErrand::Link,
        Intent::Prove(_) => TripErrand::Prove,
    }
}

fn refused(trip: Option<&Trip>, refusal: Refusal) -> Arrival {
    Arrival {
        errand: trip.map(errand_of),
        next: trip.map(|trip| trip.next.as_str().to_owned()).unwrap_or_default(),
        answer: Answer::Refused(refusal),
        address: FollowedAddress::Own,
    }
}
