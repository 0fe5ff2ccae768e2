//! Reports about mails that had left: heard, believed or not, and acted on (R-CONTACT-4, security.md C12).
//!
//! A report is believed where it came to an address that we signed for that very mail, or, where addresses are not signed,
//! where it names a mail by its Message-ID and the recipient that it went to. What is said twice changes nothing. Marking the
//! account comes before noting the report, so what is broken off in between is done when the report comes again. What must
//! never happen here: an address that is marked on a stranger's word.

use std::path::PathBuf;
use std::sync::Arc;

use accounts::{AccountId, Command, DecisionId, Email, Instant, Millis, Scope};
use delivery::{Fate, NoReport, Report, Told, read_report};
use store::{KeptMail, MailId, Reported};
use verifiers::CodeKeys;
use verifiers::hook::{MailgunKey, PostmarkSecret, SendGridKey, SnsTopic, StandardSecret};
use verifiers::return_address::{self, Returned};

use crate::desk::Desk;
use crate::fault::Fault;
use crate::reports::decide_alone;

/// How reports come in.
#[derive(Clone, Default)]
pub struct ReturnOptions {
    /// The address that mails come back to; `None`: the sender's, and nothing there is signed.
    pub address: Option<String>,
    /// Whether that address is signed for every mail, with what follows a `+`.
    pub signed: bool,
    /// A Maildir that is read every minute.
    pub maildir: Option<PathBuf>,
    /// Who may say so by HTTP.
    pub hooks: HookKeys,
}

/// What relays sign their messages with; one that is not set is not heard.
#[derive(Clone, Default)]
pub struct HookKeys {
    /// Whoever has our own secret.
    pub own: Option<StandardSecret>,
    /// SendGrid.
    pub sendgrid: Option<SendGridKey>,
    /// Mailgun.
    pub mailgun: Option<MailgunKey>,
    /// Postmark.
    pub postmark: Option<PostmarkSecret>,
    /// Amazon SES, through a topic of Amazon SNS.
    pub ses: Option<Arc<SnsTopic>>,
}

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It is noted with its mail.
    Noted(MailId, Reported),
    /// As much was known.
    Known(MailId),
    /// The mail arrived, which is no news.
    Arrived(MailId),
    /// It is about no mail of ours, or nothing shows that it is.
    NotOurs,
    /// It is no report.
    Unreadable(NoReport),
}

impl Heard {
    /// Its word in logs, figures and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Noted(_, reported) => reported.word(),
            Self::Known(_) => "known",
            Self::Arrived(_) => "arrived",
            Self::NotOurs => "not-ours",
            Self::Unreadable(_) => "unreadable",
        }
    }
}

/// What a relay says of a mail, after its signature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedReport {
    /// The Message-ID, with or without brackets.
    pub message_id: String,
    /// The address that the mail was to come back to, where the relay tells it; it says which mail where the id does not.
    pub came_to: String,
    /// Whom the mail went to.
    pub recipient: String,
    /// What became of it.
    pub fate: Fate,
    /// The words of the server.
    pub words: String,
}

/// Hears reports.
#[derive(Clone)]
pub struct Returns {
    pub(crate) desk: Desk,
    codes: Arc<CodeKeys>,
    pub(crate) options: ReturnOptions,
}

impl Returns {
    /// What hears reports over a desk; the keys are those of the codes.
    #[must_use]
    pub fn new(desk: Desk, codes: Arc<CodeKeys>, options: ReturnOptions) -> Self {
        Self { desk, codes, options }
    }

    /// The address that a mail comes back to, where it is another than the sender's.
    pub(crate) fn address_of(&self, id: MailId, to: &Email) -> Option<String> {
        let base = self.options.address.as_ref()?;
        let n = u16::try_from(id.n).ok().filter(|_| self.options.signed);
        let mail = n.map(|n| Returned { decision: id.decision.0, n });
        let signed = mail.and_then(|mail| return_address::write(&self.codes, base, mail, to.key()));
        Some(signed.unwrap_or_else(|| base.clone()))
    }

    /// Hears a report as a mail server wrote it. `came_to` is the address that it was delivered to, where that is known.
    ///
    /// # Errors
    /// A fault of the house: to be tried again.
    pub async fn hear(&self, octets: &[u8], came_to: Option<&str>) -> Result<Heard, Fault> {
        let heard = match read_report(octets) {
            Ok(report) => self.hear_read(&report, came_to).await?,
            Err(why) => Heard::Unreadable(why),
        };
        self.tell(heard);
        Ok(heard)
    }

    /// Hears what a relay said, whose signature is good.
    ///
    /// # Errors
    /// A fault of the house: to be tried again.
    pub async fn hear_named(&self, report: &NamedReport) -> Result<Heard, Fault> {
        let named = match self.mail_named(&report.message_id).await? {
            Some(mail) => Some(mail),
            None => self.mail_of_address(&report.came_to).await?,
        };
        let heard = match named {
            Some(mail) if went_to(&mail, &report.recipient) => {
                self.act(&mail, report.fate, &report.words).await?
            }
            _ => Heard::NotOurs,
        };
        self.tell(heard);
        Ok(heard)
    }

    /// The relay itself has refused a mail at its recipient, and said so in `words`.
    pub(crate) async fn refused_at_once(&self, id: MailId, words: &str) -> Result<(), Fault> {
        if let Some(mail) = self.desk.store.mail(id).await? {
            let heard = self.act(&mail, Fate::Hard, words).await?;
            self.tell(heard);
        }
        Ok(())
    }

    /// Whether a mail that every address gets has lately been refused there for good (R-CONTACT-4). It hangs on the address
    /// alone, so a page may say it.
    pub(crate) async fn refuses(&self, address: &str) -> Result<bool, Fault> {
        let Some(email) = Email::parse(address) else { return Ok(false) };
        let known = self.desk.store.suppressed(&email).await?;
        let Some(at) = known.and_then(|known| known.open_refused_at) else { return Ok(false) };
        Ok(self.desk.store.now().await? < at.plus(self.desk.policy().code_life))
    }

    fn tell(&self, heard: Heard) {
        self.desk.tally.report_heard(heard);
        if let Heard::Noted(id, reported) = heard {
            let id = uuid::Uuid::from_bytes(id.decision.0);
            tracing::info!(%id, report = reported.word(), "a mail is reported on");
        } else {
            tracing::info!(result = heard.word(), "a report about a mail changes nothing");
        }
    }

    async fn hear_read(&self, report: &Report, came_to: Option<&str>) -> Result<Heard, Fault> {
        if !self.signs() {
            let Some(id) = &report.message_id else { return Ok(Heard::NotOurs) };
            let Some(mail) = self.mail_named(id).await? else { return Ok(Heard::NotOurs) };
            let names = |told: &&Told| told.addresses.iter().any(|to| went_to(&mail, to));
            let Some(told) = report.recipients.iter().find(names) else { return Ok(Heard::NotOurs) };
            return self.act(&mail, told.fate, &told.words).await;
        }
        let route = report.route.iter().map(String::as_str);
        for address in came_to.into_iter().chain(route) {
            let Some(mail) = self.mail_of_address(address).await? else { continue };
            // Somebody may have it forwarded: then the address that refused is another, and it is ours that does not arrive.
            let names = |told: &&Told| told.addresses.iter().any(|to| went_to(&mail, to));
            let told = report.recipients.iter().find(names).or(report.recipients.first());
            let Some(told) = told else { return Ok(Heard::NotOurs) };
            return self.act(&mail, told.fate, &told.words).await;
        }
        Ok(Heard::NotOurs)
    }

    fn signs(&self) -> bool {
        self.options.address.is_some() && self.options.signed
    }

    /// The mail that a return address was signed for.
    async fn mail_of_address(&self, address: &str) -> Result<Option<KeptMail>, Fault> {
        let base = self.options.address.as_deref().filter(|_| self.options.signed);
        let read = base.and_then(|base| return_address::read(base, address));
        let Some(address) = read else { return Ok(None) };
        let Returned { decision, n } = address.mail;
        let id = MailId { decision: DecisionId(decision), n: i64::from(n) };
        let found = self.desk.store.mail(id).await?;
        Ok(found.filter(|mail| address.is_ours(&self.codes, mail.to.key())))
    }

    /// The mail of a Message-ID, where it was written lately.
    async fn mail_named(&self, message_id: &str) -> Result<Option<KeptMail>, Fault> {
        let Some(id) = mail_id(message_id) else { return Ok(None) };
        let found = self.desk.store.mail(id).await?;
        let now = self.desk.store.now().await?;
        Ok(found.filter(|mail| now < mail.written_at.plus(BELIEVED)))
    }

    async fn act(&self, mail: &KeptMail, fate: Fate, words: &str) -> Result<Heard, Fault> {
        let reported = match fate {
            Fate::Hard => Reported::Hard,
            Fate::Soft => Reported::Soft,
            Fate::Delayed => Reported::Delayed,
            Fate::Complaint => Reported::Complaint,
            Fate::Arrived => return Ok(Heard::Arrived(mail.id)),
        };
        let known = mail.report.as_ref().is_some_and(|(before, ..)| *before >= reported);
        if known || mail.tries == 0 {
            return Ok(Heard::Known(mail.id));
        }
        if let (Reported::Hard, Some(account)) = (reported, mail.account) {
            self.mark(account, &mail.to, mail.written_at).await?;
        }
        let noted = self.desk.store.report_mail(mail.id, reported, words).await?;
        Ok(if noted { Heard::Noted(mail.id, reported) } else { Heard::Known(mail.id) })
    }

    async fn mark(&self, account: AccountId, to: &Email, written_at: Instant) -> Result<(), Fault> {
        let scope = Scope { account: Some(account), ..Scope::default() };
        decide_alone(&self.desk, scope, Command::HearRefused { email: to.clone(), written_at }).await
    }
}

fn went_to(mail: &KeptMail, address: &str) -> bool {
    Email::parse(address).is_some_and(|address| address.same_as(&mail.to))
}

/// The mail that a Message-ID of ours names.
#[must_use]
pub fn mail_id(text: &str) -> Option<MailId> {
    let bare = text.trim().trim_start_matches('<').trim_end_matches('>');
    let (decision, n) = bare.split('@').next()?.rsplit_once('.')?;
    let decision = uuid::Uuid::try_parse(decision).ok()?;
    Some(MailId { decision: DecisionId(*decision.as_bytes()), n: n.parse().ok()? })
}

/// No server tries longer, and no report comes later, than this.
const BELIEVED: Millis = Millis::days(14);
