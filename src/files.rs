//! How many files and connections this process may have open, and how many connections of visitors that leaves.
//!
//! Systems start programs with a low bound that they may raise themselves, for the sake of those that cannot count
//! beyond it (`select`). This one can, so it takes what it may have. What it then has decides how many visitors are let
//! in: with none left, neither the database nor the mail server could be reached.

use rlimit::Resource;

/// What this process may open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Files {
    /// The most at a time.
    pub(crate) most: u64,
}

impl Files {
    /// Takes what may be had.
    pub(crate) fn raise() -> Self {
        let Ok((soft, hard)) = Resource::NOFILE.get() else { return Self { most: UNKNOWN } };
        // macOS takes no more than this, whatever it says.
        let wanted = hard.min(MOST);
        if soft >= wanted || Resource::NOFILE.set(wanted, hard).is_err() {
            return Self { most: soft };
        }
        Self { most: wanted }
    }

    /// How many connections of visitors can be had, of as many as are wanted, when so much else is needed.
    pub(crate) fn connections(self, wanted: u32, else_needed: u32) -> u32 {
        let left = self.most.saturating_sub(u64::from(else_needed));
        let left = u32::try_from(left).unwrap_or(u32::MAX);
        wanted.min(left.max(FEWEST))
    }
}

/// Where the system does not say, the least that systems give.
const UNKNOWN: u64 = 1_024;
const MOST: u64 = 1_048_576;
/// Somebody must get in, or nobody could see what is wrong.
const FEWEST: u32 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visitors_get_what_the_house_itself_does_not_need() {
        let files = Files { most: 1_024 };
        assert_eq!(files.connections(10_000, 300), 724);
        assert_eq!(files.connections(500, 300), 500);
        assert_eq!(Files { most: 64 }.connections(10_000, 300), FEWEST);
        assert_eq!(Files { most: u64::MAX }.connections(1_000_000, 300), 1_000_000);
    }

    #[test]
    fn what_may_be_had_is_taken() {
        let files = Files::raise();
        let (soft, hard) = Resource::NOFILE.get().expect("a bound");
        assert_eq!((files.most, soft), (soft, hard.min(MOST).max(soft)));
    }
}
