//! The fields of a form, read strictly.
//!
//! A form is `application/x-www-form-urlencoded` in UTF-8, each field comes once, and nothing comes that the
//! form does not have (security.md A16, D14; ASVS 15.3.5). Anything else is not a form of this house and is
//! refused as a whole, before any of it is used. Values are kept as secrets: most forms carry a password.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use engine::Secret;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};

use crate::House;
use crate::problem::Problem;
use crate::visitor::single;

const MOST_FIELDS: usize = 20;

/// What a form was filled in with.
pub(crate) struct Fields(Vec<(String, Secret)>);

impl FromRequest<House> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, house: &House) -> Result<Self, Problem> {
        let typed = is_type(request.headers(), "application/x-www-form-urlencoded");
        let untyped = !request.headers().contains_key(CONTENT_TYPE);
        if !typed && !untyped {
            return Err(Problem::WrongContentType);
        }
        let body = body(request, house).await?;
        if untyped && !body.is_empty() {
            return Err(Problem::WrongContentType);
        }
        let text = std::str::from_utf8(&body).map_err(|_| Problem::InvalidRequest)?;
        let pairs = pairs(text).ok_or(Problem::InvalidRequest)?;
        Ok(Self(pairs.into_iter().map(|(name, value)| (name, Secret::new(value))).collect()))
    }
}

impl Fields {
    /// Insists on the form's own fields, each at most once.
    ///
    /// # Errors
    /// `InvalidRequest` where a field is unknown or comes twice.
    pub(crate) fn of(self, names: &[&str]) -> Result<Self, Problem> {
        let unknown = self.0.iter().any(|(name, _)| !names.contains(&name.as_str()));
        let twice = names.iter().any(|name| self.0.iter().filter(|(key, _)| key == name).count() > 1);
        if unknown || twice { Err(Problem::InvalidRequest) } else { Ok(self) }
    }

    /// As `of`, with one field that may come any number of times.
    ///
    /// # Errors
    /// As `of`.
    pub(crate) fn of_many(self, names: &[&str], many: &str) -> Result<Self, Problem> {
        let (repeated, once) = self.0.into_iter().partition(|(name, _)| name == many);
        let Self(mut fields) = Self(once).of(names)?;
        let repeated: Vec<_> = repeated;
        fields.extend(repeated);
        Ok(Self(fields))
    }

    /// The texts of a field that may come any number of times.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let values = self.0.iter().filter(|(key, _)| key == name);
        values.map(|(_, value)| value.expose().to_owned()).collect()
    }

    /// A field's text; empty when it did not come.
    pub(crate) fn text(&self, name: &str) -> String {
        self.find(name).map(|value| value.expose().to_owned()).unwrap_or_default()
    }

    /// A field that must not be shown again; empty when it did not come.
    pub(crate) fn secret(&self, name: &str) -> Secret {
        self.find(name).cloned().unwrap_or_else(|| Secret::new(""))
    }

    /// A field's text where the form is another site's, which may hold more than is looked for; empty when it did not
    /// come or came twice.
    pub(crate) fn first(&self, name: &str) -> String {
        let mut all = self.0.iter().filter(|(key, _)| key == name);
        match (all.next(), all.next()) {
            (Some((_, value)), None) => value.expose().to_owned(),
            _ => String::new(),
        }
    }

    fn find(&self, name: &str) -> Option<&Secret> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// The whole body, within its bound. What is told to be longer is refused before any of it is read.
pub(crate) async fn body(request: Request, house: &House) -> Result<Bytes, Problem> {
    let told = single(request.headers(), &CONTENT_LENGTH).and_then(|text| text.parse::<usize>().ok());
    if told.is_some_and(|told| told > house.options.body_limit) {
        house.traffic.refused("request-body");
        return Err(Problem::TooLarge);
    }
    Bytes::from_request(request, house).await.map_err(|refused| {
        let too_large = refused.status() == http::StatusCode::PAYLOAD_TOO_LARGE;
        if !too_large {
            return Problem::InvalidRequest;
        }
        house.traffic.refused("request-body");
        Problem::TooLarge
    })
}

/// Whether the one `Content-Type` is that type, in UTF-8.
pub(crate) fn is_type(headers: &HeaderMap, wanted: &str) -> bool {
    let Some(value) = single(headers, &CONTENT_TYPE) else { return false };
    let (essence, parameters) = value.split_once(';').unwrap_or((value, "charset=utf-8"));
    let charset = parameters.trim().to_ascii_lowercase();
    essence.trim().eq_ignore_ascii_case(wanted)
        && matches!(charset.as_str(), "charset=utf-8" | "charset=\"utf-8\"")
}

/// Name and value of every pair; `None` where an escape or the text in it is broken, or there are too many.
pub(crate) fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        found.push((decode(name)?, decode(value)?));
        if found.len() > MOST_FIELDS {
            return None;
        }
    }
    Some(found)
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => (hex(rest.next()?)? << 4) | hex(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Option<Fields> {
        let pairs = pairs(text)?;
        Some(Fields(pairs.into_iter().map(|(name, value)| (name, Secret::new(value))).collect()))
    }

    #[test]
    fn a_form_is_read_as_browsers_write_it() {
        let form = fields("email=a%40b.example&password=%E3%81%82+%2B&x=").expect("a form");
        assert_eq!(form.text("email"), "a@b.example");
        assert_eq!(form.secret("password").expose(), "あ +");
        assert_eq!(form.text("missing"), "");
    }

    #[test]
    fn broken_escapes_and_broken_text_are_no_form() {
        for bad in ["a=%", "a=%4", "a=%zz", "a=%+1", "%ff=a", "a=%c3%28"] {
            assert!(fields(bad).is_none(), "{bad}");
        }
        assert!(fields(&"a=b&".repeat(21)).is_none());
    }

    #[test]
    fn a16_fields_that_come_twice_or_are_unknown_are_refused() {
        let of = |text: &str| fields(text).expect("pairs").of(&["email", "password"]).is_ok();
        assert!(of("email=a&password=b"));
        assert!(!of("email=a&password=b&password=c"));
        assert!(!of("email=a&password[]=b"));
        assert!(!of("email=a&account_id=1"));
    }

    #[test]
    fn the_content_type_is_exact() {
        let is = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, value.parse().expect("a header"));
            is_type(&headers, "application/json")
        };
        assert!(is("application/json"));
        assert!(is("Application/JSON; charset=UTF-8"));
        for bad in ["text/plain", "application/jsonx", "application/json; charset=utf-7", "", "json"] {
            assert!(!is(bad), "{bad}");
        }
    }
}
