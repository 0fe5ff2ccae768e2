//! `kill -9` at random instants, under load, round after round: what was answered is there, what was caused is
//! mailed, what was guessed is counted (Always 1 and 2, R-LOCK-8).
//!
//! Each worker keeps a ledger of what it sent and what was acknowledged. Between the two lies the truth: an
//! acknowledged thing must have happened, a thing that was never sent must not, and one whose answer was cut off
//! may have happened in full or not at all.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Result;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::house::{Engine, House, PASSWORD, Process, pause, settled};
use super::http::{Answer, Client};

const WORKERS: usize = 4;
const LIMIT: usize = 10;

#[test]
fn what_was_acknowledged_outlives_kill_9_on_sqlite() {
    rounds_of_kills(Engine::Sqlite, 1);
}

#[test]
fn what_was_acknowledged_outlives_kill_9_of_two_nodes_on_postgresql() {
    rounds_of_kills(Engine::Postgres, 2);
}

/// What was sent and what was acknowledged, of one kind.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    sent: usize,
    acknowledged: usize,
}

struct Member {
    address: String,
    /// The password that was acknowledged last.
    password: String,
    /// One whose change was cut off.
    perhaps: Option<String>,
    /// The token that was given last.
    token: String,
    sign_ins: Tally,
    changes: Tally,
}

struct Victim {
    address: String,
    guesses: Tally,
}

struct Worker {
    number: usize,
    dice: Dice,
    members: Vec<Member>,
    victims: Vec<Victim>,
    /// Registrations begun, for fresh addresses.
    begun: usize,
}

fn rounds_of_kills(engine: Engine, nodes: usize) {
    let Some(house) = House::build(engine) else { return };
    let rounds: usize =
        std::env::var("GENKAN_TEST_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    let mut dice = Dice::thrown();
    let mut workers: Vec<Worker> =
        (0..WORKERS).map(|number| Worker::new(number, dice.next())).collect();
    for round in 0..rounds {
        let processes: Vec<Process> = (0..nodes).map(|_| house.serve()).collect();
        thread::scope(|scope| {
            let (acknowledge, acknowledged) = channel();
            for worker in &mut workers {
                let client =
                    processes[worker.number % nodes].client(&format!("10.{round}.{}.1", worker.number));
                let (house, acknowledge) = (&house, acknowledge.clone());
                scope.spawn(move || worker.work(house, &client, &acknowledge));
            }
            kill_after(processes, &acknowledged, 5 + dice.below(40), dice.below(20_000));
        });
        let survivor = house.serve();
        for worker in &mut workers {
            worker.check(&survivor.client(&format!("10.{round}.{}.2", worker.number)));
        }
    }
    let in_all: usize = workers.iter().map(|worker| worker.members.len()).sum();
    assert!(in_all >= rounds, "too little happened to tell anything: {in_all} members");
    // A mail on its way when its process was killed is leased for some minutes. Let them pass.
    house.sql("update mails set due_at = 0 where state = 'waiting'");
    let process = house.serve();
    for worker in &workers {
        worker.check_mails(&house);
        worker.check_guesses(&process.client(&format!("10.255.{}.1", worker.number)));
    }
}

/// Kills every process a moment after so many answers.
fn kill_after(
    processes: Vec<Process>,
    acknowledged: &Receiver<()>,
    answers: usize,
    microseconds: usize,
) {
    for _ in 0..answers {
        acknowledged.recv_timeout(Duration::from_secs(60)).expect("work goes on");
    }
    // Not a wait for anything: the instant of the kill is drawn by lot.
    pause(Duration::from_micros(microseconds as u64));
    for process in processes {
        process.kill();
    }
}

impl Worker {
    fn new(number: usize, seed: u64) -> Self {
        Self { number, dice: Dice(seed | 1), members: Vec::new(), victims: Vec::new(), begun: 0 }
    }

    /// Works until the process is gone.
    fn work(&mut self, house: &House, client: &Client, acknowledge: &Sender<()>) {
        loop {
            let done = match self.dice.below(6) {
                0 | 1 => self.register(house, client),
                2 => self.sign_in(client),
                3 => self.change_password(client),
                _ => self.guess(client),
            };
            // Nobody listens any more once the kill was decided.
            if done.is_err() || acknowledge.send(()).is_err() && client.get("/healthz").is_err() {
                return;
            }
        }
    }

    fn register(&mut self, house: &House, client: &Client) -> Result<()> {
        self.begun += 1;
        let address = format!("member-{}-{}@example.test", self.number, self.begun);
        let answer = house.register(client, &address, PASSWORD)?;
        assert_eq!(answer.status, 201, "{answer:?}");
        self.members.push(Member {
            address,
            password: PASSWORD.to_owned(),
            perhaps: None,
            token: answer.text("token"),
            sign_ins: Tally::default(),
            changes: Tally::default(),
        });
        Ok(())
    }

    fn sign_in(&mut self, client: &Client) -> Result<()> {
        let Some(member) = self.dice.pick(&mut self.members) else { return Ok(()) };
        let answer = member.enter(client, &member.password.clone())?;
        assert_eq!(answer.status, 200, "{}: {answer:?}", member.address);
        Ok(())
    }

    fn change_password(&mut self, client: &Client) -> Result<()> {
        let number = self.dice.below(1_000_000);
        let Some(member) = self.dice.pick(&mut self.members) else { return Ok(()) };
        let password = format!("{PASSWORD}-{number}");
        member.perhaps = Some(password.clone());
        member.changes.sent += 1;
        let body = json!({ "new_password": password });
        let answer = settled(|| client.call("POST", "account/password", &member.token, &body))?;
        assert_eq!(answer.status, 204, "{}: {answer:?}", member.address);
        member.changes.acknowledged += 1;
        member.perhaps = None;
        member.password = password;
        Ok(())
    }

    fn guess(&mut self, client: &Client) -> Result<()> {
        if self.victims.last().is_none_or(|victim| victim.guesses.sent >= 7) {
            let address = format!("victim-{}-{}@example.test", self.number, self.victims.len());
            self.victims.push(Victim { address, guesses: Tally::default() });
        }
        let Some(victim) = self.victims.last_mut() else { return Ok(()) };
        victim.guesses.sent += 1;
        let answer = victim.guess(client)?;
        assert_eq!(answer.code(), "invalid-credentials", "{}: {answer:?}", victim.address);
        victim.guesses.acknowledged += 1;
        Ok(())
    }

    /// After the kill: every member gets in, with the password that was acknowledged or the one that was cut off.
    fn check(&mut self, client: &Client) {
        for member in &mut self.members {
            let session =
                client.call("GET", "session", &member.token, &Value::Null).expect("an answer");
            assert_eq!(session.status, 200, "the session of {} is gone: {session:?}", member.address);
            let mut answer = member.enter(client, &member.password.clone()).expect("an answer");
            if let (401, Some(other)) = (answer.status, member.perhaps.take()) {
                answer = member.enter(client, &other).expect("an answer");
                member.password = other;
            }
            member.perhaps = None;
            assert_eq!(answer.status, 200, "{} cannot get in: {answer:?}", member.address);
        }
    }

    /// Every mail comes in the end, and none twice.
    fn check_mails(&self, house: &House) {
        let began = Instant::now();
        for member in &self.members {
            let kinds = [
                ("Your registration is complete", Tally { sent: 1, acknowledged: 1 }),
                ("New sign-in to your account", member.sign_ins),
                ("Your password has been changed", member.changes),
            ];
            for (subject, tally) in kinds {
                while house.relay.letters(&member.address, subject) < tally.acknowledged {
                    let late = began.elapsed() > Duration::from_secs(90);
                    assert!(
                        !late,
                        "{}: {subject}: {tally:?}, {:?}",
                        member.address,
                        house.relay.to(&member.address)
                    );
                    pause(Duration::from_millis(50));
                }
                let letters = house.relay.letters(&member.address, subject);
                assert!(
                    letters <= tally.sent,
                    "{}: {subject} came {letters} times: {tally:?}",
                    member.address
                );
            }
        }
    }

    /// A counted guess stays counted: at most the rest of the ten is still evaluated.
    fn check_guesses(&self, client: &Client) {
        for victim in &self.victims {
            let mut more = 0;
            loop {
                let answer = victim.guess(client).expect("an answer");
                match answer.code().as_str() {
                    "invalid-credentials" => more += 1,
                    "account-locked" => break,
                    _ => panic!("{}: {answer:?}", victim.address),
                }
                assert!(more <= LIMIT, "{} is never locked", victim.address);
            }
            let Tally { sent, acknowledged } = victim.guesses;
            let may = LIMIT.saturating_sub(sent)..=LIMIT - acknowledged;
            assert!(may.contains(&more), "{}: {:?}, then {more} more", victim.address, victim.guesses);
        }
    }
}

impl Member {
    fn enter(&mut self, client: &Client, password: &str) -> Result<Answer> {
        self.sign_ins.sent += 1;
        let body = json!({ "email": self.address, "password": password });
        let answer = settled(|| client.call("POST", "signin/password", "", &body))?;
        if answer.status == 200 {
            self.sign_ins.acknowledged += 1;
            self.token = answer.text("token");
        }
        Ok(answer)
    }
}

impl Victim {
    fn guess(&self, client: &Client) -> Result<Answer> {
        let body = json!({ "email": self.address, "password": "not the right password" });
        settled(|| client.call("POST", "signin/password", "", &body))
    }
}

/// Dice whose seed is printed, so that a bad round can be thrown again.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn thrown() -> Self {
        let told = std::env::var("GENKAN_TEST_SEED").ok().and_then(|text| text.parse().ok());
        let seed: u64 = told.unwrap_or_else(|| RandomState::new().build_hasher().finish());
        println!("GENKAN_TEST_SEED={seed}");
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Xorshift.
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 11) as usize % bound
    }

    fn pick<'a, T>(&mut self, from: &'a mut [T]) -> Option<&'a mut T> {
        if from.is_empty() {
            return None;
        }
        let place = self.below(from.len());
        from.get_mut(place)
    }
}
