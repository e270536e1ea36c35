//! Taking the state's lock and its journal, for every command that changes the state.

use std::sync::Arc;
use std::time::Duration;

use super::ctx::Context;
use super::env;
use super::error::Failure;
use super::project::Project;
use crate::state::{Guard, Holder, Identity, Journal, Run, Store};

/// The place of the state, and the lock of it.
pub(super) type Locked = (Arc<dyn Store>, Box<dyn Guard>);

/// Takes the lock, waiting up to `timeout` and saying for whom.
///
/// # Errors
/// Somebody else holds it.
pub(super) fn lock(project: &Project, command: &str, timeout: Duration, context: &Context) -> Result<Locked, Failure> {
    let store = project.store()?;
    let name = |variables: &[env::Variable]| {
        let found = variables.iter().find_map(|variable| context.environment.get(*variable));
        found.unwrap_or("unknown").to_owned()
    };
    let holder = Holder {
        owner: format!("{}@{}", name(&[env::USER, env::USERNAME]), name(&[env::HOSTNAME, env::COMPUTERNAME])),
        process: std::process::id(),
        command: command.to_owned(),
        since: context.clock.now(),
    };
    let guard = store.lock(&holder, timeout, &mut |held| {
        let by = held.map(|held| format!(", held by {held}")).unwrap_or_default();
        context.remark(&format!("Waiting for the state's lock{by}...\n"));
    })?;
    context.listen();
    if let Some(gone) = guard.taken_from() {
        context.remark(&format!("note: took the state's lock over from {gone}, who is gone\n"));
    }
    Ok((store, guard))
}

/// Takes the lock as [`lock`] does, and reads the state under it; what a run that was cut off left is folded in.
///
/// # Errors
/// Somebody else holds the lock, or the state is damaged.
pub(super) fn open(
    project: &Project,
    command: &str,
    account: Option<&str>,
    timeout: Duration,
    context: &Context,
) -> Result<(Arc<dyn Store>, Journal), Failure> {
    let (store, guard) = lock(project, command, timeout, context)?;
    let declared = project.identity();
    let account = account.map(str::to_owned).or_else(|| declared.account.clone());
    let identity = Identity { account: account.clone(), ..declared };
    let run = Run { command: command.to_owned(), account };
    let journal = Journal::open(Arc::clone(&store), guard, &identity, &run, Arc::clone(&context.clock))?;
    for notice in journal.notices() {
        context.remark(&format!("note: {notice}\n"));
    }
    Ok((store, journal))
}
