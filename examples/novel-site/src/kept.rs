//! What the site keeps in memory for a while: never more than so many, never longer than so long.
//!
//! The keys are secrets that browsers bring, drawn anew for each entry. Where it is full the one that was wanted least lately
//! makes room, so a flood costs somebody a sign-in and never the memory.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub(crate) struct Kept<V> {
    life: Duration,
    most: usize,
    entries: Mutex<HashMap<String, (Instant, V)>>,
}

impl<V> Kept<V> {
    pub(crate) fn new(life: Duration, most: usize) -> Self {
        Self { life, most, entries: Mutex::default() }
    }

    pub(crate) fn put(&self, key: String, value: V, now: Instant) {
        let mut entries = self.lock();
        if entries.len() >= self.most {
            entries.retain(|_, (since, _)| now.saturating_duration_since(*since) < self.life);
        }
        if entries.len() >= self.most {
            let oldest = entries.iter().min_by_key(|(_, (since, _))| *since);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                entries.remove(&key);
            }
        }
        entries.insert(key, (now, value));
    }

    /// Gives an entry; its time begins anew.
    pub(crate) fn visit(&self, key: &str, now: Instant) -> Option<V>
    where
        V: Clone,
    {
        let mut entries = self.lock();
        let (since, value) = entries.get_mut(key)?;
        if now.saturating_duration_since(*since) >= self.life {
            entries.remove(key);
            return None;
        }
        *since = now;
        Some(value.clone())
    }

    /// Gives an entry away, once, if it is the right one.
    pub(crate) fn take(&self, key: &str, now: Instant, right: impl Fn(&V) -> bool) -> Option<V> {
        let mut entries = self.lock();
        let (since, value) = entries.get(key)?;
        if !right(value) {
            return None;
        }
        let lives = now.saturating_duration_since(*since) < self.life;
        entries.remove(key).map(|(_, value)| value).filter(|_| lives)
    }

    /// Ends all of a kind; says how many.
    pub(crate) fn end(&self, of: impl Fn(&V) -> bool) -> usize {
        let mut entries = self.lock();
        let before = entries.len();
        entries.retain(|_, (_, value)| !of(value));
        before - entries.len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Instant, V)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Kept;

    const LIFE: Duration = Duration::from_secs(60);

    #[test]
    fn an_entry_lapses_and_a_visit_begins_its_time_anew() {
        let (kept, now) = (Kept::new(LIFE, 10), Instant::now());
        kept.put("a".to_owned(), 1, now);
        assert_eq!(kept.visit("a", now + LIFE / 2), Some(1));
        assert_eq!(kept.visit("a", now + LIFE), Some(1));
        assert_eq!(kept.visit("a", now + LIFE * 2), None);
        kept.put("b".to_owned(), 2, now);
        assert_eq!(kept.take("b", now + LIFE, |_| true), None);
    }

    #[test]
    fn an_entry_is_taken_once_and_by_whom_it_is_for() {
        let (kept, now) = (Kept::new(LIFE, 10), Instant::now());
        kept.put("a".to_owned(), 1, now);
        assert_eq!(kept.take("a", now, |value| *value == 2), None, "another's attempt costs nothing");
        assert_eq!(kept.take("a", now, |value| *value == 1), Some(1));
        assert_eq!(kept.take("a", now, |value| *value == 1), None);
    }

    #[test]
    fn a_flood_keeps_no_more_than_the_bound_and_what_is_in_use_stays() {
        let (kept, now) = (Kept::new(LIFE, 3), Instant::now());
        kept.put("used".to_owned(), 0, now);
        for n in 1..50_u32 {
            let later = now + Duration::from_millis(n.into());
            kept.put(n.to_string(), n, later);
            assert_eq!(kept.visit("used", later), Some(0));
        }
        assert_eq!(kept.end(|_| true), 3);
    }
}
