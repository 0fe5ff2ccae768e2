//! The alarm of one connection, set once for many requests.
//!
//! A request's head must come within a bound. The usual timer enters each such wait into the runtime's list of timers when it
//! begins and takes it out when the head has come, under a lock that all threads share: for the shortest answers that was a
//! fair part of their price. Here the list has one entry for each connection, which stays where it is. When it rings and
//! the wait of that moment ends later, it is set to that end.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};
use tokio::time::{Instant as Moment, sleep_until};

/// The alarm. Clones share it, so each connection needs one of its own.
#[derive(Clone, Default)]
pub(super) struct Alarm {
    set: Arc<Mutex<Option<Pin<Box<tokio::time::Sleep>>>>>,
}

impl Timer for Alarm {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Wait { alarm: self.clone(), end: deadline.into() })
    }

    fn now(&self) -> Instant {
        Moment::now().into()
    }
}

/// One wait.
struct Wait {
    alarm: Alarm,
    end: Moment,
}

impl Sleep for Wait {}

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut set = self.alarm.set.lock().unwrap_or_else(PoisonError::into_inner);
        let alarm = set.get_or_insert_with(|| Box::pin(sleep_until(self.end)));
        if alarm.deadline() > self.end {
            alarm.as_mut().reset(self.end);
        }
        // What rings for a wait that is over is set to the end of this one.
        while alarm.as_mut().poll(cx).is_ready() {
            if alarm.deadline() >= self.end {
                return Poll::Ready(());
            }
            alarm.as_mut().reset(self.end);
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    async fn goes_on(mut wait: Pin<Box<dyn Sleep>>) -> bool {
        poll_fn(|cx| Poll::Ready(wait.as_mut().poll(cx).is_pending())).await
    }

    fn rings_at(alarm: &Alarm) -> Option<Moment> {
        let set = alarm.set.lock().unwrap_or_else(PoisonError::into_inner);
        set.as_ref().map(|sleep| sleep.deadline())
    }

    #[tokio::test]
    async fn the_alarm_stays_as_it_is_set_while_later_waits_come_and_go() {
        let alarm = Alarm::default();
        assert_eq!(rings_at(&alarm), None);
        assert!(goes_on(alarm.sleep(HOUR)).await);
        let first = rings_at(&alarm);
        assert!(first.is_some());
        for hours in 2..9 {
            assert!(goes_on(alarm.sleep(HOUR * hours)).await);
            assert_eq!(rings_at(&alarm), first);
        }
    }

    #[tokio::test]
    async fn for_a_wait_that_ends_sooner_it_is_set_anew() {
        let alarm = Alarm::default();
        assert!(goes_on(alarm.sleep(HOUR * 2)).await);
        let end = Moment::now() + HOUR;
        assert!(goes_on(alarm.sleep_until(end.into())).await);
        assert_eq!(rings_at(&alarm), Some(end));
    }

    #[tokio::test]
    async fn what_rings_for_a_wait_that_is_over_is_set_to_the_end_of_the_next() {
        let alarm = Alarm::default();
        alarm.sleep(Duration::ZERO).await;
        let end = Moment::now() + HOUR;
        assert!(goes_on(alarm.sleep_until(end.into())).await);
        assert_eq!(rings_at(&alarm), Some(end));
        // And a wait whose end is past is over, whatever the alarm was set to.
        alarm.sleep(Duration::ZERO).await;
    }
}
