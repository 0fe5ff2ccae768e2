//! The sample rows of a member with passkeys, field by field.
//!
//! A part of the sample test; the rows are those of the fourth migration.

use accounts::*;
use store::{OutgoingMail, OwnedPasskey};

use crate::rows::line;
use crate::{at, digest, hanako, id, with_samples};

fn credential(bytes: &[u8]) -> CredentialId {
    CredentialId::new(bytes).unwrap()
}

fn key(curve: u8) -> PublicKey {
    PublicKey(vec![0xa4, 1, 1, 3, 0x27, 0x20, 6, curve])
}

/// A synced one that was used, one that counts and does not say what it is, and the one that was removed.
fn passkeys() -> [Passkey; 3] {
    let synced = Passkey {
        id: PasskeyId(id(0x81)),
        credential: credential(&[0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8]),
        key: key(0x21),
        name: line("iCloud キーチェーン"),
        aaguid: *b"\xfb\xfc\x30\x07\x15\x4e\x4e\xcc\x8c\x0b\x6e\x02\x05\x57\xd7\xbd",
        transports: line("internal,hybrid"),
        backup: Backup::BackedUp,
        counter: 0,
        added: Added { at: at(-40_000), by: Some(SessionId(id(0x13))) },
        used_at: Some(at(0)),
    };
    let nameless = Passkey {
        id: PasskeyId(id(0x82)),
        credential: credential(&[0xb1]),
        key: key(0x22),
        name: line("青い鍵"),
        aaguid: [0; 16],
        transports: line(""),
        backup: Backup::Single,
        counter: u32::MAX,
        added: Added { at: at(-30_000), by: None },
        used_at: None,
    };
    let removed = Passkey {
        id: PasskeyId(id(0x83)),
        credential: credential(&[0xc1, 0xc2]),
        key: key(0x23),
        name: line("前の電話"),
        transports: line("usb"),
        backup: Backup::Eligible,
        counter: 7,
        added: Added { at: at(-90_000), by: Some(SessionId(id(0x13))) },
        used_at: Some(at(-80_000)),
        ..nameless.clone()
    };
    [synced, nameless, removed]
}

fn sachiko() -> Account {
    let [synced, nameless, removed] = passkeys();
    let (since, added) = (at(-100_000), Added { at: at(-100_000), by: None });
    let email = Email::parse("sachiko@example.jp").unwrap();
    let kept = KeptEmail { email: email.clone(), proven_at: since, added };
    let change = Change {
        id: ChangeId(id(0x65)),
        kind: ChangeKind::PasskeyRemoved(removed.id),
        at: at(250),
        until: at(259_450),
        by: Some(SessionId(id(0x13))),
        before: Methods {
            email: Some(kept),
            links: Vec::new(),
            passkeys: vec![removed],
            contact: Addressed::Email,
            contact_since: since,
        },
    };
    let origin = Origin { address: line("192.0.2.8"), label: line("Safari · iOS") };
    let device = Device {
        id: DeviceId(id(0x25)),
        digest: digest(0xd2, 5),
        label: origin.label.clone(),
        first_at: at(0),
        last_at: at(0),
    };
    let session = Session {
        id: SessionId(id(0x13)),
        account: AccountId(id(5)),
        digest: digest(0xd1, 5),
        kind: SessionKind::Browser,
        device: device.id,
        method: Method::Passkey(synced.id),
        started_at: at(0),
        seen_at: at(300),
        proved_at: at(200),
        proved_by: Method::Passkey(nameless.id),
        origin,
    };
    Account {
        id: AccountId(id(5)),
        created_at: since,
        display_name: line("Sachiko"),
        email: Some(EmailMethod {
            email,
            proven_at: since,
            added,
            password: None,
            unreachable_at: None,
        }),
        password_version: 0,
        links: Vec::new(),
        passkeys: vec![synced, nameless],
        passkey_declined: Some(at(-50_000)),
        contact_since: since,
        suspended: None,
        terms: None,
        changes: vec![change],
        sessions: vec![session],
        devices: vec![device],
        grants: Vec::new(),
        ..hanako()
    }
}

#[tokio::test]
async fn the_sample_of_a_member_with_passkeys_is_loaded_whole() {
    for rows in with_samples().await {
        let [synced, _, removed] = passkeys();
        let scope = Scope {
            credential: Some(synced.credential.clone()),
            ceremony: Some(digest(0xd7, 1)),
            session: Some(digest(0xd1, 5)),
            numbers: Numbers::Undo,
            ..Scope::default()
        };
        let (snapshot, _) = rows.store.load(&scope).await.unwrap();
        assert_eq!(snapshot.account, Some(sachiko()));
        assert_eq!(snapshot.presented, sachiko().sessions.first().cloned());
        assert_eq!((snapshot.spent, snapshot.elsewhere), (scope.ceremony, vec![]));
        let (credential, owner) = (synced.credential.clone(), Some(AccountId(id(5))));
        assert_eq!(snapshot.credential, Some(CredentialState { credential, owner }));

        // Nobody's, whoever happens to be signed in.
        let credential = removed.credential.clone();
        let scope = Scope { credential: Some(credential), ceremony: Some(digest(0xd7, 2)), ..scope };
        let (snapshot, _) = rows.store.load(&scope).await.unwrap();
        assert_eq!((snapshot.account, snapshot.spent), (None, None));
        let state = CredentialState { credential: removed.credential.clone(), owner: None };
        assert_eq!(snapshot.credential, Some(state));

        let email = sachiko().email.map(|method| method.email);
        let owned = OwnedPasskey { account: AccountId(id(5)), email, passkey: synced.clone() };
        assert_eq!(rows.store.passkey(&synced.credential).await.unwrap(), Some(owned));
        assert_eq!(rows.store.passkey(&removed.credential).await.unwrap(), None);
        let (seen, _) = rows.store.session(digest(0xd1, 5)).await.unwrap().unwrap();
        assert_eq!(Some(seen.session), sachiko().sessions.first().cloned());
        assert_eq!(seen.account.passkey_declined, Some(at(-50_000)));
        let lines = rows.store.activity(AccountId(id(5)), None, 10).await.unwrap();
        let methods = lines.into_iter().map(|(_, line)| line.method).collect::<Vec<_>>();
        assert_eq!(methods, [Some(Method::Passkey(synced.id))]);
        rows.leave().await;
    }
}

/// A letter about a passkey says what it was called, also when it is no more, and which there are.
pub(crate) fn letter_is_read(letter: &OutgoingMail) {
    let [synced, nameless, removed] = passkeys();
    assert_eq!(letter.mail.kind, MailKind::MethodRemoved);
    assert_eq!(letter.mail.method, Some(Method::Passkey(removed.id)));
    assert_eq!(letter.mail.passkey, Some(removed.name));
    let methods = letter.methods.as_ref().unwrap();
    assert_eq!(methods.passkeys, [synced, nameless]);
}
