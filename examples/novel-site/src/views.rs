//! Templates become pages, and failures become pages that say what to do. Whoever fails may not be known to read either
//! language, so a failure is told in both.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use minijinja::{Environment, Value, context};

use crate::Site;
use crate::pages::{Failure, reader};
use crate::provider::Trouble;
use crate::sessions::Visit;

const TEMPLATES: [(&str, &str); 5] = [
    ("base.html", include_str!("../templates/base.html")),
    ("home.html", include_str!("../templates/home.html")),
    ("chapter.html", include_str!("../templates/chapter.html")),
    ("shelf.html", include_str!("../templates/shelf.html")),
    ("pen-name.html", include_str!("../templates/pen-name.html")),
];

/// All templates; `say("…", "…")` in them gives the words for the reader's language.
pub(crate) fn open() -> Result<Environment<'static>, String> {
    let mut views = Environment::new();
    views.add_function("say", |state: &minijinja::State, ja: String, en: String| {
        let english = state.lookup("lang").is_some_and(|lang| lang.as_str() == Some("en"));
        if english { en } else { ja }
    });
    for (name, text) in TEMPLATES {
        views.add_template(name, text).map_err(|fault| fault.to_string())?;
    }
    Ok(views)
}

pub(crate) fn page(site: &Site, visit: &Visit, name: &str, more: Value) -> Result<Response, Failure> {
    let member = visit.member.as_ref().map(|member| {
        let reader = reader(site, Some(member));
        let name = reader.pen_name.as_ref().or(member.name.as_ref());
        context! { name, proved => member.proved, pen_name => reader.pen_name }
    });
    let frame = context! {
        lang => visit.language.tag(),
        account => format!("{}/account", site.provider.issuer.as_str()),
        member,
    };
    let text = site.views.get_template(name).and_then(|view| view.render(context! { ..frame, ..more }));
    text.map(|text| Html(text).into_response()).map_err(Failure::Page)
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, ja, en) = told(&self);
        let page = format!(
            "<!doctype html><html lang=\"ja\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>よみさし文庫</title>\
             <link rel=\"stylesheet\" href=\"/style.css\"></head><body>\
             <header class=\"head\"><a class=\"brand\" href=\"/\">よみさし文庫</a></header>\
             <main><h1>{ja}</h1><p><a href=\"/\">作品の一覧へ</a></p>\
             <p lang=\"en\">{en} <a href=\"/\">To the works</a></p></main></body></html>"
        );
        (status, Html(page)).into_response()
    }
}

fn told(failure: &Failure) -> (StatusCode, &'static str, &'static str) {
    match failure {
        Failure::NotFound => {
            (StatusCode::NOT_FOUND, "お探しのページは見つかりませんでした。", "There is no such page.")
        }
        Failure::NotSignedIn => (
            StatusCode::FORBIDDEN,
            "ログインされていません。もう一度ログインしてください。",
            "You are not signed in. Please sign in once more.",
        ),
        Failure::TripUnknown => (
            StatusCode::BAD_REQUEST,
            "このログインの手続きは、もう終わっています。もう一度ログインしてください。",
            "This sign-in is over. Please begin once more.",
        ),
        Failure::NotProved => (
            StatusCode::FORBIDDEN,
            "ご本人であることを確かめられませんでした。もう一度お試しください。",
            "We could not make sure that it is you. Please try once more.",
        ),
        Failure::Elsewhere => (
            StatusCode::FORBIDDEN,
            "このサイトのページから、もう一度お試しください。",
            "Please try once more from a page of this site.",
        ),
        Failure::Trouble(trouble) => away(trouble),
        Failure::NotKept(why) => {
            tracing::error!(why, "a shelf cannot be written");
            busy()
        }
        Failure::Page(fault) => {
            tracing::error!(%fault, "a page cannot be made");
            busy()
        }
    }
}

fn away(trouble: &Trouble) -> (StatusCode, &'static str, &'static str) {
    tracing::warn!(%trouble, "genkan did not help");
    match trouble {
        Trouble::Away(_) => busy(),
        Trouble::Unbelieved(_) | Trouble::Over => told(&Failure::TripUnknown),
    }
}

fn busy() -> (StatusCode, &'static str, &'static str) {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        "ただいま混み合っています。少し待ってからもう一度お試しください。",
        "It is busy. Please wait a moment and try again.",
    )
}
