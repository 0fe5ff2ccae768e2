//! Passkeys, as the engine walks it: questions asked, answers verified, and what is loaded for each.
//!
//! A credential is a number here, and what an authenticator says is what a test says: signatures are checked by others.
//! Which passkey a credential is, is looked up before the decision, as the engine does.

use accounts::{
    AccountId, Actor, Backup, Ceremony, Command, Creation, CredentialId, Digest, Line, Millis,
    NewPasskey, Outcome, Passkey, PasskeyId, PasskeyShown, Person, PublicKey, Scope,
};

use super::{BY_EMAIL, Browser, House};
use crate::support::{draws, email};

/// How long a question is open.
pub(crate) const CEREMONY: Millis = Millis::minutes(5);

/// The credential of that number.
pub(crate) fn credential(number: u8) -> CredentialId {
    CredentialId::new(&[number; 32]).expect("a sound id")
}

impl House {
    // --- an authenticator ------------------------------------------------------------------------

    /// A question that nobody has been asked before.
    pub(crate) fn question(&mut self) -> Ceremony {
        self.drawn += 1;
        let mut challenge = [0; 32];
        challenge[0] = 77;
        challenge[28..].copy_from_slice(&self.drawn.to_be_bytes());
        Ceremony { challenge: Digest(challenge), expires_at: self.now.plus(CEREMONY) }
    }

    /// What an authenticator makes for the browser's session, with the person verified.
    pub(crate) fn make(&mut self, browser: &Browser, number: u8) -> NewPasskey {
        let session = browser.session.and_then(|digest| self.world.session(digest));
        NewPasskey {
            credential: credential(number),
            key: PublicKey(vec![number; 77]),
            name: Line::clean(&format!("key {number}"), 40),
            aaguid: [number; 16],
            transports: Line::clean("internal,hybrid", 40),
            backup: Backup::BackedUp,
            counter: 0,
            person: Person::Verified,
            creation: Creation::Asked,
            session: session.map_or(draws(9_999_999).session, |session| session.id),
            ceremony: self.question(),
        }
    }

    /// What the credential shows, with that counter, to a question of its own.
    pub(crate) fn shows(&mut self, number: u8, counter: u32) -> PasskeyShown {
        let known = self.known(number);
        PasskeyShown {
            passkey: known.as_ref().map_or(PasskeyId([0; 16]), |known| known.id),
            credential: credential(number),
            counter,
            backup: known.map_or(Backup::BackedUp, |known| known.backup),
            ceremony: self.question(),
        }
    }

    // --- what a browser asks ---------------------------------------------------------------------

    pub(crate) fn add_made(&mut self, browser: &mut Browser, made: NewPasskey) -> Outcome {
        self.ask(browser, None, &Command::AddPasskey { made })
    }

    pub(crate) fn add_passkey(&mut self, browser: &mut Browser, number: u8) -> Outcome {
        let made = self.make(browser, number);
        self.add_made(browser, made)
    }

    /// Adds it and says which it has become.
    pub(crate) fn added_passkey(&mut self, browser: &mut Browser, number: u8) -> PasskeyId {
        match self.add_passkey(browser, number) {
            Outcome::PasskeyAdded(id) => id,
            other => panic!("not added: {other:?}"),
        }
    }

    pub(crate) fn sign_in_shown(&mut self, browser: &mut Browser, shown: PasskeyShown) -> Outcome {
        let kind = browser.kind;
        self.ask(browser, None, &Command::SignInPasskey { shown, kind })
    }

    pub(crate) fn sign_in_by(&mut self, browser: &mut Browser, number: u8, counter: u32) -> Outcome {
        let shown = self.shows(number, counter);
        self.sign_in_shown(browser, shown)
    }

    pub(crate) fn prove_shown(&mut self, browser: &mut Browser, shown: PasskeyShown) -> Outcome {
        self.ask(browser, None, &Command::ProvePasskey { shown })
    }

    pub(crate) fn prove_by(&mut self, browser: &mut Browser, number: u8, counter: u32) -> Outcome {
        let shown = self.shows(number, counter);
        self.prove_shown(browser, shown)
    }

    pub(crate) fn rename(&mut self, browser: &mut Browser, passkey: PasskeyId, name: &str) -> Outcome {
        let name = Line::clean(name, 40);
        self.ask(browser, None, &Command::RenamePasskey { passkey, name })
    }

    pub(crate) fn remove_passkey(&mut self, browser: &mut Browser, passkey: PasskeyId) -> Outcome {
        self.ask(browser, None, &Command::RemovePasskey { passkey })
    }

    pub(crate) fn decline(&mut self, browser: &mut Browser) -> Outcome {
        self.ask(browser, None, &Command::DeclinePasskey)
    }

    /// Carries a command out with what a test loads for it.
    pub(crate) fn ask_with(&mut self, scope: &Scope, command: &Command) -> Outcome {
        self.decide(scope, command, &Browser::phone(), Actor::Visitor).outcome
    }

    /// What the engine loads; `address` is what an engine saw that looked too early.
    pub(super) fn scope_of_passkeys(
        &self,
        browser: &Browser,
        address: Option<&str>,
        command: &Command,
    ) -> Option<Scope> {
        let member = browser.session.and_then(|digest| self.member(digest));
        let account = member.map(|member| member.id);
        let contact = member.and_then(|a| a.address_of(BY_EMAIL).or_else(|| a.contact_address()));
        let base = Scope { session: browser.session, numbers: command.numbers(), ..Scope::default() };
        Some(match command {
            Command::SignInPasskey { shown, .. } => {
                let owner = self.world.credential(&shown.credential).owner;
                let own = owner.and_then(|id| self.world.accounts[&id].address_of(BY_EMAIL).cloned());
                Scope {
                    address: address.map(email).or(own),
                    credential: Some(shown.credential.clone()),
                    ceremony: Some(shown.ceremony.challenge),
                    device: browser.device,
                    flow: browser.flow,
                    ..base
                }
            }
            Command::ProvePasskey { shown } => {
                Scope { account, ceremony: Some(shown.ceremony.challenge), ..base }
            }
            Command::AddPasskey { made } => Scope {
                account,
                address: contact.cloned(),
                credential: Some(made.credential.clone()),
                ceremony: Some(made.ceremony.challenge),
                ..base
            },
            Command::RemovePasskey { .. } => Scope { account, address: contact.cloned(), ..base },
            Command::RenamePasskey { .. } | Command::DeclinePasskey => base,
            _ => return None,
        })
    }

    // --- looking ---------------------------------------------------------------------------------

    /// The passkey with that credential, whoever has it.
    pub(crate) fn known(&self, number: u8) -> Option<Passkey> {
        let mut all = self.world.accounts.values().flat_map(|account| &account.passkeys);
        all.find(|known| known.credential == credential(number)).cloned()
    }

    /// The numbers of an account's credentials, oldest first.
    pub(crate) fn keys(&self, account: AccountId) -> Vec<u8> {
        self.by_id(account).passkeys.iter().map(|known| known.credential.as_bytes()[0]).collect()
    }

    /// Whose a credential is.
    pub(crate) fn owner_of_key(&self, number: u8) -> Option<AccountId> {
        self.world.credential(&credential(number)).owner
    }
}
