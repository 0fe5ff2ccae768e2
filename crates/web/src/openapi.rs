//! The description of the API, made from the code that answers.
//!
//! The text in `openapi.json` beside this crate is compared with it by a test, so that no change of the API goes
//! unseen; `UPDATE_OPENAPI=1` writes it anew.

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContactBuilder, Content, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder,
    PathItem, Ref, RefOr, ResponseBuilder, Server,
};

use crate::app;
use crate::options::WebOptions;
use crate::routes::api;

/// The description.
#[must_use]
pub fn document() -> OpenApi {
    let (_, mut document) = api::described().split_for_parts();
    let components = document.components.get_or_insert_with(Components::new);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The `token` of a sign-in."))
        .build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let cookie =
        ApiKeyValue::with_description("__Host-genkan-session", "The browser's session cookie.");
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    for (verb, path) in app::gated() {
        let item = document.paths.paths.get_mut(path);
        if let Some(call) = item.and_then(|item| operation(item, verb)) {
            refuses_old_apps(call);
        }
    }
    document
}

fn operation<'d>(item: &'d mut PathItem, verb: &str) -> Option<&'d mut Operation> {
    match verb {
        "GET" => item.get.as_mut(),
        "POST" => item.post.as_mut(),
        "PUT" => item.put.as_mut(),
        "PATCH" => item.patch.as_mut(),
        "DELETE" => item.delete.as_mut(),
        _ => None,
    }
}

/// Says of a call that an app may be too old for it (R-APP-2).
fn refuses_old_apps(call: &mut Operation) {
    const TOO_OLD: &str = "`app-update-required`: the app is older than `minimum_version`";
    match call.responses.responses.get_mut("403") {
        Some(RefOr::T(response)) => {
            response.description = format!("{}; {TOO_OLD}", response.description);
        }
        Some(RefOr::Ref(_)) => {}
        None => {
            let body = Content::builder().schema(Some(Ref::from_schema_name("ProblemBody"))).build();
            let response =
                ResponseBuilder::new().description(TOO_OLD).content("application/problem+json", body);
            call.responses.responses.insert("403".to_owned(), RefOr::T(response.build()));
        }
    }
}

/// The description as this house serves it: with its address, and whom to ask.
pub(crate) fn of_this_house(options: &WebOptions) -> OpenApi {
    let mut document = document();
    document.servers = Some(vec![Server::new(&options.base_url)]);
    if let Some(contact) = document.info.contact.as_mut() {
        let told = Some(options.contact.clone()).filter(|contact| !contact.is_empty());
        if options.contact.contains("://") {
            contact.url = told;
        } else {
            contact.email = told;
        }
    }
    document
}

/// What stands above the calls.
pub(crate) fn head() -> OpenApi {
    let info = InfoBuilder::new()
        .title("genkan")
        .version("1")
        .description(Some(
            "Accounts and sign-in. Apps present `Authorization: Bearer` and name themselves in \
             `Genkan-App: <client>/<version> (<platform>)`, the last being optional. Errors are problem documents (RFC 9457) with a stable `code`. \
             Times are RFC 3339 in UTC.",
        ))
        .contact(Some(ContactBuilder::new().name(Some("The operator of this service")).build()))
        .license(Some(LicenseBuilder::new().name("Apache-2.0 OR MIT").build()))
        .build();
    OpenApiBuilder::new().info(info).build()
}
