//! The end of an account by its member, and what can be had back of it (R-WITHDRAW, I22, D18).
//!
//! Everything ends at once and is free at once; for 30 days it can be taken back by whoever reads its mail or proves
//! what it had, as far as nobody else has proven it since.

use accounts::{
    AccountId, ActivityKind, Addressed, Command, DeviceEnd, Event, FormerWay, Line, MailKind, Millis,
    Outcome, Reason, SessionEnd, Shown, TypedCode, Withdrawal,
};

use super::house::{
    APPLE, BY_APPLE, BY_EMAIL, BY_GOOGLE, Browser, GOOGLE, House, OWNER, SECRET, STRANGER, around,
    refused, shown, welcome,
};
use crate::support::email;

const GMAIL: &str = "hanako@gmail.example";
const DAYS_30: Millis = Millis::days(30);

fn hanako() -> Shown {
    shown(GOOGLE, "hanako", GMAIL)
}

/// A member with a password and Google who has just withdrawn; the browser that was signed in.
fn withdrawn() -> (House, Browser, AccountId) {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &hanako());
    let id = house.account(OWNER).id;
    house.forget_notices();
    let until = house.now.plus(DAYS_30);
    assert_eq!(house.withdraw(&mut owner), Outcome::Withdrawn { until });
    (house, owner, id)
}

#[test]
fn r_withdraw_1_everything_ends_at_once() {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &hanako());
    let mut phone = Browser::phone();
    welcome(house.sign_in_with(&mut phone, &hanako()));
    house.ask_reset(&mut Browser::stranger(), OWNER);
    let code = house.reset_code(OWNER).expect("mailed");
    let mut resetting = Browser::of("another", "192.0.2.44");
    house.wait(Millis::minutes(1));
    house.ask_reset(&mut resetting, OWNER);
    let ticket = house.pay(&mut Browser::stranger(), OWNER).expect("paid");
    let checked = house.check(OWNER, SECRET, ticket);
    let id = house.account(OWNER).id;
    let version = house.account(OWNER).password_version;
    house.withdraw(&mut owner);
    let account = house.by_id(id);
    assert!(account.sessions.is_empty() && account.devices.is_empty());
    assert!(account.email.is_none() && account.links.is_empty());
    assert!(account.password_version > version, "I14");
    let reason = SessionEnd::Withdrawn;
    assert!(house.did(|e| matches!(e, Event::SessionEnded { reason: r, .. } if *r == reason)));
    let forgot = DeviceEnd::Withdrawn;
    assert!(house.did(|e| matches!(e, Event::DeviceForgotten { reason: r, .. } if *r == forgot)));
    assert!(house.did(|e| matches!(e, Event::PendingCancelled { .. })));
    assert!(!house.is_signed_in(&mut owner) && !house.is_signed_in(&mut phone), "I22");
    assert_eq!(house.type_reset(&mut resetting, code), refused(Reason::WrongCode));
    let late = house.settle(&mut Browser::stranger(), OWNER, checked);
    assert!(!matches!(late, Outcome::Welcome(_)), "{late:?}");
    let guess = house.sign_in(&mut Browser::phone(), OWNER, SECRET);
    assert_eq!(guess, refused(Reason::NoSuchAccount));
    let met = house.sign_in_with(&mut Browser::phone(), &hanako());
    assert!(matches!(met, Outcome::IdentityFree(_)), "{met:?}");
}

#[test]
fn r_withdraw_1_its_addresses_and_identities_are_free_at_once() {
    let (mut house, _, id) = withdrawn();
    let mut newcomer = Browser::stranger();
    house.wait(Millis::minutes(1));
    assert_ne!(house.register(&mut newcomer, OWNER).account, id, "I23: the id is never used again");
    assert_eq!(house.link(&mut newcomer, &hanako()), Outcome::Linked(GOOGLE), "R-METHOD-4");
    let account = house.of(&newcomer);
    assert_eq!((account.display_name.as_str(), account.sessions.len()), ("", 1), "D18: no old data");
    assert!(account.changes.len() == 1 && account.password_version == 1);
}

#[test]
fn r_withdraw_1_they_are_free_also_where_a_change_could_still_be_undone() {
    let (mut house, mut owner) = House::with_owner();
    house.change_password(&mut owner, "another one");
    let id = house.account(OWNER).id;
    house.withdraw(&mut owner);
    house.wait(Millis::minutes(1));
    let mut newcomer = Browser::stranger();
    assert_ne!(house.register(&mut newcomer, OWNER).account, id);
    let (mut house, mut owner) = House::with_owner();
    house.change_password(&mut owner, "another one");
    let mut kept = Browser::stranger();
    house.register_with(&mut kept, &hanako());
    house.withdraw(&mut owner);
    house.wait(Millis::minutes(1));
    house.add_email(&mut kept, OWNER);
    assert_eq!(house.account(OWNER).id, house.of(&kept).id, "added to the account that is kept");
}

#[test]
fn r_withdraw_2_every_address_of_the_last_72_hours_is_told_with_a_number() {
    let (mut house, mut owner) = House::with_owner();
    house.change_email(&mut owner, "first@example.org");
    house.wait(Millis::hours(71));
    welcome(house.sign_in(&mut owner, "first@example.org", SECRET));
    house.link(&mut owner, &hanako());
    house.change_email(&mut owner, "second@example.org");
    house.forget_notices();
    let mut early = house.clone();
    early.withdraw(&mut owner.clone());
    let told = early.told(MailKind::Withdrawn);
    let all = ["second@example.org", GMAIL, OWNER, "first@example.org"];
    assert_eq!(told, all.map(|address| (address.to_owned(), true)));
    assert_eq!(early.mails[0].until, Some(early.now.plus(DAYS_30)));
    assert_eq!(early.count(MailKind::Withdrawn, OWNER), 1, "each once");
    house.wait(Millis::hours(1));
    welcome(house.sign_in(&mut owner, "second@example.org", SECRET));
    house.forget_notices();
    house.withdraw(&mut owner);
    assert_eq!(house.count(MailKind::Withdrawn, OWNER), 0, "72 hours are over");
    assert_eq!(house.count(MailKind::Withdrawn, "first@example.org"), 1);
}

#[test]
fn i30_i31_a_withdrawal_is_a_line_and_its_mails() {
    let (house, ..) = withdrawn();
    assert!(house.activity_kinds().contains(&ActivityKind::Withdrawn));
    assert!(house.mails.iter().all(|mail| mail.kind == MailKind::Withdrawn));
    assert_eq!(house.mails.len(), 2);
}

#[test]
fn r_withdraw_2_the_number_brings_it_back_and_signs_nobody_in() {
    for address in [OWNER, GMAIL] {
        let (mut house, mut owner, id) = withdrawn();
        let number = house.number(MailKind::Withdrawn, address).expect("a number");
        house.forget_notices();
        assert_eq!(house.undo(address, number), Outcome::Restored);
        let account = house.by_id(id);
        assert!(account.withdrawn.is_none() && account.addressed().eq([BY_EMAIL, BY_GOOGLE]));
        assert_eq!(account.contact_address(), Some(&email(OWNER)));
        assert!(account.sessions.is_empty() && account.devices.is_empty(), "I22");
        assert!(house.is_void(OWNER), "no password survives it");
        assert!(!house.is_signed_in(&mut owner));
        assert!(house.activity_kinds().contains(&ActivityKind::Restored));
        assert_eq!(house.told(MailKind::Restored), [(OWNER.to_owned(), false)]);
        assert_eq!(house.undo(address, number), Outcome::Restored, "a second press");
        house.wait(Millis::minutes(10));
        assert_eq!(welcome(house.sign_in_with(&mut Browser::phone(), &hanako())).account, id);
        assert_eq!(house.reset(&mut Browser::stranger(), OWNER, "next").account, id);
    }
}

#[test]
fn r_withdraw_2_each_of_the_numbers_works_and_one_is_enough() {
    let (mut house, _, id) = withdrawn();
    let at_owner = house.number(MailKind::Withdrawn, OWNER).expect("a number");
    let at_google = house.number(MailKind::Withdrawn, GMAIL).expect("a number");
    assert_eq!(house.undo(GMAIL, at_owner), refused(Reason::WrongNumber), "where it was sent");
    assert_eq!(house.undo(OWNER, at_owner), Outcome::Restored);
    house.wait(Millis::minutes(10));
    let before = house.by_id(id).clone();
    assert_eq!(house.undo(GMAIL, at_google), refused(Reason::NumberSpent), "it has died with it");
    assert_eq!(house.by_id(id), &before);
}

#[test]
fn r_withdraw_2_it_can_be_had_back_until_the_grace_is_over_and_is_erased_then_and_not_before() {
    for (waited, within) in around(DAYS_30) {
        let (mut house, _, id) = withdrawn();
        let number = house.number(MailKind::Withdrawn, OWNER).expect("a number");
        house.wait(waited);
        let mut copy = house.clone();
        let wanted = if within { Outcome::Restored } else { refused(Reason::NumberExpired) };
        assert_eq!(copy.undo(OWNER, number), wanted);
        let wanted = if within { refused(Reason::NotFound) } else { Outcome::Done };
        assert_eq!(house.erase(id), wanted);
        assert_eq!(house.world.accounts.get(&id).is_some(), within);
    }
}

#[test]
fn r_withdraw_2_only_a_withdrawn_account_is_erased() {
    let (mut house, owner) = House::with_owner();
    let id = house.of(&owner).id;
    house.wait(Millis::days(400));
    assert_eq!(house.erase(id), refused(Reason::NotFound));
    assert!(house.has_account(OWNER));
}

#[test]
fn r_withdraw_2_without_a_grace_it_is_erased_at_once() {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &hanako());
    house.policy.withdraw_grace = Millis(0);
    house.forget_notices();
    let until = house.now;
    assert_eq!(house.withdraw(&mut owner), Outcome::Withdrawn { until });
    assert!(house.world.accounts.is_empty());
    let told = [(OWNER.to_owned(), false), (GMAIL.to_owned(), false)];
    assert_eq!(house.told(MailKind::Withdrawn), told, "and there is nothing to have back");
    let met = house.sign_in_with(&mut Browser::phone(), &hanako());
    assert!(matches!(met, Outcome::IdentityFree(needs) if needs.former.is_none()));
}

#[test]
fn r_withdraw_2_whoever_proves_its_address_is_offered_it_before_a_registration() {
    let (mut house, _, id) = withdrawn();
    let until = house.now.plus(DAYS_30);
    house.wait(Millis::minutes(1));
    let mut browser = Browser::phone();
    house.ask_code(&mut browser, OWNER);
    assert_eq!(house.restore_proven(&mut browser), refused(Reason::NotFound), "nothing is proven yet");
    let code = TypedCode::Matches(house.mailed(OWNER).expect("a code: the address is free"));
    let proven = house.type_code(&mut browser, code);
    let Outcome::Proven { former: Some(former), .. } = proven else { panic!("{proven:?}") };
    assert_eq!((former.account, former.way, former.until), (id, FormerWay::Withdrawn, until));
    let mut newly = house.clone();
    assert_ne!(welcome(newly.choose_password(&mut browser.clone(), "mine")).account, id, "or anew");
    assert_eq!(house.restore_proven(&mut browser), Outcome::Restored);
    assert!(house.by_id(id).withdrawn.is_none() && house.is_void(OWNER) && browser.session.is_none());
    assert_eq!(house.restore_proven(&mut browser), refused(Reason::FlowGone), "once");
}

#[test]
fn r_withdraw_2_it_is_offered_at_its_address_for_30_days_and_no_longer() {
    for (waited, in_time) in around(DAYS_30) {
        let (mut house, _, id) = withdrawn();
        house.wait(Millis(waited.0 - Millis::minutes(5).0));
        let mut browser = Browser::phone();
        house.ask_code(&mut browser, OWNER);
        house.wait(Millis::minutes(5));
        let code = TypedCode::Matches(house.mailed(OWNER).expect("a code"));
        let proven = house.type_code(&mut browser, code);
        let Outcome::Proven { former, .. } = proven else { panic!("{proven:?}") };
        assert_eq!(former.map(|former| former.account), Some(id).filter(|_| in_time), "{waited:?}");
        let restored = house.restore_proven(&mut browser);
        assert_eq!(restored == Outcome::Restored, in_time, "{restored:?}");
    }
}

#[test]
fn r_withdraw_2_whoever_proves_its_identity_is_offered_it_too() {
    let (mut house, _, id) = withdrawn();
    let mut browser = Browser::phone();
    let met = house.sign_in_with(&mut browser, &hanako());
    let Outcome::IdentityFree(needs) = met else { panic!("{met:?}") };
    let former = needs.former.expect("it was an account's");
    assert_eq!((former.account, former.way), (id, FormerWay::Withdrawn));
    assert_eq!(house.restore_proven(&mut browser), Outcome::Restored);
    assert_eq!(house.owner_of(&hanako()), Some(id));
    assert_eq!(welcome(house.sign_in_with(&mut browser, &hanako())).account, id);
}

#[test]
fn i18_nobody_else_can_have_it_back() {
    let (mut house, _, id) = withdrawn();
    let before = house.by_id(id).clone();
    let mut stranger = Browser::stranger();
    let gone = refused(Reason::FlowGone);
    assert_eq!(house.restore_proven(&mut stranger), gone);
    house.sign_in_with(&mut stranger, &shown(GOOGLE, "stranger", "s@gmail.example"));
    assert_eq!(house.restore_proven(&mut stranger), refused(Reason::NotFound));
    house.ask_code(&mut stranger, STRANGER);
    let code = TypedCode::Matches(house.mailed(STRANGER).expect("mailed"));
    house.type_code(&mut stranger, code);
    assert_eq!(house.restore_proven(&mut stranger), refused(Reason::NotFound));
    assert_eq!(house.by_id(id), &before);
}

#[test]
fn r_method_10_a_removed_identity_is_no_withdrawal_to_take_back() {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &hanako());
    house.remove(&mut owner, BY_GOOGLE, None);
    let mut browser = Browser::phone();
    house.sign_in_with(&mut browser, &hanako());
    assert_eq!(house.restore_proven(&mut browser), refused(Reason::NotFound));
    assert_eq!(house.owner_of(&hanako()), None);
}

#[test]
fn r_withdraw_2_what_somebody_else_has_proven_since_does_not_come_back() {
    let (mut house, _, id) = withdrawn();
    let number = house.number(MailKind::Withdrawn, GMAIL).expect("a number");
    house.wait(Millis::minutes(1));
    let theirs = house.register(&mut Browser::stranger(), OWNER).account;
    assert_eq!(house.undo(GMAIL, number), Outcome::Restored);
    assert_eq!(house.account(OWNER).id, theirs, "I4");
    let account = house.by_id(id);
    assert!(account.addressed().eq([BY_GOOGLE]));
    assert_eq!((account.contact, account.contact_since), (BY_GOOGLE, house.now), "I2: its heir");
    let (mut house, _, id) = withdrawn();
    let number = house.number(MailKind::Withdrawn, OWNER).expect("a number");
    let mut other = Browser::stranger();
    house.register_with(&mut other, &hanako());
    assert_eq!(house.undo(OWNER, number), Outcome::Restored);
    assert!(house.by_id(id).addressed().eq([BY_EMAIL]));
    assert_eq!(house.owner_of(&hanako()), Some(house.of(&other).id), "I3");
}

#[test]
fn r_withdraw_2_where_others_have_it_all_nothing_comes_back() {
    let (mut house, _, id) = withdrawn();
    let number = house.number(MailKind::Withdrawn, OWNER).expect("a number");
    house.wait(Millis::minutes(1));
    let mut other = Browser::stranger();
    house.register(&mut other, OWNER);
    house.link(&mut other, &hanako());
    let before = house.by_id(id).clone();
    assert_eq!(house.undo(OWNER, number), refused(Reason::NothingLeft), "I1");
    assert_eq!(house.by_id(id), &before);
}

#[test]
fn r_method_10_the_number_of_an_older_change_takes_the_withdrawal_back_with_it() {
    let (mut house, mut thief) = House::with_owner();
    let (id, before) = (house.account(OWNER).id, house.methods(house.account(OWNER).id));
    house.change_email(&mut thief, STRANGER);
    let number = house.number(MailKind::EmailChanged, OWNER).expect("a number");
    house.withdraw(&mut thief);
    let restore = house.number(MailKind::Withdrawn, STRANGER).expect("a number");
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    assert_eq!(house.methods(id), before, "as it was before the change");
    assert!(house.by_id(id).withdrawn.is_none() && house.is_void(OWNER));
    house.wait(Millis::minutes(11));
    assert_eq!(house.undo(STRANGER, restore), refused(Reason::NumberSpent));
    assert_eq!(house.reset(&mut Browser::phone(), OWNER, "next").account, id);
}

#[test]
fn r_withdraw_2_a_restoration_leaves_the_older_changes_to_be_undone() {
    let (mut house, mut thief) = House::with_owner();
    let id = house.account(OWNER).id;
    house.change_email(&mut thief, STRANGER);
    let number = house.number(MailKind::EmailChanged, OWNER).expect("a number");
    house.wait(Millis(1));
    house.withdraw(&mut thief);
    let restore = house.number(MailKind::Withdrawn, STRANGER).expect("a number");
    assert_eq!(house.undo(STRANGER, restore), Outcome::Restored);
    assert_eq!(house.account(STRANGER).id, id);
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    assert_eq!(house.account(OWNER).id, id);
}

#[test]
fn r_method_10_after_a_restoration_a_former_address_counts_as_taken_again() {
    let (mut house, mut thief) = House::with_owner();
    house.change_email(&mut thief, STRANGER);
    house.wait(Millis::minutes(2));
    let asks = |house: &House| {
        let mut house = house.clone();
        house.forget_notices();
        house.ask_code(&mut Browser::phone(), OWNER);
        house.mail_kinds()
    };
    assert_eq!(asks(&house), [MailKind::UndoAgain]);
    house.withdraw(&mut thief);
    assert_eq!(asks(&house), [MailKind::RegisterCode], "free while it is withdrawn");
    let restore = house.number(MailKind::Withdrawn, STRANGER).expect("a number");
    assert_eq!(house.undo(STRANGER, restore), Outcome::Restored);
    assert_eq!(asks(&house), [MailKind::UndoAgain]);
}

#[test]
fn r_lock_7_a_restoration_lifts_no_suspension() {
    let (mut house, owner) = House::with_owner();
    let id = house.of(&owner).id;
    house.suspend();
    let ended = house.operate_on(id, &Command::WithdrawFor);
    let until = house.now.plus(DAYS_30);
    assert_eq!(ended, Outcome::Withdrawn { until });
    assert_eq!(house.operate_on(id, &Command::WithdrawFor), ended, "a second time it is so already");
    let number = house.number(MailKind::Withdrawn, OWNER).expect("a number");
    assert_eq!(house.undo(OWNER, number), Outcome::Restored);
    assert!(house.by_id(id).suspended.is_some());
    house.wait(Millis::minutes(1));
    let mut browser = Browser::phone();
    house.ask_reset(&mut browser, OWNER);
    let code = house.reset_code(OWNER).expect("mailed");
    assert_eq!(house.type_reset(&mut browser, code), refused(Reason::Suspended));
}

#[test]
fn l5_a_member_with_any_own_method_can_withdraw() {
    let who = shown(APPLE, "hanako", "x@relay.example");
    let (mut house, mut member) = House::with_google_member(&who);
    house.wait(Millis::hours(1));
    assert_eq!(house.withdraw(&mut member), refused(Reason::ProofStale));
    assert!(matches!(house.prove_with(&mut member, &who), Outcome::Fresh { .. }));
    assert!(matches!(house.withdraw(&mut member), Outcome::Withdrawn { .. }));
    assert_eq!(house.owner_of(&who), None);
}

#[test]
fn r_withdraw_2_a_reset_at_a_withdrawn_address_mails_the_number_again() {
    let (mut house, _, id) = withdrawn();
    house.wait(Millis::hours(73));
    house.forget_notices();
    house.ask_reset(&mut Browser::phone(), OWNER);
    let number = house.number(MailKind::UndoAgain, OWNER).expect("the number again");
    assert_eq!(house.undo(OWNER, number), Outcome::Restored);
    assert!(house.by_id(id).withdrawn.is_none());
}

#[test]
fn i22_no_session_serves_a_withdrawn_account_even_if_one_were_left() {
    let (mut house, mut owner) = House::with_owner();
    let id = house.of(&owner).id;
    let (at, until) = (house.now, house.now.plus(DAYS_30));
    let withdrawal = Withdrawal { at, until, methods: house.methods(id) };
    house.world.accounts.get_mut(&id).expect("there").withdrawn = Some(withdrawal);
    assert!(!house.is_signed_in(&mut owner));
    assert_eq!(house.choose(&mut owner, BY_EMAIL), refused(Reason::NotSignedIn));
}

#[test]
fn i22_no_command_of_a_member_reaches_a_withdrawn_account() {
    let (mut house, mut owner, id) = withdrawn();
    let before = house.by_id(id).clone();
    let nobody = refused(Reason::NotSignedIn);
    assert_eq!(house.choose(&mut owner, Addressed::Email), nobody);
    assert_eq!(house.remove(&mut owner, BY_APPLE, None), nobody);
    assert_eq!(house.withdraw(&mut owner), nobody);
    assert_eq!(house.ask_email(&mut owner, "x@example.org"), nobody);
    let display_name = Some(Line::clean("x", 5));
    let rename = Command::ChangeProfile { display_name, locale: None };
    assert_eq!(house.ask(&mut owner, None, &rename), nobody);
    assert_eq!(house.by_id(id), &before);
}
