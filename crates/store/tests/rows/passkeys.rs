//! Passkeys made and shown, as orders that the engine would give.
//!
//! What is told of an authenticator was verified before; the questions are new ones unless a test gives an old one.

use accounts::*;
use store::Store;

use super::{Dice, line, say};

/// A member's session that can add a passkey.
#[derive(Clone, Copy)]
pub(crate) struct Door {
    pub(crate) account: AccountId,
    pub(crate) session: SessionId,
    pub(crate) secret: Digest,
}

impl Door {
    /// The session that a registration or sign-in has begun.
    pub(crate) fn of(welcome: &Welcome, draws: &Draws) -> Self {
        Self { account: welcome.account, session: welcome.session, secret: draws.session_digest }
    }
}

/// A new question, which can be answered for five minutes.
pub(crate) async fn question(store: &Store, dice: &Dice) -> Ceremony {
    let now = store.now().await.unwrap();
    Ceremony { challenge: dice.digest(), expires_at: now.plus(Millis::minutes(5)) }
}

pub(crate) fn credential(dice: &Dice) -> CredentialId {
    CredentialId::new(&dice.digest().0).unwrap()
}

/// Adds what an authenticator has made.
pub(crate) fn adding(
    dice: &Dice,
    door: Door,
    credential: &CredentialId,
    ceremony: Ceremony,
) -> (Scope, Command, Draws) {
    let made = NewPasskey {
        credential: credential.clone(),
        key: PublicKey(vec![0xa5, 0x01, 0x02, 0x03, 0x26]),
        name: line("看板花子の鍵"),
        aaguid: [7; 16],
        transports: line("internal"),
        backup: Backup::Single,
        counter: 0,
        person: Person::Verified,
        creation: Creation::Asked,
        session: door.session,
        ceremony,
    };
    let scope = Scope {
        account: Some(door.account),
        session: Some(door.secret),
        credential: Some(credential.clone()),
        ceremony: Some(ceremony.challenge),
        ..Scope::default()
    };
    (scope, Command::AddPasskey { made }, dice.draws())
}

/// The member has a passkey from now on.
pub(crate) async fn add(store: &Store, dice: &Dice, door: Door) -> Passkey {
    let (credential, ceremony) = (credential(dice), question(store, dice).await);
    let (scope, command, draws) = adding(dice, door, &credential, ceremony);
    let told = say(store, scope, command, draws).await;
    assert!(matches!(told.decision.outcome, Outcome::PasskeyAdded(_)), "{:?}", told.decision.outcome);
    store.passkey(&credential).await.unwrap().unwrap().passkey
}

/// Signs in by showing a passkey.
pub(crate) async fn entering(
    store: &Store,
    dice: &Dice,
    passkey: &Passkey,
    (counter, ceremony): (u32, Ceremony),
) -> (Scope, Command, Draws) {
    let owned = store.passkey(&passkey.credential).await.unwrap();
    let shown = PasskeyShown {
        passkey: passkey.id,
        credential: passkey.credential.clone(),
        counter,
        backup: passkey.backup,
        ceremony,
    };
    let scope = Scope {
        address: owned.and_then(|owned| owned.email),
        credential: Some(passkey.credential.clone()),
        ceremony: Some(ceremony.challenge),
        ..Scope::default()
    };
    (scope, Command::SignInPasskey { shown, kind: SessionKind::Browser }, dice.draws())
}
