//! Identities, whose they are and were, the accounts that hold an address through one, and trips to providers.
//!
//! An identity is found by issuer and subject together and by nothing else (security.md D13).

use accounts::{
    Account, AccountId, Added, Bound, Claim, Digest, Email, Former, Holder, Identity, IdentityState,
    Intent, Line, Link, LinkAddress, OwnEmail, SessionId, Trip,
};

use super::{Hold, address, locking, passkey};
use crate::driver::{Row, Statement};
use crate::fault::Fault;
use crate::questions::{Answers, Asked, Questions, each, first};
use crate::sql;
use crate::text::{Read, bytes};

/// An identity whose owner and former owner were asked for.
pub(super) struct AskedState {
    identity: Identity,
    owner: Asked<Option<AccountId>>,
    former: Asked<Option<Former>>,
}

/// An identity with its owner and its former one.
pub(super) fn state(asking: &mut Questions, identity: &Identity) -> AskedState {
    let key = [identity.issuer().into(), identity.subject().into()];
    AskedState {
        identity: identity.clone(),
        owner: owner(asking, identity),
        former: asking.ask(&FORMER, key, first(read_former)),
    }
}

impl AskedState {
    pub(super) fn read(self, answers: &Answers) -> Result<IdentityState, Fault> {
        let (owner, former) = (answers.read(self.owner)?, answers.read(self.former)?);
        Ok(IdentityState { identity: self.identity, owner, former })
    }
}

/// Whose login method an identity is.
fn owner(asking: &mut Questions, identity: &Identity) -> Asked<Option<AccountId>> {
    let key = [identity.issuer().into(), identity.subject().into()];
    asking.ask(&OWNER, key, first(read_owner))
}

/// The accounts that have an address through a provider, oldest first.
pub(crate) fn holders(asking: &mut Questions, email: &Email) -> Asked<Vec<Holder>> {
    let asked = email.clone();
    asking.ask(&OF_ADDRESS, [email.key().into()], each(move |row| read_holder(row, &asked)))
}

/// What the account's changes or withdrawal would put back and is another account's now.
pub(super) fn elsewhere(asking: &mut Questions, account: &Account) -> AskedElsewhere {
    let withdrawn = account.withdrawn.iter().map(|withdrawal| &withdrawal.methods);
    let kept = account.changes.iter().map(|change| &change.before).chain(withdrawn);
    let mut asked = Vec::<Claim>::new();
    for methods in kept {
        let email = methods.email.iter().map(|method| Claim::Email(method.email.clone()));
        let links = methods.links.iter().map(|link| Claim::Identity(link.identity.clone()));
        // What the account has now is not elsewhere.
        let lost = methods
            .passkeys
            .iter()
            .filter(|kept| !account.passkeys.iter().any(|known| known.credential == kept.credential));
        let credentials = lost.map(|kept| Claim::Credential(kept.credential.clone()));
        for claim in email.chain(links).chain(credentials) {
            if !asked.iter().any(|known| same(known, &claim)) {
                asked.push(claim);
            }
        }
    }
    let owned = asked.into_iter().map(|claim| {
        let owner = match &claim {
            Claim::Email(email) => asking.ask(&address::OWNER, [email.key().into()], first(read_owner)),
            Claim::Identity(identity) => owner(asking, identity),
            Claim::Credential(credential) => passkey::owner(asking, credential),
        };
        (claim, owner)
    });
    AskedElsewhere { account: account.id, claims: owned.collect() }
}

/// What is to be looked for at others.
pub(super) struct AskedElsewhere {
    account: AccountId,
    claims: Vec<(Claim, Asked<Option<AccountId>>)>,
}

impl AskedElsewhere {
    pub(super) fn read(self, answers: &Answers) -> Result<Vec<Claim>, Fault> {
        let mut elsewhere = Vec::new();
        for (claim, owner) in self.claims {
            if answers.read(owner)?.is_some_and(|owner| owner != self.account) {
                elsewhere.push(claim);
            }
        }
        Ok(elsewhere)
    }
}

fn read_owner(row: &Row) -> Result<AccountId, Fault> {
    row.array("account_id").map(AccountId)
}

fn same(one: &Claim, other: &Claim) -> bool {
    match (one, other) {
        (Claim::Email(one), Claim::Email(other)) => one.same_as(other),
        (Claim::Identity(one), Claim::Identity(other)) => one == other,
        (Claim::Credential(one), Claim::Credential(other)) => one == other,
        (Claim::Email(_) | Claim::Identity(_) | Claim::Credential(_), _) => false,
    }
}

/// The trip with this state, over or not.
pub(super) fn trip(asking: &mut Questions, state: &Digest, hold: Hold) -> Asked<Option<Trip>> {
    let statement = match hold {
        Hold::Nothing => &TRIP,
        Hold::Rows => &LOCK_TRIP,
    };
    asking.ask(statement, [bytes(&state.0)], first(read_trip))
}

/// The report with this name, where it was heard before.
pub(super) fn report(asking: &mut Questions, report: &Line) -> Asked<Option<Line>> {
    asking.ask(&REPORT, [report.as_str().into()], first(|row| row.line("report")))
}

/// A login method of a provider, where the row has one.
pub(crate) fn read_maybe_link(row: &Row) -> Result<Option<Link>, Fault> {
    match row.maybe_text("issuer")? {
        Some(_) => read_link(row).map(Some),
        None => Ok(None),
    }
}

fn read_link(row: &Row) -> Result<Link, Fault> {
    let identity = Identity::new(row.text("issuer")?, row.text("subject")?);
    let by = row.maybe_array("added_by")?.map(SessionId);
    Ok(Link {
        provider: row.provider("provider")?,
        identity: identity.ok_or_else(|| row.fault("subject", "no identity"))?,
        address: read_address(row)?,
        added: Added { at: row.instant("added_at")?, by },
        held_at: row.maybe_instant("held_at")?,
    })
}

fn read_address(row: &Row) -> Result<Option<LinkAddress>, Fault> {
    let Some(proven_at) = row.maybe_instant("link_proven_at")? else {
        return Ok(None);
    };
    Ok(Some(LinkAddress {
        email: row.email("link_stored")?,
        proven_at,
        relay: row.word("relay")?,
        unreachable_at: row.maybe_instant("unreachable_at")?,
    }))
}

fn read_holder(row: &Row, email: &Email) -> Result<Holder, Fault> {
    let lost_from = match row.maybe_instant("lost_from")? {
        Some(from) if row.email("lost_stored")?.same_as(email) => Some(from),
        Some(_) | None => None,
    };
    let own = row.maybe_text("own_email")?;
    Ok(Holder {
        account: AccountId(row.array("account_id")?),
        provider: row.provider("provider")?,
        stored: row.email("stored")?,
        locale: row.word("locale")?,
        email: if own.is_some() { OwnEmail::Has } else { OwnEmail::None },
        lost_from,
    })
}

fn read_former(row: &Row) -> Result<Former, Fault> {
    Ok(Former {
        account: AccountId(row.array("account_id")?),
        way: row.word("way")?,
        until: row.instant("until_at")?,
    })
}

fn read_trip(row: &Row) -> Result<Trip, Fault> {
    let intent = match (row.text("intent")?, read_bound(row)?) {
        (SIGN_IN, None) => Intent::SignIn,
        (LINK, Some(bound)) => Intent::Link(bound),
        (PROVE, Some(bound)) => Intent::Prove(bound),
        _ => return Err(row.fault("intent", "an unknown word")),
    };
    Ok(Trip {
        state: Digest(row.array("state")?),
        browser: Digest(row.array("browser")?),
        provider: row.provider("provider")?,
        intent,
        next: row.line("next")?,
        started_at: row.instant("started_at")?,
        expires_at: row.instant("expires_at")?,
    })
}

/// The account that a row acts on.
pub(super) fn read_bound(row: &Row) -> Result<Option<Bound>, Fault> {
    let Some(account) = row.maybe_array("account_id")?.map(AccountId) else {
        return Ok(None);
    };
    let session = row.maybe_array("session_id")?.map(SessionId);
    Ok(Some(Bound { account, epoch: row.int("epoch")?, session }))
}

/// To sign in or register.
pub(crate) const SIGN_IN: &str = "sign-in";
/// To add the identity.
pub(crate) const LINK: &str = "link";
/// To show the method again.
pub(crate) const PROVE: &str = "prove";

pub(super) const STATEMENTS: &[Statement] = &[OWNER, FORMER, OF_ADDRESS, TRIP, LOCK_TRIP, REPORT];

const OWNER: Statement = sql!("identity/owner", [Text, Text]);
const FORMER: Statement = sql!("former/find", [Text, Text]);
const OF_ADDRESS: Statement = sql!("identity/of_address", [Text]);
const TRIP: Statement = sql!("trip/find", [Bytes]);
const LOCK_TRIP: Statement = locking!("trip/find", [Bytes]);
const REPORT: Statement = sql!("report/find", [Text]);
