//! `pipetoll lint`.

use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;

use crate::base::diagnostic::{Diagnostic, Level};
use crate::base::fs;
use crate::base::prose::count;
use crate::base::source::Sources;
use crate::cli::ctx::{Context, Document};
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::project::{Project, unpriced};
use crate::estimate::{Account, billed};
use crate::lint::baseline::Baseline;
use crate::lint::{self, Explanation, LintReport, Wanted, diagnose};
use crate::render::{self, Look};
use crate::rules;

/// Look for what is wrong, risky, slow or too expensive
///
/// Works offline. Each finding says where it stands, what it costs, and what to do; `pipetoll explain CODE` says why.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll lint
  pipetoll lint --select GLU,LAM101 --ignore CST
  pipetoll lint --fix --diff           Show what the safe fixes would change
  pipetoll lint --list                 All rules\n")]
pub struct Lint {
    /// Only these rules: codes, beginnings of codes, names or groups; may be repeated
    #[arg(long, value_name = "RULES")]
    select: Vec<String>,
    /// Not these rules
    #[arg(long, value_name = "RULES")]
    ignore: Vec<String>,
    /// Make the fixes that keep the meaning; with `all`, the others too
    #[arg(long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    fix: Option<Which>,
    /// With `--fix`: show the changes instead of making them
    #[arg(long, requires = "fix")]
    diff: bool,
    /// Exit with 1 when there is a finding of this level or above
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "error")]
    fail_on: FailOn,
    /// Pass over the findings that this file knows
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write all findings of now into the baseline
    #[arg(long, requires = "baseline")]
    update_baseline: bool,
    /// List the rules
    #[arg(long)]
    list: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    /// Those that keep the meaning.
    Safe,
    /// Those that need thought, too.
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// What AWS would refuse, or what loses data.
    Error,
    /// What is probably not meant.
    #[value(alias = "warn")]
    Warning,
    /// Anything.
    Advice,
    /// Never.
    Never,
}

impl FailOn {
    fn is_reached(self, report: &LintReport) -> bool {
        match self {
            Self::Error => report.reaches(Level::Error),
            Self::Warning => report.reaches(Level::Warning),
            Self::Advice => report.reaches(Level::Advice),
            Self::Never => false,
        }
    }
}

struct Findings<'a> {
    report: &'a LintReport,
    messages: Vec<Diagnostic>,
    sources: &'a Sources,
}

#[derive(Serialize)]
struct Rules {
    rules: Vec<Explanation>,
}

impl Lint {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        context.check_formats::<Findings<'_>>()?;
        if self.list {
            context.deliver(&Rules { rules: rules::all().into_iter().map(lint::explain::explanation).collect() })?;
            return Ok(Outcome::Done);
        }
        let project = Project::load(context)?;
        let mut options = project.lint_options(context, &self.select, &self.ignore)?;
        options.baseline = self.read_baseline()?;
        let items = billed(&project.architecture);
        let account = Account::of(&items, &project.pricing(context)).map_err(unpriced)?;
        let report = project.lint(context, None, &options, Some(&account));
        if let Some(which) = self.fix {
            return self.repair(which, &report, &project, context);
        }
        if let (true, Some(file)) = (self.update_baseline, &self.baseline) {
            fs::write_shared(file, Baseline::of(&report.findings).to_text().as_bytes())?;
            context.remark(&format!("Wrote {} to {}.\n", count(report.findings.len(), "finding", "findings"), file.display()));
            return Ok(Outcome::Done);
        }
        let sources = &project.loaded.sources;
        let messages = report.findings.iter().map(|reported| diagnose(reported, &project.architecture, sources)).collect();
        context.deliver(&Findings { report: &report, messages, sources })?;
        Ok(if self.fail_on.is_reached(&report) { Outcome::No } else { Outcome::Done })
    }

    /// A baseline that is about to be written anew hides nothing.
    fn read_baseline(&self) -> Result<Option<Baseline>, Failure> {
        let Some(file) = self.baseline.as_ref().filter(|_| !self.update_baseline) else { return Ok(None) };
        let text = fs::read_text(file).map_err(|error| {
            let absent = error.is_absent();
            let failure = Failure::from(error);
            if absent { failure.hinted("`--update-baseline` writes it") } else { failure }
        })?;
        Baseline::from_text(&text).map(Some).map_err(|error| Failure::configuration(format!("{}: {error}", file.display())))
    }

    fn repair(&self, which: Which, report: &LintReport, project: &Project, context: &Context) -> Result<Outcome, Failure> {
        let wanted = if which == Which::All { Wanted::All } else { Wanted::Safe };
        let fixed = lint::fix(&report.findings, &project.architecture, &project.loaded.sources, wanted);
        if self.diff {
            context.print(&fixed.diff())?;
        } else {
            for file in &fixed.files {
                fs::rewrite_text(&file.path, &file.after)?;
            }
        }
        for note in &fixed.skipped {
            let address = note.address.as_ref().map(|address| format!(" {address}")).unwrap_or_default();
            context.remark(&format!("not fixed: {}{address} {}: {}\n", note.code, note.path, note.why));
        }
        let verb = if self.diff { "Would fix" } else { "Fixed" };
        let files = count(fixed.files.len(), "file", "files");
        context.remark(&format!("{verb} {} in {files}.\n", count(fixed.applied.len(), "finding", "findings")));
        let left = report.findings.len().saturating_sub(fixed.applied.len());
        if left > 0 {
            context.remark(&format!("{} left; `pipetoll lint` shows them.\n", count(left, "finding is", "findings are")));
        }
        Ok(Outcome::Done)
    }
}

impl Document for Findings<'_> {
    const KIND: &'static str = "lint";

    fn json(&self) -> Result<String, serde_json::Error> {
        render::json::document(Self::KIND, self.report)
    }

    fn human(&self, look: Look) -> String {
        render::lint::human(self.report, &self.messages, self.sources, look)
    }
}

impl Document for Rules {
    const KIND: &'static str = "rules";

    fn json(&self) -> Result<String, serde_json::Error> {
        render::json::document(Self::KIND, self)
    }

    fn human(&self, look: Look) -> String {
        render::lint::rules(&self.rules, look)
    }
}
