//! The people who have an account with the stand-in for Google. All are made up; they live in one file and survive
//! a restart.
//!
//! A person's `sub` never changes and is never given to another, whatever becomes of the address.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use serde::{Deserialize, Serialize};

use crate::Playground;
use crate::issuer::answer::unprocessable;
use crate::issuer::{StandInFault, draw, filled, jwt};

/// What is kept.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Book {
    pub(crate) people: Vec<Person>,
    pub(crate) switches: Switches,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Person {
    /// How forms and tests name the person; the real Google has no such thing.
    pub(crate) id: String,
    pub(crate) sub: String,
    pub(crate) given_name: String,
    pub(crate) family_name: String,
    pub(crate) email: String,
    pub(crate) email_verified: bool,
    /// The domain of the Workspace that the account belongs to.
    pub(crate) hd: Option<String>,
}

/// In what the stand-in behaves differently on demand.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Switches {
    /// ID tokens name the issuer without its scheme.
    pub(crate) bare_issuer: bool,
    /// `max_age` and `prompt=login` ask for the password again, and ID tokens say when that was.
    pub(crate) asks_again: bool,
    /// Events name the issuer with a slash at its end, as the examples in Google's documents do.
    pub(crate) slash_in_events: bool,
}

impl Book {
    pub(crate) fn first() -> Result<Self, StandInFault> {
        let person = |id: &str, names: [&str; 2], email: &str, email_verified, hd: Option<&str>| {
            let [family_name, given_name] = names.map(str::to_owned);
            let (id, email, hd) = (id.to_owned(), email.to_owned(), hd.map(str::to_owned));
            Ok(Person { id, sub: subject()?, given_name, family_name, email, email_verified, hd })
        };
        Ok(Self {
            people: vec![
                person("hanako", ["佐藤", "花子"], "hanako.genkan@gmail.com", true, None)?,
                person(
                    "workspace",
                    ["山田", "太郎"],
                    "taro@office.example",
                    true,
                    Some("office.example"),
                )?,
                person("foreign", ["鈴木", "次郎"], "jiro@mail.example.jp", true, None)?,
                person("unverified", ["田中", "三郎"], "saburo@mail.example.jp", false, None)?,
            ],
            switches: Switches { bare_issuer: false, asks_again: true, slash_in_events: false },
        })
    }

    pub(crate) fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }
}

impl Person {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.family_name, self.given_name).trim().to_owned()
    }
}

/// A person to be added, or, where the id is somebody's, to be changed.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default, deserialize_with = "filled")]
    id: Option<String>,
    #[serde(default, deserialize_with = "filled")]
    given_name: Option<String>,
    #[serde(default, deserialize_with = "filled")]
    family_name: Option<String>,
    email: String,
    #[serde(default = "yes")]
    email_verified: bool,
    #[serde(default, deserialize_with = "filled")]
    hd: Option<String>,
}

const fn yes() -> bool {
    true
}

pub(crate) async fn list(State(house): State<Arc<Playground>>) -> Json<Vec<Person>> {
    Json(house.google().book.read(|book| book.people.clone()))
}

pub(crate) async fn put_json(
    State(house): State<Arc<Playground>>,
    Json(wanted): Json<Wanted>,
) -> Response {
    match put(&house, wanted) {
        Ok(Some(person)) => Json(person).into_response(),
        Ok(None) => unprocessable("An address has an @."),
        Err(fault) => fault.into_response(),
    }
}

pub(crate) async fn put_form(
    State(house): State<Arc<Playground>>,
    Form(wanted): Form<Wanted>,
) -> Response {
    match put(&house, wanted) {
        Ok(Some(_)) => Redirect::to("/dev/google").into_response(),
        Ok(None) => unprocessable("An address has an @."),
        Err(fault) => fault.into_response(),
    }
}

fn put(house: &Playground, wanted: Wanted) -> Result<Option<Person>, StandInFault> {
    if !wanted.email.contains('@') {
        return Ok(None);
    }
    let id = wanted.id.map_or_else(|| draw(6), Ok)?;
    let fresh = Person {
        id: id.clone(),
        sub: subject()?,
        given_name: String::new(),
        family_name: String::new(),
        email: String::new(),
        email_verified: true,
        hd: None,
    };
    let person = house.google().book.change(|book| {
        let old = book.person(&id).cloned().unwrap_or(fresh);
        let person = Person {
            given_name: wanted.given_name.unwrap_or(old.given_name),
            family_name: wanted.family_name.unwrap_or(old.family_name),
            email: wanted.email.trim().to_owned(),
            email_verified: wanted.email_verified,
            hd: wanted.hd,
            ..old
        };
        match book.people.iter_mut().find(|known| known.id == id) {
            Some(known) => *known = person.clone(),
            None => book.people.push(person.clone()),
        }
        person
    })?;
    Ok(Some(person))
}

/// Twenty-one digits, as Google's subjects are: too long for a number of 64 bits.
fn subject() -> Result<String, StandInFault> {
    let digits = jwt::mix(&["google", &draw(16)?]);
    Ok(digits.iter().take(20).fold("1".to_owned(), |text, byte| text + &(byte % 10).to_string()))
}
