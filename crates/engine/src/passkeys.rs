//! Passkeys: asked for, shown and added (R-PASSKEY).
//!
//! A question is made of a key and the browser's secret and stored nowhere, so a visit costs no row; that it is answered
//! once is kept in the transaction that decides (security.md G8). Signatures are checked before it, with no connection
//! held, by the public key that the proof then names.

use accounts::{
    Account, Backup, Command, Creation, CredentialId, Digest, Instant, Line, NewPasskey, Outcome,
    PasskeyId, PasskeyShown, Person, Public, PublicKey, Scope, Session,
};
use verifiers::passkey::{
    self, Assertion, Ceremony, Created, CreationOptions, Excluded, Known, Mediation, OpenedChallenge,
    RelyingParty, RequestOptions, Transport, User,
};
use verifiers::{Token, TokenKind};

use crate::answer::Refusal;
use crate::engine::Engine;
use crate::evidence;
use crate::execute::{Errand, Settled};
use crate::fault::Fault;
use crate::query::Overview;
use crate::rate_limit::Ask;
use crate::secret::Secret;
use crate::visitor::Visitor;

/// How often a decision is asked again when the accounts change under it.
const LOOKS: u8 = 4;
pub(crate) const PASSKEY_NAME_CHARS: usize = 64;
const TRANSPORTS_CHARS: usize = 64;

/// What passkeys are made and checked for.
#[derive(Clone, Debug)]
pub struct Passkeys {
    /// The relying party: its id and the origins that may ask.
    pub party: RelyingParty,
    /// What the service is called.
    pub service: String,
}

/// What an authenticator is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyErrand {
    /// To sign in.
    SignIn,
    /// To show a passkey in this session (fresh proof).
    Prove,
    /// To make a new one.
    Add,
    /// To make one without asking, after a sign-in with the password.
    Upgrade,
}

/// What the browser or app hands to the authenticator.
pub enum PasskeyAsked {
    /// The options of the ceremony.
    Options {
        /// As the methods of `PublicKeyCredential` read them.
        json: String,
        /// The secret of the browser or app that the answer must come with.
        browser: Secret,
        /// Until when an answer is taken, in milliseconds since 1970.
        expires_at: i64,
    },
    /// No.
    Refused(Refusal),
}

impl Engine {
    /// Asks for a passkey to be shown or made.
    ///
    /// # Errors
    /// A fault of the house.
    pub async fn ask_passkey(
        &self,
        purpose: PasskeyErrand,
        visitor: &Visitor,
    ) -> Result<PasskeyAsked, Fault> {
        let Some(passkeys) = self.passkeys.as_ref() else {
            return Ok(refused(Public::NotFound));
        };
        let errand = self.errand(visitor)?;
        let own = match purpose {
            PasskeyErrand::SignIn => None,
            PasskeyErrand::Prove | PasskeyErrand::Add | PasskeyErrand::Upgrade => {
                match self.may_ask(purpose, visitor).await? {
                    Ok(own) => Some(own),
                    Err(refusal) => return Ok(PasskeyAsked::Refused(refusal)),
                }
            }
        };
        let secret = match visitor.kind {
            accounts::SessionKind::App => errand.fresh.state,
            accounts::SessionKind::Browser => errand.fresh.browser,
        };
        let token = Token::parse(secret.expose()).ok_or(Fault::Bug("a secret is none"))?;
        let binding = binding(&token, own.as_ref().map(|own| &own.session));
        let challenge =
            passkey::issue(&self.codes, ceremony(purpose), &binding, self.desk.clock.now().0)
                .map_err(|_| Fault::NoRandomness)?;
        let json = match (purpose, &own) {
            (PasskeyErrand::Add, Some(own)) => {
                creation(passkeys, &own.account, &challenge, Mediation::Ordinary)
            }
            (PasskeyErrand::Upgrade, Some(own)) => {
                creation(passkeys, &own.account, &challenge, Mediation::Conditional)
            }
            (PasskeyErrand::SignIn | PasskeyErrand::Prove, _) | (_, None) => {
                let options = RequestOptions { party: &passkeys.party, challenge: &challenge };
                options.to_json().to_string()
            }
        };
        let expires_at = self.desk.clock.now().0.saturating_add(passkey::Challenge::LIFETIME_MS);
        Ok(PasskeyAsked::Options { json, browser: secret, expires_at })
    }

    /// A member's own question; for a new passkey with a fresh proof, so that nobody goes through a dialogue for
    /// nothing. The rules ask once more.
    async fn may_ask(
        &self,
        purpose: PasskeyErrand,
        visitor: &Visitor,
    ) -> Result<Result<Overview, Refusal>, Fault> {
        let Some(own) = self.overview(visitor).await? else {
            return Ok(Err(Refusal::Rules(Public::Unauthenticated)));
        };
        let full = usize::try_from(self.desk.policy.passkeys).unwrap_or(usize::MAX);
        Ok(match purpose {
            PasskeyErrand::SignIn | PasskeyErrand::Prove => Ok(own),
            PasskeyErrand::Add | PasskeyErrand::Upgrade if !own.is_fresh() => {
                Err(Refusal::Rules(Public::FreshProofRequired))
            }
            PasskeyErrand::Add | PasskeyErrand::Upgrade if own.account.passkeys.len() >= full => {
                Err(Refusal::Rules(Public::TooManyPasskeys))
            }
            PasskeyErrand::Add | PasskeyErrand::Upgrade => Ok(own),
        })
    }

    /// Signs in with what an authenticator has shown.
    pub(crate) async fn sign_in_by_passkey(&self, errand: &Errand<'_>, message: &str) -> Settled {
        let answer = match self.read_assertion(errand, message, Ceremony::SignIn, None) {
            Ok(answer) => answer,
            Err(refusal) => return Ok(Err(refusal)),
        };
        for _ in 0..LOOKS {
            let known = match self.known(&answer).await? {
                Ok(known) => known,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let scope = Scope {
                address: known.email,
                credential: Some(known.shown.credential.clone()),
                ceremony: Some(known.shown.ceremony.challenge),
                session: evidence::session_digest(errand.visitor),
                device: evidence::device_digest(errand.visitor),
                // What the browser had begun for anybody is dropped when somebody signs in (R-SIGNIN-7).
                flow: evidence::flow_digest(errand.visitor),
                ..Scope::default()
            };
            let command = Command::SignInPasskey { shown: known.shown, kind: errand.visitor.kind };
            let outcome = self.decide(errand, scope, command).await?;
            if outcome != Outcome::Stale {
                return Ok(Ok(outcome));
            }
        }
        Err(Fault::Restless)
    }

    /// Takes what an authenticator has shown as a fresh proof.
    pub(crate) async fn prove_by_passkey(&self, errand: &Errand<'_>, message: &str) -> Settled {
        let Some(own) = self.overview(errand.visitor).await? else {
            return Ok(Err(Refusal::Rules(Public::Unauthenticated)));
        };
        let answer = match self.read_assertion(errand, message, Ceremony::Proof, Some(&own.session)) {
            Ok(answer) => answer,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let known = match self.known(&answer).await? {
            Ok(known) => known,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let scope = Scope {
            account: Some(own.account.id),
            ceremony: Some(known.shown.ceremony.challenge),
            ..errand.session_scope()
        };
        self.decide(errand, scope, Command::ProvePasskey { shown: known.shown }).await.map(Ok)
    }

    /// Adds what an authenticator has made.
    pub(crate) async fn add_passkey(
        &self,
        errand: &Errand<'_>,
        (message, name): (&str, &str),
    ) -> Settled {
        let Some(own) = self.overview(errand.visitor).await? else {
            return Ok(Err(Refusal::Rules(Public::Unauthenticated)));
        };
        if let Err(refusal) = self.limits.take(Ask::Write, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        let made = match self.read_creation(errand, message, &own.session) {
            Ok(made) => made,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(credential) = CredentialId::new(&made.created.credential_id) else {
            return Ok(Err(Refusal::Rules(Public::PasskeyRefused)));
        };
        let scope = Scope {
            account: Some(own.account.id),
            address: crate::own_methods::own_address(&own.account),
            credential: Some(credential.clone()),
            ceremony: Some(Digest(made.challenge.digest())),
            ..errand.session_scope()
        };
        let command = Command::AddPasskey { made: new_passkey(errand, made, credential, (name, &own)) };
        self.decide(errand, scope, command).await.map(Ok)
    }

    fn read_assertion(
        &self,
        errand: &Errand<'_>,
        message: &str,
        ceremony: Ceremony,
        session: Option<&Session>,
    ) -> Result<Answered, Refusal> {
        self.limits.take(Ask::Write, &errand.asker.network)?;
        let assertion = Assertion::read(message).map_err(|refusal| self.doubt(refusal))?;
        let challenge =
            self.open(errand.visitor, ceremony, session, assertion.challenge()).ok_or(expired())?;
        Ok(Answered { assertion, challenge })
    }

    fn read_creation(
        &self,
        errand: &Errand<'_>,
        message: &str,
        session: &Session,
    ) -> Result<Made, Refusal> {
        let party = &self.passkeys.as_ref().ok_or(Refusal::Rules(Public::NotFound))?.party;
        let creation = passkey::Creation::read(message).map_err(|refusal| self.doubt(refusal))?;
        // How it was asked for is in the challenge; what the form says of it counts for nothing.
        let open = |ceremony| self.open(errand.visitor, ceremony, Some(session), creation.challenge());
        let asked = open(Ceremony::Add).map(|opened| (opened, Mediation::Ordinary));
        let opened = asked.or_else(|| open(Ceremony::Upgrade).map(|o| (o, Mediation::Conditional)));
        let (challenge, mediation) = opened.ok_or(expired())?;
        let created =
            creation.verify(party, &challenge, mediation).map_err(|refusal| self.doubt(refusal))?;
        if created.discoverable == Some(false) {
            // It could not be found without an address.
            tracing::info!("a passkey was made that is not discoverable");
            return Err(Refusal::Rules(Public::PasskeyRefused));
        }
        Ok(Made { created, challenge, mediation })
    }

    /// A challenge that was issued to this browser, for this, and not long ago. The database's clock is asked again.
    fn open(
        &self,
        visitor: &Visitor,
        ceremony: Ceremony,
        session: Option<&Session>,
        given: &[u8],
    ) -> Option<OpenedChallenge> {
        let token = evidence::browser_token(visitor)?;
        let opened = passkey::open(&self.codes, ceremony, &binding(&token, session), given);
        let opened = opened.inspect_err(|refusal| tracing::info!(%refusal, "refused")).ok()?;
        opened.is_good_at(self.desk.clock.now().0).then_some(opened)
    }

    /// Looks the passkey up and checks its signature.
    async fn known(&self, answer: &Answered) -> Result<Result<Shown, Refusal>, Fault> {
        let Some(passkeys) = self.passkeys.as_ref() else {
            return Ok(Err(Refusal::Rules(Public::NotFound)));
        };
        let unknown = Err(Refusal::Rules(Public::PasskeyUnknown));
        let Some(credential) = CredentialId::new(answer.assertion.credential_id()) else {
            return Ok(unknown);
        };
        let Some(found) = self.desk.store.passkey(&credential).await? else {
            tracing::info!(reason = ?accounts::Reason::PasskeyUnknown, "refused");
            return Ok(unknown);
        };
        let known = Known {
            key: &found.passkey.key.0,
            backup_eligible: found.passkey.backup.is_eligible(),
            user_handle: &found.account.0,
        };
        let asserted = match answer.assertion.verify(&passkeys.party, &answer.challenge, &known) {
            Ok(asserted) => asserted,
            Err(refusal) => return Ok(Err(self.doubt(refusal))),
        };
        let shown = PasskeyShown {
            passkey: found.passkey.id,
            credential,
            counter: asserted.counter,
            backup: backup(asserted.backup),
            ceremony: answered(&answer.challenge),
        };
        Ok(Ok(Shown { shown, email: found.email }))
    }

    fn doubt(&self, refusal: passkey::Refusal) -> Refusal {
        tracing::info!(%refusal, "a passkey's message is not taken");
        self.desk.tally.passkey_refused(refusal);
        Refusal::Rules(Public::PasskeyRefused)
    }

    /// What passkeys are made for; `None` where they are switched off.
    #[must_use]
    pub fn passkeys(&self) -> Option<&Passkeys> {
        self.passkeys.as_ref()
    }
}

/// An assertion that answers a question of ours.
struct Answered {
    assertion: Assertion,
    challenge: OpenedChallenge,
}

/// A creation that answers a question of ours.
struct Made {
    created: Created,
    challenge: OpenedChallenge,
    mediation: Mediation,
}

/// A verified assertion, and the address of its owner.
struct Shown {
    shown: PasskeyShown,
    email: Option<accounts::Email>,
}

fn refused(public: Public) -> PasskeyAsked {
    PasskeyAsked::Refused(Refusal::Rules(public))
}

const fn expired() -> Refusal {
    Refusal::Rules(Public::FlowExpired)
}

const fn ceremony(purpose: PasskeyErrand) -> Ceremony {
    match purpose {
        PasskeyErrand::SignIn => Ceremony::SignIn,
        PasskeyErrand::Prove => Ceremony::Proof,
        PasskeyErrand::Add => Ceremony::Add,
        PasskeyErrand::Upgrade => Ceremony::Upgrade,
    }
}

/// The browser's secret, and the session where the question is a member's.
fn binding(browser: &Token, session: Option<&Session>) -> Vec<u8> {
    let mut bytes = browser.digest_for(TokenKind::Trip).to_vec();
    if let Some(session) = session {
        bytes.extend_from_slice(&session.digest.0);
    }
    bytes
}

fn creation(
    passkeys: &Passkeys,
    account: &Account,
    challenge: &passkey::Challenge,
    mediation: Mediation,
) -> String {
    let address = account.contact_address().map(accounts::Email::as_stored).unwrap_or_default();
    let name = account.display_name.as_str();
    let ways = account.passkeys.iter().map(|known| transports(&known.transports)).collect::<Vec<_>>();
    let known = account.passkeys.iter().zip(&ways);
    let excluded =
        known.map(|(known, transports)| Excluded { id: known.credential.as_bytes(), transports });
    let options = CreationOptions {
        party: &passkeys.party,
        service: &passkeys.service,
        user: User {
            id: &account.id.0,
            name: address,
            display_name: if name.is_empty() { address } else { name },
        },
        challenge,
        excluded: &excluded.collect::<Vec<_>>(),
        mediation,
    };
    options.to_json().to_string()
}

fn transports(kept: &Line) -> Vec<Transport> {
    kept.as_str().split(',').filter_map(Transport::parse).collect()
}

const fn backup(shown: passkey::Backup) -> Backup {
    match shown {
        passkey::Backup::Single => Backup::Single,
        passkey::Backup::Eligible => Backup::Eligible,
        passkey::Backup::BackedUp => Backup::BackedUp,
    }
}

fn answered(challenge: &OpenedChallenge) -> accounts::Ceremony {
    accounts::Ceremony {
        challenge: Digest(challenge.digest()),
        expires_at: Instant(challenge.expires_ms()),
    }
}

/// A passkey's name is what its member typed; else what its authenticator is called; else the device.
fn new_passkey(
    errand: &Errand<'_>,
    made: Made,
    credential: CredentialId,
    (name, own): (&str, &Overview),
) -> NewPasskey {
    let Made { created, challenge, mediation } = made;
    let typed = Line::clean(name, PASSKEY_NAME_CHARS);
    let proposed =
        passkey::authenticator_name(&created.aaguid).map(|n| Line::clean(n, PASSKEY_NAME_CHARS));
    let device = errand.asker.origin.label.clone();
    let name = if typed.is_empty() { proposed.unwrap_or(device) } else { typed };
    let ways = created.transports.iter().map(|way| way.as_text()).collect::<Vec<_>>().join(",");
    NewPasskey {
        credential,
        key: PublicKey(created.key),
        name,
        aaguid: created.aaguid,
        transports: Line::clean(&ways, TRANSPORTS_CHARS),
        backup: backup(created.backup),
        counter: created.counter,
        person: if created.verified { Person::Verified } else { Person::Unverified },
        creation: match mediation {
            Mediation::Ordinary => Creation::Asked,
            Mediation::Conditional => Creation::Upgrade,
        },
        session: own.session.id,
        ceremony: answered(&challenge),
    }
}

/// What an authenticator of this kind is called, as far as it is known.
#[must_use]
pub fn authenticator_of(passkey: &accounts::Passkey) -> Option<&'static str> {
    passkey::authenticator_name(&passkey.aaguid)
}

impl Engine {
    /// Names a passkey anew.
    pub(crate) async fn rename_passkey(
        &self,
        errand: &Errand<'_>,
        passkey: PasskeyId,
        name: &str,
    ) -> Settled {
        let name = Line::clean(name, PASSKEY_NAME_CHARS);
        if name.is_empty() {
            return Ok(Err(Refusal::InvalidName));
        }
        self.by_session(errand, Command::RenamePasskey { passkey, name }).await
    }
}
