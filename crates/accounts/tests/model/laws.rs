//! The laws: what must hold over every step, named as in the list of security properties (I5, I14, ...) and the rules.
//!
//! A law compares the state before, the state after and what was answered and sent. It reads ghosts and plain
//! differences, never the reasoning of the rules, so that a rule cannot excuse itself. What each says is in
//! `laws_of_guesses`, `laws_of_codes`, `laws_of_numbers` and `laws_of_notices`.

use std::collections::BTreeMap;

use accounts::{Account, AccountId, Decision, Event, MailKind, Outcome, Policy, Reason};

use super::ghosts::{Begun, Letter, Member};
use super::remember::typed_number;
use super::state::{Browser, Flight, Look, State, Who};
use super::step::Step;

/// What a law asks of a step.
type Law = fn(&Seen<'_>) -> bool;

/// Every law, and what it asks of a step.
#[rustfmt::skip]
const LAWS_AND_NAMES: [(&str, Law); 55] = [
    ("I1", |s| s.an_account_can_be_had_again()),
    ("I2", |s| s.the_contact_is_the_proven_address()),
    ("I3", |s| s.one_account_an_identity()),
    ("I4", |s| s.one_account_an_address()),
    ("I5", |s| s.evaluations_are_bounded()),
    ("I6", |s| s.a_lock_refuses()),
    ("I7", |s| s.a_lock_is_no_more_than_that()),
    ("I8", |s| s.counts_fall_by_proof_only()),
    ("I9", |s| s.a_code_works_once()),
    ("I10", |s| s.a_code_is_for_its_address_and_purpose()),
    ("I11", |s| s.a_code_ends_in_time()),
    ("I12", |s| s.tries_are_bounded()),
    ("I13", |s| s.no_code_after_a_success_and_nobody_hears()),
    ("I14", |s| s.only_the_current_password_lets_in()),
    ("I15", |s| s.only_the_verifying_flow_sets_a_password()),
    ("I16", |s| s.clearing_leaves_nothing_older()),
    ("I18", |s| s.nothing_appears_by_itself()),
    ("I19", |s| s.nobody_is_joined_by_an_address()),
    ("I20", |s| s.an_account_needs_a_proven_address()),
    ("I21", |s| s.a_change_is_finished_by_who_began_it()),
    ("I22", |s| s.an_ended_account_has_nothing()),
    ("I23", |s| s.an_id_is_never_used_again()),
    ("I26", |s| s.one_account_a_credential_and_a_question_once()),
    ("I27", |s| s.counters_move_ahead()),
    ("I28", |s| s.a_change_needs_a_fresh_proof()),
    ("I29", |s| s.a_new_address_needs_its_own_code()),
    ("I30", |s| s.mails_are_written()),
    ("I31", |s| s.lines_are_written()),
    ("I32", |s| s.asking_tells_nothing()),
    ("I33", |s| s.a_suspension_refuses_everything()),
    ("I35", |s| s.a_method_that_is_over_lets_nobody_in()),
    ("I38", |s| s.registering_tells_and_gives_nothing()),
    ("I39", |s| s.every_sign_in_is_told()),
    ("R-REG-5", |s| s.an_offer_is_for_its_account_and_ends()),
    ("R-SIGNIN-6", |s| s.not_me_takes_all_and_gives_nothing()),
    ("R-SIGNIN-7", |s| s.a_sign_in_begins_anew()),
    ("R-SIGNIN-10", |s| s.a_trip_works_once_where_it_began()),
    ("R-LOCK-2", |s| s.a_new_password_unlocks()),
    ("R-LOCK-4", |s| s.a_known_device_is_left_alone()),
    ("R-RESET-2", |s| s.a_request_is_left_without_a_mail_for_cause()),
    ("R-RESET-3", |s| s.a_verified_code_voids_the_password()),
    ("R-RESET-5", |s| s.a_form_is_opened_by_the_verified_code()),
    ("R-RESET-6a", |s| s.mails_are_bounded()),
    ("R-RESET-7", |s| s.a_verified_code_ends_the_rest()),
    ("R-RESET-8", |s| s.a_lost_provider_is_waited_for()),
    ("R-RESET-11", |s| s.a_code_signs_nobody_in()),
    ("R-CONTACT-5", |s| s.the_service_hears_of_another_contact()),
    ("R-PASSKEY-2", |s| s.a_person_is_verified()),
    ("R-METHOD-5", |s| s.a_removed_method_leaves_nothing()),
    ("R-METHOD-9", |s| s.an_address_follows_its_provider()),
    ("R-METHOD-10a", |s| s.only_the_established_may_undo()),
    ("R-METHOD-10b", |s| s.a_number_works_once_where_it_was_sent()),
    ("R-METHOD-10c", |s| s.an_undo_takes_all_and_gives_nothing()),
    ("R-METHOD-10d", |s| s.what_was_given_back_stays()),
    ("R-WITHDRAW-2", |s| s.a_withdrawal_is_taken_back_in_time()),
];

/// Every law that `broken` can name.
pub(crate) fn names() -> Vec<&'static str> {
    LAWS_AND_NAMES.iter().map(|(name, _)| *name).collect()
}

/// The first law that a step broke; where a fault is planted, only the one that is to find it is asked.
pub(crate) fn broken(
    before: &State,
    after: &State,
    (step, decision): (&Step, Option<&Decision>),
    policy: &Policy,
    only: Option<&str>,
) -> Option<&'static str> {
    let (older, newer) = (before.sessions(), after.sessions());
    let (started, ended) = (Seen::count_new(&older, &newer), Seen::count_new(&newer, &older));
    let seen = Seen { before, after, step, decision, policy, started, ended };
    let asked = LAWS_AND_NAMES.iter().filter(|(name, _)| only.is_none_or(|only| only == *name));
    asked.into_iter().find(|(_, holds)| !holds(&seen)).map(|(name, _)| *name)
}

/// A step as an onlooker sees it.
pub(crate) struct Seen<'a> {
    pub(crate) before: &'a State,
    pub(crate) after: &'a State,
    pub(crate) step: &'a Step,
    pub(crate) decision: Option<&'a Decision>,
    pub(crate) policy: &'a Policy,
    /// Sessions begun and ended in this step.
    started: usize,
    ended: usize,
}

impl<'a> Seen<'a> {
    pub(crate) fn outcome(&self) -> Option<&Outcome> {
        self.decision.map(|decision| &decision.outcome)
    }

    pub(crate) fn refused(&self, reason: Reason) -> bool {
        self.outcome() == Some(&Outcome::Refused(reason))
    }

    pub(crate) fn is_welcome(&self) -> bool {
        matches!(self.outcome(), Some(Outcome::Welcome(_)))
    }

    pub(crate) fn lets_in(&self) -> bool {
        self.is_welcome() || matches!(self.outcome(), Some(Outcome::Fresh { .. }))
    }

    /// The guess that this step settles.
    pub(crate) fn settled(&self) -> Option<&'a Flight> {
        match self.step {
            Step::Settle(n) => self.before.flights.get(*n),
            _ => None,
        }
    }

    pub(crate) fn browser(&self, who: Who) -> Browser {
        self.before.browsers[who as usize]
    }

    pub(crate) fn begun(&self, who: Who) -> Option<Begun> {
        self.before.ghosts.begun[who as usize]
    }

    /// A code that was answered as verified for the first time in this step: in which flow, and which code.
    pub(crate) fn verified(&self) -> Option<(Who, Begun, Option<accounts::ChallengeId>)> {
        let Step::Type(who, _, code) = self.step else { return None };
        let answered = matches!(
            self.outcome(),
            Some(
                Outcome::Proven { .. }
                    | Outcome::ResetProven { .. }
                    | Outcome::IdentityFree(_)
                    | Outcome::OfferMade { .. }
                    | Outcome::Done
            )
        );
        let begun = self.begun(*who).filter(|begun| begun.proven.is_none() && answered)?;
        Some((*who, begun, *code))
    }

    /// A reset code that was verified for the first time in this step.
    pub(crate) fn verified_reset(&self) -> Option<(Who, Begun)> {
        let is_reset = matches!(self.outcome(), Some(Outcome::ResetProven { .. }));
        self.verified().filter(|_| is_reset).map(|(who, begun, _)| (who, begun))
    }

    /// A new address that was verified in this step: by whom, and what had been begun.
    pub(crate) fn moved(&self) -> Option<(Who, Begun)> {
        let done = self.outcome() == Some(&Outcome::Done);
        let verified = self.verified().filter(|_| done).map(|(who, begun, _)| (who, begun));
        verified.filter(|(_, begun)| !self.has_already(begun))
    }

    /// One's own address, whose mailbox was shown to be read again in this step (R-CONTACT-4).
    pub(crate) fn shown_again(&self) -> Option<(Who, Begun)> {
        let done = self.outcome() == Some(&Outcome::Done);
        let verified = self.verified().filter(|_| done).map(|(who, begun, _)| (who, begun));
        verified.filter(|(_, begun)| self.has_already(begun))
    }

    fn has_already(&self, begun: &Begun) -> bool {
        let owner = self.before.owner_of(begun.at).map(|account| account.id);
        owner.is_some() && owner == begun.account
    }

    /// A password that was set through a reset in this step.
    pub(crate) fn finished(&self) -> Option<(Who, Option<accounts::Digest>, &'static str)> {
        match self.step {
            Step::Finish(who, form, secret) if self.is_welcome() => Some((*who, *form, secret)),
            _ => None,
        }
    }

    /// A password that was changed in this step.
    pub(crate) fn changed(&self) -> Option<(Who, &'static str)> {
        match self.step {
            Step::Change(who, secret) | Step::ChangeAt(who, _, secret)
                if self.outcome() == Some(&Outcome::Done) =>
            {
                Some((*who, secret))
            }
            _ => None,
        }
    }

    /// A number that was decided in this step, and its letter where there is one.
    pub(crate) fn number(&self) -> Option<(Look, Option<&'a Letter>)> {
        let look = typed_number(self.before, self.step)?;
        Some((look, look.number.and_then(|id| self.before.ghosts.letter(id))))
    }

    /// A number that has done its work in this step, as it was before.
    pub(crate) fn taken_back(&self) -> Option<&'a Letter> {
        let (_, letter) = self.number()?;
        let first = letter.filter(|letter| letter.used.is_none() && !letter.void)?;
        matches!(self.outcome(), Some(Outcome::TakenBack | Outcome::Restored)).then_some(first)
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = &'a Event> {
        self.decision.into_iter().flat_map(|decision| &decision.events)
    }

    pub(crate) fn mails(&self, kind: MailKind) -> usize {
        self.decision.map_or(0, |decision| decision.mails.iter().filter(|m| m.kind == kind).count())
    }

    pub(crate) fn count_new<K: Ord, V>(older: &BTreeMap<K, V>, newer: &BTreeMap<K, V>) -> usize {
        newer.keys().filter(|key| !older.contains_key(key)).count()
    }

    pub(crate) fn started(&self) -> usize {
        self.started
    }

    pub(crate) fn ended(&self) -> usize {
        self.ended
    }

    pub(crate) fn is_new_account(&self) -> bool {
        self.after.world.accounts.iter().any(|(id, _)| self.before.world.accounts.get(id).is_none())
    }

    /// Accounts before and after.
    pub(crate) fn both(&self) -> impl Iterator<Item = (&'a Account, &'a Account)> {
        let all = self.before.world.accounts.values();
        all.filter_map(|old| Some((old, self.after.world.accounts.get(&old.id)?)))
    }

    pub(crate) fn account(&self, id: AccountId) -> Option<&'a Account> {
        self.after.world.accounts.get(&id)
    }

    pub(crate) fn member(&self, id: AccountId) -> Option<&'a Member> {
        self.before.ghosts.members.get(&id)
    }
}
