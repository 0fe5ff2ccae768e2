//! Clients that an operator adds by command: the settings of `client.NAME`, written as for environment variables and kept in the
//! database instead of a file.
//!
//! They are checked by the same table and the same rules, so whatever a client can be in a file it can be here. Secrets are the one
//! exception: they are drawn by the command, and only digests of them are kept.

use std::collections::BTreeMap;
use std::path::Path;

use super::clients::{self, Client, GROUP};
use super::entries::ENTRIES;
use super::form;
use super::load::{self, Environment};
use super::nearest::nearest;
use super::problem::Problem;
use super::table;
use super::typed::Rest;

/// What an operator has written: names of settings without their group, and their values.
pub(crate) type Written = BTreeMap<String, String>;

/// The settings of a client that can be written, in the order of the table, each with what it does.
pub(crate) fn keys() -> Vec<(&'static str, &'static str)> {
    let rows = ENTRIES.iter().filter(|entry| entry.names_group() == GROUP && !entry.is_secret());
    rows.map(|entry| (entry.name(), entry.text)).collect()
}

/// Reads what was written as a client.
///
/// # Errors
/// Everything that is wrong with it, in sentences.
pub(crate) fn read(name: &str, written: &Written, public: bool) -> Result<Client, Vec<String>> {
    if !form::is_name(name) {
        return Err(vec![format!(
            "“{name}” cannot name a client: up to 31 small letters, digits and hyphens, a letter first."
        )]);
    }
    let known = keys();
    let unknown = written.keys().filter(|key| !known.iter().any(|(name, _)| name == key));
    let unknown = unknown.map(|key| not_a_setting(key, &known)).collect::<Vec<_>>();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let variable = |key: &String| table::variable(&format!("{GROUP}.{name}.{key}"));
    let environment =
        written.iter().map(|(key, value)| (variable(key), value.clone())).collect::<Environment>();
    let said = |problems: Vec<Problem>| problems.iter().map(sentence).collect::<Vec<_>>();
    let mut values = load::overlay("", Path::new(""), &environment).map_err(said)?;
    if written.is_empty() {
        return Err(vec![
            "It needs redirect_uris, such as redirect_uris=https://novel.example.jp/callback."
                .to_owned(),
        ]);
    }
    let mut client = clients::client(&mut Rest { found: std::mem::take(&mut values.found) }, name)
        .map_err(|problem| said(vec![problem]))?;
    client.public = public;
    let wrong = clients::wrong_with(&client, &values);
    if wrong.is_empty() { Ok(client) } else { Err(said(wrong)) }
}

fn not_a_setting(key: &str, known: &[(&'static str, &'static str)]) -> String {
    if key == "secrets" || key == "secrets_file" {
        return "A secret is not written: `genkan client add` and `genkan client secret` draw one."
            .to_owned();
    }
    match nearest(key, known.iter().map(|(name, _)| *name)) {
        Some(name) => format!("{key} is not a setting of a client; did you mean {name}?"),
        None => format!("{key} is not a setting of a client."),
    }
}

/// A problem without the variable that nobody has set.
fn sentence(problem: &Problem) -> String {
    let key = problem.key.as_deref().and_then(|key| key.rsplit_once('.')).map(|(_, key)| key);
    let advice = problem.advice.as_ref().map(|advice| format!("; {advice}")).unwrap_or_default();
    format!("{} {}{advice}.", key.unwrap_or("It"), problem.what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pairs: &[(&str, &str)]) -> Written {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    const BACK: (&str, &str) = ("redirect_uris", "https://novel.example.jp/callback");

    #[test]
    fn what_is_written_is_read_as_in_a_file() {
        let pairs = [BACK, ("label", "物語の灯"), ("algorithm", "EdDSA"), ("scopes", "openid,email")];
        let pairs = [&pairs[..], &[("first_party", "true")]].concat();
        let client =
            read("novel-site", &written(&pairs), false).unwrap_or_else(|all| panic!("{all:?}"));
        assert_eq!(client.redirect_uris, [BACK.1]);
        assert_eq!(client.scopes, ["openid", "email"]);
        assert_eq!((client.algorithm.as_str(), client.public), ("EdDSA", false));
        assert!(client.first_party);
        assert_eq!(client.label.map(|label| label.en), Some("物語の灯".to_owned()));
    }

    #[test]
    fn what_is_wrong_is_said_with_the_name_that_was_written() {
        for (name, pairs, public, said) in [
            ("novel-site", vec![], false, "It needs redirect_uris"),
            ("Novel Site", vec![BACK], false, "cannot name a client"),
            (
                "novel-site",
                vec![("redirect_uri", "x")],
                false,
                "redirect_uri is not a setting of a client; did you mean redirect_uris?",
            ),
            ("novel-site", vec![BACK, ("secrets", "x")], false, "draw one"),
            (
                "novel-site",
                vec![("redirect_uris", "http://novel.example.jp/callback")],
                false,
                "redirect_uris ",
            ),
            (
                "novel-site",
                vec![BACK, ("scopes", "email")],
                false,
                "scopes lacks openid; add \"openid\".",
            ),
            (
                "novel-site",
                vec![BACK, ("pkce", "optional")],
                true,
                "pkce cannot be optional for a client without a secret",
            ),
            ("novel-site", vec![BACK, ("algorithm", "HS256")], false, "algorithm "),
            ("novel-site", vec![("label", "x")], false, "redirect_uris is missing"),
        ] {
            let all = read(name, &written(&pairs), public).err().unwrap_or_default();
            assert!(all.iter().any(|one| one.contains(said)), "{pairs:?}: {all:?}");
            assert!(all.iter().all(|one| !one.contains("GENKAN_")), "{all:?}");
        }
    }

    #[test]
    fn every_setting_of_a_client_but_its_secrets_can_be_written() {
        let names = keys().into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert!(names.contains(&"redirect_uris") && names.contains(&"sector"));
        assert!(!names.contains(&"secrets"));
    }
}
