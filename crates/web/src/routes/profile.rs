//! 非公開プロフィール: the contact, the display name and the language of mails.
//!
//! A name is refused where it could not be kept as typed, so that nobody finds it changed afterwards. The contact is
//! only shown: it changes by a proven address, never by a field of a form (C8).

use accounts::{Account, Line, Locale};
use axum::extract::State;
use engine::{Answer, Attempt};
use pages::views::{ContactChoice, FieldError, Profile};

use crate::House;
use crate::answers::{Answered, incomplete, member, see_other, show_to};
use crate::fields::Fields;
use crate::problem::Problem;
use crate::visitor::Guest;

/// The longest display name, in characters.
const NAME_MAXIMUM: usize = 50;

/// GET /account/profile.
pub(crate) async fn form(State(house): State<House>, guest: Guest) -> Answered {
    let seen = member(&house, &guest).await?;
    let name = seen.account.display_name.as_str().to_owned();
    let mut view = view(&seen.account, name, seen.account.locale, Vec::new());
    view.notice = guest.notice(&["profile-saved"]);
    show_to(&house, &guest, &seen.account, &view)
}

/// POST /account/profile.
pub(crate) async fn change(State(house): State<House>, guest: Guest, fields: Fields) -> Answered {
    let fields = fields.of(&["display_name", "locale"])?;
    let seen = member(&house, &guest).await?;
    let locale = Locale::from_tag(&fields.text("locale")).ok_or(Problem::InvalidRequest)?;
    let name = fields.text("display_name");
    if let Err(error) = check_name(&name) {
        let view = view(&seen.account, name, locale, vec![error]);
        return incomplete(&house, &guest, Some(&seen.account), &view);
    }
    let attempt = Attempt::ChangeProfile { display_name: Some(name), locale: Some(locale) };
    match house.engine.execute(attempt, &guest.visitor).await? {
        Answer::Done => Ok(see_other("/account/profile?notice=profile-saved")),
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

fn view(account: &Account, display_name: String, locale: Locale, errors: Vec<FieldError>) -> Profile {
    let contact = account.contact_address().map(|address| ContactChoice {
        id: "email".to_owned(),
        method: "email".to_owned(),
        address: address.as_stored().to_owned(),
        chosen: true,
        ..ContactChoice::default()
    });
    Profile {
        contacts: contact.into_iter().collect(),
        display_name,
        locale: locale.tag().to_owned(),
        errors,
        ..Profile::default()
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
