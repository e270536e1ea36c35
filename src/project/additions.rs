//! What an environment adds: whole blocks, and no mistyped ones.

use crate::base::table::IndexMap;

use super::context::Context;
use super::lookup::is_looked_up;
use crate::base::diagnostic::Diagnostic;
use crate::base::prose::conjunction;
use crate::base::tree::{Data, Node};
use crate::model::kind::KindEntry;

/// Takes what is mistyped out of an overlay and says so: blocks that the base has not and that are not whole, or whose names are nearly
/// those of others; defaults of variables that the base does not declare.
pub(super) fn judge(base: &IndexMap<String, Node>, overlay: &mut Node, environment: &str, context: &mut Context) {
    let Data::Table(sections) = &mut overlay.data else { return };
    for (section, node) in sections.iter_mut() {
        let known: Vec<&str> = base.get(section).and_then(Node::table).into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let Data::Table(entries) = &mut node.data else { continue };
        let new = |name: &str| !known.contains(&name);
        if section == "variables" {
            entries.retain(|name, node| !new(name) || node.table().is_some() || undeclared(name, node, environment, &known, context));
        } else if let Some(entry) = context.kinds.get(section.as_str()).copied() {
            entries.retain(|name, node| !new(name) || is_meant(name, node, entry, environment, &known, context));
        }
    }
}

/// Says that a variable is not declared; it is taken out.
fn undeclared(name: &str, node: &Node, environment: &str, known: &[&str], context: &mut Context) -> bool {
    if context.is_whole() {
        let near = context.nearest(name, known.iter().copied());
        let label = near.map_or_else(|| "not declared".to_owned(), |near| format!("did you mean `{near}`?"));
        context.say(
            Diagnostic::error(format!("`environment.{environment}` gives a default to the variable `{name}`, which is not declared"))
                .at(node.key_span, label)
                .help(format!("declare it for all environments: `[variables]` with `{name} = {{ … }}`")),
        );
    }
    false
}

/// Whether a block that the base has not is added on purpose; says so when it is not.
fn is_meant(name: &str, node: &Node, entry: &'static KindEntry, environment: &str, known: &[&str], context: &mut Context) -> bool {
    let Some(written) = node.table() else { return true };
    let required: Vec<&str> = match entry.shape().fields() {
        _ if is_looked_up(node) => Vec::new(),
        Some(fields) => fields.iter().filter(|(_, field)| field.required && !field.shape.marks.name).map(|(key, _)| key.as_str()).collect(),
        None => Vec::new(),
    };
    let missing: Vec<&str> = required.iter().copied().filter(|key| !written.contains_key(*key)).collect();
    let near = context.nearest(name, known.iter().copied()).filter(|near| !are_of_a_series(name, near));
    // A kind that needs nothing: only a physical name of its own tells a new block from a mistyped one.
    let names_itself =
        written.keys().any(|key| entry.shape().fields().is_some_and(|fields| fields.get(key).is_some_and(|f| f.shape.marks.name)));
    if missing.is_empty() && (near.is_none() || !required.is_empty() || names_itself) {
        return true;
    }
    if !context.is_whole() {
        return false;
    }
    let kind = entry.name();
    let label = near.map_or_else(|| "not in the base".to_owned(), |near| format!("did you mean `{near}`?"));
    let to_add = if missing.is_empty() { "give it a `name` of its own".to_owned() } else { format!("set {} too", conjunction(missing)) };
    context.say(
        Diagnostic::error(format!("`environment.{environment}` changes `{kind}.{name}`, which does not exist"))
            .at(node.key_span, label)
            .help(format!("an environment changes blocks of the base, or adds whole ones; to add this one, {to_add}"))
            .docs(kind),
    );
    false
}

/// Names that differ in a number, or in what is hung on at an end, are different things: `jobs_a` and `jobs_b`, `orders` and `orders_dead`.
fn are_of_a_series(one: &str, other: &str) -> bool {
    let without_digits = |name: &str| name.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let part = ['-', '_'];
    let cut = |name: &str| name.rsplit_once(part).map(|(head, _)| head.to_owned());
    let hung_on = |long: &str, short: &str| {
        let before = long.strip_suffix(short).is_some_and(|rest| rest.ends_with(part));
        before || long.strip_prefix(short).is_some_and(|rest| rest.starts_with(part))
    };
    without_digits(one) == without_digits(other)
        || (cut(one).is_some() && cut(one) == cut(other))
        || hung_on(one, other)
        || hung_on(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_series_are_no_typing_mistakes() {
        for (one, other) in [("jobs_a", "jobs_b"), ("shard1", "shard2"), ("orders", "orders2"), ("orders", "orders_x"), ("eu-in", "in")] {
            assert!(are_of_a_series(one, other), "{one} {other}");
        }
        for (one, other) in [("orders", "ordrs"), ("sessionise", "sessionize"), ("clicks", "click"), ("raw_data", "row_data")] {
            assert!(!are_of_a_series(one, other), "{one} {other}");
        }
    }
}
