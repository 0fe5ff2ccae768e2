//! Addresses that are not public, in every shape, and hosts that are numbers, in every spelling.

use super::*;

const CLOSED: &str = "
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1 172.31.255.255
    192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1
    239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.1.2.3 ::ffff:169.254.169.254 64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe
    64:ff9b:1::1 2002:7f00:1:: 2002:a00:1::1 2001::1 2001:0:53aa:64c::1 2001:10::1 2001:db8::1 3fff::1 100::1 5f00::1
    fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 fd00:ec2::254";

const OPEN: &str = "
    1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 198.17.0.1 198.20.0.1 223.255.255.255
    2606:4700::1111 2001:4860:4860::8888 2400:cb00::1 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1";

#[test]
fn f15_what_is_not_public_is_known_in_every_shape() {
    for (all, expected) in [(CLOSED, false), (OPEN, true)] {
        for text in all.split_ascii_whitespace() {
            assert_eq!(is_public(text.parse().unwrap()), expected, "{text}");
        }
    }
}

#[test]
fn f15_a_host_written_as_a_number_in_any_way_is_looked_at_as_a_number() {
    let hosts = "127.0.0.1 2130706433 0x7f.1 0177.0.0.1 127.1 [::1] [::ffff:127.0.0.1] 169.254.169.254 [::ffff:a9fe:a9fe] 10.0.0.7:8443";
    let allows = |may_be_private, host: &str| {
        let url = Url::parse(&format!("https://{host}/")).unwrap();
        Guard::new(may_be_private, None).allows_literal(&url)
    };
    for host in hosts.split_ascii_whitespace() {
        assert!(!allows(false, host) && allows(true, host), "{host}");
    }
    assert!(allows(false, "hooks.example.com") && allows(false, "8.8.8.8"));
}
