//! The SPF record of a domain (RFC 7208): whether it is one, whether receivers can follow it, and whom it lets send.
//!
//! It is followed as a receiver follows it, but to its end and not to the first match, so that the ten look-ups
//! that are allowed are counted for the worst mail. Macros depend on a mail and are not followed.
//! What must never happen: a chain of records that is followed without end, "it may send" where that is not known.

use std::{future::Future, net::IpAddr, pin::Pin};

use crate::dns::{DnsFault, Resolver};

/// RFC 7208 §4.6.4: look-ups in all, and those that find nothing.
const MOST_LOOKUPS: u32 = 10;
const MOST_VOID: u32 = 2;
/// How far a record that has too many is still counted.
const MOST_COUNTED: u32 = 25;
/// RFC 7208 §4.6.4: names of an `mx` or `ptr`.
const MOST_NAMES: usize = 10;
const VERSION: &str = "v=spf1";

/// What a record says of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Pass,
    Neutral,
    SoftFail,
    Fail,
    /// It depends on the mail (a macro), or DNS did not say.
    Unknown,
}

/// What became of following a domain's record.
pub(super) struct Followed {
    /// The records found: one is right.
    pub(super) records: Vec<String>,
    /// What makes receivers refuse to follow it (`permerror`), as sentences without a full stop.
    pub(super) errors: Vec<String>,
    pub(super) lookups: u32,
    policy: Policy,
}

impl Followed {
    pub(super) fn of(&self, ip: IpAddr) -> Verdict {
        self.policy.of(ip)
    }

    /// What becomes of everybody who is not named; `None` where the record does not say.
    pub(super) fn rest(&self) -> Option<Verdict> {
        self.policy.rest()
    }
}

/// Whether a text is an SPF record (RFC 7208 §4.5).
pub(super) fn is_record(text: &str) -> bool {
    let version = text.get(..VERSION.len());
    version.is_some_and(|version| version.eq_ignore_ascii_case(VERSION))
        && matches!(text.as_bytes().get(VERSION.len()), None | Some(b' '))
}

/// The same record with a mechanism more, before what becomes of the others.
pub(super) fn with(record: &str, mechanism: &str) -> String {
    let mut terms: Vec<&str> = record.split(' ').filter(|term| !term.is_empty()).collect();
    let is_last = |term: &&str| {
        let name = term.trim_start_matches(['+', '-', '~', '?']).to_ascii_lowercase();
        name == "all" || name.starts_with("redirect=")
    };
    let at = terms.iter().position(is_last).unwrap_or(terms.len());
    terms.insert(at, mechanism);
    terms.join(" ")
}

/// Finds and follows the record of a domain.
pub(super) async fn follow(resolver: &Resolver, domain: &str) -> Result<Followed, DnsFault> {
    let mut walk = Walk { resolver, lookups: 0, void: 0, errors: Vec::new() };
    let records = walk.records(domain).await?;
    let policy = match records.as_slice() {
        [record] => walk.policy(domain.to_owned(), record.clone()).await?,
        _none_or_several => Policy::default(),
    };
    if walk.lookups > MOST_LOOKUPS {
        let counted = if walk.lookups > MOST_COUNTED {
            "more than 25".to_owned()
        } else {
            walk.lookups.to_string()
        };
        walk.errors
            .push(format!("needs {counted} look-ups in DNS, and receivers stop after {MOST_LOOKUPS}"));
    }
    if walk.void > MOST_VOID {
        let void = walk.void;
        walk.errors.push(format!(
            "leads to {void} names that do not exist, and receivers stop after {MOST_VOID}"
        ));
    }
    Ok(Followed { records, errors: walk.errors, lookups: walk.lookups, policy })
}

/// A record with everything that it leads to.
#[derive(Default)]
struct Policy {
    terms: Vec<(Verdict, Match)>,
    redirect: Option<Box<Policy>>,
}

enum Match {
    All,
    Ranges(Vec<(IpAddr, u8)>),
    Include(Policy),
    Unknown,
}

impl Policy {
    fn of(&self, ip: IpAddr) -> Verdict {
        for (verdict, pattern) in &self.terms {
            let matches = match pattern {
                Match::All => true,
                Match::Ranges(ranges) => ranges.iter().any(|range| is_within(ip, *range)),
                Match::Include(policy) => match policy.of(ip) {
                    Verdict::Pass => true,
                    Verdict::Unknown => return Verdict::Unknown,
                    Verdict::Neutral | Verdict::SoftFail | Verdict::Fail => false,
                },
                Match::Unknown => return Verdict::Unknown,
            };
            if matches {
                return *verdict;
            }
        }
        self.redirect.as_ref().map_or(Verdict::Neutral, |policy| policy.of(ip))
    }

    fn rest(&self) -> Option<Verdict> {
        let all = self.terms.iter().find(|(_, pattern)| matches!(pattern, Match::All));
        all.map(|(verdict, _)| *verdict).or_else(|| self.redirect.as_ref()?.rest())
    }
}

/// Whether an address is within a range; those of the other kind never are.
fn is_within(ip: IpAddr, (range, bits): (IpAddr, u8)) -> bool {
    let differs = |left: u128, right: u128, width: u32| {
        let dropped = width.saturating_sub(u32::from(bits));
        (left ^ right).checked_shr(dropped).unwrap_or(0) != 0
    };
    match (ip.to_canonical(), range) {
        (IpAddr::V4(ip), IpAddr::V4(range)) => {
            !differs(u32::from(ip).into(), u32::from(range).into(), u32::BITS)
        }
        (IpAddr::V6(ip), IpAddr::V6(range)) => !differs(ip.into(), range.into(), u128::BITS),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

struct Walk<'a> {
    resolver: &'a Resolver,
    lookups: u32,
    void: u32,
    errors: Vec<String>,
}

type Following<'b, T> = Pin<Box<dyn Future<Output = Result<T, DnsFault>> + Send + 'b>>;

impl Walk<'_> {
    async fn records(&self, domain: &str) -> Result<Vec<String>, DnsFault> {
        let texts = self.resolver.texts(domain).await?;
        let mut records: Vec<String> = texts.into_iter().filter(|text| is_record(text)).collect();
        // DNS gives them in any order, and what is said of them should stay the same.
        records.sort();
        Ok(records)
    }

    /// Boxed, because a record may lead to others.
    fn policy(&mut self, domain: String, record: String) -> Following<'_, Policy> {
        Box::pin(async move {
            let mut policy = Policy::default();
            let mut redirect = None;
            for term in record.split(' ').skip(1).filter(|term| !term.is_empty()) {
                match Term::read(term) {
                    Ok(Term::Redirect(to)) if redirect.is_none() => redirect = Some(to),
                    Ok(Term::Redirect(_)) => {
                        self.errors.push(format!("of {domain} has redirect= twice"));
                    }
                    Ok(Term::Other) => {}
                    Ok(Term::Mechanism(verdict, mechanism)) => {
                        let is_all = matches!(mechanism, Mechanism::All);
                        policy.terms.push((verdict, self.pattern(&domain, mechanism).await?));
                        // What stands behind it is never looked at (RFC 7208 §5.1).
                        if is_all {
                            return Ok(policy);
                        }
                    }
                    Err(()) => self
                        .errors
                        .push(format!("of {domain} has “{term}”, which receivers cannot read")),
                }
            }
            if let Some(to) = redirect {
                let next = self.lead(&domain, &to, "redirect=").await?;
                policy.redirect = Some(Box::new(next.unwrap_or_default()));
            }
            Ok(policy)
        })
    }

    /// Follows an `include` or `redirect`. `None`: it leads where nothing can be said.
    async fn lead(&mut self, from: &str, to: &str, by: &str) -> Result<Option<Policy>, DnsFault> {
        self.lookups += 1;
        if self.lookups > MOST_COUNTED || to.contains('%') {
            return Ok(None);
        }
        let records = self.records(to).await?;
        match records.as_slice() {
            [record] => self.policy(to.to_owned(), record.clone()).await.map(Some),
            [] => {
                self.errors.push(format!("of {from} leads by {by} to {to}, which has no SPF record"));
                Ok(None)
            }
            _several => {
                self.errors.push(format!(
                    "of {from} leads by {by} to {to}, which has more than one SPF record"
                ));
                Ok(None)
            }
        }
    }

    async fn pattern(&mut self, domain: &str, mechanism: Mechanism) -> Result<Match, DnsFault> {
        Ok(match mechanism {
            Mechanism::All => Match::All,
            Mechanism::Range(range) => Match::Ranges(vec![range]),
            Mechanism::Include(to) => match self.lead(domain, &to, "include:").await? {
                Some(policy) => Match::Include(policy),
                None => Match::Unknown,
            },
            Mechanism::Address(of, bits) => {
                self.lookups += 1;
                let of = of.as_deref().unwrap_or(domain);
                if self.lookups > MOST_COUNTED || of.contains('%') {
                    return Ok(Match::Unknown);
                }
                let found = self.resolver.addresses(of).await?;
                self.void += u32::from(found.is_empty());
                Match::Ranges(found.into_iter().map(|ip| bits.of(ip)).collect())
            }
            Mechanism::Exchange(of, bits) => {
                self.lookups += 1;
                let of = of.as_deref().unwrap_or(domain);
                if self.lookups > MOST_COUNTED || of.contains('%') {
                    return Ok(Match::Unknown);
                }
                let hosts = self.resolver.exchanges(of).await?;
                self.void += u32::from(hosts.is_empty());
                if hosts.len() > MOST_NAMES {
                    self.errors.push(format!(
                        "of {domain} has mx of {of}, which has more than {MOST_NAMES} servers"
                    ));
                }
                let mut ranges = Vec::new();
                for host in hosts.iter().take(MOST_NAMES).filter(|host| !host.is_empty()) {
                    let found = self.resolver.addresses(host).await?;
                    ranges.extend(found.into_iter().map(|ip| bits.of(ip)));
                }
                Match::Ranges(ranges)
            }
            // Both depend on the mail; `ptr` should not be used at all (RFC 7208 §5.5).
            Mechanism::Exists | Mechanism::Pointer => {
                self.lookups += 1;
                Match::Unknown
            }
        })
    }
}

/// How many leading bits count, for each kind of address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bits {
    v4: u8,
    v6: u8,
}

impl Bits {
    fn of(self, ip: IpAddr) -> (IpAddr, u8) {
        (ip, if ip.is_ipv4() { self.v4 } else { self.v6 })
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Mechanism {
    All,
    Include(String),
    Address(Option<String>, Bits),
    Exchange(Option<String>, Bits),
    Pointer,
    Range((IpAddr, u8)),
    Exists,
}

#[derive(Debug, PartialEq, Eq)]
enum Term {
    Mechanism(Verdict, Mechanism),
    Redirect(String),
    /// `exp=`, and modifiers that nobody knows (RFC 7208 §6).
    Other,
}

impl Term {
    fn read(term: &str) -> Result<Self, ()> {
        // A modifier has `=` before any `:` or `/` (RFC 7208 §4.6.1).
        let end = term.find([':', '/', '=']).unwrap_or(term.len());
        let (name, rest) = term.split_at(end);
        if let Some(value) = rest.strip_prefix('=') {
            let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            return match name.to_ascii_lowercase().as_str() {
                "redirect" => domain(value).map(Self::Redirect),
                _ if is_name => Ok(Self::Other),
                _ => Err(()),
            };
        }
        let (verdict, name) = match name.as_bytes().first() {
            Some(b'+') => (Verdict::Pass, name.get(1..)),
            Some(b'-') => (Verdict::Fail, name.get(1..)),
            Some(b'~') => (Verdict::SoftFail, name.get(1..)),
            Some(b'?') => (Verdict::Neutral, name.get(1..)),
            _ => (Verdict::Pass, Some(name)),
        };
        Mechanism::read(&name.unwrap_or_default().to_ascii_lowercase(), rest)
            .map(|mechanism| Self::Mechanism(verdict, mechanism))
    }
}

impl Mechanism {
    fn read(name: &str, rest: &str) -> Result<Self, ()> {
        let value = rest.strip_prefix(':');
        Ok(match (name, value) {
            ("all", None) if rest.is_empty() => Self::All,
            ("include", Some(of)) => Self::Include(domain(of)?),
            ("exists", Some(of)) => domain(of).map(|_| Self::Exists)?,
            ("ptr", None) if rest.is_empty() => Self::Pointer,
            ("ptr", Some(of)) => domain(of).map(|_| Self::Pointer)?,
            ("a" | "mx", _) => {
                let (of, bits) = domain_and_bits(rest)?;
                if name == "a" { Self::Address(of, bits) } else { Self::Exchange(of, bits) }
            }
            ("ip4", Some(range)) => Self::Range(range_of(range, IpAddr::is_ipv4)?),
            ("ip6", Some(range)) => Self::Range(range_of(range, IpAddr::is_ipv6)?),
            _ => return Err(()),
        })
    }
}

/// `:domain/bits//bits`, each part of which may be missing.
fn domain_and_bits(rest: &str) -> Result<(Option<String>, Bits), ()> {
    let (named, lengths) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let of = match named.strip_prefix(':') {
        Some(of) => Some(domain(of)?),
        None if named.is_empty() => None,
        None => return Err(()),
    };
    let (v4, v6) = match lengths.split_once("//") {
        Some((v4, v6)) => (v4, Some(v6)),
        None => (lengths, None),
    };
    let v4 = match v4.strip_prefix('/') {
        Some(bits) => length(bits, 32)?,
        None if v4.is_empty() => 32,
        None => return Err(()),
    };
    let v6 = v6.map_or(Ok(128), |bits| length(bits, 128))?;
    Ok((of, Bits { v4, v6 }))
}

fn range_of(text: &str, is_kind: impl Fn(&IpAddr) -> bool) -> Result<(IpAddr, u8), ()> {
    let (ip, bits) = text.split_once('/').map_or((text, None), |(ip, bits)| (ip, Some(bits)));
    let ip = ip.parse::<IpAddr>().ok().filter(|ip| is_kind(ip)).ok_or(())?;
    let most = if ip.is_ipv4() { 32 } else { 128 };
    Ok((ip, bits.map_or(Ok(most), |bits| length(bits, most))?))
}

fn length(digits: &str, most: u8) -> Result<u8, ()> {
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|bits| is_number && *bits <= most).ok_or(())
}

/// A name, perhaps with macros (RFC 7208 §7.1); its labels are looked at when it is asked for.
fn domain(text: &str) -> Result<String, ()> {
    let name = text.strip_suffix('.').unwrap_or(text);
    let fits = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic()) && !name.contains("..");
    let whole = name.contains('.') || name.contains('%');
    if fits && whole { Ok(name.to_ascii_lowercase()) } else { Err(()) }
}

#[cfg(test)]
mod tests;
