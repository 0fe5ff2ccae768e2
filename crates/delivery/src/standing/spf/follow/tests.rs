//! Terms as the standard writes them, and what a policy says of an address.

use super::*;

fn mechanism(term: &str) -> (Verdict, Mechanism) {
    match Term::read(term) {
        Ok(Term::Mechanism(verdict, mechanism)) => (verdict, mechanism),
        other => panic!("{term}: {other:?}"),
    }
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

const WHOLE: Bits = Bits { v4: 32, v6: 128 };

#[test]
fn terms_are_read_as_the_standard_writes_them() {
    for (term, verdict, read) in [
        ("-all", Verdict::Fail, Mechanism::All),
        ("~ALL", Verdict::SoftFail, Mechanism::All),
        ("a", Verdict::Pass, Mechanism::Address(None, WHOLE)),
        (
            "+a:mail.Example.com.",
            Verdict::Pass,
            Mechanism::Address(Some("mail.example.com".to_owned()), WHOLE),
        ),
        ("?mx/24", Verdict::Neutral, Mechanism::Exchange(None, Bits { v4: 24, v6: 128 })),
        ("a//64", Verdict::Pass, Mechanism::Address(None, Bits { v4: 32, v6: 64 })),
        (
            "mx:b.c/0//0",
            Verdict::Pass,
            Mechanism::Exchange(Some("b.c".to_owned()), Bits { v4: 0, v6: 0 }),
        ),
        ("ip4:192.0.2.0/24", Verdict::Pass, Mechanism::Range((ip("192.0.2.0"), 24))),
        ("ip6:2001:db8::", Verdict::Pass, Mechanism::Range((ip("2001:db8::"), 128))),
        ("include:_spf.example.net", Verdict::Pass, Mechanism::Include("_spf.example.net".to_owned())),
        ("exists:%{i}._spf.%{d}", Verdict::Pass, Mechanism::Exists),
        ("ptr", Verdict::Pass, Mechanism::Pointer),
    ] {
        assert_eq!(mechanism(term), (verdict, read), "{term}");
    }
    assert_eq!(
        Term::read("redirect=_spf.example.net"),
        Ok(Term::Redirect("_spf.example.net".to_owned()))
    );
    assert_eq!(Term::read("exp=why.%{d}"), Ok(Term::Other));
    assert_eq!(Term::read("unknown=x"), Ok(Term::Other));
    for wrong in [
        "ipv4:192.0.2.1",
        "ip4:192.0.2.1/33",
        "ip4:2001:db8::1",
        "ip6:192.0.2.1",
        "ip4:192.0.2",
        "ip4",
        "all:x",
        "include",
        "include:",
        "a:",
        "a/33",
        "a/",
        "mx//129",
        "a/-1",
        "include:localhost",
        "--all",
        "-",
        "a:b..c",
        "redirect=",
        "=x",
        "ip4:192.0.2.1/+8",
    ] {
        assert_eq!(Term::read(wrong), Err(()), "{wrong}");
    }
    assert!(is_record("v=spf1") && is_record("V=SPF1 -all"));
    assert!(!is_record("v=spf10 -all") && !is_record("v=spf1-all") && !is_record("spf1 -all"));
}

#[test]
fn an_address_is_within_its_range_and_no_other() {
    for (address, range, bits, within) in [
        ("192.0.2.1", "192.0.2.1", 32, true),
        ("192.0.2.2", "192.0.2.1", 32, false),
        ("192.0.2.255", "192.0.2.0", 24, true),
        ("192.0.3.0", "192.0.2.0", 24, false),
        ("203.0.113.9", "192.0.2.0", 0, true),
        ("2001:db8::1", "2001:db8::", 64, true),
        ("2001:db9::1", "2001:db8::", 32, false),
        ("2001:db9::1", "::", 0, true),
        ("2001:db8::1", "192.0.2.0", 0, false),
        ("::ffff:192.0.2.1", "192.0.2.0", 24, true),
    ] {
        assert_eq!(is_within(ip(address), (ip(range), bits)), within, "{address} in {range}/{bits}");
    }
}

#[test]
fn a_policy_is_asked_in_its_order() {
    let range = |text: &str| Match::Ranges(vec![(ip(text), 32)]);
    let inner = Policy {
        terms: vec![(Verdict::Pass, range("192.0.2.2")), (Verdict::Fail, Match::All)],
        redirect: None,
    };
    let policy = Policy {
        terms: vec![
            (Verdict::Fail, range("192.0.2.1")),
            (Verdict::Pass, range("192.0.2.1")),
            (Verdict::Pass, Match::Include(inner)),
            (Verdict::SoftFail, Match::All),
        ],
        redirect: None,
    };
    assert_eq!(policy.of(ip("192.0.2.1")), Verdict::Fail, "the first that matches");
    assert_eq!(policy.of(ip("192.0.2.2")), Verdict::Pass);
    assert_eq!(policy.of(ip("192.0.2.3")), Verdict::SoftFail, "an included -all refuses nobody");
    assert_eq!(policy.rest(), Some(Verdict::SoftFail));
    let redirect =
        Policy { terms: vec![(Verdict::Pass, range("192.0.2.9"))], redirect: Some(Box::new(policy)) };
    assert_eq!(redirect.of(ip("192.0.2.1")), Verdict::Fail);
    assert_eq!(redirect.rest(), Some(Verdict::SoftFail));
    let unknown = Policy {
        terms: vec![(Verdict::Pass, Match::Unknown), (Verdict::Fail, Match::All)],
        redirect: None,
    };
    assert_eq!(unknown.of(ip("192.0.2.1")), Verdict::Unknown);
    assert_eq!(Policy::default().of(ip("192.0.2.1")), Verdict::Neutral);
}

#[test]
fn a_mechanism_is_added_where_it_is_looked_at() {
    for (record, more) in [
        ("v=spf1 mx -all", "v=spf1 mx ip4:192.0.2.1 -all"),
        ("v=spf1 include:a.b ~ALL", "v=spf1 include:a.b ip4:192.0.2.1 ~ALL"),
        ("v=spf1 redirect=a.b", "v=spf1 ip4:192.0.2.1 redirect=a.b"),
        ("v=spf1  mx", "v=spf1 mx ip4:192.0.2.1"),
    ] {
        assert_eq!(with(record, "ip4:192.0.2.1"), more);
    }
}
