//! The environment: every variable once, and the only place that reads them.

use std::collections::BTreeMap;
use std::time::Duration;

/// A variable that the program looks at.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it does; printed by `pipetoll explain environment`.
    pub doc: &'static str,
}

/// The project's folder, as `--directory`.
pub const DIRECTORY: Variable = Variable { name: "PIPETOLL_DIRECTORY", doc: "The project's folder, as `--directory`." };
/// The environment, as `--env`.
pub const ENVIRONMENT: Variable = Variable { name: "PIPETOLL_ENV", doc: "The environment, as `--env`." };
/// The output format, as `--format`.
pub const FORMAT: Variable = Variable { name: "PIPETOLL_FORMAT", doc: "The format of the output, as `--format`." };
/// When to use colours, as `--color`.
pub const COLOR: Variable = Variable { name: "PIPETOLL_COLOR", doc: "When to use colours, as `--color`: auto, always or never." };
/// The day a run is for, as `--today`.
pub const TODAY: Variable = Variable { name: "PIPETOLL_TODAY", doc: "The day the run is for, as `--today`: pins dated rules and prices." };
/// Never ask, as `--no-input`.
pub const NO_INPUT: Variable = Variable { name: "PIPETOLL_NO_INPUT", doc: "Never ask, as `--no-input`." };
/// Agree to every question, as `--yes`.
pub const YES: Variable = Variable { name: "PIPETOLL_YES", doc: "Agree to every question, as `--yes`." };
/// The beginning of the names of variables that set `[variables]`.
pub const VARIABLE_PREFIX: Variable =
    Variable { name: "PIPETOLL_VAR_", doc: "`PIPETOLL_VAR_<NAME>` sets the variable `<name>`; `--var` wins over it." };
/// No colours, whatever its value.
pub const NO_COLOR: Variable = Variable { name: "NO_COLOR", doc: "No colours, unless `--color` says otherwise." };
/// Colours even without a terminal.
pub const CLICOLOR_FORCE: Variable = Variable { name: "CLICOLOR_FORCE", doc: "Colours even without a terminal." };
/// Set by CI systems: no live lines, no hints.
pub const CI: Variable =
    Variable { name: "CI", doc: "Set by CI systems: plain lines with heartbeats instead of live progress, and no hints." };
/// The width of the screen.
pub const COLUMNS: Variable =
    Variable { name: "COLUMNS", doc: "The width of the screen, when it cannot be asked for or should be another." };
/// The endpoint of every AWS service.
pub const ENDPOINT: Variable = Variable {
    name: "AWS_ENDPOINT_URL",
    doc: "The endpoint of every AWS service, for an emulator; the AWS SDK's other variables (AWS_PROFILE, AWS_ACCESS_KEY_ID, …) are read by the SDK.",
};

/// How long the lease of the state lives.
pub const LEASE: Variable = Variable {
    name: "PIPETOLL_LEASE_SECONDS",
    doc: "How long the lock of a state in S3 lives without being renewed, in seconds (120): whoever waits takes it over then. All who share a state need the same.",
};

/// Who runs it, for the note in the lock.
pub const USER: Variable = Variable { name: "USER", doc: "Who runs it, for the note in the state's lock; USERNAME on Windows." };
/// The same on Windows.
pub const USERNAME: Variable = Variable { name: "USERNAME", doc: "See USER." };
/// The machine, for the note in the lock.
pub const HOSTNAME: Variable =
    Variable { name: "HOSTNAME", doc: "The machine, for the note in the state's lock; COMPUTERNAME on Windows." };
/// The same on Windows.
pub const COMPUTERNAME: Variable = Variable { name: "COMPUTERNAME", doc: "See HOSTNAME." };

/// All of them.
pub const ALL: &[Variable] = &[
    DIRECTORY,
    ENVIRONMENT,
    FORMAT,
    COLOR,
    TODAY,
    NO_INPUT,
    YES,
    VARIABLE_PREFIX,
    NO_COLOR,
    CLICOLOR_FORCE,
    CI,
    COLUMNS,
    ENDPOINT,
    LEASE,
    USER,
    USERNAME,
    HOSTNAME,
    COMPUTERNAME,
];

/// The variables of this run.
#[derive(Debug, Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// What the process was started with; values that are not UTF-8 are left out.
    pub fn of_process() -> Self {
        Self(std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect())
    }

    /// A variable's value, when it is set and not empty.
    pub fn get(&self, variable: Variable) -> Option<&str> {
        self.0.get(variable.name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The value of a variable that the project names, when it is set and not empty.
    pub fn named(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// How long a lease lives without being renewed: two minutes, unless [`LEASE`] gives another whole number of seconds.
    pub fn lease(&self) -> Duration {
        let seconds = self.get(LEASE).and_then(|text| text.parse().ok()).filter(|seconds| (1..=3600).contains(seconds));
        Duration::from_secs(seconds.unwrap_or(120))
    }

    /// The variables that set `[variables]`, with their whole names.
    pub fn of_project(&self) -> BTreeMap<String, String> {
        let ours = |(name, _): &(&String, &String)| name.starts_with(VARIABLE_PREFIX.name);
        self.0.iter().filter(ours).map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(variables.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_the_project_are_found_by_prefix() {
        let environment: Environment = [("PIPETOLL_VAR_RETENTION", "7"), ("PATH", "/bin"), ("CI", "")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter()
            .collect();
        assert_eq!(environment.of_project().into_iter().collect::<Vec<_>>(), [("PIPETOLL_VAR_RETENTION".to_owned(), "7".to_owned())]);
        assert_eq!(environment.get(CI), None);
    }
}
