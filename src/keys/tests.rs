//! The key file, made and read on a real disk.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

fn folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("genkan-keys-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let path = std::env::temp_dir().join(name);
    fs::create_dir_all(&path).unwrap();
    path
}

fn secret(keys: &Keys, index: usize) -> [u8; LENGTH] {
    *keys.code[index].1.expose_secret()
}

fn written(secret: &str) -> String {
    format!(
        "purpose = \"service\"\n[[code]]\nid = 1\ncreated = \"2026-01-01T00:00:00Z\"\nsecret = \"{secret}\"\n"
    )
}

/// security.md I11.
#[test]
fn two_fresh_key_files_differ() {
    let folder = folder();
    let (one, two) = (folder.join("one"), folder.join("two"));
    Keys::create(&one, Purpose::Service).unwrap();
    Keys::create(&two, Purpose::Service).unwrap();
    assert_ne!(secret(&Keys::open(&one).unwrap(), 0), secret(&Keys::open(&two).unwrap(), 0));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_key_file_is_for_its_owner_alone_and_is_never_written_over() {
    let folder = folder();
    let path = folder.join("keys");
    Keys::create(&path, Purpose::Service).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    let before = fs::read_to_string(&path).unwrap();
    assert!(matches!(Keys::create(&path, Purpose::Service), Err(Fault::Exists(_))));
    let new = KeysCommand::New { out: path.clone(), rotate: false };
    assert_eq!(answer(&new, Output::Text).code, 1);
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_key_file_open_to_others_is_refused() {
    let folder = folder();
    let path = folder.join("keys");
    Keys::create(&path, Purpose::Service).unwrap();
    for (mode, accepted) in
        [(0o400, true), (0o440, true), (0o640, true), (0o604, false), (0o660, false), (0o644, false)]
    {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(Keys::open(&path).is_ok(), accepted, "{mode:o}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_rotation_adds_a_key_and_keeps_the_old_ones() {
    let folder = folder();
    let path = folder.join("keys");
    Keys::create(&path, Purpose::Service).unwrap();
    let before = Keys::open(&path).unwrap();
    assert_eq!(Keys::rotate(&path).unwrap(), 2);
    assert_eq!(Keys::rotate(&path).unwrap(), 3);
    let after = Keys::open(&path).unwrap();
    assert_eq!(after.code.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(secret(&before, 0), secret(&after, 0));
    assert_ne!(secret(&after, 1), secret(&after, 2));
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
    assert!(matches!(Keys::rotate(&folder.join("none")), Err(Fault::Unreadable(..))));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_rotation_keeps_what_the_file_is_for() {
    let folder = folder();
    let path = folder.join("keys");
    assert_eq!(Keys::open_or_create_for_development(&path).unwrap().purpose, Purpose::Development);
    Keys::rotate(&path).unwrap();
    assert_eq!(Keys::open_or_create_for_development(&path).unwrap().purpose, Purpose::Development);
    fs::remove_dir_all(folder).unwrap();
}

/// security.md I11.
#[test]
fn a_weak_key_is_refused() {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let counted: Vec<u8> = (0..32).collect();
    let halves = [[7u8; 16], [200u8; 16]].concat();
    let weak = [
        encode(&[0; 32]),
        encode(&[0xff; 32]),
        encode(&counted),
        encode(&halves),
        encode(b"changeme-changeme-changeme-chang"),
        encode(b"The quick brown fox jumps over a"),
        encode(&[1, 2, 3]),
        encode(&[0x5a; 64]),
        String::new(),
        "not base64!".to_owned(),
    ];
    for text in weak {
        let read = Keys::parse(Path::new("keys"), &written(&text));
        assert!(matches!(read, Err(Fault::Weak(_, 1))), "{text}");
    }
}

#[test]
fn a_broken_key_file_is_refused_without_quoting_it() {
    let good = URL_SAFE_NO_PAD
        .encode((0..32u8).map(|n| n.wrapping_mul(n).wrapping_mul(37) ^ 0xa5).collect::<Vec<_>>());
    let one = written(&good);
    assert!(Keys::parse(Path::new("keys"), &one).is_ok());
    let row = one.split_once('\n').unwrap().1;
    let broken = [
        one.replace("[[code]]", "[[kode]]"),
        one.replace("secret = ", "secret == "),
        one.replace("purpose = \"service\"", "purpose = \"hush\""),
        format!("{one}\n{row}"),
        "purpose = \"service\"\ncode = []".to_owned(),
        one.replace("id = 1", "id = -1"),
        String::new(),
    ];
    for text in broken {
        let fault = Keys::parse(Path::new("keys"), &text).err().unwrap_or_else(|| panic!("{text}"));
        assert!(matches!(fault, Fault::Malformed(..)), "{fault}");
        assert!(
            !format!("{fault} {fault:?}").contains(&good) && !fault.to_string().contains("hush"),
            "{fault:?}"
        );
    }
}

#[test]
fn the_answer_tells_the_file_and_no_key() {
    let folder = folder();
    let path = folder.join("keys");
    let made = answer(&KeysCommand::New { out: path.clone(), rotate: false }, Output::Json);
    let rotated = answer(&KeysCommand::New { out: path.clone(), rotate: true }, Output::Json);
    assert_eq!((made.code, rotated.code), (0, 0));
    let text = fs::read_to_string(&path).unwrap();
    for line in text.lines().filter_map(|line| line.strip_prefix("secret = ")) {
        let key = line.trim_matches('"');
        assert_eq!(key.len(), 43);
        assert!(!made.result.contains(key) && !rotated.result.contains(key));
    }
    fs::remove_dir_all(folder).unwrap();
}
