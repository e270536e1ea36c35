//! Rules about suppressions themselves; the linter raises them when it reads suppressions.

use crate::base::diagnostic::Level;
use crate::model::rule::{Check, Confidence, Group, Rule};

/// A suppression that cannot count: no reason, no such rule, or words nobody can read.
pub static UNSOUND: Rule = Rule {
    code: "SUP001",
    name: "unsound-suppression",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds
A suppression without a reason, of a rule that does not exist, with a date that is none, or a comment for pipetoll that says nothing it knows. Such a suppression hides nothing.

## Why it matters
Whoever reads the file next must be able to judge whether the reason still holds. A misspelt code hides nothing and looks as if it did.

## Example
```toml bad
# pipetoll: allow SUP002
[queue.work]
```
```toml bad
[[lint.allow]]
code = "KIN999"
reason = "we know"
```
```toml good
[lint]
ignore = ["SUP002"]

[[lint.allow]]
code = "SUP003"
reason = "an example of a suppression that says why"
```

## References
- cargo-deny and cfn-nag ask for reasons too
"#,
    check: Check::Machinery,
};

/// A suppression that hides nothing.
pub static UNUSED: Rule = Rule {
    code: "SUP002",
    name: "unused-suppression",
    group: Group::Style,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r"
## What it finds
A suppression of a rule that finds nothing there. A rule that did not run, or could not be judged, does not count.

## Why it matters
What it hid is settled. Left in place, it would hide the next finding of the same rule without anybody having decided so.

## Example
```toml bad
[queue.work] # pipetoll: allow SUP001 -- it was needed once
```
```toml good
[queue.work]
```

## References
- ruff's RUF100, and the expectations of rustc that are not fulfilled
",
    check: Check::Machinery,
};

/// A suppression whose last day is over.
pub static EXPIRED: Rule = Rule {
    code: "SUP003",
    name: "expired-suppression",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds
A suppression whose `until` lies before today (or before `--today`). What it hid is shown again.

## Why it matters
The date was somebody's promise to look again. It has come.

## Example
```toml bad
[queue.work] # pipetoll: allow SUP002 until 2020-01-31 -- until the migration is over
```
```toml good
[lint]
ignore = ["SUP002"]

[[lint.allow]]
code = "SUP001"
until = "2999-12-31"
reason = "until the migration is over"
```

## References
- the dates of exceptions in security policies; no other linter of this field has them
"#,
    check: Check::Machinery,
};

/// A suppression of a rule that the project says nobody may suppress.
pub static FORBIDDEN: Rule = Rule {
    code: "SUP004",
    name: "forbidden-suppression",
    group: Group::Security,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds
A suppression, an `ignore`, an `--ignore` or a lower level for a rule that `[lint] forbid_ignore` names. It is not followed: the rule runs and its findings stay, also those that a baseline knows.

## Why it matters
A platform team states what must hold in every project. A comment in one file must not undo it.

## Example
```toml bad
[lint]
forbid_ignore = ["SUP"]
ignore = ["SUP002"]
```
```toml good
[lint]
forbid_ignore = ["SUP"]
```

## References
- asked for in tflint#2387 and checkov#4027
"#,
    check: Check::Machinery,
};
