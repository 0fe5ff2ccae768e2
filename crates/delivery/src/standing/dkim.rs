//! Whether receivers find the keys with which mail is signed, and whether they are ours.

use crate::{
    Record,
    dns::{DnsFault, Resolver},
};

use super::{Finding, tags};

/// One finding for each key.
pub(super) async fn examine(resolver: &Resolver, wanted: &Record) -> Finding {
    let part = format!("mail DKIM {}", selector(wanted));
    let found = match resolver.texts(&wanted.name).await {
        Ok(found) => found,
        Err(fault) => return unknown(part, &wanted.name, &fault),
    };
    match judged(wanted, &found) {
        Ok(None) => Finding::well(part, format!("{} has our key", wanted.name)),
        Ok(Some(note)) => Finding::note(part, note),
        Err(wrong) => Finding::wrong(part, wrong).with(wanted.clone()),
    }
}

/// Where nobody signs here.
pub(super) fn unsigned() -> Finding {
    let sentence = "genkan does not sign, so the mail server has to, for the sender's domain; or run `genkan keys dkim`";
    Finding::note("mail DKIM".to_owned(), sentence.to_owned())
}

fn unknown(part: String, name: &str, fault: &DnsFault) -> Finding {
    Finding::wrong(part, format!("{name} cannot be looked up: {fault}"))
}

fn selector(wanted: &Record) -> &str {
    wanted.name.split("._domainkey.").next().unwrap_or_default()
}

/// What a receiver makes of these texts (RFC 6376 §3.6.1): well, a note, or what is wrong.
fn judged(wanted: &Record, found: &[String]) -> Result<Option<String>, String> {
    let name = &wanted.name;
    let record = match found {
        [] => {
            return Err(format!(
                "there is no record at {name}, so receivers cannot check the signature"
            ));
        }
        [record] => record,
        several => {
            return Err(format!(
                "there are {} records at {name}, and receivers take any of them",
                several.len()
            ));
        }
    };
    let tags = tags::read(record).ok_or_else(|| format!("the record at {name} is no list of tags"))?;
    let says = |tag: &str| tags::value(&tags, tag);
    let ours = tags::read(&wanted.value).unwrap_or_default();
    let is_first = tags.first().is_some_and(|(tag, _)| tag == "v");
    if says("v").is_some_and(|version| version != "DKIM1" || !is_first) {
        return Err(format!("the record at {name} does not begin with v=DKIM1"));
    }
    let kind = says("k").unwrap_or("rsa");
    if Some(kind) != tags::value(&ours, "k") {
        return Err(format!(
            "the record at {name} is of a key of the kind {kind}, and ours is of another"
        ));
    }
    let letters = |text: &str| text.split_ascii_whitespace().collect::<String>();
    let published = letters(says("p").unwrap_or_default());
    if published.is_empty() {
        return Err(format!("the record at {name} has no key (an empty p= takes a key back)"));
    }
    let key = tags::value(&ours, "p").unwrap_or_default();
    if published != key {
        let cut = key.starts_with(&published) || published.len() < key.len() / 2;
        let why = if cut {
            "only a part of our key: was it cut at 255 letters?"
        } else {
            "another key than ours"
        };
        return Err(format!("the record at {name} has {why}"));
    }
    if says("h").is_some_and(|hashes| !hashes.split(':').any(|hash| hash.trim() == "sha256")) {
        return Err(format!("the record at {name} does not allow sha256 (h=)"));
    }
    let services = says("s").unwrap_or("*");
    if !services.split(':').any(|service| matches!(service.trim(), "*" | "email")) {
        return Err(format!("the record at {name} is not for mail (s=)"));
    }
    let is_test = says("t").is_some_and(|flags| flags.split(':').any(|flag| flag.trim() == "y"));
    Ok(is_test.then(|| {
        format!("{name} has our key in test mode (t=y): receivers may pass over it; take t=y away")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "a._domainkey.example.com";

    fn of(found: &[&str]) -> Result<Option<String>, String> {
        let found: Vec<String> = found.iter().map(|text| (*text).to_owned()).collect();
        judged(&Record::txt(NAME, "v=DKIM1; k=rsa; p=MIIBIjANBgkq+/8="), &found)
    }

    #[test]
    fn a_record_is_ours_however_it_is_spelled_and_nothing_else_is() {
        for good in [
            "v=DKIM1; k=rsa; p=MIIBIjANBgkq+/8=",
            "v=DKIM1;p=MIIBIjANBgkq+/8=",
            " v = DKIM1 ; n=note; p=MIIB IjANBgkq +/8= ; s=email ; h=sha1:sha256; t=s;",
            "p=MIIBIjANBgkq+/8=; k=rsa",
        ] {
            assert_eq!(of(&[good]), Ok(None), "{good}");
        }
        assert!(of(&["v=DKIM1; t=y; p=MIIBIjANBgkq+/8="]).unwrap().unwrap().contains("test mode"));
        for (found, words) in [
            (&[][..], "there is no record"),
            (&["v=DKIM1; p=MIIBIjANBgkq+/8=", "other"][..], "there are 2 records"),
            (&["hello"][..], "is no list of tags"),
            (&["v=DKIM1; p=a; p=b"][..], "is no list of tags"),
            (&["v=DKIM2; p=MIIBIjANBgkq+/8="][..], "does not begin with v=DKIM1"),
            (&["p=MIIBIjANBgkq+/8=; v=DKIM1"][..], "does not begin with v=DKIM1"),
            (&["v=DKIM1; k=ed25519; p=MIIBIjANBgkq+/8="][..], "of the kind ed25519"),
            (&["v=DKIM1; k=rsa; p="][..], "takes a key back"),
            (&["v=DKIM1; k=rsa"][..], "takes a key back"),
            (&["v=DKIM1; k=rsa; p=MIIBIjANBgk"][..], "only a part of our key"),
            (&["v=DKIM1; k=rsa; p=MIIBIjANBgkq+/9="][..], "another key than ours"),
            (&["v=DKIM1; h=sha1; p=MIIBIjANBgkq+/8="][..], "does not allow sha256"),
            (&["v=DKIM1; s=tlsrpt; p=MIIBIjANBgkq+/8="][..], "is not for mail"),
        ] {
            let wrong = of(found).unwrap_err();
            assert!(wrong.contains(words) && wrong.contains(NAME), "{found:?}: {wrong}");
        }
    }
}
