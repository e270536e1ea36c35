//! Tasks to a definition in Amazon States Language: the same tasks give the same text.

use serde_json::{Map, Value as Json, json};

use super::action::{self, Follow};
use super::order::{Order, order};
use crate::base::prose::{alternatives, did_you_mean};
use crate::base::units::Duration;
use crate::kinds::pipeline::task::{QueryLanguage, Task};

/// The longest name a state may have (facts: `stepfunctions.state_name_length`).
const LONGEST_NAME: usize = 80;

/// What is said beside the tasks.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Around<'a> {
    /// What the pipeline is for.
    pub description: Option<&'a str>,
    /// How long a run may take.
    pub timeout: Option<Duration>,
    /// The language of tasks that say none.
    pub language: QueryLanguage,
}

/// A mistake in the tasks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wrong {
    /// The attribute: `task[2].after`.
    pub path: String,
    /// The sentence.
    pub message: String,
    /// The way out.
    pub help: String,
}

/// Compiles tasks; strings of the result may hold `${…}` as users write it.
///
/// # Errors
/// What is wrong with the tasks, each with its place.
pub(crate) fn compile(tasks: &[Task], around: &Around<'_>) -> Result<Json, Vec<Wrong>> {
    let mut compiler = Compiler { language: around.language, wrong: Vec::new(), taken: Vec::new() };
    compiler.names(tasks, "task");
    let scope = compiler.scope(tasks, "task");
    if !compiler.wrong.is_empty() {
        return Err(compiler.wrong);
    }
    let mut machine = Map::new();
    if let Some(text) = around.description {
        machine.insert("Comment".to_owned(), text.into());
    }
    if let Some(timeout) = around.timeout {
        machine.insert("TimeoutSeconds".to_owned(), timeout.as_seconds().into());
    }
    machine.extend(scope);
    Ok(Json::Object(machine))
}

pub(super) struct Compiler {
    pub(super) language: QueryLanguage,
    wrong: Vec<Wrong>,
    /// Names that states have already; they are unique in a machine.
    taken: Vec<String>,
}

/// States under way, with the place of the task each came from.
pub(super) type States = Vec<(usize, String, Json)>;

impl Compiler {
    pub(super) fn say(&mut self, path: impl Into<String>, message: impl Into<String>, help: impl Into<String>) {
        self.wrong.push(Wrong { path: path.into(), message: message.into(), help: help.into() });
    }

    /// Notes all names first, so that names made up later differ from them.
    fn names(&mut self, tasks: &[Task], path: &str) {
        for (at, task) in tasks.iter().enumerate() {
            let here = format!("{path}[{at}].name");
            if task.name.is_empty() {
                self.say(here, "a task needs a name", "add `name = \"…\"`");
            } else if self.taken.contains(&task.name) {
                self.say(here, format!("two tasks are called `{}`", task.name), "names are unique in the whole pipeline");
            } else {
                self.taken.push(task.name.clone());
            }
            for (which, inner) in task.parallel.iter().flat_map(|parallel| &parallel.branches).enumerate() {
                self.names(inner, &format!("{path}[{at}].parallel.branches[{which}]"));
            }
            if let Some(map) = &task.map {
                self.names(&map.tasks, &format!("{path}[{at}].map.tasks"));
            }
        }
    }

    /// A name for a state of our own, that no other has.
    pub(super) fn name(&mut self, wanted: &str) -> String {
        let cut = |text: &str, room: usize| text.chars().take(room).collect::<String>();
        let mut name = cut(wanted, LONGEST_NAME);
        let mut number = 2;
        while self.taken.contains(&name) {
            name = format!("{} {number}", cut(wanted, LONGEST_NAME - 4));
            number += 1;
        }
        self.taken.push(name.clone());
        name
    }

    /// `StartAt` and `States` of a list of tasks.
    pub(super) fn scope(&mut self, tasks: &[Task], path: &str) -> Map<String, Json> {
        if tasks.is_empty() {
            self.say(path, "there are no tasks in it", "add at least one task");
            return Map::new();
        }
        let before = self.wrong.len();
        for (at, task) in tasks.iter().enumerate() {
            self.known_names(task, tasks, &format!("{path}[{at}]"));
        }
        if self.wrong.len() > before {
            return Map::new();
        }
        match order(tasks) {
            Ok(order) => self.states_of(&order, tasks, path),
            Err(no) => {
                self.say(format!("{path}[{}].after", no.task), no.message, no.help);
                Map::new()
            }
        }
    }

    fn states_of(&mut self, order: &Order, tasks: &[Task], path: &str) -> Map<String, Json> {
        let mut states = States::new();
        let mut notify = Vec::new();
        let start = self.emit(order, &Follow::End, tasks, path, &mut states, &mut notify);
        states.sort_by_key(|(place, _, _)| *place);
        let states: Map<String, Json> = states.into_iter().map(|(_, name, state)| (name, state)).collect();
        Map::from_iter([("StartAt".to_owned(), start.into()), ("States".to_owned(), states.into())])
    }

    fn known_names(&mut self, task: &Task, tasks: &[Task], path: &str) {
        let named = task.after.iter().map(|name| ("after", name.as_str())).chain(task.jumps().map(|name| ("next", name)));
        for (field, name) in named {
            if !tasks.iter().any(|task| task.name == name) {
                let near = did_you_mean(name, tasks.iter().map(|task| task.name.as_str()));
                let elsewhere = self.taken.iter().any(|taken| taken == name);
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if elsewhere => "a task can only lead to tasks of its own list or branch".to_owned(),
                    None => format!("the tasks here are {}", alternatives(tasks.iter().map(|task| task.name.as_str()))),
                };
                let field = if field == "after" { "after" } else { "" };
                let place = if field.is_empty() { path.to_owned() } else { format!("{path}.{field}") };
                self.say(place, format!("there is no task `{name}` for `{}` to go to or wait for", task.name), help);
            }
        }
    }

    /// Adds the states of `order` and returns the first one's name.
    fn emit(
        &mut self,
        order: &Order,
        follow: &Follow,
        tasks: &[Task],
        path: &str,
        states: &mut States,
        notify: &mut Vec<(String, String)>,
    ) -> String {
        match order {
            Order::Sequence(parts) => {
                let mut follow = follow.clone();
                for part in parts.iter().rev() {
                    follow = Follow::Next(self.emit(part, &follow, tasks, path, states, notify));
                }
                match follow {
                    Follow::Next(first) => first,
                    Follow::End => String::new(),
                }
            }
            Order::Together(parts) => {
                let first = parts.iter().filter_map(|part| places(part).first().copied()).min().unwrap_or_default();
                let names: Vec<&str> = parts.iter().filter_map(|part| Some(tasks.get(*places(part).first()?)?.name.as_str())).collect();
                let name = self.name(&names.join(" and "));
                let branches: Vec<Json> = parts.iter().map(|part| Json::Object(self.states_of(part, tasks, path))).collect();
                let mut group = json!({ "Type": "Parallel", "Branches": branches, "ResultPath": null });
                follow.put(&mut group);
                states.push((first, name.clone(), group));
                name
            }
            Order::Knot(members) => {
                for at in members {
                    let task = &tasks[*at];
                    let followers: Vec<usize> = members.iter().copied().filter(|other| tasks[*other].after.contains(&task.name)).collect();
                    if followers.len() > 1 {
                        let help = "put what runs at once into a task with `parallel`";
                        self.say(
                            format!("{path}[{at}]"),
                            format!("several tasks follow `{}`, where a choice or catch decides", task.name),
                            help,
                        );
                    }
                    let next = match (&task.next, task.end, followers.first()) {
                        (Some(next), _, _) => Follow::Next(next.clone()),
                        (None, true, _) => Follow::End,
                        (None, false, Some(follower)) => Follow::Next(tasks[*follower].name.clone()),
                        (None, false, None) => follow.clone(),
                    };
                    action::emit(self, task, *at, &format!("{path}[{at}]"), &next, states, notify);
                }
                members.first().map(|at| tasks[*at].name.clone()).unwrap_or_default()
            }
        }
    }
}

/// The tasks in an order, the first one first.
fn places(order: &Order) -> Vec<usize> {
    match order {
        Order::Knot(members) => members.clone(),
        Order::Sequence(parts) | Order::Together(parts) => parts.iter().flat_map(places).collect(),
    }
}
