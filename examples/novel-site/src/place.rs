//! Where one may be led after a sign-in.
//!
//! An address out of a request is never gone to: it is read as one of our own pages, and anything else is the first page.

use crate::works;

/// A page of ours that one can be led to.
pub(crate) enum Place {
    Home,
    Shelf,
    PenName,
    Chapter(String, usize),
}

impl Place {
    pub(crate) fn parse(text: &str) -> Self {
        match text.split('/').collect::<Vec<_>>().as_slice() {
            ["shelf"] => Self::Shelf,
            ["works", slug, chapter] => match chapter.parse() {
                Ok(chapter) if works::has(slug, chapter) => Self::Chapter((*slug).to_owned(), chapter),
                _ => Self::Home,
            },
            _ => Self::Home,
        }
    }

    pub(crate) fn path(&self) -> String {
        match self {
            Self::Home => "/".to_owned(),
            Self::Shelf => "/shelf".to_owned(),
            Self::PenName => "/pen-name".to_owned(),
            Self::Chapter(slug, chapter) => format!("/works/{slug}/{chapter}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn a_place_is_a_page_of_ours_whatever_was_asked_for() {
        assert_eq!(Place::parse("shelf").path(), "/shelf");
        assert_eq!(Place::parse("works/bookshop/2").path(), "/works/bookshop/2");
        for asked in [
            "",
            "pen-name",
            "https://evil.example/",
            "//evil.example",
            "/shelf",
            "works/bookshop/3",
            "works/bookshop/0",
            "works/nothing/1",
            "works/bookshop/1/more",
        ] {
            assert_eq!(Place::parse(asked).path(), "/", "{asked}");
        }
    }
}
