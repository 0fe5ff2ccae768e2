//! The works on the shelves of the site. Each is a text of its own in `works/`, in Japanese and in English.
//!
//! They were written for this example; whoever likes them may have them. Japanese paragraphs bring their own indent, because
//! what is spoken has none.

use serde::Serialize;

use crate::language::Language;

/// A work in one language.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Work {
    /// By which it is found: in addresses and on shelves.
    pub(crate) slug: &'static str,
    pub(crate) title: &'static str,
    pub(crate) author: &'static str,
    pub(crate) chapters: Vec<Chapter>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Chapter {
    pub(crate) title: &'static str,
    pub(crate) paragraphs: Vec<&'static str>,
}

const TEXTS: [(&str, [&str; 2]); 3] = [
    (
        "lighthouse",
        [include_str!("../works/lighthouse.ja.txt"), include_str!("../works/lighthouse.en.txt")],
    ),
    ("bookshop", [include_str!("../works/bookshop.ja.txt"), include_str!("../works/bookshop.en.txt")]),
    (
        "moon-post",
        [include_str!("../works/moon-post.ja.txt"), include_str!("../works/moon-post.en.txt")],
    ),
];

/// All works, in a reader's language.
pub(crate) fn all(language: Language) -> Vec<Work> {
    TEXTS.iter().map(|(slug, [ja, en])| read(slug, language.say(ja, en))).collect()
}

/// One of them.
pub(crate) fn find(slug: &str, language: Language) -> Option<Work> {
    let (slug, [ja, en]) = TEXTS.iter().find(|(found, _)| *found == slug)?;
    Some(read(slug, language.say(ja, en)))
}

/// Whether there is such a chapter; they are counted from one.
pub(crate) fn has(slug: &str, chapter: usize) -> bool {
    find(slug, Language::Ja).is_some_and(|work| work.chapter(chapter).is_some())
}

impl Work {
    pub(crate) fn chapter(&self, number: usize) -> Option<&Chapter> {
        self.chapters.get(number.checked_sub(1)?)
    }
}

/// A title, an author, then chapters: `# title`, and paragraphs between empty lines.
fn read(slug: &'static str, text: &'static str) -> Work {
    let mut parts = text.split("\n# ");
    let mut head = parts.next().unwrap_or_default().lines();
    let (title, author) = (head.next().unwrap_or_default(), head.next().unwrap_or_default());
    let chapters = parts.map(|part| {
        let (title, body) = part.split_once('\n').unwrap_or((part, ""));
        let paragraphs =
            body.split("\n\n").map(|text| text.trim_matches('\n')).filter(|text| !text.is_empty());
        Chapter { title, paragraphs: paragraphs.collect() }
    });
    Work { slug, title, author, chapters: chapters.collect() }
}

#[cfg(test)]
mod tests {
    use super::{all, has};
    use crate::language::Language;

    #[test]
    fn every_work_has_the_same_chapters_in_both_languages() {
        for (ja, en) in all(Language::Ja).iter().zip(all(Language::En)) {
            assert_eq!((ja.slug, ja.chapters.len()), (en.slug, en.chapters.len()));
            assert!(ja.chapters.len() >= 2 && !ja.author.is_empty(), "{}", ja.slug);
            assert!(ja.chapters.iter().chain(&en.chapters).all(|one| one.paragraphs.len() >= 3));
        }
    }

    #[test]
    fn chapters_are_counted_from_one() {
        assert!(has("lighthouse", 1) && has("lighthouse", 2));
        assert!(!has("lighthouse", 0) && !has("lighthouse", 3) && !has("lantern", 1));
    }
}
