//! `${…}` in strings: what is known at load is put in, references to resources are checked and kept.

use super::addresses::Addresses;
use super::context::Context;
use super::secrets;
use super::variables::Variables;
use crate::base::diagnostic::Diagnostic;
use crate::base::fs;
use crate::base::prose::alternatives;
use crate::base::source::Span;
use crate::base::tree::{Data, Node};
use crate::model::secret::Secret;
use crate::model::template::{Piece, pieces, split_reference};

/// A file taken in by `${file("…")}` may be this long, in bytes.
const LONGEST_FILE: usize = 1 << 20;

/// What placeholders may speak of.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// The variables.
    pub variables: &'a Variables,
    /// `${env}`.
    pub environment: &'a str,
    /// `${project}`, once known.
    pub project: Option<&'a str>,
    /// `${region}`, once known.
    pub region: Option<&'a str>,
    /// `${account}`, when the project names one.
    pub account: Option<&'a str>,
    /// `${each.key}` and `${each.value}`, in a block with `for_each`.
    pub each: Option<(&'a str, &'a str)>,
    /// The resources, where they may be referred to.
    pub addresses: Option<&'a Addresses>,
}

/// Puts values in for the placeholders of every string below `node`.
pub(super) fn interpolate(node: &mut Node, scope: &Scope<'_>, context: &mut Context) {
    match &mut node.data {
        Data::Text(text) => {
            if text.contains("${") {
                let text = std::mem::take(text);
                node.data = text_with(&text, node.span, scope, context);
            } else if text.starts_with("secret(") && text.ends_with(')') {
                secrets::say_bare(text, node.span, context);
            }
        }
        Data::List(items) => items.iter_mut().for_each(|item| interpolate(item, scope, context)),
        Data::Table(entries) => {
            for (key, value) in entries.iter_mut() {
                if key.contains("${") {
                    context.say(
                        Diagnostic::error(format!("the key `{key}` holds a placeholder"))
                            .at(value.key_span, "nothing is put in here")
                            .help("only values take placeholders; write the key out"),
                    );
                }
                interpolate(value, scope, context);
            }
        }
        Data::Bool(_) | Data::Integer(_) | Data::Decimal(_) => {}
    }
}

/// What a placeholder stands for.
enum Meaning {
    /// A value, put in.
    Value(Data),
    /// A resource's attribute or a secret, kept.
    Kept,
    /// Nothing; it was reported.
    Mistake,
}

/// A string with its placeholders put in. A literal `${` stays written `$${`, as everywhere before the normal form.
pub(super) fn text_with(text: &str, span: Span, scope: &Scope<'_>, context: &mut Context) -> Data {
    let found = match pieces(text) {
        Ok(found) => found,
        Err(at) => {
            let start: String = text[at..].chars().take(20).collect();
            let whole_span = span;
            let span = context.part_of(span, &start);
            context.say(
                Diagnostic::error("a `${` is never closed").at(span, "no `}` follows").help("close it, or write `$${` for a literal `${`"),
            );
            context.spoilt.insert(whole_span);
            return Data::Text(text.replace("${", "$${"));
        }
    };
    let whole = found.len() == 1;
    let mut out = String::with_capacity(text.len());
    for piece in found {
        match piece {
            Piece::Text(plain) => out.push_str(&escape(&plain)),
            Piece::Placeholder(inner, range) => {
                let place = context.part_of(span, &text[range]);
                match meaning(inner, place, scope, context) {
                    Meaning::Value(Data::Text(value)) => out.push_str(&escape(&value)),
                    Meaning::Value(data) if whole => return data,
                    Meaning::Value(data) => {
                        let Some(value) = plain_text(&data) else {
                            context.spoilt.insert(span);
                            context.say(
                                Diagnostic::error("a list cannot stand inside a string")
                                    .at(place, "this is a list")
                                    .help("let the placeholder be the whole string"),
                            );
                            continue;
                        };
                        out.push_str(&value);
                    }
                    Meaning::Kept => {
                        out.push_str("${");
                        out.push_str(inner);
                        out.push('}');
                    }
                    Meaning::Mistake => {
                        context.spoilt.insert(span);
                    }
                }
            }
        }
    }
    Data::Text(out)
}

fn escape(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains("${") { text.replace("${", "$${").into() } else { text.into() }
}

fn plain_text(data: &Data) -> Option<String> {
    match data {
        Data::Text(text) => Some(text.clone()),
        Data::Integer(number) => Some(number.to_string()),
        Data::Decimal(number) => Some(number.to_string()),
        Data::Bool(flag) => Some(flag.to_string()),
        Data::List(_) | Data::Table(_) => None,
    }
}

fn meaning(inner: &str, place: Span, scope: &Scope<'_>, context: &mut Context) -> Meaning {
    let known = |text: &str| Meaning::Value(Data::Text(text.to_owned()));
    if let Some(name) = inner.strip_prefix("var.").filter(|name| !name.is_empty()) {
        return variable(name, place, scope, context);
    }
    if let Some(found) = Secret::placeholder(inner) {
        return if secrets::may_stand(found, scope.addresses.is_some(), place, context) { Meaning::Kept } else { Meaning::Mistake };
    }
    if inner.starts_with("file(") {
        return file(inner, place, context);
    }
    let found = match inner {
        "env" => Some(scope.environment),
        "project" => scope.project,
        "region" => scope.region,
        "account" => scope.account,
        "each.key" => scope.each.map(|(key, _)| key),
        "each.value" => scope.each.map(|(_, value)| value),
        _ => return reference(inner, place, scope, context),
    };
    if let Some(text) = found {
        return known(text);
    }
    let (label, help) = match inner {
        "account" => ("the project names no account", "add `account = \"…\"` to `[project]`"),
        "each.key" | "each.value" => ("only in a block with `for_each`", "add `for_each = [\"…\"]` to the block"),
        _ => ("not known here", "write the text itself"),
    };
    context.say(Diagnostic::error(format!("`${{{inner}}}` has no value here")).at(place, label).help(help));
    Meaning::Mistake
}

fn variable(name: &str, place: Span, scope: &Scope<'_>, context: &mut Context) -> Meaning {
    if let Some(value) = scope.variables.values.get(name) {
        return Meaning::Value(value.clone());
    }
    let declared = &scope.variables.declared;
    if !declared.iter().any(|known| known == name) && context.is_whole() {
        let near = context.nearest(name, declared.iter().map(String::as_str));
        let label = near.map_or_else(|| "not declared".to_owned(), |near| format!("did you mean `{near}`?"));
        context.say(
            Diagnostic::error(format!("there is no variable `{name}`"))
                .at(place, label)
                .help(format!("declare it: `[variables]` with `{name} = {{ default = … }}`")),
        );
    }
    Meaning::Mistake
}

fn file(inner: &str, place: Span, context: &mut Context) -> Meaning {
    let path = inner.strip_prefix("file(\"").and_then(|rest| rest.strip_suffix("\")"));
    let path = path.or_else(|| inner.strip_prefix("file('").and_then(|rest| rest.strip_suffix("')")));
    let Some(path) = path else {
        context.say(Diagnostic::error("this is not how a file is taken in").at(place, "").help("write `${file(\"path\")}`"));
        return Meaning::Mistake;
    };
    let read = super::artifacts::inside_root(path, place, context).and_then(|path| match fs::read_text(&path) {
        Ok(text) if text.len() <= LONGEST_FILE => {
            let name = context.shown(&path);
            context.count_in(&name, text.as_bytes());
            Some(text)
        }
        Ok(_) => {
            context.say(Diagnostic::error("the file is longer than 1 MiB").at(place, ""));
            None
        }
        Err(error) => {
            context.say(Diagnostic::error(error.to_string()).at(place, ""));
            None
        }
    });
    read.map_or(Meaning::Mistake, |text| Meaning::Value(Data::Text(text)))
}

fn reference(inner: &str, place: Span, scope: &Scope<'_>, context: &mut Context) -> Meaning {
    match (split_reference(inner), scope.addresses) {
        (Some((address, attribute)), Some(addresses)) => {
            if addresses.attribute(&address, attribute, place, context) {
                Meaning::Kept
            } else {
                Meaning::Mistake
            }
        }
        (Some(_), None) => {
            context.say(Diagnostic::error("resources cannot be referred to here").at(place, "must be known at load"));
            Meaning::Mistake
        }
        (None, _) => {
            unknown(inner, place, scope, context);
            Meaning::Mistake
        }
    }
}

fn unknown(inner: &str, place: Span, scope: &Scope<'_>, context: &mut Context) {
    let words = ["env", "region", "account", "project", "each.key", "each.value"];
    let named = format!("var.{inner}");
    let is_variable = scope.variables.declared.iter().any(|name| name == inner);
    let near = if is_variable { Some(named.as_str()) } else { context.nearest(inner, words) };
    let as_resource: Option<crate::base::address::Address> = inner.parse().ok();
    if inner.contains("${") {
        context.say(
            Diagnostic::error("a placeholder stands in another")
                .at(place, "`${` again before the `}`")
                .help("placeholders cannot be put together; write the name out, or `$${` for a literal `${`"),
        );
        return;
    }
    let label = match (near, as_resource) {
        (Some(near), _) => format!("did you mean `${{{near}}}`?"),
        (None, Some(address)) if context.kinds.contains_key(address.kind.as_str()) => {
            format!("add an attribute, as in `${{{address}.name}}`")
        }
        _ => "unknown".to_owned(),
    };
    let known = alternatives([
        "${kind.name.attribute}",
        "${var.name}",
        "${env}",
        "${region}",
        "${account}",
        "${project}",
        "${file(\"path\")}",
        "${secret('ssm:/path')}",
    ]);
    context.say(
        Diagnostic::error(format!("`${{{inner}}}` is not known"))
            .at(place, label)
            .help(format!("write {known}; `$${{{inner}}}` is the literal text")),
    );
}
