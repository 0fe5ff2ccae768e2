//! Signing keys over their whole life, on both engines, with a moved clock.
//!
//! Nothing stands in for anything: the keys are made, sealed and kept as in a running house. PostgreSQL is used where
//! `GENKAN_TEST_POSTGRES` names one.

mod signing_house;

use accounts::Millis;
use engine::{Algorithm, KeyState, Keyring, LONGEST_TOKEN, OldKeys};
use serde_json::{Value, json};
use signing_house::{House, ISSUER, NEWER, OLDER, both};

const TYP: &str = "genkan-identity+jwt";

fn claims(house: &House) -> Value {
    lasting(house, 60)
}

fn lasting(house: &House, seconds: i64) -> Value {
    let now = house.clock.now().0 / 1_000;
    json!({ "iss": ISSUER, "aud": "app", "sub": "a", "iat": now, "exp": now + seconds })
}

async fn sign(house: &House, keys: &Keyring, algorithm: Algorithm) -> String {
    keys.sign(algorithm, TYP, &claims(house)).await.unwrap()
}

/// The key id that a token names.
fn kid(token: &str) -> String {
    let header = token.split('.').next().unwrap();
    let header = signing_house::base64url(header);
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

async fn published(keys: &Keyring) -> Vec<String> {
    let set = keys.jwks().await.unwrap();
    let set = serde_json::from_str::<Value>(&set.text).unwrap();
    let all = set["keys"].as_array().unwrap().iter();
    all.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn states(keys: &Keyring, algorithm: Algorithm) -> Vec<KeyState> {
    let all = keys.list().await.unwrap().into_iter();
    all.filter(|key| key.algorithm == algorithm.name()).map(|key| key.state).collect()
}

#[tokio::test]
async fn a_house_that_starts_has_keys_and_makes_rsa_when_it_is_needed() {
    for house in both().await {
        let keys = house.keyring().await;
        assert_eq!(published(&keys).await.len(), 2, "EdDSA and ES256");
        for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
            let token = sign(&house, &keys, algorithm).await;
            assert_eq!(keys.verify(&token, TYP).await, Some(claims_of(&token)));
            assert!(published(&keys).await.contains(&kid(&token)));
        }
        assert_eq!(states(&keys, Algorithm::Rs256).await, []);
        keys.ensure(Algorithm::Rs256).await.unwrap();
        assert_eq!(states(&keys, Algorithm::Rs256).await, [KeyState::Signing]);
        let token = sign(&house, &keys, Algorithm::Rs256).await;
        assert_eq!(published(&keys).await.len(), 3);
        assert!(keys.verify(&token, TYP).await.is_some());
        assert!(keys.verify(&token, "JWT").await.is_none());
        assert!(keys.verify_for(&token, TYP, "app").await.is_some());
        assert!(keys.verify_for(&token, TYP, "other").await.is_none());
        // A process that starts later has the same.
        let later = house.keyring().await;
        assert_eq!(kid(&sign(&house, &later, Algorithm::Rs256).await), kid(&token));
        house.leave().await;
    }
}

fn claims_of(token: &str) -> Value {
    let claims = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&signing_house::base64url(claims)).unwrap()
}

/// Over two rotations: each key is published a day before it signs, and believed until all that it signed has lapsed.
#[tokio::test]
async fn keys_change_by_themselves_and_nobody_notices() {
    for house in both().await {
        let keys = house.keyring().await;
        let mut signer = kid(&sign(&house, &keys, Algorithm::EdDsa).await);
        for _ in 0..2 {
            house.clock.advance(Millis(Millis::days(89).0 - 1_000));
            keys.refresh().await.unwrap();
            assert_eq!(published(&keys).await.len(), 2, "a day before its time there is no other key");
            // Nothing but a use of it tells that a time has come: no reading in between.
            house.clock.advance(Millis(2_000));
            let with_next = published(&keys).await;
            assert_eq!(with_next.len(), 4, "the next ones are published");
            assert_eq!(kid(&sign(&house, &keys, Algorithm::EdDsa).await), signer);
            assert_eq!(
                states(&keys, Algorithm::EdDsa)
                    .await
                    .into_iter()
                    .filter(|s| *s != KeyState::Gone)
                    .collect::<Vec<_>>(),
                [KeyState::Signing, KeyState::Coming]
            );
            house.clock.advance(Millis(Millis::days(1).0 - 5_000));
            assert_eq!(kid(&sign(&house, &keys, Algorithm::EdDsa).await), signer);
            let longest = lasting(&house, LONGEST_TOKEN.0 / 1_000);
            let last = keys.sign(Algorithm::EdDsa, TYP, &longest).await.unwrap();
            assert_eq!(kid(&last), signer);
            house.clock.advance(Millis(6_000));
            let next = kid(&sign(&house, &keys, Algorithm::EdDsa).await);
            assert_ne!(next, signer);
            assert!(with_next.contains(&next), "it was published before");
            // What the old one signed last is good as long as it may live.
            house.clock.advance(Millis(LONGEST_TOKEN.0 - 10_000));
            assert!(keys.verify(&last, TYP).await.is_some());
            assert!(published(&keys).await.contains(&signer));
            house.clock.advance(Millis::hours(2));
            assert_eq!(published(&keys).await.len(), 2);
            assert!(!published(&keys).await.contains(&signer), "it is gone when nothing of it is good");
            assert!(keys.verify(&last, TYP).await.is_none());
            signer = next;
            // Back to the day on which the next one began, so that the second round counts alike.
            house
                .clock
                .advance(Millis(-Millis::days(1).0 - Millis::hours(2).0 + 10_000 - 2_000 + 1_000));
        }
        // The private half of what is gone does not stay among the rows.
        house.clock.advance(Millis::days(4));
        keys.refresh().await.unwrap();
        assert_eq!(keys.list().await.unwrap().len(), 2);
        house.leave().await;
    }
}

#[tokio::test]
async fn two_nodes_that_start_at_once_make_one_set() {
    for house in both().await {
        let mut nodes = Vec::new();
        for _ in 0..6 {
            nodes.push(house.fresh_keyring().await);
        }
        let starting = nodes.iter().map(|keys| {
            let (keys, claims) = (keys.clone(), claims(&house));
            tokio::spawn(async move {
                keys.refresh().await.unwrap();
                keys.sign(Algorithm::Rs256, TYP, &claims).await.unwrap()
            })
        });
        let starting = starting.collect::<Vec<_>>();
        let mut tokens = Vec::new();
        for started in starting {
            tokens.push(started.await.unwrap());
        }
        assert_eq!(nodes[0].list().await.unwrap().len(), 3);
        for keys in &nodes {
            for token in &tokens {
                assert_eq!(kid(token), kid(&tokens[0]));
                assert!(keys.verify(token, TYP).await.is_some(), "what one signs every other takes");
            }
        }
        // Over a rotation as well: all come to it at the same moment.
        house.clock.advance(Millis::days(90));
        let turning = nodes.iter().map(|keys| {
            let keys = keys.clone();
            tokio::spawn(async move { keys.refresh().await.unwrap() })
        });
        for turned in turning.collect::<Vec<_>>() {
            turned.await.unwrap();
        }
        assert_eq!(nodes[0].list().await.unwrap().len(), 6);
        assert_eq!(published(&nodes[0]).await, published(&nodes[5]).await);
        house.leave().await;
    }
}

/// A token of a key that this node has not read yet has the rows read, though not for every stranger's.
#[tokio::test]
async fn a_key_that_another_node_made_is_found_when_it_is_met() {
    for house in both().await {
        let (one, other) = (house.keyring().await, house.fresh_keyring().await);
        other.refresh().await.unwrap();
        one.rotate(OldKeys::Retire).await.unwrap();
        let token = sign(&house, &one, Algorithm::Es256).await;
        assert!(!published(&other).await.contains(&kid(&token)));
        assert!(other.verify(&token, TYP).await.is_some());
        assert!(published(&other).await.contains(&kid(&token)));
        // Within the next seconds it is not read again, whatever strangers bring.
        one.rotate(OldKeys::Retire).await.unwrap();
        let token = sign(&house, &one, Algorithm::Es256).await;
        assert!(other.verify(&token, TYP).await.is_none());
        house.clock.advance(Millis::seconds(6));
        assert!(other.verify(&token, TYP).await.is_some());
        house.leave().await;
    }
}

#[tokio::test]
async fn a_rotation_by_hand_retires_or_revokes_at_once() {
    for house in both().await {
        let keys = house.keyring().await;
        let first = sign(&house, &keys, Algorithm::EdDsa).await;
        keys.rotate(OldKeys::Retire).await.unwrap();
        assert_eq!(states(&keys, Algorithm::EdDsa).await, [KeyState::Retired, KeyState::Signing]);
        let second = sign(&house, &keys, Algorithm::EdDsa).await;
        assert_ne!(kid(&first), kid(&second));
        assert!(keys.verify(&first, TYP).await.is_some(), "what the old one signed is good");
        keys.rotate(OldKeys::Revoke).await.unwrap();
        let three = [KeyState::Gone, KeyState::Gone, KeyState::Signing];
        assert_eq!(states(&keys, Algorithm::EdDsa).await, three);
        assert!(keys.verify(&first, TYP).await.is_none());
        assert!(keys.verify(&second, TYP).await.is_none());
        let third = sign(&house, &keys, Algorithm::EdDsa).await;
        assert!(keys.verify(&third, TYP).await.is_some());
        assert_eq!(published(&keys).await.len(), 2);
        // A key that waits for its day is ended as well.
        house.clock.advance(Millis(Millis::days(89).0 + 1_000));
        keys.refresh().await.unwrap();
        assert_eq!(published(&keys).await.len(), 4);
        keys.rotate(OldKeys::Revoke).await.unwrap();
        assert_eq!(published(&keys).await.len(), 2);
        house.clock.advance(Millis::days(2));
        assert_ne!(kid(&sign(&house, &keys, Algorithm::EdDsa).await), kid(&third));
        assert_eq!(states(&keys, Algorithm::EdDsa).await.len(), 1);
        house.leave().await;
    }
}

#[tokio::test]
async fn nothing_is_signed_that_outlives_its_key_or_names_another_house() {
    let house = House::sqlite();
    let keys = house.keyring().await;
    let now = house.clock.now().0 / 1_000;
    for wrong in [
        json!({ "iss": ISSUER, "aud": "app" }),
        json!({ "iss": ISSUER, "aud": "app", "exp": now + 24 * 3_600 + 2 }),
        json!({ "iss": ISSUER, "aud": "app", "exp": "soon" }),
        json!({ "iss": "https://other.example", "aud": "app", "exp": now + 60 }),
        json!({ "aud": "app", "exp": now + 60 }),
        json!([]),
    ] {
        assert!(keys.sign(Algorithm::EdDsa, TYP, &wrong).await.is_err(), "{wrong}");
    }
    house.leave().await;
}

/// The code keys that seal the signing keys change as well, and one of them may be given up afterwards.
#[tokio::test]
async fn keys_are_sealed_anew_when_the_key_file_has_a_new_key() {
    for house in both().await {
        let old = house.keyring_of(vec![OLDER]).await;
        let token = sign(&house, &old, Algorithm::EdDsa).await;
        // A node with the new file seals them anew; one that has not got it yet goes on with what it knows.
        let new = house.keyring_of(vec![OLDER, NEWER]).await;
        new.refresh().await.unwrap();
        old.refresh().await.unwrap();
        old.refresh().await.unwrap();
        let by_old = sign(&house, &old, Algorithm::EdDsa).await;
        assert_eq!(kid(&by_old), kid(&token));
        assert_eq!(new.list().await.unwrap().len(), 2, "it makes none of its own");
        // The old key is given up.
        let alone = house.keyring_of(vec![NEWER]).await;
        let by_new = sign(&house, &alone, Algorithm::EdDsa).await;
        assert_eq!(kid(&by_new), kid(&token));
        assert!(alone.verify(&by_old, TYP).await.is_some());
        house.leave().await;
    }
}

/// A key file that was lost: the rows cannot be opened, and the house makes keys that it can use.
#[tokio::test]
async fn a_house_whose_keys_cannot_be_opened_makes_others() {
    for house in both().await {
        let old = house.keyring_of(vec![OLDER]).await;
        let token = sign(&house, &old, Algorithm::Es256).await;
        let new = house.keyring_of(vec![NEWER]).await;
        assert!(new.verify(&token, TYP).await.is_none());
        let anew = sign(&house, &new, Algorithm::Es256).await;
        assert_ne!(kid(&anew), kid(&token));
        assert_eq!(published(&new).await.len(), 2, "what cannot be opened is not published either");
        assert_eq!(states(&new, Algorithm::Es256).await, [KeyState::Unusable, KeyState::Signing]);
        house.leave().await;
    }
}

/// A row that somebody bent, or put another's key into, is as none.
#[tokio::test]
async fn a_bent_row_neither_signs_nor_is_believed() {
    for house in both().await {
        let keys = house.keyring().await;
        let token = sign(&house, &keys, Algorithm::EdDsa).await;
        house.script("update signing_keys set sealed = (select sealed from signing_keys where algorithm = 'ES256') where algorithm = 'EdDSA'").await;
        keys.refresh().await.unwrap();
        assert!(keys.verify(&token, TYP).await.is_none());
        let anew = sign(&house, &keys, Algorithm::EdDsa).await;
        assert_ne!(kid(&anew), kid(&token));
        assert_eq!(states(&keys, Algorithm::EdDsa).await, [KeyState::Unusable, KeyState::Signing]);
        house.leave().await;
    }
}
