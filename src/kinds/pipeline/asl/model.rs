//! A definition as scopes and states: enough of Amazon States Language to walk it.

use crate::base::table::IndexMap;
use serde_json::{Map, Value as Json};

/// A definition.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    /// All of it.
    pub json: Map<String, Json>,
    /// Its outermost states.
    pub scope: Scope,
}

/// States that can lead to each other: a machine's own, a branch's, or a map's.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// Where it begins.
    pub start: Option<String>,
    /// The states, in the order of the text.
    pub states: IndexMap<String, State>,
    /// Whether it runs as executions of its own, of which type: a distributed map's (`STANDARD`, `EXPRESS`).
    pub distributed: Option<String>,
}

/// A state.
#[derive(Debug, Clone)]
pub(crate) struct State {
    /// `Type`; empty when there is none.
    pub kind: String,
    /// All of it.
    pub json: Map<String, Json>,
    /// Branches and the states of a map.
    pub scopes: Vec<Scope>,
}

/// How a state leads to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// It follows.
    Next,
    /// A choice leads there.
    Choice,
    /// The default of a choice.
    Default,
    /// An error leads there.
    Catch,
}

impl Machine {
    /// Reads a definition; what is not a table at all is none.
    pub(crate) fn read(json: &Json) -> Option<Self> {
        let json = json.as_object()?.clone();
        let scope = Scope::read(&json);
        Some(Self { json, scope })
    }

    /// Every state with its name and the scope it stands in, outer ones first.
    pub(crate) fn states(&self) -> Vec<(&str, &State, &Scope)> {
        let mut found = Vec::new();
        self.scope.gather(&mut found);
        found
    }

    /// Every scope, outer ones first.
    pub(crate) fn scopes(&self) -> Vec<&Scope> {
        let inner = self.states().into_iter().flat_map(|(_, state, _)| &state.scopes);
        std::iter::once(&self.scope).chain(inner).collect()
    }

    /// The seconds a run may take, when the definition says.
    pub(crate) fn timeout(&self) -> Option<u64> {
        self.json.get("TimeoutSeconds").and_then(Json::as_u64)
    }
}

impl Scope {
    fn read(json: &Map<String, Json>) -> Self {
        let config = json.get("ProcessorConfig").and_then(Json::as_object);
        let distributed = config
            .filter(|config| config.get("Mode").and_then(Json::as_str) == Some("DISTRIBUTED"))
            .map(|config| config.get("ExecutionType").and_then(Json::as_str).unwrap_or("STANDARD").to_owned());
        let states = json.get("States").and_then(Json::as_object).into_iter().flatten();
        Self {
            start: json.get("StartAt").and_then(Json::as_str).map(str::to_owned),
            states: states.filter_map(|(name, state)| Some((name.clone(), State::read(state.as_object()?)))).collect(),
            distributed,
        }
    }

    fn gather<'a>(&'a self, found: &mut Vec<(&'a str, &'a State, &'a Self)>) {
        for (name, state) in &self.states {
            found.push((name, state, self));
            state.scopes.iter().for_each(|scope| scope.gather(found));
        }
    }

    /// The names that can be reached from where it begins, that one included.
    pub(crate) fn reachable(&self) -> Vec<&str> {
        let mut open: Vec<&str> = self.start.as_deref().into_iter().collect();
        let mut found: Vec<&str> = Vec::new();
        while let Some(name) = open.pop() {
            let Some((name, state)) = self.states.get_key_value(name) else { continue };
            if !found.contains(&name.as_str()) {
                found.push(name);
                open.extend(state.ways().into_iter().map(|(_, next)| next));
            }
        }
        found
    }
}

impl State {
    fn read(json: &Map<String, Json>) -> Self {
        let branches = json.get("Branches").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_object);
        let map = json.get("ItemProcessor").or_else(|| json.get("Iterator")).and_then(Json::as_object);
        Self {
            kind: json.get("Type").and_then(Json::as_str).unwrap_or_default().to_owned(),
            json: json.clone(),
            scopes: branches.chain(map).map(Scope::read).collect(),
        }
    }

    /// A field that is text.
    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.json.get(field).and_then(Json::as_str)
    }

    /// What a task calls, without the start of its ARN: `glue:startJobRun.sync`.
    pub(crate) fn resource(&self) -> &str {
        let resource = self.text("Resource").unwrap_or_default();
        resource.split_once(":states:::").map_or(resource, |(_, call)| call)
    }

    /// Where it leads.
    pub(crate) fn ways(&self) -> Vec<(Way, &str)> {
        let mut ways: Vec<(Way, &str)> = Vec::new();
        let list = |field: &str| self.json.get(field).and_then(Json::as_array).into_iter().flatten();
        ways.extend(self.text("Next").map(|name| (Way::Next, name)));
        ways.extend(list("Choices").filter_map(|rule| Some((Way::Choice, rule.get("Next")?.as_str()?))));
        ways.extend(self.text("Default").map(|name| (Way::Default, name)));
        ways.extend(list("Catch").filter_map(|catcher| Some((Way::Catch, catcher.get("Next")?.as_str()?))));
        ways
    }

    /// Whether a run or branch can end here.
    pub(crate) fn ends(&self) -> bool {
        matches!(self.kind.as_str(), "Succeed" | "Fail") || self.json.get("End").and_then(Json::as_bool) == Some(true)
    }

    /// Its retriers.
    pub(crate) fn retriers(&self) -> impl Iterator<Item = &Map<String, Json>> {
        self.json.get("Retry").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_object)
    }

    /// Its catchers.
    pub(crate) fn catchers(&self) -> impl Iterator<Item = &Map<String, Json>> {
        self.json.get("Catch").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_object)
    }
}

/// The error names of a retrier or catcher.
pub(crate) fn errors_of(entry: &Map<String, Json>) -> Vec<&str> {
    entry.get("ErrorEquals").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect()
}
