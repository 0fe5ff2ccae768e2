//! What the times say: medians, the gap between them, and Welch's t.
//!
//! As dudect does (Reparaz, Balasch, Verbauwhede 2017): the slowest twentieth of all times is left out, because what the
//! machine did beside is in there, and |t| above 4.5 is taken for a difference that is no chance.

/// Times of one question, in microseconds: of addresses of members, of other members, of nobody.
#[derive(Default)]
pub(crate) struct Times {
    pub(crate) members: Vec<f64>,
    pub(crate) others: Vec<f64>,
    pub(crate) nobody: Vec<f64>,
}

impl Times {
    pub(crate) fn of(&mut self, group: usize) -> &mut Vec<f64> {
        match group {
            0 => &mut self.members,
            1 => &mut self.others,
            _ => &mut self.nobody,
        }
    }

    /// The line that is printed.
    pub(crate) fn line(&self, name: &str) -> String {
        let (members, nobody) = (median(&self.members), median(&self.nobody));
        let (gap, null) = (members - nobody, members - median(&self.others));
        format!(
            "{name:<22} {:>6} {members:>10.1} {nobody:>10.1} {gap:>+9.1} {:>+8.1} {null:>+11.1} {:>+8.1}",
            self.members.len(),
            welch(&self.members, &self.nobody),
            welch(&self.members, &self.others)
        )
    }
}

/// The head over the lines.
pub(crate) fn head() -> String {
    format!(
        "{:<22} {:>6} {:>10} {:>10} {:>9} {:>8} {:>11} {:>8}",
        "µs, medians", "n", "registered", "nobody", "gap", "t", "null: gap", "t"
    )
}

fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Welch's t of two samples, without the slowest twentieth of both together.
fn welch(one: &[f64], other: &[f64]) -> f64 {
    let mut all = one.iter().chain(other).copied().collect::<Vec<_>>();
    all.sort_by(f64::total_cmp);
    let bound = all.get(all.len() * 19 / 20).copied().unwrap_or(f64::INFINITY);
    let kept = |times: &[f64]| times.iter().copied().filter(|time| *time < bound).collect::<Vec<_>>();
    let ((mean, variance), (mean_other, variance_other)) = (moments(&kept(one)), moments(&kept(other)));
    (mean - mean_other) / (variance + variance_other).sqrt()
}

/// Mean, and variance of the mean.
fn moments(times: &[f64]) -> (f64, f64) {
    let count = times.len() as f64;
    let mean = times.iter().sum::<f64>() / count;
    let square = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>();
    (mean, square / (count - 1.0) / count)
}
