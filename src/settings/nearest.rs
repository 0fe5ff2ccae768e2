//! The nearest right name for a misspelt one.
//!
//! It is here because a wrong name in a settings file is nearly always a slip of the finger, and the person
//! should not have to look it up. It must never suggest something so far off that it misleads.

/// The candidate closest to `wrong`, when it is close enough to be a likely slip: by spelling first, then a
/// name that ends in the same words (a key written without its group).
pub(super) fn nearest<'a>(
    wrong: &str,
    candidates: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let allowed = (wrong.chars().count() / 3).max(2);
    let closest =
        candidates.clone().map(|name| (distance(wrong, name), name)).min_by_key(|(edits, _)| *edits);
    if let Some((edits, name)) = closest
        && edits <= allowed
    {
        return Some(name);
    }
    let tail = last_word(wrong);
    candidates.clone().find(|name| name.ends_with(&format!(".{wrong}"))).or_else(|| {
        candidates.filter(|name| last_word(name) == tail).min_by_key(|name| distance(wrong, name))
    })
}

/// Edits (insert, delete, replace, swap of neighbours) that turn `left` into `right`.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, here) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, there) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX - 1);
            let replaced = at(&last, column) + usize::from(here != there);
            let mut best = replaced.min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            let swapped = row > 0
                && column > 0
                && left.get(row - 1) == Some(there)
                && right.get(column - 1) == Some(here);
            if swapped {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or(0)
}

fn last_word(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests;
