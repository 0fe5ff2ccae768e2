//! Whatever a hash is spelt like, the very same text is read back; and ours take 54 bytes.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;

const OURS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$/////////////////////////////////////////+8";

/// What is read from the columns as they were written.
fn back(text: &str) -> Option<String> {
    let [hash, packed] = hash(&PasswordHash(text.to_owned()));
    columns(hash, packed).unwrap().map(|hash| hash.0)
}

fn columns(hash: Value, packed: Value) -> Result<Option<PasswordHash>, Fault> {
    let names = Arc::from(["hash".to_owned(), "packed".to_owned()]);
    read_hash(&Row::new("account/find", names, vec![hash, packed]))
}

#[test]
fn a_hash_of_ours_takes_54_bytes_and_one_character() {
    let [text, packed] = hash(&PasswordHash(OURS.to_owned()));
    assert!(text == PACKED.into(), "{text:?}");
    let Value::Bytes(packed) = packed else { panic!("{packed:?}") };
    assert_eq!(packed.len(), LENGTH);
    assert_eq!(packed[..8], [1, 0, 0x4c, 0, 2, 1, 0, 1]);
    assert_eq!(back(OURS).as_deref(), Some(OURS));
}

/// Each differs from one of ours in one place, and would come out as another text, or is no hash at all.
#[test]
fn every_other_spelling_is_kept_as_the_text_that_it_is() {
    let salt = "AAECAwQFBgcICQoLDA0ODw";
    for other in [
        OURS.replace("argon2id", "argon2i"),
        OURS.replace("v=19", "v=16"),
        OURS.replace("v=19$", ""),
        OURS.replace("m=19456", "m=019456"),
        OURS.replace("m=19456", "m=+19456"),
        OURS.replace("m=19456", "m=16777216"),
        OURS.replace("t=2", "t=256"),
        OURS.replace("t=2", "t=02"),
        OURS.replace("p=1", "p=256"),
        OURS.replace("p=1", "p=1,keyid=a"),
        OURS.replace("m=19456,t=2", "t=2,m=19456"),
        // The last character of Base64 with bits that mean nothing, and with what fills up.
        OURS.replace(salt, "AAECAwQFBgcICQoLDA0ODx"),
        OURS.replace(salt, "AAECAwQFBgcICQoLDA0ODw=="),
        OURS.replace(salt, "AAECAwQFBgcICQoLDA0O"),
        OURS.replace('/', "_"),
        OURS.replace(salt, &format!("{salt}AA")),
        // As many bytes together, but not each as many as ours.
        OURS.replace(&format!("{salt}$//"), "AAECAwQFBgcICQoLDA0OD///$"),
        format!("{OURS}$"),
        format!("{OURS} "),
        format!(" {OURS}"),
        OURS.to_uppercase(),
        "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW".to_owned(),
        "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E"
            .to_owned(),
        PACKED.to_owned(),
        "..".to_owned(),
        "$".to_owned(),
        "花子".to_owned(),
    ] {
        let [text, packed] = hash(&PasswordHash(other.clone()));
        assert!(text == other.as_str().into() && packed == Value::Null, "{other}");
        assert_eq!(back(&other).as_deref(), Some(other.as_str()));
    }
}

#[test]
fn a_void_password_is_none_whatever_stands_beside_it() {
    let [_, packed] = hash(&PasswordHash(OURS.to_owned()));
    for packed in [packed, Value::Null] {
        assert_eq!(columns(VOID.into(), packed).unwrap(), None);
    }
}

/// A node that knows no bytes writes the text alone.
#[test]
fn a_text_is_what_counts_where_older_bytes_stand_beside_it() {
    let [_, packed] = hash(&PasswordHash(OURS.to_owned()));
    let newer = OURS.replace("t=2", "t=3");
    let read = columns(newer.as_str().into(), packed).unwrap();
    assert_eq!(read, Some(PasswordHash(newer)));
}

#[test]
fn bytes_that_are_no_hash_are_a_fault_that_does_not_tell_them() {
    let whole = pack(OURS).unwrap();
    let (short, long) = (whole[..LENGTH - 1].to_vec(), [whole.as_slice(), &[0]].concat());
    let other = [&[2], &whole[1..]].concat();
    for bytes in [Vec::new(), vec![1], short, long, other] {
        let fault = columns(PACKED.into(), Value::Bytes(bytes)).unwrap_err();
        let expected = ("account/find", "packed");
        let Fault::Inconsistent { statement, column, .. } = fault else { panic!("{fault:?}") };
        assert_eq!((statement, column.as_str()), expected);
    }
}

/// Hashes like ours, and texts that are nearly such.
fn spelt() -> impl Strategy<Value = String> {
    let base64 = |most: usize| {
        // Mostly as long as one of ours, or a byte longer.
        prop_oneof![
            4 => prop::collection::vec(any::<u8>(), most - 1..=most).prop_map(|b| STANDARD_NO_PAD.encode(b)),
            1 => prop::collection::vec(any::<u8>(), 0..=most).prop_map(|b| STANDARD_NO_PAD.encode(b)),
            1 => "[A-Za-z0-9+/]{0,44}",
        ]
    };
    let usual = (any::<u32>(), any::<u8>(), any::<u8>(), any::<[u8; SALT]>(), any::<[u8; OUTPUT]>());
    let usual = usual.prop_map(|(memory, passes, lanes, salt, output)| {
        let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
        format!("{HEAD}{},t={passes},p={lanes}${salt}${output}", memory >> (memory % 32))
    });
    let head = prop_oneof![4 => Just(HEAD.to_owned()), 1 => "(\\$argon2(id|i|d)\\$v=(19|16)\\$m=)?"];
    let number = prop_oneof![4 => any::<u8>().prop_map(|n| n.to_string()), 1 => "[+0]?[0-9]{0,3}"];
    let near = (head, number.clone(), number, base64(SALT + 1), base64(OUTPUT + 1));
    let near = near.prop_map(|(head, memory, passes, salt, output)| {
        format!("{head}{memory},t={passes},p=1${salt}${output}")
    });
    prop_oneof![4 => usual, 4 => near, 1 => "[^\\x00]{1,80}", 1 => "[.]{1,3}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_is_the_very_text_that_was_written(text in spelt()) {
        prop_assert_eq!(back(&text), Some(text));
    }

    /// No two rows mean one hash: bytes that are read are the ones that are written.
    #[test]
    fn bytes_that_are_read_are_written_so_again(bytes in prop::collection::vec(any::<u8>(), LENGTH)) {
        let bytes = [&[ARGON2ID], &bytes[1..]].concat();
        let text = unpack(&bytes).unwrap();
        prop_assert_eq!(pack(&text), Some(bytes));
    }
}
