//! The description of the API, made from the code that answers.
//!
//! The text in `openapi.json` beside this crate is compared with it by a test, so that no change of the API goes
//! unseen; `UPDATE_OPENAPI=1` writes it anew.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContactBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Server,
};

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
    document
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
             `Genkan-App: <client>/<version>`. Errors are problem documents (RFC 9457) with a stable `code`. \
             Times are RFC 3339 in UTC.",
        ))
        .contact(Some(ContactBuilder::new().name(Some("The operator of this service")).build()))
        .license(Some(LicenseBuilder::new().name("Apache-2.0 OR MIT").build()))
        .build();
    OpenApiBuilder::new().info(info).build()
}
