//! Desired, recorded and real become changes.

use super::json;
use crate::base::path::{Path, Segment};
use crate::model::plan::Change;
use crate::model::schema::{Form, Shape};
use crate::model::value::Value;
use crate::state::mask::is_masked;

/// What differs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// Attributes that are to change, in the order of the desired value, then what is to go.
    pub changes: Vec<Change>,
    /// How many of the resource's own fields stay as they are.
    pub unchanged: usize,
    /// What is there and nobody declared, nor ever did: `after` is what is there. Fields that the server fills are left out.
    pub undeclared: Vec<Change>,
}

/// Compares normal forms. `real` is absent when AWS was not asked: then what was recorded stands for it.
///
/// - What is desired is compared with what is real; what AWS never tells, with what was recorded.
/// - What is not desired and was recorded has been taken out by the user: it changes to absent, if it is still there.
/// - What is only real is nobody's business: not a change, but told as undeclared.
/// - An open reference differs from everything that is known: the plan has put in what can be known.
///
/// A table or list that goes altogether is one change; one that comes is told leaf by leaf.
/// Lists of tables are matched by their `x-key`, else place by place; other lists are compared as a whole.
pub fn changes(shape: &Shape, desired: &Value, recorded: Option<&Value>, real: Option<&Value>, ignore: &[Path]) -> Comparison {
    let mut walk = Walk { found: Comparison::default(), ignore, online: real.is_some() };
    walk.value(Trail::Root, &On::top(shape), Some(desired), recorded, real);
    let Walk { mut found, .. } = walk;
    let touched =
        |key: &str| found.changes.iter().any(|change| matches!(change.path.segments(), [Segment::Key(first), ..] if first == key));
    found.unchanged = desired.entries().map_or(0, |entries| entries.keys().filter(|key| !touched(key)).count());
    found
}

/// Where the walk is; becomes a path only where something differs, because nearly everything does not.
#[derive(Clone, Copy)]
enum Trail<'a> {
    Root,
    Key(&'a Self, &'a str),
    Index(&'a Self, usize),
}

impl Trail<'_> {
    fn to_path(self) -> Path {
        match self {
            Self::Root => Path::root(),
            Self::Key(above, key) => above.to_path().key(key),
            Self::Index(above, at) => above.to_path().index(at),
        }
    }
}

struct Walk<'a> {
    found: Comparison,
    ignore: &'a [Path],
    /// Whether the real value is known.
    online: bool,
}

/// The shape of a value, if it has one, and what is marked on it or above it.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent mark")]
struct On<'a> {
    shape: Option<&'a Shape>,
    replaces: Option<&'a str>,
    sensitive: bool,
    write_only: bool,
    server_set: bool,
    /// It comes and goes in place.
    part: bool,
    /// Why it comes and goes only with a replacement.
    whole: Option<&'a str>,
    /// It is part of something that comes or goes in place, so that nothing in it replaces.
    moves: bool,
    json: bool,
}

impl<'a> On<'a> {
    fn top(shape: &'a Shape) -> Self {
        Self::default().of(Some(shape))
    }

    fn of(self, shape: Option<&'a Shape>) -> Self {
        let Some(found) = shape else { return Self { shape, ..self } };
        Self {
            shape,
            replaces: found.marks.replace.as_deref().or(self.replaces).filter(|_| !self.moves),
            sensitive: found.marks.sensitive || self.sensitive,
            write_only: found.marks.write_only || self.write_only,
            server_set: found.marks.server_set || self.server_set,
            part: found.marks.part,
            whole: found.marks.whole.as_deref(),
            moves: self.moves,
            json: found.marks.json || self.json,
        }
    }

    /// As it is judged when one of the two sides is not there.
    fn against(self, desired: Option<&Value>, there: Option<&Value>) -> Self {
        if desired.is_some() == there.is_some() {
            self
        } else if self.part {
            Self { replaces: None, moves: true, ..self }
        } else {
            Self { replaces: self.replaces.or(self.whole), ..self }
        }
    }

    fn key(self, key: &str) -> Self {
        self.of(match self.shape.map(|shape| &shape.form) {
            Some(Form::Table(fields)) => fields.get(key).map(|field| &field.shape),
            Some(Form::Map(item)) => Some(item),
            _ => None,
        })
    }

    fn item(self) -> Self {
        let item = self.of(match self.shape.map(|shape| &shape.form) {
            Some(Form::List(item)) => Some(item),
            _ => None,
        });
        Self { part: item.part || self.part, ..item }
    }

    fn list_key(self) -> Option<&'a str> {
        self.shape.and_then(|shape| shape.marks.key.as_deref())
    }

    /// Whether a map or keyed list that we wrote into holds entries of others as well.
    fn is_shared(self, recorded: Option<&Value>, there: Option<&Value>) -> bool {
        match (recorded, there) {
            (Some(Value::Table(ours)), Some(Value::Table(all))) => {
                !matches!(self.shape.map(|shape| &shape.form), Some(Form::Table(_))) && all.keys().any(|key| !ours.contains_key(key))
            }
            (Some(Value::List(ours)), Some(Value::List(all))) => self.list_key().is_some_and(|key| {
                let foreign = |item: &Value| find(Some(ours), key, entry(Some(item), key)).is_none();
                tells_apart(ours, key) && tells_apart(all, key) && all.iter().any(foreign)
            }),
            _ => false,
        }
    }

    /// The reason for replacement, and whether anything is secret, at or below a value that comes or goes as a whole.
    fn within(self, value: &'a Value) -> (Option<&'a str>, bool) {
        let mut found = (self.replaces, self.sensitive);
        let mut add = |(replaces, sensitive): (Option<&'a str>, bool)| {
            found = (found.0.or(replaces), found.1 || sensitive);
        };
        match value {
            Value::Table(entries) => entries.iter().for_each(|(key, entry)| add(self.key(key).within(entry))),
            Value::List(items) => items.iter().for_each(|item| add(self.item().within(item))),
            Value::Text(text) => found.1 |= is_masked(text),
            Value::Unknown(template) => found.1 |= template.secrets().next().is_some(),
            Value::Bool(_) | Value::Number(_) => {}
        }
        found
    }

    fn same(self, left: &Value, right: &Value) -> bool {
        match (left, right) {
            (Value::Text(left), Value::Text(right)) if self.json => json::same(left, right),
            (Value::List(left), Value::List(right)) => {
                left.len() == right.len() && left.iter().zip(right).all(|(left, right)| self.item().same(left, right))
            }
            (Value::Table(left), Value::Table(right)) => {
                left.len() == right.len()
                    && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| self.key(key).same(left, right)))
            }
            _ => left == right,
        }
    }
}

impl Walk<'_> {
    fn value(&mut self, path: Trail<'_>, on: &On<'_>, desired: Option<&Value>, recorded: Option<&Value>, real: Option<&Value>) {
        let there = if self.online && !on.write_only { real } else { recorded };
        let on = &on.against(desired, there);
        match (desired, there) {
            (None, None) => {}
            // What others wrote into the same map or list stays.
            (None, Some(Value::Table(_))) if on.is_shared(recorded, there) => {
                self.table(path, on, &crate::base::table::IndexMap::default(), recorded, real, there);
            }
            (None, Some(Value::List(there_items))) if on.is_shared(recorded, there) => {
                let (recorded, real) = (recorded.and_then(Value::items), real.and_then(Value::items));
                self.keyed(path, on.item(), on.list_key().unwrap_or_default(), &[], recorded, real, there_items);
            }
            (None, Some(there)) if recorded.is_some() => self.change(path, on, Some(there), None),
            (None, Some(there)) => {
                if !on.server_set && !matches!(path, Trail::Root) {
                    let sensitive = on.within(there).1;
                    let after = Some(there.clone());
                    self.found.undeclared.push(Change { path: path.to_path(), before: None, after, replaces: None, sensitive });
                }
            }
            (Some(Value::Table(desired)), None | Some(Value::Table(_))) => {
                self.table(path, on, desired, recorded, real, there);
            }
            (Some(Value::List(desired)), Some(Value::List(there))) if are_tables(desired, there) => {
                let (recorded, real) = (recorded.and_then(Value::items), real.and_then(Value::items));
                match on.list_key().filter(|key| tells_apart(desired, key) && tells_apart(there, key)) {
                    Some(key) => self.keyed(path, on.item(), key, desired, recorded, real, there),
                    None => self.indexed(path, on.item(), desired, recorded, real, there),
                }
            }
            (Some(desired), Some(there)) if on.same(desired, there) => {}
            (Some(desired), there) => self.change(path, on, there, Some(desired)),
        }
    }

    fn table(
        &mut self,
        path: Trail<'_>,
        on: &On<'_>,
        desired: &crate::base::table::IndexMap<String, Value>,
        recorded: Option<&Value>,
        real: Option<&Value>,
        there: Option<&Value>,
    ) {
        if desired.is_empty() && there.is_none() && !matches!(path, Trail::Root) {
            return self.change(path, on, None, Some(&Value::table()));
        }
        for (key, value) in desired {
            self.value(Trail::Key(&path, key), &on.key(key), Some(value), entry(recorded, key), entry(real, key));
        }
        for (key, value) in fields(recorded).filter(|(key, _)| !desired.contains_key(*key)) {
            self.value(Trail::Key(&path, key), &on.key(key), None, Some(value), entry(real, key));
        }
        for (key, value) in fields(real).filter(|(key, _)| !desired.contains_key(*key) && entry(recorded, key).is_none()) {
            self.value(Trail::Key(&path, key), &on.key(key), None, None, Some(value));
        }
    }

    /// Place by place. The list as a whole is declared, so that an item too many is a difference.
    fn indexed(
        &mut self,
        path: Trail<'_>,
        item: On<'_>,
        desired: &[Value],
        recorded: Option<&[Value]>,
        real: Option<&[Value]>,
        there: &[Value],
    ) {
        for at in 0..desired.len().max(there.len()) {
            match desired.get(at) {
                Some(value) => {
                    let (recorded, real) = (recorded.and_then(|items| items.get(at)), real.and_then(|items| items.get(at)));
                    self.value(Trail::Index(&path, at), &item, Some(value), recorded, real);
                }
                None => self.change(Trail::Index(&path, at), &item, there.get(at), None),
            }
        }
    }

    /// Matched by key: an item that only AWS has is somebody else's.
    #[expect(clippy::too_many_arguments, reason = "three sides of one list, and where it stands")]
    fn keyed(
        &mut self,
        path: Trail<'_>,
        item: On<'_>,
        key: &str,
        desired: &[Value],
        recorded: Option<&[Value]>,
        real: Option<&[Value]>,
        there: &[Value],
    ) {
        for (at, value) in desired.iter().enumerate() {
            let name = entry(Some(value), key);
            self.value(Trail::Index(&path, at), &item, Some(value), find(recorded, key, name), find(real, key, name));
        }
        for (at, value) in there.iter().enumerate() {
            let name = entry(Some(value), key);
            if find(Some(desired), key, name).is_none() {
                self.value(Trail::Index(&path, at), &item, None, find(recorded, key, name), find(real, key, name));
            }
        }
    }

    fn change(&mut self, path: Trail<'_>, on: &On<'_>, before: Option<&Value>, after: Option<&Value>) {
        let path = path.to_path();
        if self.ignore.iter().any(|ignored| is_ignored(ignored, &path)) {
            return;
        }
        // A list of tables that comes is told item by item by the face; its marks are those of everything in it.
        let both = [before, after].into_iter().flatten().map(|value| on.within(value));
        let (replaces, sensitive) =
            both.fold((on.replaces, on.sensitive), |(replaces, sensitive), (more, hidden)| (replaces.or(more), sensitive || hidden));
        self.found.changes.push(Change {
            path,
            before: before.cloned(),
            after: after.cloned(),
            replaces: replaces.map(str::to_owned),
            sensitive,
        });
    }
}

/// Whether a user's `ignore` path covers an attribute; places of lists may be left out.
pub fn is_ignored(ignored: &Path, path: &Path) -> bool {
    if ignored.covers(path) {
        return true;
    }
    let (ignored, path) = (ignored.field(), path.field());
    path.strip_prefix(&ignored).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) && !ignored.is_empty()
}

fn fields(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::entries).into_iter().flatten()
}

fn entry<'v>(value: Option<&'v Value>, key: &str) -> Option<&'v Value> {
    value?.entries()?.get(key)
}

/// The item of a list that has this value under the list's key.
fn find<'v>(list: Option<&'v [Value]>, key: &str, wanted: Option<&Value>) -> Option<&'v Value> {
    list?.iter().find(|item| entry(Some(item), key) == wanted)
}

/// Whether the key is in every item, and no two have the same: else nobody can say which is which.
fn tells_apart(items: &[Value], key: &str) -> bool {
    let names: Option<Vec<String>> = items.iter().map(|item| entry(Some(item), key).map(ToString::to_string)).collect();
    names.is_some_and(|mut names| {
        names.sort_unstable();
        names.windows(2).all(|pair| pair[0] != pair[1])
    })
}

fn are_tables(left: &[Value], right: &[Value]) -> bool {
    !left.is_empty() && !right.is_empty() && left.iter().chain(right).all(|value| value.entries().is_some())
}
