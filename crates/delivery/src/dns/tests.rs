//! Answers that no honest server gives, and the names that are asked for.

use super::*;

const ID: u16 = 0x1234;

/// An answer to `question(ID, name, kind)` with these records: owner, kind, data.
fn reply(name: &str, kind: u16, flags: u16, records: &[(&[u8], u16, &[u8])]) -> Vec<u8> {
    let mut octets = Vec::new();
    let count = u16::try_from(records.len()).unwrap();
    for number in [ID, flags, 1, count, 0, 0] {
        octets.extend(number.to_be_bytes());
    }
    octets.extend(labels(name));
    octets.extend([kind.to_be_bytes(), [0, 1]].concat());
    for (owner, kind, data) in records {
        octets.extend(*owner);
        octets.extend([kind.to_be_bytes(), [0, 1], [0, 0], [0, 60]].concat());
        octets.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        octets.extend(*data);
    }
    octets
}

fn labels(name: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        octets.push(u8::try_from(label.len()).unwrap());
        octets.extend(label.bytes());
    }
    octets.push(0);
    octets
}

/// The name of the question, again.
const SAME: &[u8] = &[0xc0, 12];

fn texts(octets: &[u8]) -> Option<Reply> {
    answer(octets, ID, "example.com", Kind::Txt)
}

#[test]
fn an_answer_is_read_as_it_was_written() {
    let two = reply("Example.COM", 16, 0x8180, &[(SAME, 16, b"\x03abc\x02de"), (SAME, 16, b"\x00")]);
    let found = vec![Data::Text("abcde".to_owned()), Data::Text(String::new())];
    assert_eq!(texts(&two), Some(Reply::Found(found)));
    let alias = labels("other.example.net");
    let chain = reply("example.com", 16, 0x8180, &[(SAME, 5, &alias), (&alias, 16, b"\x01x")]);
    assert_eq!(texts(&chain), Some(Reply::Found(vec![Data::Text("x".to_owned())])));
    let strange = reply("example.com", 16, 0x8180, &[(&alias, 16, b"\x01x")]);
    assert_eq!(texts(&strange), Some(Reply::Nothing), "a record of another name");
    let exchange = [&[0, 10], labels("mx.example.com").as_slice()].concat();
    let null = [0, 0, 0];
    let both = reply("example.com", 15, 0x8180, &[(SAME, 15, &exchange), (SAME, 15, &null)]);
    let read = answer(&both, ID, "example.com", Kind::Mx);
    let found = vec![Data::Exchange(10, "mx.example.com".to_owned()), Data::Exchange(0, String::new())];
    assert_eq!(read, Some(Reply::Found(found)));
    assert_eq!(texts(&reply("example.com", 16, 0x8183, &[])), Some(Reply::Nothing));
    assert_eq!(texts(&reply("example.com", 16, 0x8182, &[])), Some(Reply::Failed(2)));
    assert_eq!(texts(&reply("example.com", 16, 0x8380, &[])), Some(Reply::Truncated));
}

#[test]
fn an_answer_to_another_question_is_none() {
    let good = reply("example.com", 16, 0x8180, &[(SAME, 16, b"\x01x")]);
    assert!(texts(&good).is_some());
    assert_eq!(answer(&good, ID + 1, "example.com", Kind::Txt), None);
    assert_eq!(answer(&good, ID, "example.net", Kind::Txt), None);
    assert_eq!(answer(&good, ID, "example.com", Kind::Mx), None);
    assert_eq!(texts(&reply("example.com", 16, 0x0180, &[])), None, "a question is no answer");
}

#[test]
fn a_broken_answer_is_none_and_never_a_loop_or_a_fall() {
    let itself = reply("example.com", 16, 0x8180, &[(&[0xc0, 29], 16, b"\x01x")]);
    assert_eq!(texts(&itself), None, "a pointer to itself");
    let ahead = reply("example.com", 16, 0x8180, &[(&[0xc0, 200], 16, b"\x01x")]);
    assert_eq!(texts(&ahead), None, "a pointer forwards");
    let endless = reply("example.com", 15, 0x8180, &[(SAME, 15, &[0, 1, 1, b'a', 0xc0, 43])]);
    assert_eq!(answer(&endless, ID, "example.com", Kind::Mx), None, "a name within itself");
    let long = reply("example.com", 16, 0x8180, &[(SAME, 16, b"\x09abc")]);
    assert_eq!(texts(&long), None, "a string longer than its record");
    let reserved = reply("example.com", 16, 0x8180, &[(&[0x80, 0], 16, b"\x01x")]);
    assert_eq!(texts(&reserved), None);
    let good = reply("example.com", 16, 0x8180, &[(SAME, 16, b"\x03abc\x02de")]);
    for end in 0..good.len() {
        assert_eq!(texts(&good[..end]), None, "{end} octets");
    }
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut bent = good.clone();
            bent[at] ^= 1 << bit;
            let _any = texts(&bent);
        }
    }
}

#[test]
fn names_that_dns_cannot_hold_are_not_asked_for() {
    for name in ["a..b", "a".repeat(64).as_str(), "ab.".repeat(90).as_str()] {
        assert_eq!(question(ID, name, Kind::Txt), None, "{name}");
    }
    let asked = question(ID, "_dmarc.example.com.", Kind::Txt).unwrap();
    assert_eq!(asked[12..32], *labels("_dmarc.example.com"));
}

#[test]
fn addresses_are_asked_for_backwards() {
    let name = |ip: &str| reverse_name(ip.parse().unwrap());
    assert_eq!(name("192.0.2.1"), "1.2.0.192.in-addr.arpa");
    let long = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
    assert_eq!(name("2001:db8::1"), long);
}

#[test]
fn the_servers_of_the_machine_are_read() {
    let text = "# none\nnameserver 192.0.2.1 # x\n nameserver  2001:db8::1\nnameserver fe80::1%eth0\nsearch example.com\n";
    let read: Vec<String> = named_servers(text).iter().map(ToString::to_string).collect();
    assert_eq!(read, ["192.0.2.1:53", "[2001:db8::1]:53"]);
    assert_eq!(Resolver::of_file(Path::new("/nowhere")).err(), Some(DnsFault::NoServer));
}

/// A server that is not there, and one that says things that are not answers before the answer.
#[tokio::test]
async fn nobody_is_not_nothing_and_noise_is_passed_over() {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let mut resolver = Resolver::at(server.local_addr().unwrap());
    resolver.patience = Duration::from_millis(50);
    assert_eq!(resolver.texts("example.com").await, Err(DnsFault::Silent));

    resolver.patience = PATIENCE;
    let talk = tokio::spawn(async move {
        let mut octets = [0; 512];
        loop {
            let (_, from) = server.recv_from(&mut octets).await.unwrap();
            let mut good = reply("example.com", 16, 0x8180, &[(SAME, 16, b"\x01x")]);
            server.send_to(b"noise", from).await.unwrap();
            server.send_to(&good, from).await.unwrap();
            good[..2].copy_from_slice(&octets[..2]);
            server.send_to(&good, from).await.unwrap();
        }
    });
    assert_eq!(resolver.texts("example.com").await, Ok(vec!["x".to_owned()]));
    talk.abort();
}
