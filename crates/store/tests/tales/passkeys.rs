//! Passkeys in a tale: what visitors may do with a few authenticators, and ways of several steps with them.
//!
//! An authenticator has one credential, made once and shown wherever somebody holds it. What it shows was verified
//! before; here is what the rules are told of it.

use accounts::*;

use super::telling::{Browser, Tale};
use super::ways::{Cast, KIND, STALE, complete, enter, own, undo, verify};
use super::{GAP, Own, PLACES, Printed, Step};
use crate::rows::line;

/// How many authenticators a tale has.
pub(crate) const KEYS: usize = 3;

/// One thing that is done with an authenticator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) browser: usize,
    /// Which authenticator; the first counts, and stays on one device.
    pub(crate) which: usize,
    pub(crate) errand: Errand,
    /// 0: the challenge that was answered last; 1: one that is over; else a new one.
    pub(crate) challenge: usize,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Errand {
    Add(Creation, Person),
    /// With a counter: 0 for none, 1 for the known one, else the next.
    SignIn(usize, SessionKind),
    Prove(usize),
}

impl Tale<'_> {
    /// The scope and command of somebody with an authenticator.
    pub(super) async fn with_key(&self, key: Key) -> Option<(Scope, Command)> {
        let credential = self.credential(key.which);
        let ceremony = match key.challenge {
            0 => self.answered?,
            1 => Ceremony { challenge: self.dice.digest(), expires_at: self.now },
            _ => {
                let expires_at = self.now.plus(Millis::minutes(5));
                Ceremony { challenge: self.dice.digest(), expires_at }
            }
        };
        let Browser { session, device, flow, .. } = self.browsers[key.browser].clone();
        let scope = Scope {
            credential: Some(credential.clone()),
            ceremony: Some(ceremony.challenge),
            session,
            device,
            ..Scope::default()
        };
        let known = self.store().passkey(&credential).await.unwrap();
        match key.errand {
            Errand::Add(creation, person) => {
                let seen = self.signed_in(key.browser).await?;
                let made = NewPasskey {
                    creation,
                    person,
                    session: seen.session.id,
                    ceremony,
                    ..made(key.which, credential)
                };
                let account = Some(seen.account.id);
                Some((Scope { account, ..scope }, Command::AddPasskey { made }))
            }
            Errand::SignIn(counter, kind) => {
                let address = known.as_ref().and_then(|known| known.email.clone());
                let shown = shown(key.which, credential, known.map(|k| k.passkey), (counter, ceremony));
                Some((Scope { address, flow, ..scope }, Command::SignInPasskey { shown, kind }))
            }
            Errand::Prove(counter) => {
                let account = Some(self.signed_in(key.browser).await?.account.id);
                let shown = shown(key.which, credential, known.map(|k| k.passkey), (counter, ceremony));
                Some((Scope { account, ..scope }, Command::ProvePasskey { shown }))
            }
        }
    }

    pub(super) fn credential(&self, which: usize) -> CredentialId {
        let name = format!("{which} of {}", self.dice.network().as_str());
        CredentialId::new(name.as_bytes()).unwrap()
    }
}

fn made(which: usize, credential: CredentialId) -> NewPasskey {
    NewPasskey {
        key: PublicKey(vec![0xa5, u8::try_from(which).unwrap(), 0x00, 0xff]),
        credential,
        name: line("花子の電話"),
        aaguid: [u8::try_from(which).unwrap(); 16],
        transports: line("internal,hybrid"),
        backup: if which == 0 { Backup::Single } else { Backup::Eligible },
        counter: 0,
        person: Person::Verified,
        creation: Creation::Asked,
        session: SessionId([0; 16]),
        ceremony: Ceremony { challenge: Digest([0; 32]), expires_at: Instant(0) },
    }
}

fn shown(
    which: usize,
    credential: CredentialId,
    known: Option<Passkey>,
    (counter, ceremony): (usize, Ceremony),
) -> PasskeyShown {
    let counted = known.as_ref().map_or(0, |known| known.counter);
    let counter = match counter {
        0 => 0,
        1 => counted,
        _ => counted + 1,
    };
    let passkey = known.map_or(PasskeyId([0; 16]), |known| known.id);
    // It was not synced when it was made, and is by now.
    let backup = if which == 0 { Backup::Single } else { Backup::BackedUp };
    PasskeyShown { passkey, credential, counter, backup, ceremony }
}

const fn key(cast: Cast, errand: Errand) -> Step {
    Step::Key(Key { browser: cast.browser, which: cast.who % KEYS, errand, challenge: NEW })
}

/// A new challenge.
const NEW: usize = 2;
/// The counter one ahead, and the one that is known.
const AHEAD: usize = 2;
const AS_KNOWN: usize = 1;

const ADD: Errand = Errand::Add(Creation::Asked, Person::Verified);
const SIGN_IN: Errand = Errand::SignIn(AHEAD, KIND);

/// A member who signed in with the password adds a passkey.
fn add(cast: Cast) -> Vec<Step> {
    vec![enter(cast.browser, home(cast)), key(cast, ADD)]
}

/// Takes back what was done last, by the newest number.
const fn undo_last(browser: usize, at: usize) -> Step {
    Step::Number { browser, at, printed: Printed::Undo, number: 4 }
}

/// Where the member of a set tale lives.
const fn home(cast: Cast) -> usize {
    (cast.at + 1) % PLACES
}

pub(super) fn use_and_remove(cast: Cast) -> Vec<Step> {
    let Cast { browser, .. } = cast;
    let mut steps = add(cast);
    steps.extend([own(browser, Own::SignOut), key(cast, SIGN_IN), Step::Wait(STALE)]);
    steps.push(key(cast, Errand::Prove(AHEAD)));
    steps.extend([own(browser, Own::NameKey(0)), own(browser, Own::DeclineKey)]);
    steps.push(own(browser, Own::RemoveKey(0)));
    // It is offered once more, and nobody has it.
    steps.push(key(cast, SIGN_IN));
    steps
}

/// A copy of it shows what was shown before; and an answer comes twice.
pub(super) fn doubt(cast: Cast) -> Vec<Step> {
    let cast = Cast { who: 0, ..cast };
    let again = |errand, challenge| {
        Step::Key(Key { browser: cast.browser, which: cast.who, errand, challenge })
    };
    let mut steps = add(cast);
    steps.extend([key(cast, SIGN_IN), key(cast, Errand::SignIn(AS_KNOWN, SessionKind::App))]);
    steps.extend([again(SIGN_IN, 0), again(SIGN_IN, 1), again(ADD, 0)]);
    steps
}

/// The browser makes one by itself, and its member does not want it.
pub(super) fn upgrade_and_undo(cast: Cast) -> Vec<Step> {
    let (browser, at) = (cast.browser, home(cast));
    let upgrade = Errand::Add(Creation::Upgrade, Person::Unverified);
    vec![enter(browser, at), key(cast, upgrade), key(cast, SIGN_IN), undo(browser, at)]
}

/// What was removed comes back, as it was used last.
pub(super) fn remove_and_undo(cast: Cast) -> Vec<Step> {
    let (browser, at) = (cast.browser, home(cast));
    let mut steps = add(cast);
    steps.extend([key(cast, SIGN_IN), own(browser, Own::RemoveKey(0)), undo_last(browser, at)]);
    steps.push(key(cast, SIGN_IN));
    steps
}

/// Removed here and added by somebody else: what is taken back comes without it.
pub(super) fn pass_on(cast: Cast) -> Vec<Step> {
    let (browser, at) = (cast.browser, home(cast));
    let other = Cast { browser: (browser + 1) % PLACES, at, ..cast };
    let mut steps = vec![Step::Wait(GAP)];
    steps.extend(super::registration(home(other)));
    steps.extend(add(cast));
    steps.push(enter(other.browser, home(other)));
    steps.extend([key(other, ADD), own(browser, Own::RemoveKey(0)), key(other, ADD)]);
    steps.extend([undo_last(browser, at), key(other, SIGN_IN)]);
    steps
}

pub(super) fn withdraw_with_keys(cast: Cast) -> Vec<Step> {
    let (browser, at) = (cast.browser, home(cast));
    let mut steps = add(cast);
    steps.push(key(Cast { who: cast.who + 1, ..cast }, ADD));
    steps.extend([own(browser, Own::Withdraw), key(cast, SIGN_IN), undo_last(browser, at)]);
    steps.push(key(cast, SIGN_IN));
    steps
}

/// Somebody else signs in, adds some, and the member says "this was not me" and takes back what came after the first.
pub(super) fn stranger_adds_a_key(cast: Cast) -> Vec<Step> {
    let (browser, at) = (cast.browser, home(cast));
    let mut steps = add(cast);
    steps.extend([key(Cast { who: cast.who + 1, ..cast }, ADD), own(browser, Own::ChangePassword)]);
    steps.extend([not_me(browser, at), undo_last(browser, at)]);
    steps
}

/// The same, days ago, and then ends the account; the member has it back.
pub(super) fn stranger_ends_all(cast: Cast) -> Vec<Step> {
    let (browser, at) = (cast.browser, home(cast));
    let mut steps = add(cast);
    steps.extend([Step::Wait(DAYS), key(cast, Errand::Prove(AHEAD)), own(browser, Own::Withdraw)]);
    steps.extend([not_me(browser, at), undo_last(browser, at)]);
    steps
}

const fn not_me(browser: usize, at: usize) -> Step {
    Step::Number { browser, at, printed: Printed::NotMe, number: 4 }
}

/// So long that no change can be undone any more.
const DAYS: usize = 8;

/// After a reset, what was added lately and is not ticked goes; what is ticked stays.
pub(super) fn unticked_key(cast: Cast) -> Vec<Step> {
    let (browser, at) = (cast.browser, home(cast));
    let reset = |form| {
        let ask = Step::Ask { browser, at, purpose: Purpose::Reset };
        let last = match form {
            Some(form) => Step::Complete { browser, kind: KIND, form },
            None => complete(browser),
        };
        [Step::Wait(GAP), ask, verify(browser), last]
    };
    let mut steps = add(cast);
    steps.extend(reset(None));
    steps.push(Step::Wait(LATER));
    steps.extend(reset(Some(1)));
    steps
}

/// Longer than the pause after a reset, and shorter than "lately".
const LATER: usize = 6;
