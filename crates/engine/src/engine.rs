//! The engine and what it is made of, put together once in `main`.

use std::sync::Arc;

use accounts::rules::pace::Paces;
use accounts::{Millis, Policy};
use delivery::{Outlet, Sender};
use pages::Pages;
use store::Store;
use verifiers::breached::Breached;
use verifiers::code::CodeKeys;
use verifiers::hashing::{HashGauge, HashOptions, HashQueue};
use verifiers::password::PasswordRules;

use crate::clients::Reading;
use crate::clock::Clock;
use crate::deliver;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::herald::{Endpoint, Herald};
use crate::heralds;
use crate::logout::LogoutTokens;
use crate::maintenance::{self, Upkeep};
use crate::openid::OpenIdOptions;
use crate::passkeys::Passkeys;
use crate::providers::Providers;
use crate::rate_limit::{Allowance, NetworkLimits};
use crate::returns::{ReturnOptions, Returns};
use crate::signing::{Keyring, SigningOptions};

/// What an engine is made of.
pub struct EngineOptions {
    /// The rows.
    pub store: Store,
    /// Bounds and switches.
    pub policy: Policy,
    /// The time.
    pub clock: Clock,
    /// The keys that codes are derived from; outside the database, shared by all nodes.
    pub codes: CodeKeys,
    /// How passwords are checked and chosen.
    pub passwords: PasswordOptions,
    /// How often one network may ask.
    pub limits: Limits,
    /// Words and layout, for mails.
    pub pages: Arc<Pages>,
    /// How mail leaves.
    pub mail: MailOptions,
    /// The configured providers.
    pub providers: Providers,
    /// The service's endpoints that are told what happens to accounts.
    pub endpoints: Vec<Endpoint>,
    /// What passkeys are made for; `None` switches them off.
    pub passkeys: Option<Passkeys>,
    /// What the signing keys go by.
    pub signing: SigningOptions,
    /// The sites and apps that may ask who somebody is.
    pub openid: OpenIdOptions,
}

/// How passwords are checked and chosen.
pub struct PasswordOptions {
    /// The hash queue's size, parameters and deadline.
    pub hashing: HashOptions,
    /// The bounds for new passwords.
    pub rules: PasswordRules,
    /// The service of breached passwords, where configured.
    pub breached: Option<Breached>,
    /// Words that make a password easy to guess here: the service's names.
    pub context: Vec<String>,
}

/// How often one network may ask, for what costs something.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Passwords typed.
    pub sign_in: Allowance,
    /// Codes asked for.
    pub codes: Allowance,
    /// Anything else that writes.
    pub writes: Allowance,
    /// Codes to addresses that are nobody's yet, from all networks together.
    pub new_addresses: Allowance,
}

/// How mail leaves.
pub struct MailOptions {
    /// The relay, or the mailbox of development mode.
    pub outlet: Outlet,
    /// Who writes.
    pub sender: Sender,
    /// How many mails are under way at a time.
    pub parallel: u16,
    /// How long a mail is tried before it is given up.
    pub retry_for: Millis,
    /// How fast mails go to receivers.
    pub paces: Arc<Paces>,
    /// How what came back is heard.
    pub returns: ReturnOptions,
}

/// The counter. Cheap to share behind an `Arc`.
pub struct Engine {
    pub(crate) desk: Desk,
    pub(crate) codes: Arc<CodeKeys>,
    pub(crate) queue: HashQueue,
    pub(crate) password_rules: PasswordRules,
    pub(crate) breached: Option<Breached>,
    pub(crate) context_words: Vec<String>,
    pub(crate) limits: NetworkLimits,
    pub(crate) providers: Providers,
    pub(crate) passkeys: Option<Passkeys>,
    pub(crate) returns: Returns,
    pub(crate) signing: Keyring,
    pub(crate) openid: OpenIdOptions,
    kept_clients: Option<Arc<Reading>>,
    pub(crate) mail_waiting: Arc<tokio::sync::Notify>,
}

/// The tasks behind the counter; dropping it does not end them, `stop` does.
pub struct Running {
    stop: tokio::sync::watch::Sender<bool>,
    tasks: tokio::task::JoinSet<()>,
}

impl Engine {
    /// Starts the hash threads, the mail delivery and the sweeping.
    ///
    /// # Errors
    /// A setting that cannot work.
    pub fn start(options: EngineOptions) -> Result<(Arc<Self>, Running), Fault> {
        let queue = HashQueue::start(options.passwords.hashing)
            .map_err(|fault| Fault::Setting(format!("password.hash: {fault}")))?;
        let codes = Arc::new(options.codes);
        let mail_waiting = Arc::new(tokio::sync::Notify::new());
        let desk = Desk::new(options.store, options.policy, options.clock, codes.current_id())
            .with_clients(options.openid.clients.clone());
        let returns = Returns::new(desk.clone(), Arc::clone(&codes), options.mail.returns.clone());
        let signing = Keyring::new(&desk, Arc::clone(&codes), options.signing);
        let engine = Arc::new(Self {
            signing: signing.clone(),
            kept_clients: options.openid.kept.map(|read| {
                let clients = options.openid.clients.clone();
                Arc::new(Reading::new(desk.store.clone(), clients, read))
            }),
            openid: options.openid,
            returns: returns.clone(),
            desk: desk.clone(),
            codes: Arc::clone(&codes),
            queue,
            password_rules: options.passwords.rules,
            breached: options.passwords.breached,
            context_words: options.passwords.context,
            limits: NetworkLimits::new(options.limits),
            providers: options.providers.clone(),
            passkeys: options.passkeys,
            mail_waiting: Arc::clone(&mail_waiting),
        });
        let (stop, stopping) = tokio::sync::watch::channel(false);
        let mut tasks = tokio::task::JoinSet::new();
        let (providers, kept) = (options.providers, returns.clone());
        let codes_kept = Arc::clone(&codes);
        let tokens = LogoutTokens { signing: signing.clone(), codes: Arc::clone(&codes_kept) };
        let clients = engine.kept_clients.clone();
        let upkeep = Upkeep {
            desk: desk.clone(),
            providers,
            codes: codes_kept,
            returns: kept,
            signing,
            clients,
        };
        let courier = deliver::Courier::new(returns, codes, options.pages, options.mail)?;
        tasks.spawn(courier.run(mail_waiting, stopping.clone()));
        for endpoint in options.endpoints {
            let herald = Herald::new(&desk, endpoint.into(), tokens.clone())?;
            tasks.spawn(herald.run(stopping.clone()));
        }
        if let Some(reading) = &engine.kept_clients {
            tasks.spawn(Arc::clone(reading).run(stopping.clone()));
        }
        tasks.spawn(heralds::of_clients(desk.clone(), tokens, stopping.clone()));
        tasks.spawn(maintenance::read_changes(desk.store.clone(), stopping.clone()));
        tasks.spawn(maintenance::run(upkeep, stopping));
        Ok((engine, Running { stop, tasks }))
    }

    /// The fewest characters of a new password, to be told beforehand.
    #[must_use]
    pub fn fewest_password_chars(&self) -> usize {
        self.password_rules.fewest_chars
    }

    /// Reads the clients that were added by command, so that the first who asks finds them.
    ///
    /// # Errors
    /// A fault of the database; it is tried again by itself.
    pub async fn read_clients(&self) -> Result<(), Fault> {
        match &self.kept_clients {
            Some(reading) => reading.once().await,
            None => Ok(()),
        }
    }

    /// The names of the configured providers.
    #[must_use]
    pub fn providers(&self) -> &Providers {
        &self.providers
    }

    /// The keys by which the house signs.
    #[must_use]
    pub fn signing(&self) -> &Keyring {
        &self.signing
    }

    /// How full the hash queue is.
    #[must_use]
    pub fn hash_gauge(&self) -> HashGauge {
        self.queue.gauge()
    }
}

impl Running {
    /// Asks the tasks to finish what they hold and waits for them.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}
