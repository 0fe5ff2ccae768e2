//! The pages: what is read, the shelf, the pen name. Words in both languages stand side by side in `templates/`.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Deserialize;

use crate::Site;
use crate::place::Place;
use crate::provider::Trouble;
use crate::sessions::{Member, Visit};
use crate::shelves::Reader;
use crate::sign_in::{Errand, see_other};
use crate::views::page;
use crate::works;

const PEN_NAME_MOST: usize = 20;

#[derive(Deserialize)]
pub(crate) struct Arrival {
    state: Option<String>,
}

/// GET /: also where one comes back to after signing out.
pub(crate) async fn home(
    State(site): State<Arc<Site>>,
    visit: Visit,
    Query(arrival): Query<Arrival>,
) -> Result<Response, Failure> {
    let trip = arrival.state.and_then(|state| site.comes_back(&visit, &state));
    let signed_out = visit.member.is_none() && trip.is_some_and(|trip| trip.errand == Errand::SignOut);
    let works = Value::from(Serde(works::all(visit.language)));
    page(&site, &visit, "home.html", context! { works, signed_out })
}

/// GET /works/{slug}/{chapter}: for everybody.
pub(crate) async fn chapter(
    State(site): State<Arc<Site>>,
    visit: Visit,
    Path((slug, number)): Path<(String, usize)>,
) -> Result<Response, Failure> {
    let work = works::find(&slug, visit.language).ok_or(Failure::NotFound)?;
    let chapter = Value::from(Serde(work.chapter(number).ok_or(Failure::NotFound)?));
    let marked = reader(&site, visit.member.as_ref()).bookmarks.contains(&(slug, number));
    let work = Value::from(Serde(work));
    page(&site, &visit, "chapter.html", context! { work, chapter, number, marked })
}

/// GET /shelf: a member's own, and an invitation for everybody else.
pub(crate) async fn shelf(State(site): State<Arc<Site>>, visit: Visit) -> Result<Response, Failure> {
    let bookmarks = reader(&site, visit.member.as_ref()).bookmarks;
    let marks = bookmarks.iter().filter_map(|(slug, number)| {
        let work = works::find(slug, visit.language)?;
        let chapter = work.chapter(*number)?.title;
        Some(context! { slug, number, chapter, title => work.title, author => work.author })
    });
    page(&site, &visit, "shelf.html", context! { marks => marks.collect::<Vec<Value>>() })
}

#[derive(Deserialize)]
pub(crate) struct Mark {
    work: String,
    chapter: usize,
    act: String,
}

/// POST /bookmarks: puts one in or takes it out.
pub(crate) async fn bookmark(
    State(site): State<Arc<Site>>,
    visit: Visit,
    Form(mark): Form<Mark>,
) -> Result<Response, Failure> {
    let member = visit.member.as_ref().ok_or(Failure::NotSignedIn)?;
    if !works::has(&mark.work, mark.chapter) {
        return Err(Failure::NotFound);
    }
    let place = Place::Chapter(mark.work.clone(), mark.chapter).path();
    let key = (mark.work, mark.chapter);
    let change = |reader: &mut Reader| {
        if mark.act == "take" {
            reader.bookmarks.remove(&key);
        } else {
            reader.bookmarks.insert(key);
        }
    };
    site.shelves.change(&member.sub, change).map_err(Failure::NotKept)?;
    Ok(see_other(&place, []))
}

/// GET /pen-name: the way to a fresh proof, and after it the form.
pub(crate) async fn pen_name(State(site): State<Arc<Site>>, visit: Visit) -> Result<Response, Failure> {
    if visit.member.is_none() {
        return Ok(see_other("/shelf", []));
    }
    page(&site, &visit, "pen-name.html", context! {})
}

#[derive(Deserialize)]
pub(crate) struct PenName {
    pen_name: String,
}

/// POST /pen-name: the proof is asked for here as well, for the form is only a page.
pub(crate) async fn rename(
    State(site): State<Arc<Site>>,
    visit: Visit,
    Form(form): Form<PenName>,
) -> Result<Response, Failure> {
    let member = visit.member.as_ref().ok_or(Failure::NotSignedIn)?;
    if !member.proved {
        return Ok(see_other("/pen-name", []));
    }
    let name = form.pen_name.trim().to_owned();
    let length = name.chars().count();
    if !(1..=PEN_NAME_MOST).contains(&length) || name.chars().any(char::is_control) {
        let again = page(&site, &visit, "pen-name.html", context! { typed => name, wrong => true })?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    }
    site.shelves
        .change(&member.sub, |reader| reader.pen_name = Some(name))
        .map_err(Failure::NotKept)?;
    Ok(see_other("/shelf", []))
}

pub(crate) fn reader(site: &Site, member: Option<&Member>) -> Reader {
    member.map(|member| site.shelves.of(&member.sub)).unwrap_or_default()
}

/// GET /style.css.
pub(crate) async fn style() -> impl IntoResponse {
    let dress = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "max-age=300")];
    (dress, include_str!("../static/style.css"))
}

pub(crate) async fn nowhere() -> Failure {
    Failure::NotFound
}

/// Why a page cannot be had.
pub(crate) enum Failure {
    NotFound,
    NotSignedIn,
    /// A way back that nobody is on: an old tab, a second click, or another browser's.
    TripUnknown,
    NotProved,
    Elsewhere,
    NotKept(String),
    Trouble(Trouble),
    Page(minijinja::Error),
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}
