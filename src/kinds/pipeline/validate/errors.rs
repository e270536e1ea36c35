//! What a task catches and tries again, and how long it may take.

use rust_decimal::Decimal;

use crate::base::units::Duration;
use crate::kinds::pipeline::task::{Retry, Task};
use crate::model::kind::Problems;

/// The name that stands for every error.
const ALL: &str = "States.ALL";
/// Most seconds that a state can count (AWS's own schema of the language, amazon-states-language-service 1.16, `seconds`).
const MOST_SECONDS: u64 = 99_999_999;
/// The longest pause between two tries (the same, `MaxDelaySeconds`).
const LONGEST_DELAY: u64 = 31_622_400;

pub(super) fn check(task: &Task, path: &str, problems: &mut Problems) {
    whole_seconds(task.timeout, &format!("{path}.timeout"), 1, problems);
    whole_seconds(task.heartbeat, &format!("{path}.heartbeat"), 1, problems);
    if let Some(retry) = &task.retry {
        tries(retry, &format!("{path}.retry"), problems);
    }
    for (at, catch) in task.catch.iter().enumerate() {
        let here = format!("{path}.catch[{at}]");
        if alone(&catch.errors, &format!("{here}.errors"), problems) || !takes_all(&catch.errors) {
            continue;
        }
        if at + 1 < task.catch.len() {
            let message = format!("this catch of `{}` takes every error, so that those after it are never asked", task.name);
            problems.add(here.as_str(), message, "put it last, or say in `errors` which it takes");
        } else if task.on_error.is_some() {
            let message = format!("this catch of `{}` takes every error, so that `on_error` is never told", task.name);
            problems.add(here.as_str(), message, "say in `errors` which it takes, or remove `on_error`");
        }
    }
}

fn takes_all(errors: &[String]) -> bool {
    errors.is_empty() || errors.iter().any(|error| error == ALL)
}

/// Says it when the name for every error stands beside others.
fn alone(errors: &[String], place: &str, problems: &mut Problems) -> bool {
    let beside = errors.len() > 1 && takes_all(errors);
    if beside {
        problems.add(place, "`States.ALL` means every error and cannot stand beside other names", "keep `States.ALL` alone, or remove it");
    }
    beside
}

fn tries(retry: &Retry, path: &str, problems: &mut Problems) {
    alone(&retry.errors, &format!("{path}.errors"), problems);
    if retry.backoff < Decimal::ONE {
        let message = format!("`backoff` is {}, and pauses cannot become shorter", retry.backoff);
        problems.add(format!("{path}.backoff").as_str(), message, "write 1 for pauses of one length, or more");
    }
    let place = format!("{path}.max_delay");
    if whole_seconds(Some(retry.interval), &format!("{path}.interval"), 1, problems)
        && whole_seconds(retry.max_delay, &place, 1, problems)
        && let Some(longest) = retry.max_delay
    {
        if longest <= retry.interval {
            let message = format!("the longest pause, {longest}, is not longer than the first, {}", retry.interval);
            problems.add(place.as_str(), message, "make `max_delay` longer than `interval`, or remove it");
        } else if longest.as_seconds() > LONGEST_DELAY {
            problems.add(place.as_str(), format!("Step Functions takes at most {LONGEST_DELAY} seconds"), "make `max_delay` shorter");
        }
    }
}

/// Whether a time is one that Step Functions can count; says it when it is not.
pub(super) fn whole_seconds(time: Option<Duration>, place: &str, least: u64, problems: &mut Problems) -> bool {
    let Some(time) = time else { return true };
    let seconds = time.as_seconds();
    if time.exact_seconds() != Decimal::from(seconds) {
        problems.add(place, format!("Step Functions counts whole seconds, and {time} is none"), "write a number of seconds");
        return false;
    }
    if !(least..=MOST_SECONDS).contains(&seconds) {
        problems.add(place, format!("Step Functions takes from {least} to {MOST_SECONDS} seconds"), "write a time in this range");
        return false;
    }
    true
}
