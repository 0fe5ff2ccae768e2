//! Identities, whose they are and were, the accounts that hold an address through one, and trips to providers.
//!
//! An identity is found by issuer and subject together and by nothing else (security.md D13).

use accounts::{
    Account, AccountId, Added, Bound, Claim, Digest, Email, Former, Holder, Identity, IdentityState,
    Intent, Line, Link, LinkAddress, OwnEmail, SessionId, Trip,
};

use super::{Hold, address, locking, passkey};
use crate::driver::{Row, Statement, Tx};
use crate::fault::Fault;
use crate::sql;
use crate::text::{Read, bytes};

/// An identity with its owner and its former one.
pub(super) async fn state(tx: &mut dyn Tx, identity: &Identity) -> Result<IdentityState, Fault> {
    let key = [identity.issuer().into(), identity.subject().into()];
    let owner = owner(tx, identity).await?;
    let rows = tx.query(&FORMER, &key).await?;
    let former = rows.first().map(read_former).transpose()?;
    Ok(IdentityState { identity: identity.clone(), owner, former })
}

/// Whose login method an identity is.
pub(crate) async fn owner(tx: &mut dyn Tx, identity: &Identity) -> Result<Option<AccountId>, Fault> {
    let key = [identity.issuer().into(), identity.subject().into()];
    let rows = tx.query(&OWNER, &key).await?;
    rows.first().map(|row| row.array("account_id").map(AccountId)).transpose()
}

/// The accounts that have an address through a provider, oldest first.
pub(crate) async fn holders(tx: &mut dyn Tx, email: &Email) -> Result<Vec<Holder>, Fault> {
    let rows = tx.query(&OF_ADDRESS, &[email.key().into()]).await?;
    rows.iter().map(|row| read_holder(row, email)).collect()
}

/// What the account's changes or withdrawal would put back and is another account's now.
pub(super) async fn elsewhere(tx: &mut dyn Tx, account: &Account) -> Result<Vec<Claim>, Fault> {
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
    let mut elsewhere = Vec::new();
    for claim in asked {
        let owner = match &claim {
            Claim::Email(email) => address::owner(tx, email.key()).await?.map(|(owner, _)| owner),
            Claim::Identity(identity) => owner(tx, identity).await?,
            Claim::Credential(credential) => passkey::owner(tx, credential).await?,
        };
        if owner.is_some_and(|owner| owner != account.id) {
            elsewhere.push(claim);
        }
    }
    Ok(elsewhere)
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
pub(super) async fn trip(tx: &mut dyn Tx, state: &Digest, hold: Hold) -> Result<Option<Trip>, Fault> {
    let statement = match hold {
        Hold::Nothing => &TRIP,
        Hold::Rows => &LOCK_TRIP,
    };
    let rows = tx.query(statement, &[bytes(&state.0)]).await?;
    rows.first().map(read_trip).transpose()
}

/// The report with this name, where it was heard before.
pub(super) async fn report(tx: &mut dyn Tx, report: &Line) -> Result<Option<Line>, Fault> {
    let rows = tx.query(&REPORT, &[report.as_str().into()]).await?;
    rows.first().map(|row| row.line("report")).transpose()
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
