//! All that is kept about one member: for the member, and for an operator who answers in the member's name
//! (R-WITHDRAW-3).
//!
//! Nothing is left out but what opens something: whoever writes a record down leaves hashes and digests away. Whose
//! record a visitor gets follows from the presented session alone.

use accounts::{
    Account, AccountId, Activity, Command, GuessLimit, Instant, Numbers, Outcome, Scope, SessionId,
};

use crate::answer::Refusal;
use crate::desk::Desk;
use crate::engine::Engine;
use crate::fault::Fault;
use crate::rate_limit::Ask;
use crate::visitor::Visitor;

/// Lines of the activity list read at a time.
const LINES: i64 = 500;

/// All that is kept about one member.
#[derive(Clone, Debug)]
pub struct Record {
    /// The account with everything that belongs to it.
    pub account: Account,
    /// The session that asked, if it was one.
    pub asked_by: Option<SessionId>,
    /// The wrong passwords counted at the address of the `email` method, and its lock.
    pub guesses: GuessLimit,
    /// The whole activity list, newest first.
    pub activity: Vec<Activity>,
    /// When this was read.
    pub at: Instant,
}

impl Desk {
    /// All that is kept about an account.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn record(&self, id: AccountId) -> Result<Option<Record>, Fault> {
        let scope = Scope { account: Some(id), numbers: Numbers::Undo, ..Scope::default() };
        let (snapshot, at) = self.store.load(&scope).await?;
        let Some(account) = snapshot.account else { return Ok(None) };
        let own = account.email.as_ref().map(|method| method.email.clone());
        let guesses = match own {
            None => GuessLimit::default(),
            Some(email) => {
                let scope = Scope { address: Some(email), account: Some(id), ..Scope::default() };
                let (snapshot, _) = self.store.load(&scope).await?;
                snapshot.address.map(|address| address.guesses).unwrap_or_default()
            }
        };
        let activity = self.whole_activity(id).await?;
        Ok(Some(Record { account, asked_by: None, guesses, activity, at }))
    }

    async fn whole_activity(&self, id: AccountId) -> Result<Vec<Activity>, Fault> {
        let mut lines = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.store.activity(id, cursor, LINES).await?;
            let Some((last, _)) = page.last() else { return Ok(lines) };
            cursor = Some(*last);
            lines.extend(page.into_iter().map(|(_, line)| line));
        }
    }
}

impl Engine {
    /// All that is kept about the member of the presented session; `None` where nobody is signed in. That it was taken is a line
    /// of the activity list.
    ///
    /// # Errors
    /// A fault of the database. That this network asks too often is a refusal.
    pub async fn own_record(
        &self,
        visitor: &Visitor,
    ) -> Result<Result<Option<Record>, Refusal>, Fault> {
        let errand = self.errand(visitor)?;
        if let Err(refusal) = self.limits.take(Ask::Write, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        let Some(own) = self.overview(visitor).await? else { return Ok(Ok(None)) };
        // Before it is read, so that nobody takes it unnoticed, and it tells of itself.
        match self.by_session(&errand, Command::NoteExport).await? {
            Ok(Outcome::Done) => {}
            Ok(_) => return Ok(Ok(None)),
            Err(refusal) => return Ok(Err(refusal)),
        }
        let record = self.desk.record(own.account.id).await?;
        Ok(Ok(record.map(|record| Record { asked_by: Some(own.session.id), ..record })))
    }
}
