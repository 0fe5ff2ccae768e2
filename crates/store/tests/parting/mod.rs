//! Methods, identities and trips asked for by many at once: an account keeps an addressed method and its contact names
//! it, an identity and an address are one account's, and a trip comes back once.
//!
//! Members are written in bulk, as decisions that say no more than that they exist; whatever is then asked of them goes
//! the way of every other request, through two nodes on a server.

use accounts::*;

use crate::rows::{self, Dice, Rows, at_address, at_flow, both_with_rows, line, prove, say};
use crate::{Order, all_at_once, nodes, outcomes};

pub(crate) mod claims;

pub(crate) const GOOGLE: Provider = Provider::GOOGLE;
pub(crate) const BY_GOOGLE: Addressed = Addressed::Provider(GOOGLE);
const ROUNDS: usize = 1_000;
/// How many members are written at a time, and how many of them are busy at once.
const BATCH: usize = 50;

/// Somebody with an address of her own and a method of Google's, who has just signed in.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) account: Account,
    pub(crate) session: Digest,
    pub(crate) email: Email,
}

pub(crate) fn google(dice: &Dice, name: &str) -> Identity {
    let tale = dice.network();
    Identity::new("https://accounts.google.com", &format!("{name} {}", tale.as_str())).unwrap()
}

pub(crate) fn link(identity: &Identity, address: &Email, at: Instant) -> Link {
    let address =
        LinkAddress { email: address.clone(), proven_at: at, relay: Relay::Own, unreachable_at: None };
    Link {
        provider: GOOGLE,
        identity: identity.clone(),
        address: Some(address),
        added: Added { at, by: None },
        held_at: None,
    }
}

fn member(dice: &Dice, name: &str, at: Instant) -> (Member, Session) {
    let email = dice.email(name);
    let added = Added { at, by: None };
    let links = vec![link(&google(dice, name), &dice.email(&format!("{name}.g")), at)];
    let method = EmailMethod {
        email: email.clone(),
        proven_at: at,
        added,
        password: None,
        unreachable_at: None,
    };
    let account = Account {
        id: AccountId(dice.id()),
        created_at: at,
        display_name: line(""),
        locale: Locale::Ja,
        email: Some(method),
        password_version: 0,
        links,
        passkeys: Vec::new(),
        passkey_declined: None,
        contact: Addressed::Email,
        contact_since: at,
        suspended: None,
        withdrawn: None,
        lost: None,
        terms: None,
        epoch: 0,
        changes: Vec::new(),
        sessions: Vec::new(),
        devices: Vec::new(),
        grants: Vec::new(),
    };
    let session = Session {
        id: SessionId(dice.id()),
        account: account.id,
        digest: dice.digest(),
        kind: SessionKind::Browser,
        device: DeviceId(dice.id()),
        method: Method::Email,
        started_at: at,
        seen_at: at,
        proved_at: at,
        proved_by: Method::Email,
        origin: rows::asker().origin,
    };
    (Member { account, session: session.digest, email }, session)
}

/// Says that something has happened.
pub(crate) async fn state(rows: &Rows, dice: &Dice, events: Vec<Event>) {
    let decision = Decision {
        outcome: Outcome::Done,
        events,
        activities: Vec::new(),
        mails: Vec::new(),
        announcements: Vec::new(),
    };
    let id = dice.draws().decision;
    rows.store.transact(Scope::default(), id, move |_, _| decision.clone()).await.unwrap();
}

/// That many members, every second of whom has Google's address as the contact.
pub(crate) async fn members(rows: &Rows, dice: &Dice, how_many: usize) -> Vec<Member> {
    let at = rows.store.now().await.unwrap();
    let mut all = Vec::new();
    while all.len() < how_many {
        let mut events = Vec::new();
        for n in all.len()..how_many.min(all.len() + BATCH) {
            let (mut member, session) = member(dice, &format!("member{n}"), at);
            if n % 2 == 1 {
                member.account.contact = BY_GOOGLE;
            }
            events.push(Event::AccountCreated { account: member.account.clone() });
            let cause = SessionCause::Registered;
            events.push(Event::SessionStarted { session, cause, number: None });
            all.push(member);
        }
        state(rows, dice, events).await;
    }
    all
}

fn remove(dice: &Dice, member: &Member, method: Addressed) -> Order {
    let successor = if method == Addressed::Email { BY_GOOGLE } else { Addressed::Email };
    let account = Some(member.account.id);
    let scope = Scope { account, session: Some(member.session), ..at_address(&member.email) };
    (scope, Command::RemoveMethod { method, successor: Some(successor) }, dice.draws())
}

/// R-METHOD-6, I1, I2: two tabs remove the two last addressed methods at once, a thousand times: always one of them is
/// left, and the contact is that one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_method_6_of_the_two_last_addressed_methods_removed_at_once_one_stays_and_is_the_contact() {
    for rows in both_with_rows().await {
        let (nodes, dice) = (nodes(&rows).await, Dice::new());
        let members = members(&rows, &dice, ROUNDS).await;
        let mut stayed = [0, 0];
        for some in members.chunks(BATCH) {
            let mut orders = Vec::new();
            for (n, member) in some.iter().enumerate() {
                let mut both = [Addressed::Email, BY_GOOGLE];
                // Orders go to the nodes in turn, so each node removes either as often.
                both.rotate_left(n / 2 % 2);
                orders.extend(both.map(|method| remove(&dice, member, method)));
            }
            let answers = outcomes(all_at_once(&nodes, orders).await);
            for pair in answers.chunks(2) {
                let done = pair.iter().filter(|outcome| **outcome == Outcome::Done).count();
                let last = Outcome::Refused(Reason::LastAddressed);
                let refused = pair.iter().filter(|outcome| **outcome == last).count();
                assert_eq!((done, refused), (1, 1), "{pair:?}");
            }
        }
        for member in &members {
            let scope = Scope { account: Some(member.account.id), ..Scope::default() };
            let account = rows.store.load(&scope).await.unwrap().0.account.unwrap();
            let left = account.addressed().collect::<Vec<_>>();
            assert_eq!(left, [account.contact]);
            assert!(account.contact_address().is_some());
            stayed[usize::from(account.contact == Addressed::Email)] += 1;
        }
        // Each of the two was first now and then, or nothing has met anything.
        assert!(stayed.iter().all(|count| *count > 50), "{stayed:?}");
        drop(nodes);
        rows.leave().await;
    }
}
