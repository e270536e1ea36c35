//! Facts of the catalog that a value is held against: regions, limits, tables of known names, schedules.

use rust_decimal::Decimal;

use super::check::Check;
use super::context::Context;
use crate::base::diagnostic::{Diagnostic, Level};
use crate::base::prose::alternatives;
use crate::base::schedule::{Dialect, Schedule};
use crate::base::source::Span;
use crate::base::tree::{Data, Node};
use crate::base::units::{Duration, Size};
use crate::catalog::{self, Limit, Region};
use crate::model::schema::{Form, Format, Marks, Shape};

/// Whether a region's name is one of AWS's: a wrong form is an error, an unknown name a warning.
pub(super) fn region(node: &Node, context: &mut Context) {
    let text = node.text().unwrap_or_default();
    if Region::parse(text).is_some() {
        return;
    }
    let parts: Vec<&str> = text.split('-').collect();
    let number = parts.last().is_some_and(|last| last.parse::<u8>().is_ok());
    let words = parts.iter().rev().skip(1).all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase()));
    let near = Region::nearest(text).map(|region| format!("did you mean `{}`?", region.code)).unwrap_or_default();
    if parts.len() < 3 || !number || !words {
        let help = "write it as AWS does, for example \"eu-west-1\"";
        context.say(Diagnostic::error(format!("`{text}` is not a region")).at(node.span, near).help(help));
    } else {
        let help = "if AWS has opened it since, go on; prices of it are not known";
        context.say(Diagnostic::warning(format!("the region `{text}` is not known")).at(node.span, near).help(help));
    }
}

/// A value in the unit of a limit, and how the limit's own numbers are written.
struct Measured {
    value: Decimal,
    shown: String,
    write: fn(Decimal, &str) -> String,
}

impl Check<'_> {
    /// Holds a value against the limit of its field, when there is one.
    pub(super) fn against_limit(&mut self, node: &Node, shape: &Shape) {
        let Some(limit) = shape.marks.limit.as_deref().and_then(catalog::limit) else { return };
        let Some(measured) = measure(node, shape, limit.unit) else { return };
        if limit.accepts(measured.value) {
            return;
        }
        let write = |number: Decimal| (measured.write)(number, limit.unit);
        let range = match (limit.min, limit.max) {
            _ if !limit.allowed.is_empty() => {
                let words: Vec<String> = limit.allowed.iter().map(|allowed| write(*allowed)).collect();
                format!("one of {}", alternatives(words.iter().map(String::as_str)))
            }
            (Some(min), Some(max)) => format!("from {} to {}", write(min), write(max)),
            (Some(min), None) => format!("at least {}", write(min)),
            (None, Some(max)) => format!("at most {}", write(max)),
            (None, None) => return,
        };
        let counts_text = matches!(shape.form, Form::Text(Format::Plain));
        let range = if counts_text { format!("{range} {} long", limit.unit) } else { range };
        let level = if limit.may_refuse() { Level::Error } else { Level::Warning };
        let (path, owner) = (self.path(), self.owner.name);
        let mut diagnostic = Diagnostic::of(level, format!("`{path}` in {owner} must be {range}")).at(node.span, measured.shown);
        if shape.marks.name && node.span == node.key_span {
            diagnostic =
                diagnostic.help("its name is made of the project's, the environment's and its own; write a shorter `name` in the block");
        } else {
            diagnostic = diagnostic.note("note", source(limit));
        }
        self.say_as(level, diagnostic);
    }

    /// Holds a string against the table of known names of its field: what is not there may be newer than the table, so it only warns.
    pub(super) fn against_table(&mut self, node: &Node, text: &str, marks: &Marks) {
        let Some(table) = marks.values.as_deref() else { return };
        let Some((known, near, what)) = look_up(table, text) else { return };
        if known {
            return;
        }
        let (path, owner) = (self.path(), self.owner.name);
        let label = near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
        let help = "if AWS has added it since, go on; limits and prices of it are not known";
        let message = format!("`{path}` in {owner}: `{text}` is none of the known {what}");
        self.say_as(Level::Warning, Diagnostic::warning(message).at(node.span, label).help(help));
    }

    /// Reads a cron or rate expression as its field's service does.
    pub(super) fn against_schedule(&mut self, node: &Node, text: &str, marks: &Marks) {
        let Some(dialect) = marks.schedule.as_deref().and_then(Dialect::of_mark) else { return };
        if let Err(error) = Schedule::parse(text, dialect) {
            let (path, owner) = (self.path(), self.owner.name);
            // The part that is wrong, where the string stands as it was written.
            let start = node.span.start as usize + 1;
            let part = Span::of(node.span.file, start + error.at.start..start + error.at.end);
            let span = if self.context.raw(node.span).get(1..text.len() + 1) == Some(text) { part } else { node.span };
            let help = error.repaired.map_or(error.help, |repaired| format!("write `{repaired}`"));
            self.say(Diagnostic::error(format!("`{path}` in {owner} is not a schedule")).at(span, error.message).help(help));
        }
    }
}

fn source(limit: &Limit) -> String {
    let adjustable = if limit.adjustable { "AWS raises it on request; " } else { "" };
    format!("{adjustable}as of {}: {}", limit.provenance.as_of, limit.provenance.source)
}

fn plain(number: Decimal, _: &str) -> String {
    number.to_string()
}

fn measure(node: &Node, shape: &Shape, unit: &str) -> Option<Measured> {
    let count = |number: usize| Measured { value: Decimal::from(number), shown: format!("{number} here"), write: plain };
    Some(match (&shape.form, &node.data) {
        (Form::Integer { .. } | Form::Number { .. }, Data::Integer(number)) => {
            Measured { value: Decimal::from(*number), shown: "out of range".into(), write: plain }
        }
        (Form::Number { .. }, Data::Decimal(number)) => Measured { value: *number, shown: "out of range".into(), write: plain },
        (Form::Text(Format::Duration), Data::Text(text)) => {
            let value = Decimal::from(text.parse::<Duration>().ok()?.as_milliseconds()) / milliseconds(unit)?;
            Measured { value, shown: "out of range".into(), write: write_duration }
        }
        (Form::Text(Format::Size), Data::Text(text)) => {
            let value = Decimal::from(text.parse::<Size>().ok()?.as_bytes()) / bytes(unit)?;
            Measured { value, shown: "out of range".into(), write: write_size }
        }
        (Form::Text(Format::Plain), Data::Text(text)) if unit == "characters" => count(text.chars().count()),
        (Form::Text(Format::Plain), Data::Text(text)) if unit == "bytes" => count(text.len()),
        (Form::List(_), Data::List(items)) => count(items.len()),
        (Form::Map(_), Data::Table(entries)) => count(entries.len()),
        _ => return None,
    })
}

fn milliseconds(unit: &str) -> Option<Decimal> {
    let each: u64 = match unit {
        "ms" => 1,
        "s" => 1000,
        "minutes" => 60_000,
        "h" => 3_600_000,
        "days" => 86_400_000,
        _ => return None,
    };
    Some(each.into())
}

fn bytes(unit: &str) -> Option<Decimal> {
    let each: u64 = match unit {
        "bytes" => 1,
        "KiB" | "KB" => 1 << 10,
        "MiB" | "MB" => 1 << 20,
        "GiB" | "GB" => 1 << 30,
        _ => return None,
    };
    Some(each.into())
}

fn write_duration(number: Decimal, unit: &str) -> String {
    use rust_decimal::prelude::ToPrimitive;
    let whole = milliseconds(unit).and_then(|each| number.checked_mul(each)).and_then(|all| all.to_u64());
    whole.map_or_else(|| number.to_string(), |all| Duration::milliseconds(all).to_string())
}

fn write_size(number: Decimal, unit: &str) -> String {
    use rust_decimal::prelude::ToPrimitive;
    let whole = bytes(unit).and_then(|each| number.checked_mul(each)).and_then(|all| all.to_u64());
    whole.map_or_else(|| number.to_string(), |all| Size::bytes(all).to_string())
}

/// Whether a name is in a table, the nearest that is, and what the table holds. `None` when there is no such table.
fn look_up(table: &str, text: &str) -> Option<(bool, Option<&'static str>, &'static str)> {
    Some(match table {
        "aws.regions" | "regions" => {
            (Region::parse(text).is_some(), Region::nearest(text).map(|region| region.code), catalog::Table::Regions.name())
        }
        "lambda.runtimes" | "runtimes" => (
            catalog::Runtime::parse(text).is_some(),
            catalog::Runtime::nearest(text).map(|runtime| runtime.name),
            catalog::Table::Runtimes.name(),
        ),
        "glue.versions" | "glue_versions" => (
            catalog::GlueVersion::parse(text).is_some(),
            catalog::GlueVersion::nearest(text).map(|version| version.name),
            catalog::Table::GlueVersions.name(),
        ),
        "glue.workers" | "glue.worker_types" | "workers" => (
            catalog::Worker::parse(text).is_some(),
            catalog::Worker::nearest(text).map(|worker| worker.name),
            catalog::Table::Workers.name(),
        ),
        "emr.releases" | "releases" => (
            catalog::Release::parse(text).is_some(),
            catalog::Release::nearest(text).map(|release| release.label),
            catalog::Table::Releases.name(),
        ),
        "ec2.instances" | "ec2.instance_types" | "emr.instances" | "emr.instance_types" | "instances" => (
            catalog::instance(text).is_some(),
            catalog::nearest_instance(text).map(|instance| instance.name),
            catalog::Table::Instances.name(),
        ),
        key => {
            let list = catalog::word_list(key)?;
            (list.contains(text), catalog::nearest(text, list.words.iter().copied()), "values")
        }
    })
}
