//! The one writer: a thread that takes what waits, up to 64 jobs, into one transaction.
//!
//! Each job has its own savepoint and is undone alone when it fails or panics. A job is answered only after the commit of
//! its batch has reached the disk, unless no job of the batch needs that; if the commit fails, every job of the batch gets
//! the fault. A caller that went away before its job began is passed over; a job that runs is not stopped by it.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use super::durable::{self, Durable};
use super::reader::{closed, frame};
use super::{Clock, tx};
use crate::database::Lasting;
use crate::driver::{Tx, Work};
use crate::fault::{Fault, Outage};
use crate::fault_points::pass;

/// The way to the writer thread.
pub(super) struct Writer {
    orders: mpsc::Sender<Order>,
    doubt: watch::Receiver<Option<String>>,
}

enum Order {
    Run(Box<dyn Job>),
    Stop(oneshot::Sender<()>),
}

impl Writer {
    /// Starts the thread; it keeps the server's lock as long as it can write.
    pub(super) fn start(
        mut connection: Connection,
        lock: Option<File>,
        clock: Clock,
    ) -> Result<Self, Fault> {
        let (orders, waiting) = mpsc::channel(QUEUE);
        let (tell, doubt) = watch::channel(None);
        let durable = Durable::watch(&mut connection, tell)?;
        let hand = Hand { connection, durable, clock };
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || serve(hand, lock, waiting))
            .map_err(|error| Fault::Unavailable {
                outage: Outage::Refused,
                detail: format!("no thread for the writer: {error}"),
            })?;
        Ok(Self { orders, doubt })
    }

    /// Comes about when what was committed can only be kept by a fresh process; says why.
    pub(super) async fn doubted(&self) -> String {
        let mut doubt = self.doubt.clone();
        let told = doubt.wait_for(Option::is_some).await.ok().and_then(|told| told.clone());
        match told {
            Some(why) => why,
            // The writer has ended and will not doubt any more.
            None => std::future::pending().await,
        }
    }

    pub(super) async fn run<T, W>(&self, lasting: Lasting, work: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Pending { work, lasting, reply, outcome: None });
        self.orders.send(Order::Run(job)).await.map_err(|_| closed())?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    /// A way to look at how many orders wait, and how many can.
    pub(super) fn queue(&self) -> impl Fn() -> (u64, u64) + Send + Sync + use<> {
        let orders = self.orders.downgrade();
        move || {
            let most = u64::try_from(QUEUE).unwrap_or(u64::MAX);
            let free = orders.upgrade().map_or(QUEUE, |orders| orders.capacity());
            (most.saturating_sub(u64::try_from(free).unwrap_or(u64::MAX)), most)
        }
    }

    /// Returns when the thread has let go of the file and its lock.
    pub(super) async fn stop(&self) {
        let (done, told) = oneshot::channel();
        if self.orders.send(Order::Stop(done)).await.is_ok() {
            // Either answer means that the thread is past its last commit.
            let _ended = told.await;
        }
    }
}

/// What the thread writes with.
struct Hand {
    connection: Connection,
    durable: Durable,
    clock: Clock,
}

fn serve(mut hand: Hand, lock: Option<File>, mut waiting: mpsc::Receiver<Order>) {
    let mut orders = Vec::with_capacity(BATCH);
    let mut stops = Vec::new();
    while stops.is_empty() && waiting.blocking_recv_many(&mut orders, BATCH) > 0 {
        let mut jobs = Vec::with_capacity(orders.len());
        for order in orders.drain(..) {
            match order {
                Order::Run(job) => jobs.push(job),
                Order::Stop(done) => stops.push(done),
            }
        }
        jobs.retain(|job| job.is_wanted());
        if !jobs.is_empty() {
            batch(&mut hand, jobs);
        }
    }
    drop(waiting);
    hand.durable.finish(&hand.connection);
    drop(hand);
    drop(lock);
    for done in stops {
        // Whoever waited may be gone by now.
        let _gone = done.send(());
    }
}

/// Runs the jobs in one transaction and answers them.
fn batch(hand: &mut Hand, mut jobs: Vec<Box<dyn Job>>) {
    pass("before begin");
    let result = transaction(hand, &mut jobs);
    for job in jobs {
        job.answer(&result);
        pass("answered");
    }
    // After the answers, so that nobody waits for it.
    hand.durable.checkpoint(&hand.connection);
}

fn transaction(hand: &mut Hand, jobs: &mut [Box<dyn Job>]) -> Result<(), Fault> {
    if let Some(refusal) = hand.durable.refusal() {
        return Err(refusal);
    }
    let Hand { connection, durable, clock } = hand;
    let needs_disk = jobs.iter().any(|job| job.lasting() == Lasting::OnDisk);
    let lasting = if needs_disk { Lasting::OnDisk } else { Lasting::InOrder };
    let result = durable
        .prepare(connection, lasting)
        .and_then(|()| frame(connection, "begin immediate"))
        .and_then(|()| run_all(connection, clock, jobs))
        .inspect(|()| pass("before commit"))
        .and_then(|()| durable.commit(connection, lasting))
        .inspect(|()| pass("after commit"));
    if result.is_err() {
        durable::undo(connection);
    }
    result
}

/// # Errors
/// A fault that spoils the whole batch, such as a full disk; a job that fails alone is no such fault.
fn run_all(connection: &mut Connection, clock: &Clock, jobs: &mut [Box<dyn Job>]) -> Result<(), Fault> {
    // A savepoint copies every page before its first change: who is alone is undone with the transaction instead.
    if let [job] = jobs {
        if run(job.as_mut(), connection, clock)? == Verdict::Undo {
            durable::undo(connection);
            frame(connection, "begin immediate")?;
        }
        return Ok(());
    }
    for job in jobs {
        frame(connection, "savepoint job")?;
        if run(job.as_mut(), connection, clock)? == Verdict::Undo {
            frame(connection, "rollback to job")?;
        }
        frame(connection, "release job")?;
    }
    Ok(())
}

fn run(job: &mut dyn Job, connection: &mut Connection, clock: &Clock) -> Result<Verdict, Fault> {
    let ran = catch_unwind(AssertUnwindSafe(|| job.run(connection, clock)));
    if connection.is_autocommit() {
        return Err(Fault::Unavailable {
            outage: Outage::Refused,
            detail: "SQLite undid the whole transaction".to_owned(),
        });
    }
    Ok(ran.unwrap_or(Verdict::Undo))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Keep,
    Undo,
}

/// A job of any result type, as the thread sees it.
trait Job: Send {
    fn is_wanted(&self) -> bool;
    fn lasting(&self) -> Lasting;
    fn run(&mut self, connection: &mut Connection, clock: &Clock) -> Verdict;
    fn answer(self: Box<Self>, batch: &Result<(), Fault>);
}

struct Pending<T, W> {
    work: W,
    lasting: Lasting,
    reply: oneshot::Sender<Result<T, Fault>>,
    /// `None` until the work ended; still `None` afterwards if it panicked.
    outcome: Option<Result<T, Fault>>,
}

impl<T, W> Job for Pending<T, W>
where
    T: Send,
    W: for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T> + Send,
{
    fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn lasting(&self) -> Lasting {
        self.lasting
    }

    fn run(&mut self, connection: &mut Connection, clock: &Clock) -> Verdict {
        let outcome = tx::run(connection, clock, &self.work);
        let verdict = if outcome.is_ok() { Verdict::Keep } else { Verdict::Undo };
        self.outcome = Some(outcome);
        verdict
    }

    fn answer(self: Box<Self>, batch: &Result<(), Fault>) {
        let answer = match (self.outcome, batch) {
            (Some(Ok(_)) | None, Err(fault)) => Err(fault.clone()),
            (None, Ok(())) => Err(Fault::Bug("the work in a transaction panicked".to_owned())),
            (Some(outcome), _) => outcome,
        };
        // A caller that went away meanwhile needs no answer.
        let _gone = self.reply.send(answer);
    }
}

/// Jobs in one transaction at most.
const BATCH: usize = 64;
/// Jobs that may wait before callers have to.
const QUEUE: usize = 1024;
