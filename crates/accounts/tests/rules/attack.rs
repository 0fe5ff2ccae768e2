//! R-RESET-2 and 6a, R-LOCK-4, L1: a day under attack.
//!
//! Strangers from 500 networks ask for mails every minute, type a hundred thousand wrong codes and numbers, and
//! lock the address again and again, while the owner changes passwords, abandons resets and takes things back.
//! At every minute of 24 hours somebody who has nothing but the mailbox tries, on a copy of the world that is
//! under attack as well, to get in.

use accounts::{
    Challenge, Command, Digits, Instant, MailKind, Millis, Outcome, Purpose, Reason, TypedCode,
    TypedNumber,
};

use super::house::{Browser, House, OWNER, SECRET, refused, welcome};
use crate::support::{Shelf, email};

const MINUTE: Millis = Millis::minutes(1);
const MINUTES: i64 = 24 * 60;
const BROWSERS_A_MINUTE: usize = 7;
const TRIES_A_BROWSER: usize = 10;

/// The world under attack, and what has been counted.
struct Siege {
    house: House,
    networks: Vec<&'static str>,
    next_network: usize,
    codes_typed: usize,
    requests: usize,
    locks: usize,
    mails: Vec<(MailKind, Instant)>,
    noted: Instant,
}

impl Siege {
    fn begin() -> (Self, Browser) {
        let (house, owner) = House::with_owner();
        let name =
            |n: usize| -> &'static str { Box::leak(format!("10.{}.{}.1", n / 250, n % 250).into()) };
        let noted = house.now;
        let siege = Self {
            house,
            networks: (0..500).map(name).collect(),
            next_network: 0,
            codes_typed: 0,
            requests: 0,
            locks: 0,
            mails: Vec::new(),
            noted,
        };
        (siege, owner)
    }

    fn stranger(&mut self) -> Browser {
        self.next_network = (self.next_network + 1) % self.networks.len();
        Browser::of("stranger's", self.networks[self.next_network])
    }

    /// One minute of everything that strangers can do about an address.
    fn attack(&mut self) {
        self.besiege();
        for _ in 0..BROWSERS_A_MINUTE {
            let mut stranger = self.stranger();
            self.house.ask_reset(&mut stranger, OWNER);
            self.requests += 1;
            for _ in 0..TRIES_A_BROWSER {
                let answer = self.house.type_reset(&mut stranger, TypedCode::Unknown);
                assert_eq!(answer, refused(Reason::WrongCode));
                self.codes_typed += 1;
            }
        }
        let mut stranger = self.stranger();
        self.house.undo_from(&mut stranger, OWNER, TypedNumber::Unknown);
        self.house.report_from(&mut stranger, OWNER, TypedNumber::Unknown);
        self.tidy();
    }

    /// The part of it that could be in the owner's way: mails in place of hers, and the lock. Other mails are asked for
    /// before resets, so that they would take a room that both shared.
    fn besiege(&mut self) {
        let mut stranger = self.stranger();
        self.house.ask_code(&mut stranger, OWNER);
        self.house.ask_reset(&mut stranger, OWNER);
        self.requests += 2;
        if !self.house.is_locked(OWNER) {
            self.house.guess_wrong(10, OWNER);
            self.locks += 1;
        }
        assert!(self.house.is_locked(OWNER));
    }

    /// An operator who means well lifts the lock now and then; it lasts until the strangers' next minute.
    fn unlock(&mut self) {
        let command = Command::Unlock { email: email(OWNER) };
        assert_eq!(self.house.operate(&command), Outcome::Done);
    }

    /// Notes the mails, and forgets what is over, as a sweeper does.
    fn tidy(&mut self) {
        let (now, noted) = (self.house.now, self.noted);
        let new = self.house.mails.iter().filter(|mail| noted <= mail.at);
        self.mails.extend(new.map(|mail| (mail.kind, mail.at)));
        self.noted = now.plus(Millis(1));
        self.house.mails.retain(|mail| is_kept(mail.kind, mail.at, now));
        self.house.activities.clear();
        let flows = std::mem::take(&mut self.house.world.flows).into_iter();
        self.house.world.flows = flows.filter(|(_, flow)| now < flow.expires_at).collect();
    }

    /// How many are alive of those mails at the address that a bound counts together, and how many of 24 hours.
    fn alive(&self, of: impl Fn(Purpose) -> bool) -> (usize, usize) {
        let all = self.house.challenges(OWNER);
        let class = all.iter().filter(|mail| of(mail.purpose)).collect::<Vec<_>>();
        let alive = |mail: &&&Challenge| mail.spent_at.is_none() && self.house.now < mail.expires_at;
        (class.iter().filter(alive).count(), class.len())
    }

    fn keeps_the_mail_bound(&self) {
        for (alive, of_a_day) in
            [self.alive(|p| p == Purpose::Reset), self.alive(|p| p != Purpose::Reset)]
        {
            assert!(alive <= if of_a_day >= 10 { 1 } else { 3 }, "{alive} alive, {of_a_day} in a day");
        }
    }

    /// Somebody with the mailbox and nothing else, in a browser nobody knows, on a copy that goes on being
    /// attacked: how long they waited for a code, and how many codes they had to type.
    fn gets_in(&self) -> (Millis, u32) {
        let mut copy = self.copy();
        let begun = copy.house.now;
        let mut owner = Browser::of("the owner's new browser", "203.0.113.5");
        let mut typed = 0;
        loop {
            let asked = copy.house.ask_reset(&mut owner, OWNER);
            assert!(matches!(asked, Outcome::CodeAsked { .. }), "{asked:?}");
            if let Some(code) = copy.readable() {
                let waited = Millis(copy.house.now.0 - begun.0);
                copy.house.wait(Millis::seconds(20));
                copy.besiege();
                typed += 1;
                let verified = copy.house.type_reset(&mut owner, code);
                assert!(matches!(verified, Outcome::ResetProven { .. }), "{verified:?}");
                copy.house.wait(Millis::seconds(20));
                copy.besiege();
                welcome(copy.house.set_password(&mut owner, "mine again"));
                copy.besiege();
                assert!(copy.house.is_signed_in(&mut owner), "and the lock does not end it");
                return (waited, typed);
            }
            copy.house.wait(MINUTE);
            copy.besiege();
            let waited = copy.house.now.0 - begun.0;
            assert!(waited <= Millis::minutes(30).0, "still no code after {} s", waited / 1000);
        }
    }

    /// The newest code in the mailbox that is good for long enough to be typed.
    fn readable(&self) -> Option<TypedCode> {
        let good = self.house.challenges(OWNER);
        let soon = self.house.now.plus(Millis::seconds(21));
        let good = good.iter().rfind(|code| {
            code.purpose == Purpose::Reset && code.spent_at.is_none() && soon < code.expires_at
        })?;
        // It must have been mailed to her, not only exist.
        let mailed = |mail: &&accounts::Mail| mail.challenge == Some(good.id);
        let mail = self.house.mails.iter().find(mailed).expect("every code is mailed");
        assert_eq!((mail.kind, mail.to.as_stored()), (MailKind::ResetCode, OWNER));
        Some(TypedCode::Matches(good.id))
    }

    fn copy(&self) -> Self {
        let mut house = self.house.clone();
        house.world.flows = Shelf::default();
        Self { house, networks: self.networks.clone(), mails: Vec::new(), ..*self }
    }
}

/// Codes are looked for in the mailbox while they live; numbers longer.
fn is_kept(kind: MailKind, at: Instant, now: Instant) -> bool {
    let code = matches!(kind, MailKind::ResetCode | MailKind::RegisterCode | MailKind::RegisterTaken);
    !code || now < at.plus(Millis::minutes(31))
}

/// What the owner does meanwhile, so that the day meets every state an account can be in but suspension.
fn owners_day(siege: &mut Siege, owner: &mut Browser, minute: i64) {
    let house = &mut siege.house;
    let second = &mut Browser::of("the owner's phone", "203.0.113.9");
    match minute {
        // On her known device the lock does not concern her. A new password kills the codes in the mailbox.
        150 => {
            house.prove(owner, OWNER, SECRET);
            assert_eq!(house.change_password(owner, "second"), Outcome::Done);
        }
        // She verifies, and loses the browser.
        241 => drop(house.verify_reset(second, OWNER)),
        400 => drop(house.reset(owner, OWNER, "third")),
        // Within the cooldown of that reset, and after it.
        415 | 600 => {
            house.prove(owner, OWNER, if minute == 415 { "third" } else { "fourth" });
            let next = if minute == 415 { "fourth" } else { "fifth" };
            assert_eq!(house.change_password(owner, next), Outcome::Done);
        }
        700 => {
            let number = house.number(MailKind::SignInReset, OWNER).expect("mailed");
            assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
        }
        // She undoes her latest change too: the password was void already.
        900 => {
            let number = house.number(MailKind::PasswordChanged, OWNER).expect("mailed");
            assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
        }
        1100 => drop(house.reset(owner, OWNER, "sixth")),
        1101 => drop(house.sign_in(owner, OWNER, "sixth")),
        _ => {}
    }
}

/// The most mails of those kinds in any 30 minutes.
fn most_in_half_an_hour(mails: &[(MailKind, Instant)], kinds: &[MailKind]) -> usize {
    let of_kind = mails.iter().filter(|mail| kinds.contains(&mail.0)).map(|mail| mail.1);
    let times = of_kind.collect::<Vec<_>>();
    let from = |start: &Instant| {
        let end = start.plus(Millis::minutes(30));
        times.iter().filter(|at| *start <= **at && **at < end).count()
    };
    times.iter().map(from).max().unwrap_or(0)
}

#[test]
fn l1_r_reset_6a_a_day_under_attack_keeps_no_owner_out() {
    let began = std::time::Instant::now();
    let (mut siege, mut owner) = Siege::begin();
    let (mut longest, mut longest_in_cooldown) = (Millis(0), Millis(0));
    for minute in 0..MINUTES {
        owners_day(&mut siege, &mut owner, minute);
        if minute % 10 == 5 {
            siege.unlock();
        }
        siege.attack();
        siege.keeps_the_mail_bound();
        let address = siege.house.world.address(&email(OWNER), siege.house.now);
        let cools = address.cooling_until.is_some_and(|until| siege.house.now < until);
        let (waited, typed) = siege.gets_in();
        assert_eq!(typed, 1, "one mail is enough");
        if cools {
            longest_in_cooldown = longest_in_cooldown.max(waited);
        } else {
            // R-RESET-2: without a mail only within 60 s of the last one, or while a code is in the mailbox.
            assert!(waited <= MINUTE, "minute {minute}: waited {} s", waited.0 / 1000);
            longest = longest.max(waited);
        }
        siege.house.wait(MINUTE);
    }
    let resets = most_in_half_an_hour(&siege.mails, &[MailKind::ResetCode]);
    let others = [MailKind::RegisterCode, MailKind::RegisterTaken, MailKind::EmailChangeTaken];
    let others = most_in_half_an_hour(&siege.mails, &others);
    assert!((1..=3).contains(&resets) && (1..=3).contains(&others), "{resets} and {others}");
    let newest = siege.house.challenges(OWNER).pop().expect("asked for");
    assert_eq!(newest.digits, Digits::Sixteen);
    assert!(siege.codes_typed >= 100_000 && siege.locks >= 144);
    assert!(longest_in_cooldown > MINUTE && longest_in_cooldown <= Millis::minutes(30));
    println!(
        "24 h: {} requests, {} wrong codes, {} locks; {} mails, at most {resets} resets and {others} others in \
         30 min; the owner got in at each of {MINUTES} minutes with one code, after at most {} s, in the \
         cooldown {} s; {:.1} s of computing",
        siege.requests,
        siege.codes_typed,
        siege.locks,
        siege.mails.len(),
        longest.0 / 1000,
        longest_in_cooldown.0 / 1000,
        began.elapsed().as_secs_f32(),
    );
}
