//! What members do with their login methods, their contact and their account, and what is done with an identity in
//! hand (R-METHOD, R-CONTACT, R-WITHDRAW, R-REG-4 and 5).
//!
//! Each names its own account by the presented session; an address that a step is about is loaded with it, so that
//! its guards and numbers are seen and changed in the same decision.

use accounts::{
    Account, AccountId, Addressed, Command, Email, FormerWay, Line, NumberKind, Numbers, Public,
    Purpose, Scope, Snapshot,
};

use crate::answer::Refusal;
use crate::attempt::Attempt;
use crate::engine::Engine;
use crate::evidence;
use crate::execute::{Errand, NAME_CHARS, Settled, TERMS_CHARS, context_of};
use crate::fault::Fault;
use crate::rate_limit::Ask;
use crate::secret::Secret;

impl Engine {
    /// Carries out those attempts that `execute` sends here.
    pub(crate) async fn about_methods(&self, errand: &Errand<'_>, attempt: Attempt) -> Settled {
        match attempt {
            Attempt::AskIdentityAddress { address } => {
                self.ask_identity_address(errand, &address).await
            }
            Attempt::VerifyIdentityAddress { code } => {
                self.verify_code(errand, &code, |code| Command::VerifyIdentityAddress { code }).await
            }
            Attempt::RegisterIdentity { display_name, terms } => {
                let display_name = Line::clean(&display_name, NAME_CHARS);
                let terms = terms.map(|version| Line::clean(&version, TERMS_CHARS));
                let kind = errand.visitor.kind;
                let command = Command::RegisterIdentity { display_name, terms, kind };
                self.by_flow(errand, None, command).await
            }
            Attempt::AcceptOffer => self.by_own_flow(errand, Command::AcceptOffer).await,
            Attempt::DropFlow => self.by_flow(errand, None, Command::DropFlow).await,
            Attempt::RestoreProven => self.restore_proven(errand).await,
            Attempt::RemoveMethod { method, successor } => {
                let command = Command::RemoveMethod { method, successor };
                self.by_own_methods(errand, command).await
            }
            Attempt::ChooseContact { contact } => {
                self.by_own_methods(errand, Command::ChooseContact { contact }).await
            }
            Attempt::CompleteEmail { password } => self.complete_email(errand, &password).await,
            Attempt::Withdraw => self.by_own_methods(errand, Command::Withdraw).await,
            Attempt::TestMail => self.test_mail(errand).await,
            _ => Err(Fault::Bug("an attempt came to the wrong place")),
        }
    }

    /// Carries out those that end where a member is signed in, or is known.
    pub(crate) async fn about_places(&self, errand: &Errand<'_>, attempt: Attempt) -> Settled {
        let command = match attempt {
            Attempt::EndSession(session) => Command::EndSession { session },
            Attempt::EndOtherSessions => Command::EndOtherSessions,
            Attempt::ForgetDevice(device) => Command::ForgetDevice { device },
            Attempt::Disconnect { client } => {
                Command::Disconnect { client: Line::clean(&client, NAME_CHARS) }
            }
            _ => return Err(Fault::Bug("an attempt came to the wrong place")),
        };
        self.by_session(errand, command).await
    }

    async fn ask_identity_address(&self, errand: &Errand<'_>, address: &str) -> Settled {
        if let Err(refusal) = self.limits.take(Ask::Code, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        let Some(email) = Email::parse(address) else { return Ok(Err(Refusal::InvalidAddress)) };
        if let Err(refusal) = self.limits.take_new_address() {
            return Ok(Err(refusal));
        }
        let flow = evidence::flow_digest(errand.visitor);
        let scope = Scope { address: Some(email.clone()), flow, ..Scope::default() };
        self.decide(errand, scope, Command::AskIdentityAddress { email }).await.map(Ok)
    }

    /// A step of the presented flow.
    pub(crate) async fn by_flow(
        &self,
        errand: &Errand<'_>,
        account: Option<AccountId>,
        command: Command,
    ) -> Settled {
        if let Err(refusal) = self.limits.take(Ask::Write, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        let scope = Scope {
            account,
            flow: evidence::flow_digest(errand.visitor),
            session: evidence::session_digest(errand.visitor),
            device: evidence::device_digest(errand.visitor),
            ..Scope::default()
        };
        self.decide(errand, scope, command).await.map(Ok)
    }

    /// A step of the presented flow for the member who presents it.
    async fn by_own_flow(&self, errand: &Errand<'_>, command: Command) -> Settled {
        let Some(member) = self.overview(errand.visitor).await? else {
            return Ok(Err(Refusal::Rules(Public::Unauthenticated)));
        };
        self.by_flow(errand, Some(member.account.id), command).await
    }

    /// The account's own address is named too: its codes and numbers may change with its methods.
    pub(crate) async fn by_own_methods(&self, errand: &Errand<'_>, command: Command) -> Settled {
        if let Err(refusal) = self.limits.take(Ask::Write, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        let Some(member) = self.overview(errand.visitor).await? else {
            return Ok(Err(Refusal::Rules(Public::Unauthenticated)));
        };
        let address = own_address(&member.account);
        let account = Some(member.account.id);
        let scope = Scope { account, address, ..errand.session_scope() };
        self.decide(errand, scope, command).await.map(Ok)
    }

    /// The account is that which the proven address or identity was.
    async fn restore_proven(&self, errand: &Errand<'_>) -> Settled {
        let flow = evidence::flow_digest(errand.visitor);
        let scope = Scope { flow, numbers: Numbers::Undo, ..Scope::default() };
        let (seen, _) = self.desk.store.load(&scope).await?;
        let account = withdrawn(&seen);
        self.by_flow(errand, account, Command::RestoreProven).await
    }

    async fn complete_email(&self, errand: &Errand<'_>, typed: &Secret) -> Settled {
        let Some(member) = self.overview(errand.visitor).await? else {
            return Ok(Err(Refusal::Rules(Public::Unauthenticated)));
        };
        if !member.is_fresh() {
            return Ok(Err(Refusal::Rules(Public::FreshProofRequired)));
        }
        let flow = self.flow(errand.visitor).await?;
        let Some(flow) = flow.filter(|flow| flow.purpose == Purpose::AddEmail) else {
            return Ok(Err(Refusal::Rules(Public::FlowExpired)));
        };
        if let Err(refusal) = self.limits.take(Ask::Password, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        let hash = match self.choose(typed, &context_of(&flow)).await {
            Ok(hash) => hash,
            Err(refusal) => return Ok(Err(refusal)),
        };
        self.by_flow(errand, Some(member.account.id), Command::CompleteEmail { hash }).await
    }

    /// A test mail is a mail that is asked for: it counts among those of its network.
    async fn test_mail(&self, errand: &Errand<'_>) -> Settled {
        if let Err(refusal) = self.limits.take(Ask::Code, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        self.by_session(errand, Command::TestMail).await
    }
}

/// The address of the `email` method; else of the contact.
pub(crate) fn own_address(account: &Account) -> Option<Email> {
    let own = account.address_of(Addressed::Email).or_else(|| account.contact_address());
    own.cloned()
}

/// The withdrawn account that a flow's address or identity was.
fn withdrawn(seen: &Snapshot) -> Option<AccountId> {
    let identity = seen.identity.as_ref().and_then(|state| state.former.as_ref());
    let former = identity.filter(|former| former.way == FormerWay::Withdrawn);
    let numbers = seen.address.as_ref().map(|address| address.numbers.as_slice());
    let number = numbers.unwrap_or_default().iter().find(|n| n.kind == NumberKind::Restore);
    former.map(|former| former.account).or(number.map(|number| number.account))
}
