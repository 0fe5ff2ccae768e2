//! Slips of the finger, and what they are taken for.

use super::{distance, nearest};

#[test]
fn a_swap_of_neighbours_is_one_edit() {
    assert_eq!(distance("ulr", "url"), 1);
    assert_eq!(distance("", "abc"), 3);
    assert_eq!(distance("kitten", "sitting"), 3);
}

#[test]
fn a_name_without_its_group_is_found_and_nonsense_is_not() {
    let names = ["mail.smtp.url", "service.base_url", "database.url"];
    assert_eq!(nearest("smtp.url", names.into_iter()), Some("mail.smtp.url"));
    assert_eq!(nearest("mail.smtp.ulr", names.into_iter()), Some("mail.smtp.url"));
    assert_eq!(nearest("something.entirely.different", names.into_iter()), None);
}
