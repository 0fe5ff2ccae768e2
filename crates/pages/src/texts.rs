//! Every sentence, by language and id: Fluent files, embedded and laid over by the operator's.
//!
//! Both languages have the same ids (a test sees to it), so a text is either there in every language
//! or is a mistake found before the service starts. Values put into a sentence are cleaned here, so
//! that no caller can forget it.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use crate::sources::{Source, TEXTS};
use crate::views::{Arg, Args};
use crate::{Locale, PagesFault, plain};

/// The sentences of all languages.
pub(crate) struct Texts {
    bundles: BTreeMap<Locale, FluentBundle<FluentResource>>,
    /// Values that every sentence may use: the service's name, the sender, the contact.
    common: BTreeMap<Locale, Args>,
}

impl Texts {
    /// Reads the embedded texts and lays the operator's over them.
    pub(crate) fn new(
        common: BTreeMap<Locale, Args>,
        overrides: &[(Locale, Source)],
    ) -> Result<Texts, PagesFault> {
        let mut bundles = BTreeMap::new();
        for locale in Locale::ALL {
            let mut bundle = FluentBundle::new_concurrent(vec![language(locale)?]);
            bundle.set_use_isolating(false);
            let mut known = Variables::new();
            for (_, name, text) in TEXTS.iter().filter(|(of, ..)| *of == locale) {
                let source =
                    Source { name: (*name).into(), folder: "locales/".into(), text: (*text).into() };
                known.extend(variables(&source.text).into_iter().map(|(id, _, used)| (id, used)));
                let resource = parse(&source)?;
                bundle.add_resource(resource).map_err(|errors| {
                    let what = errors.first().map(ToString::to_string).unwrap_or_default();
                    PagesFault::file(format!("locales/{name}"), None, what)
                })?;
            }
            let usual =
                common.get(&locale).map(|args| args.keys().cloned().collect()).unwrap_or_default();
            for (_, source) in overrides.iter().filter(|(of, _)| *of == locale) {
                check_override(source, &known, &usual)?;
                bundle.add_resource_overriding(parse(source)?);
            }
            bundles.insert(locale, bundle);
        }
        Ok(Texts { bundles, common })
    }

    /// The sentence of that id; none when there is no such id or a value is missing for it.
    pub(crate) fn get(&self, locale: Locale, id: &str, args: &Args) -> Option<String> {
        let bundle = self.bundles.get(&locale)?;
        let pattern = bundle.get_message(id)?.value()?;
        let mut values = FluentArgs::new();
        for (name, value) in self.common.get(&locale).into_iter().flatten().chain(args) {
            match value {
                Arg::Number(number) => values.set(name.as_str(), *number),
                Arg::Text(text) => values.set(name.as_str(), plain::line(text)),
            }
        }
        let mut faults = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&values), &mut faults);
        faults.is_empty().then(|| text.into_owned())
    }
}

impl Texts {
    /// Whether there is a text of that id.
    pub(crate) fn has(&self, locale: Locale, id: &str) -> bool {
        self.bundles.get(&locale).is_some_and(|bundle| bundle.has_message(id))
    }
}

/// The variables of each text id.
type Variables = BTreeMap<String, BTreeSet<String>>;

/// The ids of a Fluent file, each with its line and the variables it uses.
pub(crate) fn variables(text: &str) -> Vec<(String, usize, BTreeSet<String>)> {
    let mut found: Vec<(String, usize, BTreeSet<String>)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.starts_with('#') {
            continue;
        }
        if line.starts_with(|c: char| c.is_ascii_alphabetic())
            && let Some((id, _)) = line.split_once('=')
        {
            found.push((id.trim().to_owned(), index + 1, BTreeSet::new()));
        }
        if let Some((_, _, used)) = found.last_mut() {
            used.extend(line.split('$').skip(1).map(name_at_start));
        }
    }
    found
}

fn name_at_start(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}

/// An operator's file may only replace texts that exist, with values those texts are given.
fn check_override(
    source: &Source,
    known: &Variables,
    usual: &BTreeSet<String>,
) -> Result<(), PagesFault> {
    let file = format!("{}{}", source.folder, source.name);
    parse(source)?;
    for (id, line, used) in variables(&source.text) {
        let Some(given) = known.get(&id) else {
            return Err(PagesFault::file(
                file,
                Some(line),
                format!("there is no text `{id}` to replace"),
            ));
        };
        if let Some(strange) = used.iter().find(|name| !given.contains(*name) && !usual.contains(*name))
        {
            return Err(PagesFault::file(
                file,
                Some(line),
                format!("the text `{id}` is given no ${strange}"),
            ));
        }
    }
    Ok(())
}

fn parse(source: &Source) -> Result<FluentResource, PagesFault> {
    FluentResource::try_new(source.text.clone()).map_err(|(_, errors)| {
        let first = errors.first();
        let line = first.map(|error| {
            let before = source.text.get(..error.pos.start).unwrap_or(&source.text);
            before.matches('\n').count() + 1
        });
        let what = first.map(|error| error.kind.to_string()).unwrap_or_default();
        PagesFault::file(format!("{}{}", source.folder, source.name), line, what)
    })
}

fn language(locale: Locale) -> Result<unic_langid::LanguageIdentifier, PagesFault> {
    locale
        .tag()
        .parse()
        .map_err(|_| PagesFault::setting("locale", "the language tag is not understood"))
}
