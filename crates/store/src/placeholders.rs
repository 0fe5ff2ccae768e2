//! The order of placeholders in a SQL text.
//!
//! SQLite takes `$1` for a name and numbers parameters by first appearance; PostgreSQL takes it for a number. The two
//! agree exactly when `$1`, `$2`, … first appear in this order. A test runs this over every statement.

/// Counts the placeholders of a text and checks that they first appear as `$1`, `$2`, …, outside of literals, quoted
/// names and comments.
///
/// # Errors
/// A sentence that says which placeholder is out of order, or which quote is never closed.
pub fn check_placeholders(sql: &str) -> Result<usize, String> {
    let mut highest = 0;
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = skip_passive(rest)? {
            rest = after;
            continue;
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
        if first == '?' {
            return Err("a question mark: only $1, $2, … are placeholders here".to_owned());
        }
        if first != '$' {
            continue;
        }
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        rest = after;
        let number: usize = number.parse().map_err(|_| "a $ without a number behind it".to_owned())?;
        if number == 0 || number > highest + 1 {
            return Err(format!(
                "${number} appears where ${} is the next new placeholder",
                highest + 1
            ));
        }
        highest = highest.max(number);
    }
    Ok(highest)
}

/// What follows a literal, quoted name or comment that begins here; `None` if none does.
fn skip_passive(text: &str) -> Result<Option<&str>, String> {
    const PASSIVE: [(&str, &str); 4] = [("'", "'"), ("\"", "\""), ("--", "\n"), ("/*", "*/")];
    for (open, close) in PASSIVE {
        let Some(inside) = text.strip_prefix(open) else {
            continue;
        };
        return match inside.split_once(close) {
            Some((_, after)) => Ok(Some(after)),
            None if close == "\n" => Ok(Some("")),
            None => Err(format!("{open} is never closed")),
        };
    }
    Ok(None)
}
