//! A scripted day of three members, step by step over HTTP, and a picture of all that it has left in the database.
//!
//! The same requests in the same order every time, so that a day that was cut short can be laid beside a whole one. A step
//! knows whether its request was under way when the process went: only then may it have happened or not.

use std::io::Result;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::house::{House, PASSWORD, Process, pause, settled};
use super::http::{Answer, Client};

const HANAKO: &str = "hanako@example.test";
const TARO: &str = "taro@example.test";
const JIRO: &str = "jiro@example.test";
const MOVED: &str = "jiro-moved@example.test";
const SECOND: &str = "yama-no-mukou-ni-5-ken";
const WRONG: &str = "not the right password";

/// What is done in a step.
#[derive(Clone, Copy, Debug)]
enum Act {
    AskRegistration(&'static str),
    VerifyRegistration(&'static str),
    CompleteRegistration,
    SignIn(&'static str),
    Guess(&'static str),
    /// The right password, while the address is locked.
    Locked(&'static str),
    AskReset(&'static str),
    VerifyReset(&'static str),
    CompleteReset,
    ChangePassword,
    SignOut,
    NotMe(&'static str),
    AskEmailChange(&'static str),
    VerifyEmailChange(&'static str),
    Undo(&'static str),
}

/// The day: forgotten password and lock, "this was not me", and an undo of two changes.
fn script() -> Vec<Act> {
    let register =
        |who| [Act::AskRegistration(who), Act::VerifyRegistration(who), Act::CompleteRegistration];
    let mut day = register(HANAKO).to_vec();
    day.push(Act::SignIn(HANAKO));
    day.extend([Act::Guess(HANAKO); 10]);
    day.extend([Act::Locked(HANAKO), Act::AskReset(HANAKO), Act::VerifyReset(HANAKO)]);
    day.extend([Act::CompleteReset, Act::ChangePassword, Act::SignOut]);
    day.extend(register(TARO));
    day.extend([Act::SignIn(TARO), Act::NotMe(TARO)]);
    day.extend(register(JIRO));
    day.extend([Act::ChangePassword, Act::AskEmailChange(MOVED), Act::VerifyEmailChange(MOVED)]);
    day.push(Act::Undo(JIRO));
    day
}

/// The day as it is being lived.
pub(crate) struct Day<'h> {
    house: &'h House,
    client: Client,
    script: Vec<Act>,
    /// Whether a request was sent and not answered.
    pub(crate) in_flight: bool,
    pub(crate) so_far: SoFar,
}

/// What those who live the day have been told until now.
#[derive(Clone, Debug, Default)]
pub(crate) struct SoFar {
    /// How many steps were answered.
    pub(crate) done: usize,
    flow: String,
    form: String,
    /// All tokens that were given out, in order.
    tokens: Vec<String>,
}

/// What there is at a moment: rows, one text each, and what the tokens given out so far are still good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) rows: Vec<String>,
    pub(crate) sessions: Vec<u16>,
}

impl<'h> Day<'h> {
    pub(crate) fn new(house: &'h House, process: &Process) -> Self {
        Self::on(house, process, SoFar::default())
    }

    /// The day from where it has come to.
    pub(crate) fn on(house: &'h House, process: &Process, so_far: SoFar) -> Self {
        let client = process.client("192.0.2.1");
        Self { house, client, script: script(), in_flight: false, so_far }
    }

    pub(crate) fn length() -> usize {
        script().len()
    }

    /// Whether the step under way pays for a guess in a transaction of its own, first.
    pub(crate) fn pays(&self) -> bool {
        matches!(
            self.script.get(self.so_far.done),
            Some(Act::SignIn(_) | Act::Guess(_) | Act::Locked(_))
        )
    }

    /// One step. An error is the end of the process.
    pub(crate) fn step(&mut self) -> Result<()> {
        let act = self.script[self.so_far.done];
        let (path, token, body) = self.request(act)?;
        // From another network each time, as real members come; hundreds from one would be refused.
        self.client.network = format!("10.9.{}.1", self.so_far.done);
        self.in_flight = true;
        let answer = settled(|| self.client.call("POST", path, &token, &body))?;
        self.in_flight = false;
        self.remember(act, &answer);
        self.so_far.done += 1;
        Ok(())
    }

    fn request(&self, act: Act) -> Result<(&'static str, String, Value)> {
        let by = self.so_far.tokens.last().cloned().unwrap_or_default();
        let nobody = String::new();
        Ok(match act {
            Act::AskRegistration(who) => ("register/email", nobody, json!({ "email": who })),
            Act::VerifyRegistration(who) => {
                let code = self.mailed(who, "code")?;
                ("register/verify", nobody, json!({ "flow": self.so_far.flow, "code": code }))
            }
            Act::CompleteRegistration => {
                ("register/complete", nobody, json!({ "flow": self.so_far.flow, "password": PASSWORD }))
            }
            Act::SignIn(who) | Act::Locked(who) => {
                ("signin/password", nobody, json!({ "email": who, "password": PASSWORD }))
            }
            Act::Guess(who) => ("signin/password", nobody, json!({ "email": who, "password": WRONG })),
            Act::AskReset(who) => ("reset", nobody, json!({ "email": who })),
            Act::VerifyReset(who) => {
                let code = self.mailed(who, "reset")?;
                ("reset/verify", nobody, json!({ "flow": self.so_far.flow, "code": code }))
            }
            Act::CompleteReset => {
                let body =
                    json!({ "flow": self.so_far.flow, "form": self.so_far.form, "password": SECOND });
                ("reset/password", nobody, body)
            }
            Act::ChangePassword => {
                ("account/password", by, json!({ "new_password": format!("{SECOND}-x") }))
            }
            Act::SignOut => ("signout", by, json!({})),
            Act::NotMe(who) => {
                let number = self.mailed(who, "New sign-in")?;
                ("not-me", nobody, json!({ "email": who, "number": number }))
            }
            Act::AskEmailChange(to) => ("account/methods/email", by, json!({ "email": to })),
            Act::VerifyEmailChange(to) => {
                let body = json!({ "flow": self.so_far.flow, "code": self.mailed(to, "")? });
                ("account/methods/email/verify", by, body)
            }
            Act::Undo(who) => {
                let number = self.mailed(who, "password has been changed")?;
                ("undo", nobody, json!({ "email": who, "number": number }))
            }
        })
    }

    fn remember(&mut self, act: Act, answer: &Answer) {
        let expected = match act {
            Act::CompleteRegistration => 201,
            Act::Guess(_) => 401,
            Act::Locked(_) => 403,
            Act::ChangePassword
            | Act::SignOut
            | Act::NotMe(_)
            | Act::VerifyEmailChange(_)
            | Act::Undo(_) => 204,
            _ => 200,
        };
        assert_eq!(answer.status, expected, "{act:?}: {answer:?}\n{}", self.house.log());
        match act {
            Act::AskRegistration(_) | Act::AskReset(_) | Act::AskEmailChange(_) => {
                self.so_far.flow = answer.text("flow");
            }
            Act::VerifyReset(_) => self.so_far.form = answer.text("form"),
            Act::CompleteRegistration | Act::SignIn(_) | Act::CompleteReset => {
                self.so_far.tokens.push(answer.text("token"));
            }
            _ => {}
        }
    }

    /// What the newest mail with these words in its subject says, once it has come.
    fn mailed(&self, to: &str, subject: &str) -> Result<String> {
        let began = Instant::now();
        loop {
            if let Some(number) = self.house.relay.number(to, subject) {
                return Ok(number);
            }
            self.client.get("/healthz")?;
            let late = began.elapsed() > Duration::from_secs(60);
            assert!(!late, "no mail about {subject:?} for {to}:\n{}", self.house.log());
            pause(Duration::from_millis(5));
        }
    }

    /// Waits until so many letters have come. An error is the end of the process.
    pub(crate) fn wait_for_letters(&self, letters: usize) -> Result<()> {
        let began = Instant::now();
        while self.house.relay.count() < letters {
            self.client.get("/healthz")?;
            let late = began.elapsed() > Duration::from_secs(60);
            assert!(!late, "only {} letters of {letters}", self.house.relay.count());
            pause(Duration::from_millis(5));
        }
        Ok(())
    }

    /// What there is now, as a process that lives tells it.
    pub(crate) fn picture(&self, process: &Process) -> Picture {
        let client = process.client("192.0.2.2");
        let status = |token: &String| {
            client.call("GET", "session", token, &Value::Null).expect("an answer").status
        };
        let mut rows = self.house.rows(PICTURE);
        rows.sort();
        Picture { rows, sessions: self.so_far.tokens.iter().map(status).collect() }
    }

    /// What must be told to nobody: addresses, secrets and the numbers of mails of this day so far.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let mut all = [HANAKO, TARO, JIRO, MOVED, PASSWORD, SECOND].map(str::to_owned).to_vec();
        all.extend(
            [&self.so_far.flow, &self.so_far.form].into_iter().filter(|text| !text.is_empty()).cloned(),
        );
        all.extend(self.so_far.tokens.iter().cloned());
        let numbers = [HANAKO, TARO, JIRO, MOVED].map(|who| self.house.relay.code(who));
        all.extend(numbers.into_iter().flatten());
        let ids = "select lower(hex(id)) from accounts union all select lower(hex(id)) from sessions";
        let ids_of_server =
            "select encode(id, 'hex') from accounts union all select encode(id, 'hex') from sessions";
        all.extend(self.house.rows(if self.house.is_one_file() { ids } else { ids_of_server }));
        all
    }

    /// Addresses at which a guess is paid for and not settled.
    pub(crate) fn paid(&self) -> Vec<String> {
        self.house.rows("select address from address_guards where tickets <> ''")
    }
}

/// All that decisions write, without what differs between any two days: ids, times, hashes, how often a mail was tried. A
/// guard that counts nothing is as good as none.
const PICTURE: &str = "
select 'account ' || e.address || ' stored ' || coalesce(nullif(e.stored, ''), e.address) || ' epoch ' || a.epoch || ' password ' || p.version
    || case when p.hash = '' then ' void' else '' end
from accounts a left join emails e on e.account_id = a.id left join passwords p on p.account_id = a.id
union all select 'emails ' || count(*) from emails
union all select 'passwords ' || count(*) from passwords
union all select 'sessions ' || e.address || ' ' || count(*)
from sessions s join emails e on e.account_id = s.account_id group by e.address
union all select 'sessions ' || count(*) from sessions
union all select 'devices ' || e.address || ' ' || count(*)
from devices d join emails e on e.account_id = d.account_id group by e.address
union all select 'guard ' || address || ' wrong ' || wrong || ' codes ' || code_wrong
    || case when locked_at is null then '' else ' locked' end || case when told_at is null then '' else ' told' end
    || case when cooling_until is null then '' else ' cooling' end
from address_guards where wrong > 0 or code_wrong > 0 or locked_at is not null or cooling_until is not null
union all select 'challenge ' || address || ' ' || purpose || ' ' || kind
    || case when spent_at is null then '' else ' spent' end
from challenges
union all select 'flow ' || purpose || ' ' || stored || ' ' || stage || ' wrong ' || wrong
    || case when account_id is null then '' else ' bound ' || epoch end
    || case when code_id is null then '' else ' granted' end || case when form is null then '' else ' form' end
from flows
union all select 'network ' || network from network_tries where wrong > 0
union all select 'number ' || address || ' ' || kind || case when spent_at is null then '' else ' spent' end from numbers
union all select 'change ' || kind || ' ' || coalesce(from_stored, '') from changes
union all select 'line ' || e.address || ' ' || l.kind || ' ' || count(*)
from activity l join emails e on e.account_id = l.account_id group by e.address, l.kind
union all select 'lines ' || count(*) from activity
union all select 'mail ' || recipient || ' ' || kind || ' ' || count(*) from mails group by recipient, kind";
