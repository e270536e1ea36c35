//! What runs after what: the tasks of one list as sequences and groups that run at once, which is all that Step Functions can express.

use std::collections::BTreeSet;

use crate::base::prose;
use crate::kinds::pipeline::task::Task;

/// Tasks in order; the numbers are places in the list.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Order {
    /// Tasks that lead to each other by name, or a single one; the first is where it begins.
    Knot(Vec<usize>),
    /// One after the other.
    Sequence(Vec<Self>),
    /// All at once.
    Together(Vec<Self>),
}

/// Why tasks cannot be put in order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NoOrder {
    /// The place of the task to blame.
    pub task: usize,
    /// The sentence.
    pub message: String,
    /// The way out.
    pub help: String,
}

type Set = BTreeSet<usize>;

/// Puts tasks in order. Names are unique and `after` and jumps name tasks of the list; that is checked before.
pub(super) fn order(tasks: &[Task]) -> Result<Order, NoOrder> {
    let place = |name: &str| tasks.iter().position(|task| task.name == name);
    let before: Vec<Set> = tasks.iter().map(|task| task.after.iter().filter_map(|name| place(name)).collect()).collect();
    let jumps: Vec<Set> = tasks.iter().map(|task| task.jumps().filter_map(place).collect()).collect();
    let all: Set = (0..tasks.len()).collect();
    let ancestors = ancestors(&before);
    if let Some(at) = all.iter().find(|at| ancestors[**at].contains(at)) {
        return Err(NoOrder {
            task: *at,
            message: format!("`{}` waits for itself", tasks[*at].name),
            help: "take a name out of `after`; a loop is made with `choice` or `next`".to_owned(),
        });
    }
    // Reached by name only: no `after`, and something leads there. The first task of the list is where it begins.
    let by_name: Set =
        all.iter().copied().filter(|at| *at != 0 && before[*at].is_empty() && jumps.iter().any(|to| to.contains(at))).collect();
    let knots = knots(&all, &before, &jumps, &by_name, &ancestors);
    let graph = Graph::of(tasks, &knots, &before, &by_name)?;
    graph.order(&(0..knots.len()).collect())
}

/// For each task, all that come before it.
fn ancestors(before: &[Set]) -> Vec<Set> {
    let mut found = before.to_vec();
    loop {
        let mut grown = false;
        for at in 0..found.len() {
            let more: Set = found[at].iter().flat_map(|earlier| found[*earlier].iter().copied()).collect();
            let length = found[at].len();
            found[at].extend(more);
            grown |= found[at].len() != length;
        }
        if !grown {
            return found;
        }
    }
}

/// Tasks that must stay together because one leads to the other by name.
fn knots(all: &Set, before: &[Set], jumps: &[Set], by_name: &Set, ancestors: &[Set]) -> Vec<Set> {
    let mut knot: Vec<usize> = all.iter().copied().collect();
    let merge = |knot: &mut Vec<usize>, one: usize, other: usize| {
        let (keep, drop) = (knot[one].min(knot[other]), knot[one].max(knot[other]));
        knot.iter_mut().filter(|id| **id == drop).for_each(|id| *id = keep);
    };
    for at in all {
        for to in &jumps[*at] {
            merge(&mut knot, *at, *to);
        }
        // What follows a task that may not run belongs to where that was decided.
        for earlier in
            before[*at].iter().filter(|earlier| by_name.contains(earlier) || ancestors[**earlier].iter().any(|a| by_name.contains(a)))
        {
            merge(&mut knot, *at, *earlier);
        }
    }
    loop {
        let between = all.iter().find_map(|at| {
            let earlier = ancestors[*at].iter().find(|earlier| {
                knot[**earlier] != knot[*at] && all.iter().any(|later| ancestors[*later].contains(at) && knot[*later] == knot[**earlier])
            })?;
            Some((*at, *earlier))
        });
        match between {
            Some((at, earlier)) => merge(&mut knot, at, earlier),
            None => break,
        }
    }
    let mut groups: Vec<Set> = Vec::new();
    for id in all.iter().filter(|at| knot[**at] == **at) {
        groups.push(all.iter().copied().filter(|at| knot[*at] == *id).collect());
    }
    groups
}

/// Knots, and which must be done before which; nothing that follows from the rest is kept.
struct Graph<'a> {
    tasks: &'a [Task],
    knots: Vec<Vec<usize>>,
    before: Vec<Set>,
    ancestors: Vec<Set>,
}

impl<'a> Graph<'a> {
    fn of(tasks: &'a [Task], knots: &[Set], before: &[Set], by_name: &Set) -> Result<Self, NoOrder> {
        let knot_of = |task: usize| knots.iter().position(|knot| knot.contains(&task)).unwrap_or_default();
        let mut lists = Vec::new();
        let mut edges: Vec<Set> = vec![Set::new(); knots.len()];
        for (number, knot) in knots.iter().enumerate() {
            let starts = |at: &&usize| !by_name.contains(at) && before[**at].iter().all(|earlier| !knot.contains(earlier));
            let mut entries = knot.iter().filter(starts);
            let first = entries.next().or_else(|| knot.first()).copied().unwrap_or_default();
            if let Some(second) = entries.next() {
                return Err(NoOrder {
                    task: *second,
                    message: format!("`{}` and `{}` start apart and lead to one task by name", tasks[first].name, tasks[*second].name),
                    help: "a state belongs to one branch: let one come after the other, or give each a handler of its own".to_owned(),
                });
            }
            for at in knot {
                for earlier in before[*at].iter().filter(|earlier| !knot.contains(earlier)) {
                    if *at != first {
                        return Err(NoOrder {
                            task: *at,
                            message: format!(
                                "`{}` waits for `{}`, but is reached by a choice or catch",
                                tasks[*at].name, tasks[*earlier].name
                            ),
                            help: format!("let `{}` come after `{}`, or take it out of `after`", tasks[first].name, tasks[*earlier].name),
                        });
                    }
                    edges[number].insert(knot_of(*earlier));
                }
            }
            let mut list = vec![first];
            list.extend(knot.iter().copied().filter(|at| *at != first));
            lists.push(list);
        }
        let ancestors = ancestors(&edges);
        let reduced = edges
            .iter()
            .map(|earlier| earlier.iter().copied().filter(|one| !earlier.iter().any(|other| ancestors[*other].contains(one))).collect())
            .collect();
        Ok(Self { tasks, knots: lists, before: reduced, ancestors })
    }

    fn order(&self, set: &Set) -> Result<Order, NoOrder> {
        let parts = self.parts(set);
        if parts.len() > 1 {
            return Ok(Order::Together(parts.iter().map(|part| self.order(part)).collect::<Result<_, _>>()?));
        }
        if set.len() == 1 {
            return Ok(Order::Knot(set.first().map(|at| self.knots[*at].clone()).unwrap_or_default()));
        }
        for at in set {
            let first: Set = self.ancestors[*at].intersection(set).copied().collect();
            let rest: Set = set.difference(&first).copied().collect();
            if !first.is_empty() && self.is_cut(&first, &rest) {
                let mut steps = Vec::new();
                for part in [first, rest] {
                    match self.order(&part)? {
                        Order::Sequence(more) => steps.extend(more),
                        one => steps.push(one),
                    }
                }
                return Ok(Order::Sequence(steps));
            }
        }
        let names = set.iter().map(|at| self.tasks[self.knots[*at][0]].name.as_str());
        let blamed = set.iter().find(|at| self.before[**at].len() > 1).or_else(|| set.first()).copied().unwrap_or_default();
        Err(NoOrder {
            task: self.knots[blamed][0],
            message: format!("{} wait for each other in a way that Step Functions cannot express", prose::conjunction(names)),
            help: "it runs groups of branches and waits for a whole group: let tasks that start together wait for the same tasks"
                .to_owned(),
        })
    }

    /// Whether all of `rest` can wait for all of `first` without waiting for more than was asked.
    fn is_cut(&self, first: &Set, rest: &Set) -> bool {
        let last: Set = first.iter().copied().filter(|at| !first.iter().any(|later| self.before[*later].contains(at))).collect();
        rest.iter().all(|at| {
            let across: Set = self.before[*at].intersection(first).copied().collect();
            let begins = self.before[*at].iter().all(|earlier| !rest.contains(earlier));
            if begins { across == last } else { across.is_empty() }
        })
    }

    /// The parts that have nothing to do with each other.
    fn parts(&self, set: &Set) -> Vec<Set> {
        let (mut left, mut parts) = (set.clone(), Vec::new());
        while let Some(start) = left.pop_first() {
            let (mut part, mut open) = (Set::from([start]), vec![start]);
            while let Some(at) = open.pop() {
                let near: Vec<usize> =
                    left.iter().copied().filter(|other| self.before[at].contains(other) || self.before[*other].contains(&at)).collect();
                for other in near {
                    left.remove(&other);
                    part.insert(other);
                    open.push(other);
                }
            }
            parts.push(part);
        }
        parts
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    fn tasks(list: &[(&str, &[&str], &[&str])]) -> Vec<Task> {
        let task = |(name, after, next): &(&str, &[&str], &[&str])| {
            let choice: Vec<serde_json::Value> = next.iter().map(|next| serde_json::json!({ "next": next })).collect();
            serde_json::from_value(serde_json::json!({ "name": name, "after": after, "choice": choice })).unwrap()
        };
        list.iter().map(task).collect()
    }

    fn one(at: usize) -> Order {
        Order::Knot(vec![at])
    }

    #[test]
    fn a_chain_is_a_sequence_and_independent_tasks_run_together() {
        assert_eq!(order(&tasks(&[("a", &[], &[]), ("b", &["a"], &[])])).unwrap(), Order::Sequence(vec![one(0), one(1)]));
        assert_eq!(order(&tasks(&[("a", &[], &[]), ("b", &[], &[])])).unwrap(), Order::Together(vec![one(0), one(1)]));
    }

    #[test]
    fn a_fork_and_join_is_a_group_within_a_sequence() {
        let diamond = tasks(&[("a", &[], &[]), ("b", &["a"], &[]), ("c", &["a"], &[]), ("d", &["b", "c", "a"], &[])]);
        assert_eq!(order(&diamond).unwrap(), Order::Sequence(vec![one(0), Order::Together(vec![one(1), one(2)]), one(3)]));
        let many = tasks(&[("a", &[], &[]), ("b", &[], &[]), ("c", &["a", "b"], &[]), ("d", &["a", "b"], &[])]);
        let (first, second) = (Order::Together(vec![one(0), one(1)]), Order::Together(vec![one(2), one(3)]));
        assert_eq!(order(&many).unwrap(), Order::Sequence(vec![first, second]));
    }

    #[test]
    fn a_choice_stays_with_what_it_leads_to() {
        let list = tasks(&[("a", &[], &[]), ("c", &["a"], &["x", "y"]), ("x", &[], &[]), ("y", &[], &[]), ("z", &["x", "y"], &[])]);
        assert_eq!(order(&list).unwrap(), Order::Sequence(vec![one(0), Order::Knot(vec![1, 2, 3, 4])]));
    }

    #[test]
    fn what_cannot_be_expressed_is_said() {
        let crossed = tasks(&[("a", &[], &[]), ("b", &[], &[]), ("c", &["a"], &[]), ("d", &["a", "b"], &[])]);
        assert!(order(&crossed).unwrap_err().message.contains("cannot express"));
        let round = tasks(&[("a", &["b"], &[]), ("b", &["a"], &[])]);
        assert_eq!(order(&round).unwrap_err().message, "`a` waits for itself");
        let outside = tasks(&[("a", &[], &[]), ("b", &[], &[]), ("c", &["a"], &["x"]), ("x", &[], &[]), ("z", &["x", "b"], &[])]);
        assert!(order(&outside).unwrap_err().message.contains("reached by a choice"));
    }
}
