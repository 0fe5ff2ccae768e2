//! Every way that a client, a thief of its tokens and lost replies can take, up to a depth, on the production rules (I25).
//!
//! The client uses its newest token, and the last one again where no reply came. The thief holds a copy of some token and
//! uses what it has. A tale that breaks a law is printed as the steps that lead there.

use std::collections::HashSet;

use accounts::{ClientGrant, Command, Digest, GrantReach, Outcome, Reason, SessionId};

use super::house::{Browser, House, Token, code, granted, hash, token};

const DEPTH: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Step {
    /// The client uses its newest token, and the reply comes.
    Refresh,
    /// It does, and the reply is lost.
    RefreshInVain,
    /// The thief copies the client's newest token.
    Steal,
    /// The thief uses its newest token.
    RefreshStolen,
    /// The member signs out of the browser.
    SignOut,
    /// The member sets another password.
    ChangePassword,
}

const STEPS: [Step; 6] = [
    Step::Refresh,
    Step::RefreshInVain,
    Step::Steal,
    Step::RefreshStolen,
    Step::SignOut,
    Step::ChangePassword,
];

/// What the rules know and what the two hold: two tales that agree in it go on alike.
#[derive(PartialEq, Eq, Hash)]
struct State {
    kept: Option<ClientGrant>,
    signed_in: bool,
    held: (i64, u8),
    stolen: Option<(i64, u8)>,
    ended: bool,
}

#[derive(Clone)]
struct Tale {
    house: House,
    owner: Browser,
    grant: ClientGrant,
    /// The client's newest token, and the thief's.
    held: Token,
    stolen: Option<Token>,
    /// All tokens that were shown, by number and mark.
    shown: Vec<(i64, u8)>,
    marks: u8,
    ended: bool,
    steps: Vec<Step>,
}

impl Tale {
    fn begin(reach: GrantReach) -> Self {
        let (mut house, owner) = House::with_owner();
        let secret: Digest = owner.session.expect("a secret");
        let session: SessionId = house.world.session(secret).expect("a session").id;
        let account = house.world.accounts.values().next().expect("the owner").id;
        let grant = granted(house.redeem(account, &code(1, session, reach, house.now)));
        let held = token(1, 1);
        Self {
            house,
            owner,
            grant,
            held,
            stolen: None,
            shown: Vec::new(),
            marks: 1,
            ended: false,
            steps: Vec::new(),
        }
    }

    fn state(&self) -> State {
        let kept = self.house.world.grants.get(&self.grant.id).cloned();
        let pair = |token: Token| (token.number, token.mark);
        let signed_in =
            self.owner.session.is_some_and(|digest| self.house.world.session(digest).is_some());
        State {
            kept,
            signed_in,
            held: pair(self.held),
            stolen: self.stolen.map(pair),
            ended: self.ended,
        }
    }

    fn use_token(&mut self, token: Token) -> Option<Token> {
        let twins =
            self.shown.iter().any(|(number, mark)| *number == token.number && *mark != token.mark);
        self.shown.push((token.number, token.mark));
        let outcome = self.house.refresh(&self.grant, token);
        if let Outcome::Granted(grant) = outcome {
            assert!(!twins, "two tokens with one number both served: {:?}", self.steps);
            assert!(!self.ended, "what had ended went on: {:?}", self.steps);
            self.marks += 1;
            return Some(Token { number: grant.used + 1, mark: self.marks });
        }
        let stolen = self.steps.contains(&Step::Steal);
        let replayed = outcome == Outcome::Refused(Reason::GrantReplayed);
        assert!(stolen || !replayed, "an alarm without a thief: {:?}", self.steps);
        assert!(stolen || self.ended, "a client was turned away for nothing: {:?}", self.steps);
        None
    }

    fn take(&mut self, step: Step, reach: GrantReach) {
        self.steps.push(step);
        match step {
            Step::Refresh => {
                if let Some(next) = self.use_token(self.held) {
                    self.held = next;
                }
            }
            Step::RefreshInVain => drop(self.use_token(self.held)),
            Step::Steal => self.stolen = Some(self.held),
            Step::RefreshStolen => {
                if let Some(next) = self.stolen.and_then(|token| self.use_token(token)) {
                    self.stolen = Some(next);
                }
            }
            Step::SignOut => {
                self.house.ask(&mut self.owner, None, &Command::SignOut);
                self.ended |= reach == GrantReach::Session;
            }
            Step::ChangePassword => {
                let changed = Command::ChangePassword { hash: hash("another") };
                let done = self.house.ask(&mut self.owner, None, &changed) == Outcome::Done;
                self.ended |= done && reach == GrantReach::Offline;
            }
        }
    }
}

#[test]
fn i25_no_tale_of_client_thief_and_lost_replies_breaks_a_law() {
    for reach in [GrantReach::Session, GrantReach::Offline] {
        let mut seen = HashSet::new();
        let mut edge = vec![Tale::begin(reach)];
        let (mut thieves_found, mut walked) = (0, 0);
        for _ in 0..DEPTH {
            let mut next = Vec::new();
            for tale in &edge {
                for step in STEPS {
                    let mut tale = tale.clone();
                    tale.take(step, reach);
                    walked += 1;
                    let over =
                        tale.house.world.grants.get(&tale.grant.id).and_then(|grant| grant.ended_at);
                    thieves_found += usize::from(over.is_some() && !tale.ended);
                    if seen.insert(tale.state()) {
                        next.push(tale);
                    }
                }
            }
            edge = next;
        }
        println!(
            "{reach:?}: {walked} steps, {} states, a thief was found {thieves_found} times",
            seen.len()
        );
        assert!(seen.len() > 100 && thieves_found > 10, "{} states, {thieves_found}", seen.len());
    }
}
