//! POST /hooks/mail/{relay}: a mail relay says what became of mails.
//!
//! Nobody signs in for it; the signature says who it is. The answer tells whether it was believed, and nothing of any mail.

use axum::extract::{Path, Request, State};
use axum::response::IntoResponse as _;
use engine::Hooked;
use http::StatusCode;

use crate::House;
use crate::answers::Answered;
use crate::fields;
use crate::problem::Problem;

/// SendGrid posts up to 768 KB at a time.
pub(crate) const BODY_MAX: usize = 1_024 * 1_024;

/// POST /hooks/mail/{relay}
pub(crate) async fn mail(
    State(house): State<House>,
    Path(relay): Path<String>,
    request: Request,
) -> Answered {
    let headers = request.headers().clone();
    let body = fields::body(request, &house).await?;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    Ok(match house.engine.hear_hook(&relay, header, &body).await? {
        Hooked::Heard => StatusCode::OK.into_response(),
        Hooked::Doubted => StatusCode::BAD_REQUEST.into_response(),
        Hooked::Later => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Hooked::Off => return Err(Problem::NotFound),
    })
}
