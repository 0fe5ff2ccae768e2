//! How often the keys by which the service signs are changed, and how proxies are answered that ask who is there.
//!
//! A key must be published for a while before it signs; a settings file in which it never could is refused.

use std::time::Duration;

use super::problem::Problem;
use super::typed::Rest;

pub(crate) struct Signing {
    pub rotate_every: Duration,
    pub publish_ahead: Duration,
}

pub(crate) struct Gate {
    pub audience: Option<String>,
    pub redirect: bool,
}

pub(super) fn take_gate(rest: &mut Rest) -> Result<Gate, Problem> {
    Ok(Gate { audience: rest.maybe("gate.audience")?, redirect: rest.value("gate.redirect")? })
}

pub(super) fn take(rest: &mut Rest) -> Result<Signing, Problem> {
    Ok(Signing {
        rotate_every: rest.value("signing.rotate_every")?,
        publish_ahead: rest.value("signing.publish_ahead")?,
    })
}

/// The setting that is wrong, what is wrong with it, and what to do.
pub(super) fn wrong(signing: &Signing) -> Option<(&'static str, String, &'static str)> {
    let too_long = signing.publish_ahead >= signing.rotate_every;
    let what = || "is not shorter than signing.rotate_every".to_owned();
    too_long.then(|| ("signing.publish_ahead", what(), "a day is enough for most"))
}
