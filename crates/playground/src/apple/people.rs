//! The people who have an account with the stand-in for Apple, and what they agreed to with which client. All are made
//! up; they live in one file and survive a restart, and so do the refresh tokens.
//!
//! A consent is given once for a person and a client. What is told with it for the first time (the name) is not told
//! again until the consent is withdrawn; the address that passes mail on stays the same even then.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use serde::{Deserialize, Serialize};

use crate::Playground;
use crate::issuer::answer::unprocessable;
use crate::issuer::{StandInFault, draw, filled, hex, jwt};

/// What is kept.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Book {
    pub(crate) people: Vec<Person>,
    pub(crate) consents: Vec<Consent>,
    pub(crate) refresh: Vec<Refresh>,
    pub(crate) switches: Switches,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Person {
    /// How forms and tests name the person.
    pub(crate) id: String,
    /// From this come the subject and the addresses that pass mail on.
    seed: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) email_verified: bool,
}

/// A person agreed to sign in to a client.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Consent {
    pub(crate) person: String,
    pub(crate) client_id: String,
    /// None where no address was asked for.
    pub(crate) mail: Option<Mail>,
}

/// Which address a client is told.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mail {
    Share,
    Hide,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Refresh {
    pub(crate) token: String,
    pub(crate) person: String,
    pub(crate) client_id: String,
}

/// In what the stand-in behaves differently on demand.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Switches {
    /// `email_verified` is `"true"` rather than `true`.
    pub(crate) verified_as_text: bool,
}

impl Book {
    pub(crate) fn first() -> Result<Self, StandInFault> {
        let person = |id: &str, [last, first]: [&str; 2], email: &str, email_verified| {
            Ok(Person {
                id: id.to_owned(),
                seed: draw(16)?,
                first_name: first.to_owned(),
                last_name: last.to_owned(),
                email: email.to_owned(),
                email_verified,
            })
        };
        Ok(Self {
            people: vec![
                person("sakura", ["高橋", "さくら"], "sakura.genkan@icloud.com", true)?,
                person("ken", ["伊藤", "健"], "ken@mail.example.jp", true)?,
                person("school", ["中村", "葵"], "aoi@school.example", false)?,
            ],
            consents: Vec::new(),
            refresh: Vec::new(),
            switches: Switches { verified_as_text: true },
        })
    }

    pub(crate) fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    pub(crate) fn consent(&self, person: &str, client_id: &str) -> Option<&Consent> {
        self.consents.iter().find(|known| known.person == person && known.client_id == client_id)
    }

    /// Takes a consent back, and every refresh token that came from it; all of the person's without a client.
    pub(crate) fn withdraw(&mut self, person: &str, client_id: Option<&str>) {
        let stays =
            |of: &str, with: &str| of != person || client_id.is_some_and(|client| client != with);
        self.consents.retain(|consent| stays(&consent.person, &consent.client_id));
        self.refresh.retain(|refresh| stays(&refresh.person, &refresh.client_id));
    }
}

impl Person {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.last_name, self.first_name).trim().to_owned()
    }

    /// The subject: one for each team, whatever its clients.
    pub(crate) fn sub(&self, team_id: &str) -> String {
        let digest = jwt::mix(&["subject", &self.seed, team_id]);
        let number =
            |from: usize| digest.iter().skip(from).take(2).fold(0, |sum, b| sum * 256 + u32::from(*b));
        let middle = hex(digest.get(4..20).unwrap_or_default());
        format!("{:06}.{middle}.{:04}", number(0), number(2) % 10_000)
    }

    /// The address that passes mail on: one for each client.
    pub(crate) fn relay(&self, client_id: &str) -> String {
        let digest = jwt::mix(&["relay", &self.seed, client_id]);
        let letters = b"abcdefghijkmnpqrstuvwxyz23456789";
        let local = digest.iter().take(10).filter_map(|byte| letters.get(usize::from(byte % 32)));
        format!("{}@privaterelay.appleid.com", local.map(|b| char::from(*b)).collect::<String>())
    }

    /// The address that a client is told.
    pub(crate) fn address(&self, mail: Mail, client_id: &str) -> String {
        match mail {
            Mail::Share => self.email.clone(),
            Mail::Hide => self.relay(client_id),
        }
    }
}

/// A person to be added, or, where the id is somebody's, to be changed.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default, deserialize_with = "filled")]
    id: Option<String>,
    #[serde(default, deserialize_with = "filled")]
    first_name: Option<String>,
    #[serde(default, deserialize_with = "filled")]
    last_name: Option<String>,
    email: String,
    #[serde(default = "yes")]
    email_verified: bool,
}

const fn yes() -> bool {
    true
}

/// A person as programs see them.
#[derive(Serialize)]
pub(crate) struct Shown {
    id: String,
    sub: String,
    first_name: String,
    last_name: String,
    email: String,
    email_verified: bool,
}

fn shown(house: &Playground, person: &Person) -> Shown {
    Shown {
        id: person.id.clone(),
        sub: person.sub(&house.apple().client.team_id),
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        email: person.email.clone(),
        email_verified: person.email_verified,
    }
}

pub(crate) async fn list(State(house): State<Arc<Playground>>) -> Json<Vec<Shown>> {
    let people = house.apple().book.read(|book| book.people.clone());
    Json(people.iter().map(|person| shown(&house, person)).collect())
}

pub(crate) async fn put_json(
    State(house): State<Arc<Playground>>,
    Json(wanted): Json<Wanted>,
) -> Response {
    match put(&house, wanted) {
        Ok(Some(person)) => Json(shown(&house, &person)).into_response(),
        Ok(None) => unprocessable("An address has an @."),
        Err(fault) => fault.into_response(),
    }
}

pub(crate) async fn put_form(
    State(house): State<Arc<Playground>>,
    Form(wanted): Form<Wanted>,
) -> Response {
    match put(&house, wanted) {
        Ok(Some(_)) => Redirect::to("/dev/apple").into_response(),
        Ok(None) => unprocessable("An address has an @."),
        Err(fault) => fault.into_response(),
    }
}

fn put(house: &Playground, wanted: Wanted) -> Result<Option<Person>, StandInFault> {
    if !wanted.email.contains('@') {
        return Ok(None);
    }
    let id = wanted.id.map_or_else(|| draw(6), Ok)?;
    let seed = draw(16)?;
    let person = house.apple().book.change(|book| {
        let old = book.person(&id).cloned();
        let first = wanted.first_name.or_else(|| old.as_ref().map(|old| old.first_name.clone()));
        let last = wanted.last_name.or_else(|| old.as_ref().map(|old| old.last_name.clone()));
        let person = Person {
            id: id.clone(),
            seed: old.map_or(seed, |old| old.seed),
            first_name: first.unwrap_or_default(),
            last_name: last.unwrap_or_default(),
            email: wanted.email.trim().to_owned(),
            email_verified: wanted.email_verified,
        };
        match book.people.iter_mut().find(|known| known.id == id) {
            Some(known) => *known = person.clone(),
            None => book.people.push(person.clone()),
        }
        person
    })?;
    Ok(Some(person))
}
