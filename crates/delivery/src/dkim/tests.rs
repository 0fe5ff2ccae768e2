//! The examples of the standards, and the forms that they speak of, number by number.

use aws_lc_rs::signature::{RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};

use aws_lc_rs::digest::Digest;

use super::*;

/// RFC 8463 §A.3, without its two signatures.
const MAIL: &str = "From: Joe SixPack <joe@football.example.com>\r\n\
    To: Suzie Q <suzie@shopping.example.net>\r\n\
    Subject: Is dinner ready?\r\n\
    Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n\
    Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\
    \r\n\
    Hi.\r\n\
    \r\n\
    We lost the game.  Are you hungry yet?\r\n\
    \r\n\
    Joe.\r\n";

/// The field of RFC 8463 §A.3 for this algorithm and selector, up to `b=`.
fn claim(algorithm: &str, selector: &str, fold: [&str; 2]) -> String {
    format!(
        "DKIM-Signature: v=1; a={algorithm}; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n \
         q=dns/txt; s={selector}; t=1528637909; h=from : to :{}\r\n {}\
         date : message-id : from : subject : date;\r\n \
         bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=",
        fold[0], fold[1]
    )
}

const NAMES: [&str; 8] = ["from", "to", "subject", "date", "message-id", "from", "subject", "date"];

fn digest_of(claim: &str) -> Digest {
    let (head, _) = canonical::parts(MAIL.as_bytes());
    signed(&canonical::fields(head), &NAMES, claim)
}

/// RFC 8463 §A.1.
fn ed25519() -> SigningKey {
    let secret = STANDARD.decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=").unwrap();
    // RFC 8410 §7: the frame of a private key of 32 octets.
    let frame = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let letters = STANDARD.encode([frame.to_vec(), secret].concat());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{letters}\n-----END PRIVATE KEY-----\n");
    SigningKey::read(&pem, KeyKind::Ed25519).unwrap()
}

#[test]
fn the_example_of_rfc_8463_has_this_body_hash() {
    let (_, body) = canonical::parts(MAIL.as_bytes());
    let hash = STANDARD.encode(digest(&SHA256, &canonical::body(body)));
    assert_eq!(hash, "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
}

#[test]
fn the_key_of_rfc_8463_makes_the_signature_of_its_example() {
    let key = ed25519();
    let record = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    let published = public_record("brisbane", "football.example.com", &key).unwrap();
    assert_eq!(published, Record::txt("brisbane._domainkey.football.example.com", record));
    let digest = digest_of(&claim("ed25519-sha256", "brisbane", ["", "subject : "]));
    assert_eq!(
        STANDARD.encode(key.sign(&digest).unwrap()),
        "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="
    );
}

/// Its RSA key has 1,024 bits, with which nothing here signs: so the signature in the example must be good for our digest.
#[test]
fn the_signature_by_rsa_in_rfc_8463_is_good_for_what_is_signed_here() {
    let public = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/b\
                  yYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/\
                  K4w3QIDAQAB";
    let signature = "F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGda\
                     SGsgeefOsk2JzdA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=";
    let key = UnparsedPublicKey::new(
        &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        STANDARD.decode(public).unwrap(),
    );
    let signature = STANDARD.decode(signature).unwrap();
    let claim = claim("rsa-sha256", "test", [" subject :", ""]);
    key.verify_digest(&digest_of(&claim), &signature).unwrap();
    let other = claim.replace("t=1528637909", "t=1528637908");
    assert!(key.verify_digest(&digest_of(&other), &signature).is_err());
}

/// RFC 6376 §3.4.5.
#[test]
fn fields_and_bodies_have_the_forms_of_the_standard() {
    assert_eq!(canonical::field(b"A: X"), b"a:X");
    assert_eq!(canonical::field(b"B : Y\t\r\n\tZ  "), b"b:Y Z");
    assert_eq!(canonical::body(b" C \r\nD \t E\r\n\r\n\r\n"), b" C\r\nD E\r\n");
    for (body, form) in [
        ("", ""),
        ("\r\n", ""),
        (" \t\r\n\r\n", ""),
        ("a", "a\r\n"),
        ("a\r\n \r\nb", "a\r\n\r\nb\r\n"),
        ("\r\n\r\na\r\n", "\r\n\r\na\r\n"),
        ("髙　﨑\t \r\n", "髙　﨑\r\n"),
    ] {
        assert_eq!(canonical::body(body.as_bytes()), form.as_bytes(), "{body:?}");
    }
    assert_eq!(canonical::field(b"Subject:"), b"subject:");
    assert_eq!(canonical::field("Subject: \r\n 髙\r\n\t﨑".as_bytes()), "subject:髙 﨑".as_bytes());
}

#[test]
fn a_head_falls_into_its_fields() {
    let (head, body) = canonical::parts(b"A: 1\r\nB: 2\r\n\t3\r\n\r\nbody\r\n\r\n");
    assert_eq!(canonical::fields(head), [b"A: 1".as_slice(), b"B: 2\r\n\t3"]);
    assert_eq!(body, b"body\r\n\r\n");
    let (head, body) = canonical::parts(b"A: 1\r\n\r\n");
    assert_eq!((canonical::fields(head).len(), body), (1, b"".as_slice()));
    let (head, body) = canonical::parts(b"A: 1\r\n");
    assert_eq!((canonical::fields(head), body), (vec![b"A: 1".as_slice()], b"".as_slice()));
    let (head, body) = canonical::parts(b"\r\nbody");
    assert_eq!((head, body), (b"".as_slice(), b"body".as_slice()));
}

#[test]
fn every_name_stands_once_more_than_the_mail_has_it() {
    let names = |mail: &[u8]| named(&canonical::fields(canonical::parts(mail).0)).join(":");
    assert_eq!(
        names(b"from: a\r\nTo : b\r\nReceived: x\r\nFROM: c\r\n\r\n"),
        "From:From:From:Reply-To:To:To:Cc:Subject:Date:Message-ID:Auto-Submitted:MIME-Version:Content-Type:\
         Content-Transfer-Encoding"
    );
}

#[test]
fn a_signature_has_its_lines_and_its_second_and_no_length() {
    let (rsa, _) = SigningKey::make(KeyKind::Rsa).unwrap();
    let keys = vec![("a".repeat(40), rsa), ("e.2026".to_owned(), ed25519())];
    let signer = Signer::new("mail.example.com", keys).unwrap();
    let signatures = signer.sign(MAIL.as_bytes(), 1_763_772_126).unwrap();
    assert!(signatures.ends_with("\r\n") && !signatures.contains("\r\n\r\n"));
    assert!(signatures.split("\r\n").all(|line| line.len() <= LINE), "{signatures}");
    let fields = canonical::fields(signatures.as_bytes());
    let tags = |field: &[u8]| {
        let text = String::from_utf8(canonical::field(field)).unwrap();
        let (_, tags) = text.split_once(':').unwrap();
        let tag = |tag: &str| tag.trim().split_once('=').unwrap().0.to_owned();
        tags.split(';').map(tag).collect::<Vec<_>>()
    };
    assert_eq!(fields.len(), 2);
    for (field, algorithm) in fields.iter().zip(["a=rsa-sha256;", "a=ed25519-sha256;"]) {
        assert_eq!(tags(field), ["v", "a", "c", "d", "s", "t", "h", "bh", "b"]);
        let text = String::from_utf8(field.to_vec()).unwrap();
        assert!(text.contains(algorithm) && text.contains("t=1763772126;"), "{text}");
    }
    assert_eq!(signer.sign(MAIL.as_bytes(), 1_763_772_126).unwrap(), signatures);
    assert_ne!(signer.sign(MAIL.as_bytes(), 1_763_772_127).unwrap(), signatures);
    assert_eq!(
        format!("{signer:?}"),
        format!(
            "Signer {{ domain: \"mail.example.com\", selectors: [\"{}\", \"e.2026\"] }}",
            "a".repeat(40)
        )
    );
}

#[test]
fn what_cannot_stand_in_dns_is_no_signer() {
    let made = |domain: &str, selectors: &[&str]| {
        let keys = selectors.iter().map(|selector| ((*selector).to_owned(), ed25519())).collect();
        Signer::new(domain, keys).map(|_| ()).err()
    };
    assert_eq!(made("example.com", &["a", "b.c"]), None);
    assert_eq!(made("example.com", &[]), Some(SignerFault::NoKey));
    assert_eq!(made("example.com", &["a", "A"]), Some(SignerFault::SameSelector));
    for domain in ["", "example..com", "例.jp", "example.com;", "a b"] {
        assert_eq!(made(domain, &["a"]), Some(SignerFault::Domain), "{domain}");
    }
    let long =
        [["a"; 60].concat(), ["b"; 60].concat(), ["c"; 60].concat(), ["d"; 60].concat()].join(".");
    for selector in ["", "a;", "a_b", "a\r\nb", long.as_str()] {
        assert_eq!(made("example.com", &[selector]), Some(SignerFault::Selector), "{selector}");
    }
}
