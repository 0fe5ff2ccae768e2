//! How a domain stands, by what a real DNS server says of it: good, missing, wrong and split records.
//!
//! Each case is the good domain with one thing changed, so that only that can be what is found. What must never happen:
//! a case that finds nothing and passes.

mod support;

use std::{net::IpAddr, sync::OnceLock};

use delivery::{
    Finding, KeyKind, Record, Resolver, Signer, SigningKey, Standing, StandingOptions, examine,
};
use support::dnsmasq::{Dnsmasq, text};

const SPF: &str = "v=spf1 include:_spf.relay.test ip4:198.51.100.0/24 ~all";
const DMARC: &str = "v=DMARC1; p=reject; rua=mailto:reports@sender.test";

/// Made once: keys of RSA take their time.
static KEYS: OnceLock<Vec<Record>> = OnceLock::new();

fn keys() -> Vec<Record> {
    let key = |kind| SigningKey::make(kind).unwrap().0;
    let keys = vec![("r".to_owned(), key(KeyKind::Rsa)), ("e".to_owned(), key(KeyKind::Ed25519))];
    Signer::new("sender.test", keys).unwrap().records().unwrap()
}

struct Case {
    spf: Vec<String>,
    dmarc: Vec<String>,
    keys: Vec<Record>,
    published: Vec<String>,
    more: Vec<String>,
    without: &'static str,
    options: StandingOptions,
}

impl Case {
    fn good() -> Self {
        let keys = KEYS.get_or_init(keys).clone();
        Self {
            spf: vec![SPF.to_owned()],
            dmarc: vec![DMARC.to_owned()],
            published: keys.iter().map(|key| text(&key.name, &key.value)).collect(),
            keys: keys.clone(),
            more: vec![
                "mx-host=sender.test,mx.sender.test,10".to_owned(),
                "host-record=mx.sender.test,192.0.2.25".to_owned(),
                // Also the names of its addresses.
                "host-record=smtp.relay.test,192.0.2.10,2001:db8::10".to_owned(),
                text("_spf.relay.test", "v=spf1 a:smtp.relay.test -all"),
            ],
            without: "no option has this",
            options: StandingOptions {
                sender: "sender.test".to_owned(),
                relay: "smtp.relay.test".to_owned(),
                sends_from: Vec::new(),
                signed_for: Some("sender.test".to_owned()),
                keys,
            },
        }
    }

    fn spf(records: &[&str]) -> Self {
        Self { spf: records.iter().map(|text| (*text).to_owned()).collect(), ..Self::good() }
    }

    fn dmarc(records: &[&str]) -> Self {
        Self { dmarc: records.iter().map(|text| (*text).to_owned()).collect(), ..Self::good() }
    }

    /// Without the options of the server that contain this.
    fn without(mut self, part: &'static str) -> Self {
        self.without = part;
        self
    }

    fn with(mut self, records: &[&str]) -> Self {
        self.more.extend(records.iter().map(|record| (*record).to_owned()));
        self
    }

    fn sends_from(mut self, addresses: &[&str]) -> Self {
        self.options.sends_from = addresses.iter().map(|ip| ip.parse::<IpAddr>().unwrap()).collect();
        self
    }

    fn relay(mut self, relay: &str) -> Self {
        self.options.relay = relay.to_owned();
        self
    }

    async fn findings(self) -> Option<Vec<Finding>> {
        let mut records = self.more;
        records.extend(self.spf.iter().map(|record| text("sender.test", record)));
        records.extend(self.dmarc.iter().map(|record| text("_dmarc.sender.test", record)));
        records.extend(self.published);
        records.retain(|record| !record.contains(self.without));
        let server = Dnsmasq::start(&records)?;
        Some(examine(&Resolver::at(server.address), &self.options).await)
    }

    /// What is found that is not well: part, standing, sentence, value of the record to set.
    async fn found(self) -> Option<Vec<(String, Standing, String, String)>> {
        let all =
            self.findings().await?.into_iter().filter(|finding| finding.standing != Standing::Well);
        let told = |finding: Finding| {
            let record = finding.record.map(|record| record.value).unwrap_or_default();
            (finding.part, finding.standing, finding.sentence, record)
        };
        Some(all.map(told).collect())
    }
}

/// The one thing that is found.
async fn only(case: Case, part: &str, standing: Standing, words: &str, record: &str) {
    let Some(found) = case.found().await else { return };
    assert_eq!(found.len(), 1, "{words}: {found:#?}");
    let (of, is, sentence, value) = &found[0];
    assert_eq!((of.as_str(), *is), (part, standing), "{sentence}");
    assert!(sentence.contains(words), "“{sentence}” does not say “{words}”");
    assert_eq!(value, record, "{sentence}");
}

use Standing::{Note, Wrong};

#[tokio::test]
async fn a_good_domain_is_well_in_every_part() {
    let Some(findings) = Case::good().findings().await else { return };
    let parts: Vec<&str> = findings.iter().map(|finding| finding.part.as_str()).collect();
    assert_eq!(
        parts,
        [
            "mail back",
            "mail SPF",
            "mail DKIM r",
            "mail DKIM e",
            "mail DMARC",
            "mail PTR 192.0.2.10",
            "mail PTR 2001:db8::10"
        ]
    );
    for finding in &findings {
        assert_eq!((finding.standing, &finding.record), (Standing::Well, &None), "{finding:?}");
    }
    let spf = &findings[1].sentence;
    assert!(spf.contains("lets 192.0.2.10, 2001:db8::10 send, with 2 look-ups of 10"), "{spf}");
    // Many other texts at the name: the answer comes by TCP.
    let many: Vec<String> =
        (0..30).map(|n| text("sender.test", &format!("proof-{n}={}", "x".repeat(200)))).collect();
    let mut crowded = Case::good();
    crowded.more.extend(many);
    assert_eq!(crowded.found().await.unwrap(), []);
}

#[tokio::test]
async fn spf_is_missing_twice_there_or_cannot_be_followed() {
    let first = "v=spf1 a:smtp.relay.test ~all";
    only(Case::spf(&[]), "mail SPF", Wrong, "has no SPF record", first).await;
    only(Case::spf(&["v=spf10 -all"]), "mail SPF", Wrong, "has no SPF record", first).await;
    let sure = Case::spf(&[]).sends_from(&["192.0.2.10"]);
    only(sure, "mail SPF", Wrong, "has no SPF record", "v=spf1 ip4:192.0.2.10 ~all").await;
    let two = Case::spf(&["v=spf1 mx ~all", "v=spf1 include:_spf.relay.test -all"]);
    only(two, "mail SPF", Wrong, "has 2 SPF records", "v=spf1 include:_spf.relay.test mx -all").await;
    let typed = Case::spf(&["v=spf1 ipv4:192.0.2.10 include:_spf.relay.test ~all"]);
    only(typed, "mail SPF", Wrong, "“ipv4:192.0.2.10”, which receivers cannot read", "").await;
    let nowhere = Case::spf(&["v=spf1 include:_spf.gone.test include:_spf.relay.test ~all"]);
    only(
        nowhere,
        "mail SPF",
        Wrong,
        "leads by include: to _spf.gone.test, which has no SPF record",
        "",
    )
    .await;
    let elsewhere = Case::spf(&["v=spf1 include:_spf.elsewhere.example ~all"]);
    only(elsewhere, "mail SPF", Wrong, "cannot be looked up: the DNS server refuses to answer", "")
        .await;
}

#[tokio::test]
async fn spf_that_needs_more_than_ten_look_ups_is_counted_also_around_a_circle() {
    let chain = |last: &str| {
        let mut links: Vec<String> = (1..=9)
            .map(|n| text(&format!("s{n}.test"), &format!("v=spf1 include:s{}.test ~all", n + 1)))
            .collect();
        links.push(text("s10.test", last));
        let mut case = Case::spf(&["v=spf1 ip4:192.0.2.10 ip6:2001:db8::10 include:s1.test ~all"]);
        case.more.extend(links);
        case
    };
    assert_eq!(chain("v=spf1 ip4:192.0.2.99 -all").found().await.unwrap_or_default(), []);
    let eleven = chain("v=spf1 a:smtp.relay.test -all");
    only(eleven, "mail SPF", Wrong, "needs 11 look-ups in DNS, and receivers stop after 10", "").await;
    let circle = chain("v=spf1 include:s1.test -all");
    only(circle, "mail SPF", Wrong, "needs more than 25 look-ups", "").await;
    let void =
        Case::spf(&["v=spf1 a:a.gone.test a:b.gone.test mx:c.gone.test include:_spf.relay.test ~all"]);
    only(void, "mail SPF", Wrong, "leads to 3 names that do not exist", "").await;
}

#[tokio::test]
async fn spf_that_does_not_name_the_sending_address_is_mended() {
    let (own, mended) = ("v=spf1 ip4:192.0.2.10 -all", "v=spf1 ip4:192.0.2.10 ip6:2001:db8::10 -all");
    only(Case::spf(&[own]), "mail SPF", Note, "does not let 2001:db8::10 send", mended).await;
    let sure = Case::spf(&[own]).sends_from(&["2001:db8::10"]);
    only(sure, "mail SPF", Wrong, "does not let 2001:db8::10 send", mended).await;
    let here = Case::spf(&["v=spf1 mx -all"]).sends_from(&["192.0.2.25"]);
    assert_eq!(here.found().await.unwrap_or_default(), []);
    let redirect = Case::spf(&["v=spf1 redirect=_spf.relay.test"]);
    assert_eq!(redirect.found().await.unwrap_or_default(), []);
    let open = Case::spf(&["v=spf1 include:_spf.relay.test +all"]);
    only(open, "mail SPF", Wrong, "lets the whole world send", "v=spf1 include:_spf.relay.test ~all")
        .await;
    let vague = Case::spf(&["v=spf1 include:_spf.relay.test"]);
    only(vague, "mail SPF", Note, "says nothing of those", "v=spf1 include:_spf.relay.test ~all").await;
    let of_the_mail = Case::spf(&["v=spf1 exists:%{i}.relay.test ~all"]);
    only(of_the_mail, "mail SPF", Note, "depends on the mail", "").await;
}

#[tokio::test]
async fn keys_that_are_not_published_or_not_ours_are_named_with_their_record() {
    let mut missing = Case::good();
    let rsa = missing.keys[0].clone();
    missing.published.remove(0);
    only(missing, "mail DKIM r", Wrong, "there is no record at r._domainkey.sender.test", &rsa.value)
        .await;

    let mut other = Case::good();
    let stranger = keys().remove(1);
    other.published[1] = text(&stranger.name, &stranger.value);
    let wanted = other.keys[1].value.clone();
    only(other, "mail DKIM e", Wrong, "another key than ours", &wanted).await;

    let mut cut = Case::good();
    let whole = cut.keys[0].value.clone();
    cut.published[0] = text("r._domainkey.sender.test", &whole[..255]);
    only(cut, "mail DKIM r", Wrong, "only a part of our key", &whole).await;

    let mut unsigned = Case::good();
    unsigned.options.keys.clear();
    only(unsigned, "mail DKIM", Note, "genkan does not sign", "").await;
}

#[tokio::test]
async fn dmarc_is_missing_twice_there_or_asks_for_nothing() {
    let first = "v=DMARC1; p=none; rua=mailto:dmarc-reports@sender.test";
    only(Case::dmarc(&[]), "mail DMARC", Wrong, "has no DMARC record", first).await;
    only(
        Case::dmarc(&[DMARC, DMARC.replace("reject", "none").as_str()]),
        "mail DMARC",
        Wrong,
        "has 2 DMARC records",
        "v=DMARC1; p=none; rua=mailto:reports@sender.test",
    )
    .await;
    only(
        Case::dmarc(&["v=DMARC1; rua=mailto:a@sender.test"]),
        "mail DMARC",
        Wrong,
        "says no policy",
        first,
    )
    .await;
    let lazy = "v=DMARC1; p=none; rua=mailto:a@sender.test";
    only(
        Case::dmarc(&[lazy]),
        "mail DMARC",
        Note,
        "p=none asks receivers to do nothing",
        &lazy.replace("none", "quarantine"),
    )
    .await;
    let mut strict = Case::dmarc(&["v=DMARC1; p=reject; adkim=s; rua=mailto:a@sender.test"]);
    strict.options.signed_for = Some("mail.sender.test".to_owned());
    only(strict, "mail DMARC", Wrong, "set mail.dkim.domain to sender.test", "").await;
}

#[tokio::test]
async fn the_record_above_holds_for_a_domain_without_its_own() {
    let mut below = Case::good().with(&[
        "mx-host=news.sender.test,mx.sender.test,10",
        "txt-record=news.sender.test,v=spf1 include:_spf.relay.test ~all",
    ]);
    below.options.sender = "news.sender.test".to_owned();
    assert_eq!(below.found().await.unwrap_or_default(), []);
}

#[tokio::test]
async fn a_domain_that_takes_nothing_back_is_told() {
    let mx = "10 mail.sender.test.";
    only(
        Case::good().without("mx-host"),
        "mail back",
        Wrong,
        "neither an MX record nor an address",
        mx,
    )
    .await;
    let address = Case::good().without("mx-host").with(&["host-record=sender.test,192.0.2.25"]);
    only(address, "mail back", Note, "has no MX record", "").await;
    let null = Case::good().without("mx-host").with(&["dns-rr=sender.test,15,000000"]);
    only(null, "mail back", Wrong, "says that it takes no mail", mx).await;
    let gone = Case::good().with(&["mx-host=sender.test,gone.sender.test,20"]);
    only(gone, "mail back", Note, "gone.sender.test, which has no address", "").await;
    only(
        Case::good().without("host-record=mx"),
        "mail back",
        Wrong,
        "no mail server of sender.test has an address",
        "",
    )
    .await;
}

#[tokio::test]
async fn an_address_without_a_name_that_leads_back_is_told() {
    let bare = |records: &[&str]| {
        let spf = ["v=spf1 ip4:192.0.2.77 ip4:192.0.2.10 ip6:2001:db8::10 ~all"];
        Case::spf(&spf).with(records).sends_from(&["192.0.2.77"])
    };
    let part = "mail PTR 192.0.2.77";
    only(bare(&[]), part, Wrong, "has no name, so many receivers refuse", "mail.sender.test.").await;
    let elsewhere = bare(&["ptr-record=77.2.0.192.in-addr.arpa,smtp.relay.test"]);
    only(
        elsewhere,
        part,
        Wrong,
        "is called smtp.relay.test, which does not lead back",
        "mail.sender.test.",
    )
    .await;
    let good = bare(&["host-record=out.sender.test,192.0.2.77"]);
    assert_eq!(good.found().await.unwrap_or_default(), []);
    // Of a relay's own addresses nobody knows whether it sends from them.
    let relay = Case::good().without("host-record=smtp").with(&["dns-rr=smtp.relay.test,1,C000020A"]);
    only(relay, "mail PTR 192.0.2.10", Note, "has no name", "smtp.relay.test.").await;
}

#[tokio::test]
async fn what_cannot_be_seen_is_said_to_be_so() {
    for relay in ["localhost", "127.0.0.1", "10.0.0.5", "gone.relay.test"] {
        let Some(found) = Case::good().relay(relay).found().await else { return };
        let parts: Vec<_> =
            found.iter().map(|(part, standing, ..)| (part.as_str(), *standing)).collect();
        assert_eq!(parts, [("mail SPF", Note), ("mail PTR", Note)], "{relay}");
        assert!(
            found.iter().all(|(_, _, sentence, _)| sentence.contains("say it with --sends-from")),
            "{found:?}"
        );
    }
    let nobody = Resolver::at("127.0.0.1:1".parse().unwrap());
    let findings = examine(&nobody, &Case::good().options).await;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0].standing, Wrong);
    assert_eq!(findings[0].sentence, "sender.test cannot be looked up: no DNS server answers");
}
