//! What goes to an address that refused mail, or whose reader complained (R-CONTACT-4).

use accounts::rules::suppression::{Alone, Errand, REST, Sending, Suppressed, errand, sending};
use accounts::{Instant, MailKind, Policy};

const NOW: Instant = Instant(1_000_000_000);

fn refused(at: Instant) -> Suppressed {
    Suppressed { refused_at: Some(at), open_refused_at: Some(at), complained_at: None }
}

#[test]
fn r_contact_4_nothing_is_kept_from_an_address_of_which_nothing_is_known() {
    for kind in MailKind::ALL {
        assert_eq!(sending(kind, &Suppressed::default(), NOW), Sending::Now);
    }
}

#[test]
fn r_contact_4_what_a_person_asks_for_is_tried_again_after_a_bounded_time() {
    let until = NOW.plus(REST);
    for kind in MailKind::ALL {
        let (first, last) = (sending(kind, &refused(NOW), NOW), sending(kind, &refused(NOW), until));
        match errand(kind) {
            Errand::Open | Errand::Asked => {
                assert_eq!((first, last), (Sending::At(until), Sending::Now));
            }
            Errand::Security => {
                assert_eq!(first, Sending::Elsewhere(Alone::At(until)));
                assert_eq!(last, first, "elsewhere first, as long as it is marked");
            }
            Errand::Routine => {
                assert_eq!(
                    (first, last),
                    (Sending::Elsewhere(Alone::Never), Sending::Elsewhere(Alone::Never))
                );
            }
        }
    }
    assert!(REST.0 < Policy::default().code_life.0, "R-RESET-6a: within one code's life");
}

#[test]
fn r_contact_4_a_complaint_keeps_back_only_what_nobody_asked_for() {
    let complained = Suppressed { complained_at: Some(NOW), ..Suppressed::default() };
    let kept =
        MailKind::ALL.into_iter().filter(|kind| sending(*kind, &complained, NOW) != Sending::Now);
    assert_eq!(kept.collect::<Vec<_>>(), [MailKind::Welcome, MailKind::SignIn]);
    assert_eq!(sending(MailKind::SignIn, &complained, NOW), Sending::Never);
}

/// Whoever registers an address must not learn from a mail's absence that other mail to it came back.
#[test]
fn r_contact_4_mails_that_anybody_causes_look_at_such_mails_alone() {
    let private = Suppressed { refused_at: Some(NOW), open_refused_at: None, complained_at: Some(NOW) };
    for kind in MailKind::ALL.into_iter().filter(|kind| errand(*kind) == Errand::Open) {
        assert_eq!(sending(kind, &private, NOW), Sending::Now);
    }
}
