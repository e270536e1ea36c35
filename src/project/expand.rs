//! A block to a resource: placeholders, checks, files, typed spec, normal form, edges.

use std::collections::BTreeMap;

use crate::base::table::IndexMap;
use rust_decimal::prelude::ToPrimitive;

use super::addresses::Addresses;
use super::artifacts::{Destination, inside_root, is_elsewhere, take};
use super::blocks::Block;
use super::check::{Check, Owner};
use super::context::Context;
use super::environment::DEFAULT_ENVIRONMENT;
use super::facts::{FactsOf, visit};
use super::interpolate::{Scope, interpolate, text_with};
use super::lifecycle;
use super::lookup;
use super::names;
use super::normal::{self, Found};
use super::roles::Derivation;
use super::usage::{self, UsageFiles};
use crate::base::diagnostic::Diagnostic;
use crate::base::path::Path;
use crate::base::source::Span;
use crate::base::tree::{Data, Node};
use crate::model::artifact::{Artifact, Packaging};
use crate::model::kind::{KindEntry, Problems};
use crate::model::resource::{Resource, Settings};
use crate::model::schema::Field;

/// What all blocks of a project share.
pub(super) struct Surroundings<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// The project's tags.
    pub tags: &'a BTreeMap<String, String>,
    /// The resources.
    pub addresses: &'a Addresses,
    /// Usage from files.
    pub usage: &'a UsageFiles,
    /// What placeholders may speak of.
    pub scope: Scope<'a>,
}

/// Makes the resource of a block, and the blocks of the roles derived for it. `None` when it has mistakes; they were said.
pub(super) fn resource(
    mut block: Block,
    around: &Surroundings<'_>,
    facts: &mut FactsOf,
    context: &mut Context,
) -> Option<(Resource, Vec<Block>)> {
    let before = context.errors();
    let each = block.each.take();
    let scope = Scope { each: each.as_ref().map(|(key, value)| (key.as_str(), value.as_str())), ..around.scope };
    interpolate(&mut block.node, &scope, context);
    let Block { address, entry, mut node, roles, derived_from, .. } = block;
    let own = entry.shape().fields()?;
    let facts = facts.of(entry).clone();
    if let Some(field) = &facts.name_field {
        let mut name = names::physical_name(&around.settings.name, around.settings.environment.as_deref(), &address);
        if let Some((flag, ending)) = &facts.name_ending
            && matches!(node.get(flag).map(|flag| &flag.data), Some(Data::Bool(true)))
        {
            name.push_str(ending);
        }
        names::fill(&mut node, field, name);
    }
    let owner_name = address.to_string();
    let owner = Owner { name: &owner_name, topic: Some(entry.name()) };
    Check::new(context, &owner, Some(around.addresses)).block(&node, own, lifecycle::common_fields());
    let looked_up = lookup::is_looked_up(&node);
    let artifacts = if facts.artifacts && !looked_up {
        take_artifacts(&mut node, &owner_name, entry.shape(), around, &scope, context)
    } else {
        BTreeMap::new()
    };
    let usage = usage::of_block(&node, &address, entry, around.usage, context);
    if context.errors() != before {
        return None;
    }
    let (typed_usage, mut usage_value) = usage?;
    normal::shrink(&mut usage_value);
    let (lifecycle, mut edges) = lifecycle::read(&node, entry, &address, around.addresses, context);
    let tags = lifecycle::tags(&node, around.tags, &around.settings.name, scope.environment, &address, context);
    let mut spec = spec_json(&node, own, None);
    let added = if looked_up { lookup::complete(&mut spec, own) } else { Vec::new() };
    let typed = match entry.kind.read_spec(spec) {
        Ok(typed) => typed,
        Err(error) => {
            let (span, label) = blamed(&node, entry, own).map_or((node.key_span, "in this block"), |span| (span, ""));
            context.say(Diagnostic::error(format!("{address} cannot be read: {error}")).at(span, label).docs(entry.name()));
            return None;
        }
    };
    let mut problems = Problems::default();
    if !looked_up {
        entry.kind.validate(typed.as_ref(), &mut problems);
    }
    for problem in problems.found {
        let (place, exact) = node.nearest(&problem.path);
        let span = if exact && !problem.path.segments().is_empty() { place.span } else { place.key_span };
        let mut diagnostic = Diagnostic::error(format!("{address}: {}", problem.message)).at(span, problem.label);
        if !problem.help.is_empty() {
            diagnostic = diagnostic.help(problem.help);
        }
        context.say(diagnostic.docs(entry.name()));
    }
    let mut desired = entry.kind.write_spec(typed.as_ref());
    lookup::strip(&mut desired, &added);
    let Found { edges: found, connections } = normal::connect(&mut desired, entry.shape(), &node, around.addresses, !roles.is_empty());
    edges.extend(found);
    let derivation = Derivation {
        owner: &address,
        owner_name: facts.name_field.as_ref().and_then(|field| node.get(field)?.text()).unwrap_or_default(),
        roles: &roles,
        entry,
        typed: &typed,
        connections: &connections,
        settings: around.settings,
        addresses: around.addresses,
        span: node.key_span,
    };
    let derived = derivation.blocks(context);
    entry.kind.normalize(&mut desired);
    normal::shrink(&mut desired);
    let name = match facts.name_field.as_ref().and_then(|field| desired.entries()?.get(field)) {
        Some(crate::model::value::Value::Text(text)) => text.clone(),
        Some(crate::model::value::Value::Unknown(template)) => template.to_string(),
        _ => names::physical_name(&around.settings.name, around.settings.environment.as_deref(), &address),
    };
    if context.errors() != before {
        return None;
    }
    let resource =
        Resource { address, entry, typed, typed_usage, desired, usage_value, name, tags, lifecycle, edges, artifacts, derived_from, node };
    Some((resource, derived))
}

/// The kind's own part of a block as JSON, perhaps without one field.
fn spec_json(node: &Node, own: &IndexMap<String, Field>, without: Option<&str>) -> serde_json::Value {
    let entries = node.table().into_iter().flatten().filter(|(key, _)| !lifecycle::is_common(key, own) && without != Some(key.as_str()));
    serde_json::Value::Object(entries.map(|(key, value)| (key.clone(), json_of(value))).collect())
}

/// The place of the field that keeps a block from being read: the one without which it can be, or is only missed.
fn blamed(node: &Node, entry: &'static KindEntry, own: &IndexMap<String, Field>) -> Option<Span> {
    let guilty = |(key, _): &(&String, &Node)| match entry.kind.read_spec(spec_json(node, own, Some(key.as_str()))) {
        Ok(_) => true,
        Err(error) => error.to_string().starts_with(&format!("missing field `{key}`")),
    };
    node.table()?.iter().find(guilty).map(|(_, value)| value.span)
}

fn take_artifacts(
    node: &mut Node,
    owner: &str,
    shape: &crate::model::schema::Shape,
    around: &Surroundings<'_>,
    scope: &Scope<'_>,
    context: &mut Context,
) -> BTreeMap<Path, Artifact> {
    let environment = around.settings.environment.as_deref().unwrap_or(DEFAULT_ENVIRONMENT);
    let tidy = owner.replace("[\"", "/").replace("\"]", "");
    let prefix = format!("{}/{environment}/{tidy}", around.settings.name);
    let destination = Destination { bucket: around.settings.artifacts.as_deref(), prefix };
    let mut artifacts = BTreeMap::new();
    visit(node, shape, &mut |value, marks, path| {
        let (Some(packaging), Some(text)) = (marks.artifact, value.text()) else { return };
        if is_elsewhere(text, packaging) || context.spoilt.contains(&value.span) {
            return;
        }
        if packaging == Packaging::Inline {
            if let Some((artifact, text)) = inline(text, value, scope, context) {
                artifacts.insert(Path(path.to_vec()), artifact);
                value.data = Data::Text(text);
            }
        } else if let Some((artifact, text)) = take(text, packaging, value.span, &destination, context) {
            artifacts.insert(Path(path.to_vec()), artifact);
            value.data = Data::Text(text);
        }
    });
    artifacts
}

/// A file whose text is the value: its placeholders are put in, and mistakes point into it.
fn inline(text: &str, value: &Node, scope: &Scope<'_>, context: &mut Context) -> Option<(Artifact, String)> {
    let source = inside_root(text, value.span, context)?;
    let file = match context.read(&source) {
        Ok(file) => file,
        Err(error) => {
            context.say(Diagnostic::error(error.to_string()).at(value.span, ""));
            return None;
        }
    };
    let written = context.sources.get(file).map(|file| file.text.clone()).unwrap_or_default();
    let whole = Span::of(file, 0..written.len());
    let artifact = Artifact {
        packaging: Packaging::Inline,
        source,
        sha256: super::context::sha256(written.as_bytes()),
        length: written.len() as u64,
        key: None,
        bucket: None,
    };
    match text_with(&written, whole, scope, context) {
        Data::Text(text) if super::secrets::holds_one(&text) => {
            super::secrets::say_unfit("a file that is taken in", value.span, "its text is kept and shown", context);
            None
        }
        Data::Text(text) => Some((artifact, text)),
        _ => None,
    }
}

/// JSON of a tree, for typed reading.
pub(super) fn json_of(node: &Node) -> serde_json::Value {
    match &node.data {
        Data::Bool(flag) => (*flag).into(),
        Data::Integer(number) => (*number).into(),
        Data::Decimal(number) => {
            let plain = number.normalize();
            match plain.to_i64() {
                // `2.0` of a field that wants a fraction must stay readable as one, and JSON numbers are both.
                Some(whole) if plain.scale() == 0 => whole.into(),
                _ => plain.to_f64().into(),
            }
        }
        Data::Text(text) => text.as_str().into(),
        Data::List(items) => items.iter().map(json_of).collect(),
        Data::Table(entries) => serde_json::Value::Object(entries.iter().map(|(key, value)| (key.clone(), json_of(value))).collect()),
    }
}
