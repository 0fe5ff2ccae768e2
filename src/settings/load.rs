//! File and environment into values: who sets what, and everything that is wrong with it.
//!
//! The environment outranks the file, the file outranks the default. All problems are gathered, so that one look
//! shows them all. An unknown name is never passed over: a misspelt setting that silently does nothing is how
//! services end up unsafe. No secret may reach a problem.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::entries::ENTRIES;
use super::nearest::nearest;
use super::parse;
use super::problem::{Place, Problem};
use super::raw::{self, Named, Raw, Shape};
use super::table::{self, Key, Need};
use super::value::{DatabasePlace, Value};
use super::{providers, webhooks};

/// Environment variables by name.
pub(crate) type Environment = BTreeMap<String, String>;

/// A value and who set it.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) value: Value,
    pub(super) place: Place,
}

/// Every value that is set, also by default.
#[derive(Default, Clone)]
pub(super) struct Values {
    pub(super) found: BTreeMap<String, Found>,
}

impl Values {
    /// Every row of the table in its order; those that there are for many, once for each name that is in use.
    pub(super) fn keys(&self) -> Vec<Key> {
        let mut keys = Vec::new();
        let mut done = "";
        for entry in ENTRIES {
            let group = entry.names_group();
            if !entry.is_many() {
                keys.push(Key { entry, path: entry.path.to_owned() });
            } else if group != done {
                done = group;
                let rows = ENTRIES.iter().filter(|row| row.is_many() && row.names_group() == group);
                let rows = rows.collect::<Vec<_>>();
                for name in table::names_in(group, self.found.keys()) {
                    keys.extend(rows.iter().map(|entry| Key { entry, path: entry.path_of(name) }));
                }
            }
        }
        keys
    }

    /// Who has set it.
    pub(super) fn place(&self, path: &str) -> Place {
        self.found.get(path).map_or(Place::Default, |found| found.place.clone())
    }
}

/// The environment of this process; a variable that is not Unicode is a problem only if it is one of ours.
pub(crate) fn process_environment() -> Result<Environment, Vec<Problem>> {
    let mut environment = Environment::new();
    for (name, value) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if !name.starts_with(PREFIX) {
            continue;
        }
        let Ok(value) = value.into_string() else {
            return Err(vec![Problem::new(Place::Environment(name), "is not valid UTF-8")]);
        };
        environment.insert(name, value);
    }
    Ok(environment)
}

/// Reads the file, if there is one, and the environment.
///
/// # Errors
/// Every problem there is, in the order of the lines.
pub(super) fn load(file: Option<&Path>, environment: &Environment) -> Result<Values, Vec<Problem>> {
    let Some(path) = file else {
        return overlay("", Path::new(""), environment);
    };
    let place = || Place::file(path, 1);
    let bytes = fs::read(path).map_err(|error| {
        vec![
            Problem::new(place(), format!("cannot be read: {error}"))
                .advice("`genkan config new --out FILE` writes a commented sample"),
        ]
    })?;
    let text =
        String::from_utf8(bytes).map_err(|_| vec![Problem::new(place(), "is not valid UTF-8")])?;
    overlay(&text, path, environment)
}

/// The same with the file's text at hand.
pub(super) fn overlay(
    text: &str,
    path: &Path,
    environment: &Environment,
) -> Result<Values, Vec<Problem>> {
    let mut reader = Reader { file: path, values: Values::default(), problems: Vec::new() };
    match raw::document(text) {
        Ok(document) => reader.group("", &document),
        Err(error) => {
            let what = format!("is not valid TOML: {}", error.message);
            reader.problems.push(Problem::new(Place::file(path, error.line), what));
        }
    }
    for (name, value) in environment {
        reader.variable(name, value);
    }
    reader.defaults();
    reader.problems.sort_by(|left, right| left.place.cmp(&right.place));
    if reader.problems.is_empty() { Ok(reader.values) } else { Err(reader.problems) }
}

struct Reader<'a> {
    file: &'a Path,
    values: Values,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn group(&mut self, prefix: &str, entries: &[Named]) {
        for named in entries {
            let path =
                if prefix.is_empty() { named.name.clone() } else { format!("{prefix}.{}", named.name) };
            if let Some(key) = table::key(&path) {
                self.file_value(&key, named);
            } else if let Some(key) = table::secret_file(&path) {
                self.file_secret(&key, &path, named, entries);
            } else if !table::is_group(&path) {
                self.unknown(&path, Place::file(self.file, named.line));
            } else if let Shape::Table(inner) = &named.value.shape {
                self.group(&path, inner);
            } else {
                let what =
                    format!("is a group of settings; {} is written here", named.value.described());
                let problem = Problem::new(Place::file(self.file, named.line), what).of(&path);
                self.problems.push(problem.advice(format!("write [{path}] and the settings under it")));
            }
        }
    }

    fn file_value(&mut self, key: &Key, named: &Named) {
        let base = self.file.parent().map(Path::to_owned).unwrap_or_default();
        self.accept(key, &named.value, Place::file(self.file, named.line), &base);
    }

    fn file_secret(&mut self, key: &Key, path: &str, named: &Named, siblings: &[Named]) {
        let place = Place::file(self.file, named.line);
        if siblings.iter().any(|sibling| sibling.name == key.entry.name()) {
            self.twice(key, place);
            return;
        }
        let Shape::Text(secret_path) = &named.value.shape else {
            self.problems.push(Problem::new(place, "must be the path of a file, in quotes").of(path));
            return;
        };
        let base = self.file.parent().map(Path::to_owned).unwrap_or_default();
        self.read_secret(key, path, &base.join(secret_path), place);
    }

    fn variable(&mut self, name: &str, value: &str) {
        let Some(tail) = name.strip_prefix(PREFIX) else {
            return;
        };
        let path = table::path_of_variable(tail);
        let place = Place::Environment(name.to_owned());
        // Where a hyphen can be had, as in a container file, it may stand in a provider's name as well.
        let right_spelling = table::variable(&path) == name.replace('-', "_");
        let plain = table::key(&path).filter(|_| right_spelling);
        let from_file = table::secret_file(&path).filter(|_| right_spelling);
        if let Some(key) = plain.as_ref().or(from_file.as_ref())
            && let Place::Environment(other) = self.values.place(&key.path)
        {
            let problem = Problem::new(place, format!("is given twice, also as {other}")).of(&key.path);
            self.problems.push(problem.advice("keep one of the two"));
        } else if let Some(key) = plain {
            match raw::environment(key.entry.kind, value) {
                Ok(raw) => self.accept(&key, &raw, place, Path::new("")),
                Err(what) => self.problems.push(Problem::new(place, what).of(&key.path)),
            }
        } else if let Some(key) = from_file {
            self.read_secret(&key, &path, Path::new(value), place);
        } else if !is_of_others(name) {
            self.unknown_variable(&path, place);
        }
    }

    /// A secret from a file; one line break at its end is not part of it.
    fn read_secret(&mut self, key: &Key, written: &str, path: &Path, place: Place) {
        match fs::read_to_string(path) {
            Ok(text) => {
                let text = text.strip_suffix('\n').unwrap_or(&text);
                let text = text.strip_suffix('\r').unwrap_or(text).to_owned();
                self.accept(key, &Raw { line: 0, shape: Shape::Text(text) }, place, Path::new(""));
            }
            Err(error) => {
                let what = format!("{} cannot be read: {error}", path.display());
                self.problems.push(Problem::new(place, what).of(written));
            }
        }
    }

    fn accept(&mut self, key: &Key, raw: &Raw, place: Place, base: &Path) {
        match parse::value(key.entry.kind, raw) {
            Ok(value) => {
                let value = from_folder(value, base);
                self.values.found.insert(key.path.clone(), Found { value, place });
            }
            Err(refusal) => {
                let place = match place {
                    Place::File(file, _) if refusal.line > 0 => Place::File(file, refusal.line),
                    place => place,
                };
                self.problems.push(Problem::new(place, refusal.what).of(&key.path));
            }
        }
    }

    fn defaults(&mut self) {
        for key in self.values.keys() {
            let Need::Default(literal) = key.entry.need else {
                continue;
            };
            if self.values.found.contains_key(&key.path) {
                continue;
            }
            if let Ok(raw) = raw::literal(literal) {
                self.accept(&key, &raw, Place::Default, Path::new(""));
            }
        }
    }

    fn twice(&mut self, key: &Key, place: Place) {
        let problem = Problem::new(place, "is given twice, as it is and as a file").of(&key.path);
        self.problems.push(problem.advice("keep one of the two"));
    }

    fn unknown(&mut self, path: &str, place: Place) {
        if let Some((what, advice)) = providers::misnamed(path).or_else(|| webhooks::misnamed(path)) {
            self.problems.push(Problem::new(place, what).of(path).advice(advice));
            return;
        }
        let names = table::names(path);
        let problem = Problem::new(place, "is not a setting").of(path);
        self.problems.push(match nearest(path, names.iter().map(String::as_str)) {
            Some(name) => problem.advice(format!("did you mean {name}?")),
            None => problem.advice("`genkan config new` prints every setting"),
        });
    }

    fn unknown_variable(&mut self, path: &str, place: Place) {
        if let Some((what, advice)) = providers::misnamed(path).or_else(|| webhooks::misnamed(path)) {
            self.problems.push(Problem::new(place, what).advice(advice));
            return;
        }
        let names = table::settings(path);
        let problem = Problem::new(place, "is not a setting");
        // A single underscore between groups is the usual slip: spelt alike, it is the one that is meant.
        let flat = |name: &str| name.replace(['.', '_'], "");
        let alike = names.iter().find(|name| flat(name) == flat(path)).map(String::as_str);
        self.problems.push(match alike.or_else(|| nearest(path, names.iter().map(String::as_str))) {
            Some(name) => problem.advice(format!("did you mean {}?", table::variable(name))),
            None => problem.advice("`genkan config schema --markdown` lists every variable"),
        });
    }
}

/// Relative paths count from the folder of the file they stand in.
fn from_folder(value: Value, base: &Path) -> Value {
    let joined = |path: PathBuf| {
        if base.as_os_str().is_empty() { path } else { base.join(path) }
    };
    match value {
        Value::Path(path) => Value::Path(joined(path)),
        Value::Database(DatabasePlace::Sqlite(path)) => {
            Value::Database(DatabasePlace::Sqlite(joined(path)))
        }
        other => other,
    }
}

/// Variables with our prefix that are no settings: the command line's own, and those which Kubernetes sets for a
/// service named `genkan` or `genkan-…` (`GENKAN_SERVICE_HOST`, `GENKAN_PORT_7878_TCP_ADDR`).
fn is_of_others(name: &str) -> bool {
    let kubernetes = name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.ends_with("_PORT")
        || name
            .split_once("_PORT_")
            .is_some_and(|(_, rest)| rest.starts_with(|first: char| first.is_ascii_digit()));
    name == CONFIG_VARIABLE || (kubernetes && !name.contains("__"))
}

const PREFIX: &str = "GENKAN_";

/// Names the file of settings, instead of `--config`.
pub(crate) const CONFIG_VARIABLE: &str = "GENKAN_CONFIG";
