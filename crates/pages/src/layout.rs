//! The frame and the template engine: turns a view into a page in one language.
//!
//! One engine for each language, so that a template says `t('id')` and no more. Everything is
//! escaped; a template is given functions for words and times, and nothing that could decide.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, context,
    escape_formatter,
};
use serde::Serialize;

use crate::sources::{Source, TEMPLATES};
use crate::texts::Texts;
use crate::views::{Arg, Args, Chrome, View};
use crate::{Locale, PagesFault, plain, times};

/// How much work a template may do; the largest page takes about a tenth.
const FUEL: u64 = 400_000;

/// Words and times of one language, as templates use them.
#[derive(Clone)]
pub(crate) struct Words {
    pub(crate) texts: Arc<Texts>,
    pub(crate) locale: Locale,
    pub(crate) zone: TimeZone,
    /// What configured providers are called; `google` and `apple` have texts of their own.
    pub(crate) providers: Arc<BTreeMap<String, String>>,
}

impl Words {
    /// The text `{prefix}-{id}`, else the id itself, cleaned: a label for what may be unknown here.
    pub(crate) fn label(&self, prefix: &str, id: &str) -> String {
        self.known(prefix, id, &plain::line(id)).unwrap_or_else(|| plain::line(id))
    }

    /// Whether a method of that id has a name for people.
    pub(crate) fn names(&self, method: &str) -> bool {
        self.texts.has(self.locale, &format!("method-{method}")) || self.providers.contains_key(method)
    }

    /// The text `{prefix}-{id}`, else what a provider of that name is called. Every `continue` is a sentence,
    /// with `unknown` in it where nobody knows the name.
    pub(crate) fn known(&self, prefix: &str, id: &str, unknown: &str) -> Option<String> {
        let text = self.texts.get(self.locale, &format!("{prefix}-{id}"), &Args::new());
        let label = self.providers.get(id).map(String::as_str);
        text.or_else(|| match prefix {
            "method" => label.map(plain::line),
            "continue" => {
                let args = Args::from([("label".to_owned(), Arg::from(label.unwrap_or(unknown)))]);
                self.texts.get(self.locale, "continue-other", &args)
            }
            _ => None,
        })
    }

    fn text(&self, id: &str, args: &Args) -> Result<String, Error> {
        self.texts.get(self.locale, id, args).ok_or_else(|| {
            Error::new(ErrorKind::InvalidOperation, format!("no text `{id}` with these values"))
        })
    }
}

/// What every page of a language is given besides its view.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Service {
    pub(crate) name: String,
    pub(crate) contact: Contact,
    pub(crate) sender: String,
    pub(crate) domain: String,
    pub(crate) footer: Vec<Link>,
    pub(crate) logo: Option<String>,
    pub(crate) style: String,
    pub(crate) script: String,
    pub(crate) icon: String,
    pub(crate) google: String,
    pub(crate) apple_white: String,
    pub(crate) apple_black: String,
    pub(crate) paper_light: String,
    pub(crate) paper_dark: String,
    /// The other languages: tag and name.
    pub(crate) languages: Vec<Link>,
}

/// A text and where it leads (or, for a language, its tag).
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Link {
    pub(crate) text: String,
    pub(crate) url: String,
}

/// The operator's contact; `url` is empty when it is neither a mail address nor a page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Contact {
    pub(crate) text: String,
    pub(crate) url: String,
}

/// The engine of one language.
pub(crate) struct Layout {
    environment: Environment<'static>,
    words: Words,
    service: Value,
    service_name: String,
}

impl Layout {
    /// Reads the operator's templates; one that does not parse is refused. The embedded ones, which tests have read, are read
    /// when their page is first asked for: all of them in all languages take 3 MB.
    pub(crate) fn new(
        words: Words,
        service: Service,
        overrides: &[Source],
    ) -> Result<Layout, PagesFault> {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        environment.set_fuel(Some(FUEL));
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(|error| PagesFault::template("templates/", &error))?);
        environment.set_formatter(write_value);
        add_functions(&mut environment, &words);
        let own = overrides.iter().map(|source| (source.name.clone(), source.text.clone()));
        let own = own.collect::<BTreeMap<_, _>>();
        environment.set_loader(move |name| Ok(text_of(&own, name)));
        for source in overrides {
            check_override(&environment, &words, source)?;
        }
        let service_name = service.name.clone();
        Ok(Layout { environment, words, service: Value::from(Serde(service)), service_name })
    }

    pub(crate) fn words(&self) -> &Words {
        &self.words
    }

    /// Writes the page.
    pub(crate) fn page<V: View>(&self, view: &V, chrome: &Chrome) -> Result<String, PagesFault> {
        let context = context! {
            page => Value::from(Serde(view)),
            chrome => Value::from(Serde(chrome)),
            errors => Value::from(Serde(view.errors())),
            service => self.service.clone(),
            title_key => view.title_key(),
        };
        self.fill(V::TEMPLATE, context)
    }

    /// Writes a mail's HTML part.
    pub(crate) fn letter(&self, letter: &impl Serialize) -> Result<String, PagesFault> {
        let context = context! {
            letter => Value::from(Serde(letter)),
            locale => self.words.locale.tag(),
            service => self.service_name.as_str(),
        };
        self.fill("mail/letter.html", context)
    }

    fn fill(&self, template: &str, context: Value) -> Result<String, PagesFault> {
        self.environment
            .get_template(template)
            .and_then(|template| template.render(context))
            .map_err(|error| PagesFault::template("templates/", &error))
    }
}

/// The text of a template: the operator's, else the embedded one.
fn text_of(own: &BTreeMap<String, String>, name: &str) -> Option<String> {
    let embedded = || TEMPLATES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    own.get(name).map(String::as_str).or_else(embedded).map(str::to_owned)
}

/// What templates are given; anything else would fail only when the page is asked for.
const GIVEN: [&str; 8] =
    ["page", "chrome", "errors", "service", "title_key", "letter", "locale", "loop"];

/// Finds what an operator's template names and is not given: values, and texts written as `t('id')`.
fn check_override(
    environment: &Environment<'_>,
    words: &Words,
    source: &Source,
) -> Result<(), PagesFault> {
    let file = format!("{}{}", source.folder, source.name);
    let fault = |error: Error| PagesFault::template(&source.folder, &error);
    let template = environment.get_template(&source.name).map_err(fault)?;
    let globals: Vec<&str> = environment.globals().map(|(name, _)| name).collect();
    for name in template.undeclared_variables(false) {
        if !GIVEN.contains(&name.as_str()) && !globals.contains(&name.as_str()) {
            let line = source.text.lines().position(|line| line.contains(&name)).map(|line| line + 1);
            return Err(PagesFault::file(file, line, format!("pages are given no `{name}`")));
        }
    }
    for (index, line) in source.text.lines().enumerate() {
        for id in line.split(" t('").skip(1).filter_map(|rest| rest.split_once('\'')) {
            if id.1.starts_with([')', ',']) && !words.texts.has(words.locale, id.0) {
                return Err(PagesFault::file(
                    file,
                    Some(index + 1),
                    format!("there is no text `{}`", id.0),
                ));
            }
        }
    }
    Ok(())
}

/// Writes a value into a page: text is escaped for content and for quoted attributes alike.
fn write_value(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() => out.write_str(&escape(text)).map_err(Error::from),
        _ => escape_formatter(out, state, value),
    }
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}

/// The functions that templates have.
fn add_functions(environment: &mut Environment<'static>, words: &Words) {
    let own = words.clone();
    environment.add_function("t", move |id: &str, values: Kwargs| -> Result<String, Error> {
        let mut args = Args::new();
        for name in values.args() {
            args.insert(name.to_owned(), arg(&values.get::<Value>(name)?));
        }
        own.text(id, &args)
    });
    let own = words.clone();
    environment.add_function("title", move |id: &str| {
        own.text(id, &Args::new()).or_else(|_| own.text("problem-other-title", &Args::new()))
    });
    let own = words.clone();
    environment.add_function("error_text", move |error: Value| error_text(&own, &error));
    let own = words.clone();
    environment.add_function("problem_text", move |problem: Value| problem_text(&own, &problem));
    let own = words.clone();
    environment.add_function("conflict_text", move |kind: &str, provider: &str| {
        let args = Args::from([("provider".to_owned(), Arg::from(provider))]);
        let id = format!("conflict-{kind}-body");
        own.text(&id, &args).or_else(|_| own.text("problem-other-body", &Args::new()))
    });
    let own = words.clone();
    environment.add_function("label", move |prefix: &str, id: &str| own.label(prefix, id));
    let own = words.clone();
    environment.add_function("when", move |at: i64| times::moment(at, &own.zone, own.locale));
    let own = words.clone();
    environment.add_function("clock", move |at: i64| times::clock(at, &own.zone));
    let own = words.clone();
    environment.add_function("zone", move |at: i64| times::zone_name(at, &own.zone, own.locale));
    environment.add_function("machine_time", times::machine);
    let own = words.clone();
    environment.add_filter("method", move |id: &str| own.label("method", id));
    environment.add_filter("plain", |text: &str| plain::line(text));
    environment.add_filter("network", |text: &str| plain::network(text));
    environment.add_filter("query", |text: &str| query(text));
}

fn arg(value: &Value) -> Arg {
    value.as_i64().map_or_else(|| Arg::Text(value.to_string()), Arg::Number)
}

fn args_of(value: &Value) -> Result<Args, Error> {
    let mut args = Args::new();
    for name in value.try_iter()? {
        args.insert(name.to_string(), arg(&value.get_item(&name)?));
    }
    Ok(args)
}

/// The sentence of a [`crate::views::FieldError`]; a plain one where the id has none.
fn error_text(words: &Words, error: &Value) -> Result<String, Error> {
    let id = error.get_attr("text_id")?.to_string();
    let args = args_of(&error.get_attr("args")?)?;
    match words.texts.get(words.locale, &format!("error-{id}"), &args) {
        Some(text) => Ok(text),
        None => words.text("error-other", &Args::new()),
    }
}

/// The sentence of a [`crate::views::Problem`]; a plain one where values are missing.
fn problem_text(words: &Words, problem: &Value) -> Result<String, Error> {
    let kind = problem.get_attr("kind")?.to_string();
    let args = args_of(&problem.get_attr("args")?)?;
    match words.texts.get(words.locale, &format!("problem-{kind}-body"), &args) {
        Some(text) => Ok(text),
        None => words.text("problem-other-body", &Args::new()),
    }
}

/// A value for a query string: all but unreserved characters as `%XX` (RFC 3986 section 2.3).
fn query(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
