//! The scope and command of each step of a tale, as the engine would give them.
//!
//! What a visitor would have been handed is looked up: the codes and numbers in the mails, the forms, the trips.

use accounts::rules::session::is_live;
use accounts::*;

use super::telling::{Browser, TERMS, Tale};
use super::{Guessing, InHand, NOWHERE, Operator, Own, PLACES, Printed, Step, THE_GRANTS};
use crate::rows::{self, line};

impl Tale<'_> {
    /// The scope and command of a step, as things are; `None` where there is nobody to do it.
    pub(super) async fn order(&self, step: &Step) -> Option<(Scope, Command)> {
        match step {
            Step::Wait(_) | Step::Enter { .. } => None,
            Step::Pay { browser, at } => {
                let email = self.emails[*at].clone();
                Some((self.scope(*browser, Some(&email)), Command::PayGuess { email }))
            }
            Step::SignIn { browser, at, guess, kind } => {
                let email = self.emails[*at].clone();
                let guess = self.guess(*at, guess).await;
                let flow = self.browsers[*browser].flow;
                let scope = Scope { flow, ..self.scope(*browser, Some(&email)) };
                Some((scope, Command::SignIn { email, guess, kind: *kind }))
            }
            Step::ProveFresh { browser, guess } => {
                let at = self.own_place(*browser).await?;
                let guess = self.guess(at, guess).await;
                let scope = self.scope(*browser, Some(&self.emails[at]));
                Some((scope, Command::ProveFresh { guess }))
            }
            Step::Ask { browser, at, purpose } => self.ask(*browser, *at, *purpose).await,
            Step::Verify { browser, code } => self.verify(*browser, *code).await,
            Step::Complete { browser, kind, form } => self.complete(*browser, *kind, *form).await,
            Step::Number { at, printed, number, .. } => self.number(*at, *printed, *number).await,
            Step::Begin { .. }
            | Step::Arrive { .. }
            | Step::Abandon { .. }
            | Step::InHand { .. }
            | Step::Report { .. } => self.travel(step).await,
            Step::Erase { member } => {
                let account = Some(*self.accounts.get(*member)?);
                Some((Scope { account, ..Scope::default() }, Command::Erase))
            }
            Step::Key(key) => self.with_key(*key).await,
            Step::Own { browser, what } => self.own(*browser, what).await,
            Step::Operator { at, what } => self.operator(*at, what).await,
        }
    }

    async fn ask(&self, browser: usize, at: usize, purpose: Purpose) -> Option<(Scope, Command)> {
        let (email, flow) = (self.emails[at].clone(), self.browsers[browser].flow);
        let scope = Scope { flow, ..rows::at_address(&email) };
        match purpose {
            Purpose::Register => Some((scope, Command::RegisterByEmail { email })),
            Purpose::Reset => Some((scope, Command::AskReset { email })),
            Purpose::RegisterIdentity | Purpose::Offer => {
                Some((scope, Command::AskIdentityAddress { email }))
            }
            Purpose::ChangeEmail | Purpose::AddEmail => {
                let seen = self.signed_in(browser).await?;
                let Browser { session, device, .. } = self.browsers[browser].clone();
                let account = Some(seen.account.id);
                let scope = Scope { account, session, device, ..scope };
                Some((scope, Command::AskEmailChange { email }))
            }
        }
    }

    /// Enters a code for what the flow is for; rarely as if it were for another thing.
    async fn verify(&self, browser: usize, code: usize) -> Option<(Scope, Command)> {
        let scope = self.in_flow(browser)?;
        let snapshot = self.store().load(&scope).await.unwrap().0;
        let live = snapshot.flow.as_ref().filter(|flow| self.now < flow.expires_at);
        let purpose = live.map_or(Purpose::Reset, |flow| flow.purpose);
        let bound = snapshot.flow.as_ref().and_then(|flow| flow.bound).map(|bound| bound.account);
        let address = snapshot.address.as_ref().filter(|address| address.owner.is_none());
        let holder = address.and_then(|address| address.holders.first()).map(|holder| holder.account);
        let holder = bound.or(holder);
        let codes = snapshot.address.map(|address| address.challenges).unwrap_or_default();
        let newest = codes.iter().rev().find(|code| code.purpose == purpose).map(|code| code.id);
        let id = match code {
            0 => None,
            1 => codes.iter().rev().nth(1).map(|code| code.id),
            THE_GRANTS => snapshot.flow.and_then(|flow| flow.grant).map(|grant| grant.code),
            _ => newest,
        };
        let typed = id.map_or(TypedCode::Unknown, TypedCode::Matches);
        let command = match (purpose, code) {
            (Purpose::Register, _) => Command::VerifyRegistration { code: typed },
            (Purpose::ChangeEmail, 1) => Command::VerifyRegistration { code: typed },
            (Purpose::Reset | Purpose::Offer, _) => Command::VerifyReset { code: typed },
            (Purpose::ChangeEmail | Purpose::AddEmail, _) => Command::VerifyEmailChange { code: typed },
            (Purpose::RegisterIdentity, _) => Command::VerifyIdentityAddress { code: typed },
        };
        let account = if purpose == Purpose::Reset { holder } else { None };
        Some((Scope { account, ..scope }, command))
    }

    async fn complete(
        &self,
        browser: usize,
        kind: SessionKind,
        form: usize,
    ) -> Option<(Scope, Command)> {
        let scope = self.in_flow(browser)?;
        let Snapshot { flow, account, .. } = self.store().load(&scope).await.unwrap().0;
        // One that is over is none, swept or not.
        let flow = flow.filter(|flow| self.now < flow.expires_at);
        let (hash, terms) = (PasswordHash(rows::HASH.to_owned()), Some(line(TERMS[0])));
        match flow.map(|flow| flow.purpose) {
            Some(Purpose::Reset) => {
                let ticked = form == super::NEWEST;
                let forms = &self.browsers[browser].forms;
                let form = if form == 0 { forms.first() } else { forms.last() };
                let form = form.copied().unwrap_or(Digest([0; 32]));
                let hash = PasswordHash("$reset".to_owned());
                let providers = [Provider::GOOGLE, Provider::APPLE].map(Method::Provider);
                let passkeys = account.into_iter().flat_map(|account| account.passkeys);
                let all = passkeys.map(|known| Method::Passkey(known.id)).chain(providers);
                let kept = if ticked { all.collect() } else { Vec::new() };
                Some((scope, Command::CompleteReset { form, hash, kept, kind }))
            }
            Some(Purpose::RegisterIdentity) => {
                let display_name = line("花子");
                Some((scope, Command::RegisterIdentity { display_name, terms, kind }))
            }
            Some(Purpose::AddEmail) => {
                let account = Some(self.signed_in(browser).await?.account.id);
                Some((Scope { account, ..scope }, Command::CompleteEmail { hash }))
            }
            Some(Purpose::Offer) => {
                let account = Some(self.signed_in(browser).await?.account.id);
                Some((Scope { account, ..scope }, Command::AcceptOffer))
            }
            Some(Purpose::Register | Purpose::ChangeEmail) | None => {
                Some((scope, Command::CompleteRegistration { hash, terms, kind }))
            }
        }
    }

    /// A number from a mail to an address, about whosever account it is.
    async fn number(&self, at: usize, printed: Printed, which: usize) -> Option<(Scope, Command)> {
        let email = self.emails[at].clone();
        let command = |number| match printed {
            Printed::NotMe => Command::ReportNotMe { email: email.clone(), number },
            Printed::Undo => Command::Undo { email: email.clone(), number },
            Printed::Lost => Command::ReportLost { email: email.clone(), number },
        };
        let numbers = command(TypedNumber::Unknown).numbers();
        let scope = Scope { numbers, ..rows::at_address(&email) };
        let snapshot = self.store().load(&scope).await.unwrap().0;
        let mailed = snapshot.address.map(|address| address.numbers).unwrap_or_default();
        let number = match which {
            0 => None,
            1 => mailed.first(),
            2 => mailed.iter().find(|number| number.spent_at.is_none()),
            _ => mailed.last(),
        };
        let account = number.map(|number| number.account);
        let typed = number.map_or(TypedNumber::Unknown, |number| TypedNumber::Matches(number.id));
        Some((Scope { account, network: Some(self.dice.network()), ..scope }, command(typed)))
    }

    async fn operator(&self, at: usize, what: &Operator) -> Option<(Scope, Command)> {
        let email = self.emails[at].clone();
        let owner = self.store().accounts_by_address(&email).await.unwrap().first().copied();
        let on_account = Scope { account: owner, ..Scope::default() };
        match what {
            Operator::Unlock => Some((rows::at_address(&email), Command::Unlock { email })),
            Operator::Suspend => Some((on_account, Command::Suspend { reason: line("看板の件") })),
            Operator::Resume => Some((on_account, Command::Resume)),
            Operator::SignOutEverywhere => Some((on_account, Command::SignOutEverywhere)),
            Operator::Withdraw => Some((on_account, Command::WithdrawFor)),
        }
    }

    /// A member's own doing; its methods are changed with its own address in sight, as its codes may die with it.
    async fn own(&self, browser: usize, what: &Own) -> Option<(Scope, Command)> {
        let scope = self.scope(browser, None);
        let account = self.store().load(&scope).await.unwrap().0.account;
        let command = own(what, account.as_ref(), &self.emails);
        let address = match (&command, &account) {
            (
                Command::RemoveMethod { .. } | Command::ChooseContact { .. } | Command::Withdraw,
                Some(own),
            ) => own.address_of(Addressed::Email).or_else(|| own.contact_address()).cloned(),
            (Command::FollowAddress { email, .. }, _) => Some(email.clone()),
            _ => None,
        };
        let named = address.is_some().then(|| account.map(|account| account.id)).flatten();
        let flow = match command {
            Command::SignOut => self.browsers[browser].flow,
            _ => None,
        };
        Some((Scope { address, account: named, flow, ..scope }, command))
    }

    /// A trip, what it brings, and what a provider reports.
    async fn travel(&self, step: &Step) -> Option<(Scope, Command)> {
        match step {
            Step::Begin { browser, who, errand } => {
                let (provider, errand) = (self.people[*who].0, *errand);
                let command = Command::BeginTrip { provider, errand, next: line("/") };
                Some((self.scope(*browser, None), command))
            }
            Step::Arrive { browser, who, at, vouched, kind } => {
                let (_, secret) = self.browsers[*browser].trip?;
                let shown = self.shown(*who, *at, *vouched);
                let scope = self.arriving(*browser, &shown).await;
                Some((scope, Command::Arrive { browser: secret, shown, kind: *kind }))
            }
            Step::Abandon { browser } => {
                let (state, secret) = self.browsers[*browser].trip?;
                let scope = Scope { trip: Some(state), ..Scope::default() };
                Some((scope, Command::AbandonTrip { browser: secret }))
            }
            Step::InHand { browser, what: InHand::Drop } => {
                Some((self.in_flow(*browser)?, Command::DropFlow))
            }
            Step::InHand { browser, what: InHand::Restore } => {
                let scope = self.in_flow(*browser)?;
                let asked = Scope { numbers: Numbers::Undo, ..scope.clone() };
                let seen = self.store().load(&asked).await.unwrap().0;
                let former = seen.identity.and_then(|state| state.former).map(|former| former.account);
                let numbers = seen.address.map(|address| address.numbers).unwrap_or_default();
                let restores = numbers.iter().find(|number| number.kind == NumberKind::Restore);
                let account = former.or(restores.map(|number| number.account));
                Some((Scope { account, ..scope }, Command::RestoreProven))
            }
            Step::Report { who, news } => Some(self.report(*who, *news).await),
            _ => None,
        }
    }

    fn shown(&self, who: usize, at: usize, vouched: bool) -> Shown {
        let (provider, identity) = self.people[who].clone();
        let address = if at == NOWHERE { None } else { Some(self.emails[at].clone()) };
        let vouched = if vouched { Vouched::Yes } else { Vouched::No };
        let relay = if who == 3 { Relay::Private } else { Relay::Own };
        Shown { provider, identity, address, vouched, relay, name: line("花子") }
    }

    /// Whoever signs in is met at the account's own address, or at the one that the provider names.
    async fn arriving(&self, browser: usize, shown: &Shown) -> Scope {
        let Browser { flow, trip, .. } = self.browsers[browser].clone();
        let trip = trip.map(|(state, _)| state);
        let asked = Scope { trip, identity: Some(shown.identity.clone()), ..Scope::default() };
        let seen = self.store().load(&asked).await.unwrap().0;
        let scope = Scope { flow, ..self.scope(browser, shown.address.as_ref()) };
        let scope = Scope { trip, identity: asked.identity, ..scope };
        if seen.trip.is_some_and(|trip| trip.intent != Intent::SignIn) {
            let account = self.signed_in(browser).await.map(|seen| seen.account.id);
            return Scope { account, ..scope };
        }
        match seen.account {
            Some(owner) => Scope { address: owner.email.map(|method| method.email), ..scope },
            None => scope,
        }
    }

    async fn report(&self, who: usize, news: usize) -> (Scope, Command) {
        let (provider, identity) = self.people[who].clone();
        // Heard again on the same day, it is the same report.
        let day = self.now.0.div_euclid(86_400_000);
        let report = line(&format!("{} {} {news} {day}", provider.as_str(), identity.subject()));
        let scope = Scope {
            identity: Some(identity.clone()),
            report: Some(report.clone()),
            ..Scope::default()
        };
        let account = self.store().load(&scope).await.unwrap().0.account;
        let address = account.as_ref().and_then(|a| a.address_of(Addressed::Provider(provider)));
        let email = address.cloned().unwrap_or_else(|| self.emails[who % PLACES].clone());
        let news = match news {
            0 => News::SessionsRevoked,
            1 => News::ConsentRevoked,
            2 => News::Purged,
            3 => News::Hijacked,
            4 => News::Enabled,
            5 => News::AddressOff(email),
            _ => News::AddressOn(email),
        };
        (scope, Command::HearProvider { report, provider, identity, at: self.now, news })
    }

    fn scope(&self, browser: usize, address: Option<&Email>) -> Scope {
        let Browser { session, device, .. } = self.browsers[browser].clone();
        Scope { address: address.cloned(), session, device, ..Scope::default() }
    }

    fn in_flow(&self, browser: usize) -> Option<Scope> {
        let flow = Some(self.browsers[browser].flow?);
        Some(Scope { flow, network: Some(self.dice.network()), ..self.scope(browser, None) })
    }

    /// The first address from `at` on that somebody owns.
    pub(super) async fn owned(&self, at: usize) -> usize {
        for place in (at..PLACES).chain(0..at) {
            if self.store().account_by_address(&self.emails[place]).await.unwrap().is_some() {
                return place;
            }
        }
        at
    }

    /// The address of whoever is signed in.
    pub(super) async fn own_place(&self, browser: usize) -> Option<usize> {
        let email = self.signed_in(browser).await?.account.email?.email;
        self.emails.iter().position(|known| known.same_as(&email))
    }

    /// Whoever is signed in. A session that has lapsed is nobody's, whether or not its row is still there.
    pub(super) async fn signed_in(&self, browser: usize) -> Option<Seen> {
        let (seen, _) = self.store().session(self.browsers[browser].session?).await.unwrap()?;
        Some(seen).filter(|seen| is_live(&seen.session, self.now, &Policy::default()))
    }

    async fn guess(&self, at: usize, guessing: &Guessing) -> Guess {
        let (snapshot, _) = self.store().load(&rows::at_address(&self.emails[at])).await.unwrap();
        let version = snapshot.account.as_ref().and_then(|a| a.password()).map(|p| p.version);
        let against = match guessing.against {
            0 => None,
            1 => version.map(|version| version - 1),
            _ => version,
        };
        let rehash = guessing.rehash.then(|| PasswordHash(rows::HASH.replace("t=2", "t=3")));
        let paid = self.tickets[at].filter(|_| guessing.ticket != 0);
        let ticket = paid.unwrap_or(TicketId([0; 16]));
        Guess { ticket, against, verdict: guessing.verdict, rehash }
    }
}

fn own(what: &Own, account: Option<&Account>, emails: &[Email; PLACES]) -> Command {
    let method = |n: usize| {
        let mut all = account.into_iter().flat_map(|a| {
            let email = a.email.as_ref().map(|_| Addressed::Email);
            email.into_iter().chain(a.links.iter().map(|link| Addressed::Provider(link.provider)))
        });
        all.nth(n)
    };
    let missing = Addressed::Provider(Provider::parse("missing").unwrap());
    let session = |n: usize| account.and_then(|a| a.sessions.get(n)).map(|s| s.id);
    let passkey = |n: usize| {
        let known = account.and_then(|a| a.passkeys.get(n));
        known.map_or(PasskeyId([0; 16]), |known| known.id)
    };
    let device = |n: usize| account.and_then(|a| a.devices.get(n)).map(|d| d.id);
    match what {
        Own::SignOut => Command::SignOut,
        Own::EndSession(n) => {
            Command::EndSession { session: session(*n).unwrap_or(SessionId([0; 16])) }
        }
        Own::EndOthers => Command::EndOtherSessions,
        Own::ForgetDevice(n) => {
            Command::ForgetDevice { device: device(*n).unwrap_or(DeviceId([0; 16])) }
        }
        Own::Touch => Command::TouchSession,
        Own::ChangePassword => Command::ChangePassword { hash: PasswordHash("$second".to_owned()) },
        Own::ChangeProfile(n) => Command::ChangeProfile {
            display_name: [None, Some(line("花子")), Some(line(""))][*n].clone(),
            locale: [Some(Locale::En), None, Some(Locale::Ja)][*n],
        },
        Own::AcceptTerms(n) => Command::AcceptTerms { version: line(TERMS[*n]) },
        Own::Remove(n, heir) => {
            let method_gone = method(*n).unwrap_or(missing);
            Command::RemoveMethod { method: method_gone, successor: method(*heir) }
        }
        Own::ChooseContact(n) => Command::ChooseContact { contact: method(*n).unwrap_or(missing) },
        Own::NameKey(n) => {
            Command::RenamePasskey { passkey: passkey(*n), name: line(&format!("{n} 番の鍵")) }
        }
        Own::RemoveKey(n) => Command::RemovePasskey { passkey: passkey(*n) },
        Own::DeclineKey => Command::DeclinePasskey,
        Own::Follow { provider, at } => Command::FollowAddress {
            provider: [Provider::GOOGLE, Provider::APPLE][*provider],
            email: emails[*at].clone(),
            relay: Relay::Own,
        },
        Own::Withdraw => Command::Withdraw,
        Own::TestMail => Command::TestMail,
        Own::Export => Command::NoteExport,
    }
}
