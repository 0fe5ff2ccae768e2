//! The sample rows of members who came by a provider, of one who left, and of what lies around them, field by field.
//!
//! A part of the sample test; the rows are those of the third migration.

pub(crate) mod passkeys;

use accounts::*;

use crate::rows::line;
use crate::{at, digest, hanako, id, undo, with_samples};

fn google(subject: &str) -> Identity {
    Identity::new("https://accounts.google.com", subject).unwrap()
}

fn link_at(provider: Provider, identity: Identity, address: &str, since: i64) -> Link {
    let email = Email::parse(address).unwrap();
    let proven_at = at(since);
    Link {
        provider,
        identity,
        address: Some(LinkAddress { email, proven_at, relay: Relay::Own, unreachable_at: None }),
        added: Added { at: proven_at, by: None },
        held_at: None,
    }
}

fn apples() -> Identity {
    Identity::new("https://appleid.apple.com", "001999.f0c0.0001").unwrap()
}

/// Google first, then Apple behind a relay that passes nothing on and that Apple has closed since.
fn jiro() -> Account {
    let first =
        link_at(Provider::GOOGLE, google("110169484474386276334"), "jiro@example.ne.jp", -100_000);
    let second = link_at(Provider::APPLE, apples(), "q7x2@privaterelay.appleid.com", -50_000);
    let by = Some(SessionId(id(0x12)));
    let relayed = second.address.clone().unwrap();
    let relayed = LinkAddress { relay: Relay::Private, unreachable_at: Some(at(-10_000)), ..relayed };
    let second = Link {
        address: Some(relayed),
        added: Added { by, ..second.added },
        held_at: Some(at(-5_000)),
        ..second
    };
    let before = Methods {
        email: None,
        links: vec![first.clone()],
        passkeys: Vec::new(),
        contact: Addressed::Provider(Provider::GOOGLE),
        contact_since: at(-100_000),
    };
    let change = Change {
        id: ChangeId(id(0x63)),
        kind: ChangeKind::Added(Addressed::Provider(Provider::APPLE)),
        at: at(-50_000),
        until: at(209_200),
        by,
        before,
    };
    Account {
        id: AccountId(id(3)),
        created_at: at(-100_000),
        display_name: line("Jiro"),
        email: None,
        password_version: 0,
        links: vec![first, second],
        contact: Addressed::Provider(Provider::GOOGLE),
        contact_since: at(-100_000),
        suspended: None,
        lost: Some(Lost { email: Email::parse("jiro@example.ne.jp").unwrap(), from: at(86_400) }),
        terms: None,
        changes: vec![change],
        sessions: Vec::new(),
        devices: Vec::new(),
        grants: Vec::new(),
        ..hanako()
    }
}

#[tokio::test]
async fn the_sample_of_a_member_of_two_providers_is_loaded_whole() {
    for rows in with_samples().await {
        let scope = Scope {
            account: Some(AccountId(id(3))),
            address: Some(Email::parse("Jiro@example.ne.jp").unwrap()),
            identity: Some(apples()),
            numbers: Numbers::Undo,
            report: Some(line("https://appleid.apple.com 5f1c")),
            ..Scope::default()
        };
        let (snapshot, _) = rows.store.load(&scope).await.unwrap();
        assert_eq!(snapshot.account, Some(jiro()));
        assert_eq!(snapshot.heard, scope.report);
        assert_eq!(snapshot.elsewhere, []);
        let state = IdentityState { identity: apples(), owner: Some(AccountId(id(3))), former: None };
        assert_eq!(snapshot.identity, Some(state));
        let holder = Holder {
            account: AccountId(id(3)),
            provider: Provider::GOOGLE,
            stored: Email::parse("jiro@example.ne.jp").unwrap(),
            locale: Locale::Ja,
            email: OwnEmail::None,
            lost_from: Some(at(86_400)),
        };
        let address = snapshot.address.unwrap();
        assert_eq!((address.owner, address.stored, address.holders), (None, None, vec![holder]));
        let lost = Scope { numbers: Numbers::Lost, report: Some(line("another")), ..scope };
        let (snapshot, _) = rows.store.load(&lost).await.unwrap();
        let number = Number {
            id: NumberId(id(0x74)),
            kind: NumberKind::Lost,
            account: AccountId(id(3)),
            issued_at: at(0),
            expires_at: at(1_800),
            spent_at: Some(at(100)),
            ..undo()
        };
        assert_eq!(snapshot.address.unwrap().numbers, [number]);
        assert_eq!((snapshot.heard, snapshot.account.unwrap().changes), (None, vec![]));
        rows.leave().await;
    }
}

#[tokio::test]
async fn the_sample_of_a_withdrawn_account_is_loaded_whole() {
    for rows in with_samples().await {
        let by = Some(SessionId(id(0x11)));
        let link = link_at(Provider::GOOGLE, google("left-1"), "left@gmail.com", -150_000);
        let link = Link { added: Added { by, ..link.added }, ..link };
        let since = at(-200_000);
        let added = Added { at: since, by: None };
        let email = Email::parse("left@example.jp").unwrap();
        let methods = Methods {
            email: Some(KeptEmail { email: email.clone(), proven_at: since, added }),
            links: vec![link],
            // It was kept before there were passkeys.
            passkeys: Vec::new(),
            contact: Addressed::Email,
            contact_since: since,
        };
        let until = at(2_592_000);
        let withdrawn = Withdrawal { at: at(0), until, methods };
        let account = Account {
            id: AccountId(id(4)),
            created_at: since,
            display_name: line(""),
            locale: Locale::En,
            links: Vec::new(),
            contact: Addressed::Email,
            contact_since: since,
            withdrawn: Some(withdrawn),
            lost: None,
            epoch: 1,
            changes: Vec::new(),
            ..jiro()
        };
        let scope = Scope {
            account: Some(account.id),
            address: Some(email),
            identity: Some(google("left-1")),
            numbers: Numbers::Undo,
            ..Scope::default()
        };
        let (snapshot, _) = rows.store.load(&scope).await.unwrap();
        assert_eq!(snapshot.account, Some(account.clone()));
        let former = Former { account: account.id, way: FormerWay::Withdrawn, until };
        let state = IdentityState { identity: google("left-1"), owner: None, former: Some(former) };
        assert_eq!(snapshot.identity, Some(state));
        let number = Number {
            id: NumberId(id(0x73)),
            kind: NumberKind::Restore,
            account: account.id,
            issued_at: at(0),
            expires_at: until,
            ..undo()
        };
        assert_eq!(snapshot.address.unwrap().numbers, [number]);
        assert_eq!(rows.store.due_to_be_erased(10).await.unwrap(), []);
        rows.set_clock(until).await;
        assert_eq!(rows.store.due_to_be_erased(10).await.unwrap(), [account.id]);
        rows.leave().await;
    }
}

#[tokio::test]
async fn the_samples_of_trips_flows_and_tokens_of_providers_are_read() {
    for rows in with_samples().await {
        let flow = async |last| {
            let scope = Scope { flow: Some(digest(0xd3, last)), ..Scope::default() };
            rows.store.load(&scope).await.unwrap().0
        };
        let shown = Shown {
            provider: Provider::parse("example-id").unwrap(),
            identity: Identity::new("https://id.example.org", "new").unwrap(),
            address: None,
            vouched: Vouched::No,
            relay: Relay::Own,
            name: line("花子"),
        };
        let seen = flow(5).await;
        let registers = seen.flow.unwrap();
        assert_eq!((registers.purpose, registers.stage), (Purpose::RegisterIdentity, Stage::Address));
        assert_eq!((registers.email, registers.shown), (None, Some(shown.clone())));
        assert_eq!(seen.identity.map(|state| state.identity), Some(shown.identity));
        assert_eq!((seen.address, seen.account), (None, None));
        let seen = flow(6).await;
        let offer = seen.flow.unwrap();
        assert_eq!((offer.purpose, offer.waits_for), (Purpose::Offer, Some(AccountId(id(1)))));
        assert_eq!(offer.bound, None);
        let in_hand = offer.shown.unwrap();
        assert_eq!((in_hand.identity, in_hand.vouched), (google("h-1"), Vouched::Yes));
        assert_eq!(offer.email.as_ref(), in_hand.address.as_ref());

        let trip = async |last| {
            let scope = Scope { trip: Some(digest(0xd5, last)), ..Scope::default() };
            rows.store.load(&scope).await.unwrap().0.trip
        };
        let first = Trip {
            state: digest(0xd5, 1),
            browser: digest(0xd6, 1),
            provider: Provider::GOOGLE,
            intent: Intent::SignIn,
            next: line("/account"),
            started_at: at(300),
            expires_at: at(900),
        };
        let bound = Bound { account: AccountId(id(1)), epoch: 0, session: Some(SessionId(id(0x11))) };
        let second = Trip {
            state: digest(0xd5, 2),
            browser: digest(0xd6, 2),
            provider: Provider::APPLE,
            intent: Intent::Link(bound),
            next: line(""),
            ..first.clone()
        };
        assert_eq!((trip(1).await, trip(2).await, trip(3).await), (Some(first), Some(second), None));

        let due = rows.store.tokens_due(Millis::minutes(5), 10).await.unwrap();
        let gone = store::IdentityToken {
            identity: Identity::new("https://appleid.apple.com", "gone-1").unwrap(),
            provider: Provider::APPLE,
            sealed: vec![6, 7, 8, 9, 16],
            tries: 3,
        };
        assert_eq!(due, [gone]);
        rows.leave().await;
    }
}
