//! The DMARC record of a domain (RFC 9989, before it RFC 7489): whether it is there, what it asks of receivers, and
//! whether our mail passes.
//!
//! Where the domain has none, the nearest one above it holds. Receivers find that step by step (RFC 9989), older ones by
//! a list of public suffixes; both find the same where a record is.

use crate::{
    Record,
    dns::{DnsFault, Resolver},
};

use super::{Finding, tags};

const VERSION: &str = "v=DMARC1";

/// A record and where it stands.
struct Found {
    domain: String,
    records: Vec<String>,
}

pub(super) async fn examine(
    resolver: &Resolver,
    sender: &str,
    signed_for: Option<&str>,
) -> Vec<Finding> {
    let found = match look(resolver, sender).await {
        Ok(found) => found,
        Err(fault) => {
            return vec![Finding::wrong(
                PART.to_owned(),
                format!("_dmarc.{sender} cannot be looked up: {fault}"),
            )];
        }
    };
    judged(sender, signed_for, found.as_ref())
}

/// The record of the domain, or of the nearest domain above it that has one.
async fn look(resolver: &Resolver, sender: &str) -> Result<Option<Found>, DnsFault> {
    let mut domain = sender;
    while domain.contains('.') {
        let texts = resolver.texts(&format!("_dmarc.{domain}")).await?;
        let mut records: Vec<String> = texts.into_iter().filter(|text| is_record(text)).collect();
        records.sort();
        if !records.is_empty() {
            return Ok(Some(Found { domain: domain.to_owned(), records }));
        }
        domain = domain.split_once('.').map_or("", |(_, above)| above);
    }
    Ok(None)
}

fn is_record(text: &str) -> bool {
    let squeezed: String = text.chars().take(20).filter(|c| !c.is_whitespace()).collect();
    squeezed == VERSION || squeezed.starts_with("v=DMARC1;")
}

fn judged(sender: &str, signed_for: Option<&str>, found: Option<&Found>) -> Vec<Finding> {
    let first = format!("{VERSION}; p=none; rua=mailto:dmarc-reports@{sender}");
    let Some(found) = found else {
        let sentence =
            format!("{sender} has no DMARC record, which large receivers ask for; begin with this one");
        return vec![wrong(sentence).with(Record::txt(&format!("_dmarc.{sender}"), &first))];
    };
    let name = format!("_dmarc.{}", found.domain);
    let [record] = found.records.as_slice() else {
        let count = found.records.len();
        let sentence =
            format!("{name} has {count} DMARC records, so receivers use none; keep one, such as");
        let one = found.records.first().map_or("", String::as_str);
        return vec![wrong(sentence).with(Record::txt(&name, one))];
    };
    let tags = tags::read(record).unwrap_or_default();
    let Some(policy) = policy(&tags, found.domain != sender) else {
        let sentence = format!(
            "the record at {name} says no policy (p=), which receivers take for p=none or not for a record; begin with this one"
        );
        return vec![wrong(sentence).with(Record::txt(&name, &first))];
    };
    let mut findings = Vec::new();
    let is_strict = tags::value(&tags, "adkim").is_some_and(|mode| mode.eq_ignore_ascii_case("s"));
    let is_other = |domain: &&str| is_strict && !domain.eq_ignore_ascii_case(sender);
    if let Some(signed_for) = signed_for.filter(is_other) {
        findings.push(wrong(format!(
            "adkim=s asks for signatures of {sender} itself, and mail is signed for {signed_for}: \
             set mail.dkim.domain to {sender}, or take adkim=s away"
        )));
    }
    if policy == "none" {
        let next = Record::txt(&name, &record.replacen("p=none", "p=quarantine", 1));
        let sentence = format!(
            "p=none asks receivers to do nothing about forgeries of {sender}; when the reports show your own \
             machines alone, set this"
        );
        findings.push(Finding::note(PART.to_owned(), sentence).with(next));
    }
    if tags::value(&tags, "rua").is_none() {
        let sentence = format!(
            "the record at {name} asks for no reports (rua=), so nobody would tell you of mail that fails"
        );
        findings.push(Finding::note(PART.to_owned(), sentence));
    }
    if findings.is_empty() {
        findings.push(Finding::well(PART.to_owned(), format!("{name} says p={policy}")));
    }
    findings
}

/// What receivers are asked to do with mail that fails; `None` where it is not said in a way that counts.
fn policy(tags: &[(String, String)], is_below: bool) -> Option<String> {
    let said = |tag: &str| {
        let said = tags::value(tags, tag).map(str::to_ascii_lowercase);
        said.filter(|policy| ["none", "quarantine", "reject"].contains(&policy.as_str()))
    };
    let policy = said("p")?;
    Some(said("sp").filter(|_| is_below).unwrap_or(policy))
}

fn wrong(sentence: String) -> Finding {
    Finding::wrong(PART.to_owned(), sentence)
}

const PART: &str = "mail DMARC";

#[cfg(test)]
mod tests {
    use super::super::Standing;
    use super::*;

    fn of(sender: &str, signed_for: &str, domain: &str, records: &[&str]) -> Vec<Finding> {
        let records = records.iter().map(|text| (*text).to_owned()).collect();
        judged(sender, Some(signed_for), Some(&Found { domain: domain.to_owned(), records }))
    }

    #[test]
    fn a_policy_is_read_and_what_is_missing_is_named() {
        let (sender, all) = ("mail.example.com", "v=DMARC1; p=reject; rua=mailto:a@example.com");
        let one = |records: &[&str]| {
            let findings = of(sender, sender, sender, records);
            assert_eq!(findings.len(), 1, "{findings:?}");
            findings[0].clone()
        };
        assert_eq!(one(&[all]).standing, Standing::Well);
        assert!(one(&[all]).sentence.contains("p=reject"));
        assert_eq!(one(&[all, all]).standing, Standing::Wrong);
        assert!(one(&["v=DMARC1; p=sometimes; rua=mailto:a@b"]).sentence.contains("says no policy"));
        assert!(one(&["v=DMARC1; p=quarantine"]).sentence.contains("no reports"));
        let none = one(&["v=DMARC1; p=none; rua=mailto:a@example.com"]);
        assert_eq!(none.standing, Standing::Note);
        assert_eq!(none.record.unwrap().value, "v=DMARC1; p=quarantine; rua=mailto:a@example.com");
        assert_eq!(judged(sender, None, None)[0].standing, Standing::Wrong);
    }

    #[test]
    fn a_record_above_holds_with_what_it_says_of_subdomains() {
        let above = "v=DMARC1; p=reject; sp=none; rua=mailto:a@example.com";
        let findings = of("mail.example.com", "mail.example.com", "example.com", &[above]);
        assert!(findings[0].sentence.contains("p=none asks"), "{findings:?}");
        let own = of("example.com", "example.com", "example.com", &[above]);
        assert_eq!(own[0].standing, Standing::Well);
    }

    #[test]
    fn strict_alignment_asks_for_the_domain_itself() {
        let strict = "v=DMARC1; p=reject; adkim=s; rua=mailto:a@example.com";
        assert_eq!(
            of("example.com", "EXAMPLE.com", "example.com", &[strict])[0].standing,
            Standing::Well
        );
        let other = of("example.com", "mail.example.com", "example.com", &[strict]);
        assert_eq!(other[0].standing, Standing::Wrong);
        assert!(
            !is_record("v=DMARC10; p=none") && is_record("v = DMARC1 ;p=none") && is_record("v=DMARC1")
        );
    }
}
