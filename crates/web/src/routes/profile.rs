//! 非公開プロフィール: the contact, the display name and the language of mails.
//!
//! A name is refused where it could not be kept as typed, so that nobody finds it changed afterwards. The contact is
//! chosen among the account's own methods and never typed (C8); choosing needs a fresh proof (R-METHOD-3).

use accounts::{Account, Addressed, Line, Locale, Public};
use axum::extract::State;
use engine::{Answer, Attempt, Refusal};
use pages::views::{FieldError, Profile};

use crate::House;
use crate::answers::{
    Answered, incomplete, overview_of, proven_member, refusal_text, refuse, see_other, show_to,
};
use crate::fields::Fields;
use crate::own_methods::choices;
use crate::problem::Problem;
use crate::visitor::Guest;

/// The longest display name, in characters.
const NAME_MAXIMUM: usize = 50;

/// GET /account/profile.
pub(crate) async fn form(State(house): State<House>, guest: Guest) -> Answered {
    let found = overview_of(&house, &guest).await?;
    let mut view = kept_view(&house, &found.account, Vec::new());
    view.notice = guest.notice(&["profile-saved", "contact-changed", "test-mail-sent"]);
    show_to(&house, &guest, &found.account, &view)
}

/// POST /account/profile.
pub(crate) async fn change(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["display_name", "locale"])?;
    let found = overview_of(&house, &guest).await?;
    let locale = Locale::from_tag(&fields.text("locale")).ok_or(Problem::InvalidRequest)?;
    let name = fields.text("display_name");
    if let Err(error) = check_name(&name) {
        let view = view(&house, &found.account, (name, locale), vec![error]);
        return incomplete(&house, &guest, Some(&found.account), &view);
    }
    let attempt = Attempt::ChangeProfile { display_name: Some(name), locale: Some(locale) };
    match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::Done => Ok(see_other("/account/profile?notice=profile-saved")),
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// POST /account/profile/contact: another of the member's addresses receives the mail from here on (R-CONTACT-1).
pub(crate) async fn choose_contact(
    State(house): State<House>,
    guest: Guest,
    fields: Fields,
) -> Answered {
    let fields = fields.of(&["contact"])?;
    let found = proven_member(&house, &guest).await?;
    let unknown = || {
        let view =
            kept_view(&house, &found.account, vec![FieldError::new("contact", "contact-unknown")]);
        incomplete(&house, &guest, Some(&found.account), &view)
    };
    let Some(contact) = Addressed::from_name(&fields.text("contact")) else { return unknown() };
    match house.engine.execute(Attempt::ChooseContact { contact }, &guest.visitor).await? {
        Answer::Done => Ok(see_other("/account/profile?notice=contact-changed")),
        Answer::Refused(Refusal::Rules(Public::NotFound)) => unknown(),
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// POST /account/profile/test-mail (R-CONTACT-3).
pub(crate) async fn test_mail(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    fields.of(&[])?;
    let found = overview_of(&house, &guest).await?;
    match house.engine.execute(Attempt::TestMail, &guest.visitor).await? {
        Answer::Done => Ok(see_other("/account/profile?notice=test-mail-sent")),
        Answer::Refused(refusal @ Refusal::RateLimited { .. }) => {
            let (text, args) = refusal_text(house.password, refusal);
            let error = FieldError { args, ..FieldError::form(text) };
            let view = kept_view(&house, &found.account, vec![error]);
            refuse(&house, &guest, Some(&found.account), refusal, &view)
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

/// Whether a name can be kept as it was typed (but for the spaces around it).
pub(crate) fn check_name(name: &str) -> Result<(), FieldError> {
    let name = name.trim();
    let cleaned = Line::clean(name, usize::MAX);
    if cleaned.as_str() != name {
        return Err(FieldError::new("display_name", "name-not-allowed"));
    }
    if name.chars().count() > NAME_MAXIMUM {
        let error = FieldError::new("display_name", "name-too-long");
        return Err(error.with("maximum", 50_u32));
    }
    Ok(())
}

/// The page with the name and language that are kept.
fn kept_view(house: &House, account: &Account, errors: Vec<FieldError>) -> Profile {
    let name = account.display_name.as_str().to_owned();
    view(house, account, (name, account.locale), errors)
}

fn view(
    house: &House,
    account: &Account,
    (display_name, locale): (String, Locale),
    errors: Vec<FieldError>,
) -> Profile {
    Profile {
        contacts: choices(house, account, None, Some(account.contact)),
        display_name,
        locale: locale.tag().to_owned(),
        test_mail: true,
        notice: None,
        errors,
    }
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn a_name_is_one_line_of_at_most_fifty_characters() {
        assert!(check_name("花子 🌸").is_ok());
        assert!(check_name("").is_ok());
        assert!(check_name(&"あ".repeat(50)).is_ok());
        let text = |name: &str| check_name(name).err().map(|error| error.text_id);
        assert_eq!(text(&"あ".repeat(51)).as_deref(), Some("name-too-long"));
        assert_eq!(text("a\nb").as_deref(), Some("name-not-allowed"));
        assert_eq!(text("a\u{202e}b").as_deref(), Some("name-not-allowed"));
    }
}
