//! The switch of language: a POST that sets a cookie and goes back.
//!
//! It changes what this browser reads and nothing of an account; the language of mails is in the profile.

use axum::extract::State;
use pages::Locale;

use crate::House;
use crate::answers::{Answered, see_other};
use crate::cookies::{KEPT_SECONDS, Kind};
use crate::fields::Fields;
use crate::problem::Problem;
use crate::return_to::ReturnTo;

/// POST /language.
pub(crate) async fn choose(State(house): State<House>, fields: Fields) -> Answered {
    let fields = fields.of(&["locale", "return_to"])?;
    let wanted = fields.text("locale");
    let locale = Locale::ALL.into_iter().find(|locale| locale.tag() == wanted);
    let locale = locale.ok_or(Problem::InvalidRequest)?;
    let return_to = ReturnTo::parse(&fields.text("return_to"));
    let mut response = see_other(return_to.as_ref().map_or("/", ReturnTo::as_str));
    house.names.set(response.headers_mut(), Kind::Lang, locale.tag(), KEPT_SECONDS);
    Ok(response)
}
