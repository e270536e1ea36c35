//! Checks a table against what its kind takes: keys, types, choices, units, ranges, references.

use crate::base::table::IndexMap;
use rust_decimal::Decimal;

use super::addresses::Addresses;
use super::blocks::SECTIONS;
use super::context::Context;
use super::facts::item_marks;
use super::lookup::is_looked_up;
use super::quantity;
use crate::base::diagnostic::{Diagnostic, Level};
use crate::base::path::Path;
use crate::base::prose::alternatives;
use crate::base::tree::{Data, Node};
use crate::model::schema::{Field, Form, Format, Marks, Shape};

/// Whose table is checked.
pub(super) struct Owner<'a> {
    /// As messages name it: `function.ingest`, `project`.
    pub name: &'a str,
    /// What `pipetoll explain` says more about.
    pub topic: Option<&'a str>,
}

/// One step of the way to the value at hand.
#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// A check under way.
pub(super) struct Check<'a> {
    /// Where mistakes go.
    pub context: &'a mut Context,
    pub(super) owner: &'a Owner<'a>,
    /// The resources, where they may be named; `None` outside blocks and in overlays that are not laid over anything.
    pub(super) addresses: Option<&'a Addresses>,
    /// An overlay on its own: keys may be missing, and placeholders are not put in yet.
    partial: bool,
    /// A block that is only looked up: it needs none of its fields.
    looked_up: bool,
    way: Vec<Step<'a>>,
    sound: bool,
}

impl<'a> Check<'a> {
    /// A check of a whole table.
    pub(super) fn new(context: &'a mut Context, owner: &'a Owner<'a>, addresses: Option<&'a Addresses>) -> Self {
        Self { context, owner, addresses, partial: false, looked_up: false, way: Vec::new(), sound: true }
    }

    /// A check of an overlay on its own.
    #[must_use]
    pub(super) fn partial(mut self) -> Self {
        self.partial = true;
        self
    }

    /// Starts below a key of the owner.
    #[must_use]
    pub(super) fn below(mut self, key: &'a str) -> Self {
        self.way.push(Step::Key(key));
        self
    }

    /// Checks a table with these fields; whether it is sound.
    pub(super) fn table(mut self, node: &'a Node, fields: Option<&'a IndexMap<String, Field>>) -> bool {
        match (node.table(), fields) {
            (Some(entries), Some(fields)) => self.entries(node, entries, &[fields]),
            (Some(_), None) => {}
            (None, _) => self.wrong_type(node, "a table"),
        }
        self.sound
    }

    /// Checks a block: its own fields, and what every block may say. The block's own win.
    pub(super) fn block(mut self, node: &'a Node, own: &'a IndexMap<String, Field>, common: &'a IndexMap<String, Field>) -> bool {
        self.looked_up = is_looked_up(node);
        match node.table() {
            Some(entries) => self.entries(node, entries, &[own, common]),
            None => self.wrong_type(node, "a table"),
        }
        self.sound
    }

    /// The value at hand as messages name it: `trigger.kinesis[0].batch_size`.
    pub(super) fn path(&self) -> String {
        let path = self.way.iter().fold(Path::root(), |path, step| match step {
            Step::Key(key) => path.key(*key),
            Step::Index(index) => path.index(*index),
        });
        path.to_string()
    }

    pub(super) fn say(&mut self, diagnostic: Diagnostic) {
        self.say_as(Level::Error, diagnostic);
    }

    /// Says something that may leave the table sound.
    pub(super) fn say_as(&mut self, level: Level, diagnostic: Diagnostic) {
        let diagnostic = match self.owner.topic {
            Some(topic) => diagnostic.docs(topic),
            None => diagnostic,
        };
        self.sound &= level != Level::Error;
        self.context.say(diagnostic);
    }

    /// Notes that something else already said what is wrong.
    pub(super) fn unsound(&mut self) {
        self.sound = false;
    }

    fn entries(&mut self, node: &'a Node, entries: &'a IndexMap<String, Node>, fields: &[&'a IndexMap<String, Field>]) {
        for (key, value) in entries {
            match fields.iter().find_map(|fields| fields.get(key)) {
                Some(field) => {
                    self.way.push(Step::Key(key));
                    self.value(value, &field.shape, &field.shape.marks);
                    self.way.pop();
                }
                None => self.unknown_key(key, value, fields),
            }
        }
        if self.partial || (self.looked_up && self.way.is_empty()) {
            return;
        }
        for (key, field) in fields.iter().flat_map(|fields| fields.iter()) {
            if field.required && !entries.contains_key(key) {
                self.way.push(Step::Key(key));
                let path = self.path();
                self.way.pop();
                let (owner, expectation) = (self.owner.name, field.shape.expectation());
                self.say(
                    Diagnostic::error(format!("`{path}` is missing in {owner}"))
                        .at(node.key_span, format!("needs `{key}`"))
                        .help(format!("add `{key} = …`: {expectation}")),
                );
            }
        }
    }

    fn unknown_key(&mut self, key: &str, value: &Node, fields: &[&'a IndexMap<String, Field>]) {
        let candidates: Vec<&str> = fields.iter().flat_map(|fields| fields.keys().map(String::as_str)).collect();
        let near = self.context.nearest(key, candidates.iter().copied()).map(str::to_owned);
        let place = if self.way.is_empty() { String::new() } else { format!("`{}` of ", self.path()) };
        let mut diagnostic = Diagnostic::error(format!("unknown field `{key}` in {place}{}", self.owner.name));
        let label = near.as_ref().map_or_else(String::new, |near| format!("did you mean `{near}`?"));
        diagnostic = diagnostic.at(value.key_span, label);
        // In TOML, what follows a header belongs to it.
        let is_section = near.is_none() && self.owner.topic.is_none() && (SECTIONS.contains(&key) || self.context.kinds.contains_key(key));
        if is_section {
            diagnostic =
                diagnostic.help(format!("`{key}` stands at the top of the file, before the first `[header]`, or in one of its own"));
        } else if near.is_none() && !candidates.is_empty() && candidates.len() <= 12 {
            diagnostic = diagnostic.help(format!("it takes {}", alternatives(candidates)));
        }
        self.say(diagnostic);
    }

    fn value(&mut self, node: &'a Node, shape: &'a Shape, marks: &'a Marks) {
        if let Data::Text(text) = &node.data {
            if !self.context.spoilt.is_empty() && self.context.spoilt.contains(&node.span) {
                self.sound = false;
                return;
            }
            if text.contains("${") && self.with_placeholders(text, node, shape, marks) {
                return;
            }
        }
        match (&shape.form, &node.data) {
            (Form::Any, _) | (Form::Bool, Data::Bool(_)) => {}
            (Form::Integer { min, max }, Data::Integer(number)) => {
                // A bound that is only the width of our number means nothing to who is far from it.
                let max = max.as_ref().filter(|max| number > *max || **max < i64::from(i32::MAX));
                if self.within(node, number, min.as_ref(), max) {
                    self.against_limit(node, shape);
                }
            }
            (Form::Number { min, max }, Data::Decimal(number)) => {
                if self.within(node, number, min.as_ref(), max.as_ref()) {
                    self.against_limit(node, shape);
                }
            }
            (Form::Number { min, max }, Data::Integer(number)) => {
                if self.within(node, &Decimal::from(*number), min.as_ref(), max.as_ref()) {
                    self.against_limit(node, shape);
                }
            }
            (Form::Text(Format::Reference), Data::Text(text)) => self.reference(node, text, marks),
            (Form::Text(format), Data::Text(text)) => {
                if self.text(node, text, format, shape) {
                    self.against_limit(node, shape);
                    self.against_table(node, text, marks);
                    self.against_schedule(node, text, marks);
                }
            }
            (Form::Choice(choices), Data::Text(text)) => self.choice(node, text, choices),
            (Form::Estimate(word), _) => self.estimate(node, word),
            (Form::List(item), Data::List(items)) => {
                self.against_limit(node, shape);
                let marks = item_marks(marks, item);
                for (at, value) in items.iter().enumerate() {
                    self.way.push(Step::Index(at));
                    self.value(value, item, marks);
                    self.way.pop();
                }
            }
            (Form::Map(item), Data::Table(entries)) => {
                self.against_limit(node, shape);
                for (key, value) in entries.iter() {
                    self.way.push(Step::Key(key));
                    self.value(value, item, &item.marks);
                    self.way.pop();
                }
            }
            (Form::Table(fields), Data::Table(entries)) => self.entries(node, entries, &[fields]),
            _ => self.wrong_type(node, &shape.expectation()),
        }
    }

    /// A string that still has placeholders, or literal `${` written as `$${`. Whether all is said that can be said.
    fn with_placeholders(&mut self, text: &'a str, node: &'a Node, shape: &'a Shape, marks: &'a Marks) -> bool {
        let open = crate::model::template::Template::parse(text).is_some();
        if !open && !self.partial {
            return false;
        }
        if !self.partial && super::secrets::holds_one(text) {
            self.secret(node, shape, marks);
            return true;
        }
        match &shape.form {
            _ if self.partial => true,
            Form::Any | Form::Text(Format::Plain) => true,
            Form::Text(Format::Reference) => {
                self.reference_in(node, text, marks);
                true
            }
            Form::Table(_) | Form::Map(_) | Form::List(_) => false,
            _ => {
                let (path, owner, expectation) = (self.path(), self.owner.name, shape.expectation());
                self.say(
                    Diagnostic::error(format!("`{path}` in {owner} must be known before anything is applied"))
                        .at(node.span, "refers to another resource")
                        .help(format!("write {expectation}, or use a variable")),
                );
                true
            }
        }
    }

    fn wrong_type(&mut self, node: &Node, expectation: &str) {
        let (path, owner, found) = (self.path(), self.owner.name, node.data.type_name());
        let what =
            if path.is_empty() { format!("{owner} must be {expectation}") } else { format!("`{path}` in {owner} must be {expectation}") };
        let mut diagnostic = Diagnostic::error(what).at(node.span, format!("this is {found}"));
        if let Some(help) = self.rewrite(node, expectation) {
            diagnostic = diagnostic.help(help);
        }
        self.say(diagnostic);
    }

    /// How the value could be written so that it fits.
    fn rewrite(&self, node: &Node, expectation: &str) -> Option<String> {
        let raw = self.context.raw(node.span);
        let short = !raw.is_empty() && raw.len() <= 60 && !raw.contains('\n');
        if !short {
            return None;
        }
        let scalar = !matches!(node.data, Data::List(_) | Data::Table(_));
        match (&node.data, expectation) {
            (Data::Integer(_) | Data::Decimal(_), expected) if expected.starts_with("a duration") => {
                Some(format!("write the unit: `\"{raw}s\"`, if seconds are meant"))
            }
            (Data::Integer(_) | Data::Decimal(_), expected) if expected.starts_with("a size") => {
                Some(format!("write the unit: `\"{raw}MB\"`, if megabytes are meant"))
            }
            (Data::Integer(_) | Data::Decimal(_), expected) if expected.starts_with("a rate") => {
                Some(format!("write the unit: `\"{raw}/month\"`, if that is meant"))
            }
            (Data::List(_), "a table") if raw.starts_with("[[") => {
                Some(format!("write it once, with single brackets: `{}`", &raw[1..raw.len() - 1]))
            }
            (Data::Table(_), expected) if expected.starts_with("a list") && raw.starts_with('[') => {
                Some(format!("write double brackets: `[{raw}]`"))
            }
            (_, expected) if scalar && expected.starts_with("a list") => Some(format!("write it in brackets: `[{raw}]`")),
            (Data::Integer(_) | Data::Decimal(_) | Data::Bool(_), "a string") => Some(format!("write it in quotes: `\"{raw}\"`")),
            (Data::Text(text), "a whole number" | "a number" | "`true` or `false`") => {
                let fits = text.parse::<Decimal>().is_ok() || text == "true" || text == "false";
                fits.then(|| format!("write it without quotes: `{text}`"))
            }
            _ => None,
        }
    }

    /// Whether a number lies in the range of its field; says so when it does not.
    fn within<T: PartialOrd + std::fmt::Display>(&mut self, node: &Node, number: &T, min: Option<&T>, max: Option<&T>) -> bool {
        let low = min.is_some_and(|min| number < min);
        let high = max.is_some_and(|max| number > max);
        if !low && !high {
            return true;
        }
        let range = match (min, max) {
            (Some(min), Some(max)) => format!("from {min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            (None, Some(max)) => format!("at most {max}"),
            (None, None) => return true,
        };
        let (path, owner) = (self.path(), self.owner.name);
        self.say(
            Diagnostic::error(format!("`{path}` in {owner} must be {range}"))
                .at(node.span, format!("{number} is too {}", if low { "low" } else { "high" })),
        );
        false
    }

    /// Whether a string has the format of its field; says so when it has not.
    fn text(&mut self, node: &Node, text: &str, format: &Format, shape: &Shape) -> bool {
        let Err(why) = quantity::read(text, format) else { return true };
        let (path, owner, expectation) = (self.path(), self.owner.name, shape.expectation());
        self.say(Diagnostic::error(format!("`{path}` in {owner} must be {expectation}")).at(node.span, why));
        false
    }

    fn choice(&mut self, node: &Node, text: &str, choices: &[(String, String)]) {
        if choices.iter().any(|(choice, _)| choice == text) {
            return;
        }
        let words = choices.iter().map(|(choice, _)| choice.as_str());
        let near = self.context.nearest(text, words.clone());
        let label = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
        let (path, owner) = (self.path(), self.owner.name);
        let diagnostic = Diagnostic::error(format!("`{path}` in {owner} cannot be `{text}`")).at(node.span, label);
        let diagnostic = if choices.len() <= 20 { diagnostic.help(format!("it takes {}", alternatives(words))) } else { diagnostic };
        self.say(diagnostic);
    }

    fn estimate(&mut self, node: &'a Node, word: &str) {
        const KEYS: [&str; 3] = ["low", "likely", "high"];
        if let Data::Table(entries) = &node.data {
            for (key, value) in entries.iter() {
                if !KEYS.contains(&key.as_str()) {
                    let near = self.context.nearest(key, KEYS).map(|near| format!("did you mean `{near}`?"));
                    let (path, owner) = (self.path(), self.owner.name);
                    self.say(
                        Diagnostic::error(format!("unknown field `{key}` in `{path}` of {owner}"))
                            .at(value.key_span, near.unwrap_or_default())
                            .help("it takes `low`, `likely` and `high`"),
                    );
                    return;
                }
            }
        }
        if let Err(why) = quantity::estimate(node, word) {
            let (path, owner) = (self.path(), self.owner.name);
            let message = format!("`{path}` in {owner} must be a {word}, or a table with `low`, `likely` and `high`");
            self.say(Diagnostic::error(message).at(node.span, why));
        }
    }
}
