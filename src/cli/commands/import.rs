//! `pipetoll import`.

use std::path::PathBuf;

use crate::base::address::Address;
use crate::base::units::Duration;
use crate::cli::ctx::Context;
use crate::cli::error::Failure;
use crate::cli::importing::{self, Filter, Wish};
use crate::cli::outcome::Outcome;
use crate::kinds;
use crate::model::kind::KindEntry;

/// Take over what exists in AWS
///
/// `import ADDRESS ID` compares what is live with the block of that address, shows the difference, asks, and remembers it as ours. Where there is no
/// block, its TOML is printed; with `--write` it is added to a file and remembered, so that the next plan has nothing to do.
///
/// `import --scan` does this with everything that is live and belongs to no project of pipetoll: functions, crawlers, jobs, clusters, state machines
/// and what they stand on, with references between them. Without `--write` nothing is changed anywhere.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll import function.ingest my-function
  pipetoll import queue.orders old-orders --write
  pipetoll import --scan --prefix clicks-
  pipetoll import --scan --service lambda,sqs --tag team=growth --write imported.toml\n")]
pub struct Import {
    /// The block: `function.ingest`
    #[arg(required_unless_present = "scan", requires = "id", conflicts_with = "scan")]
    address: Option<Address>,
    /// The id by which AWS knows it: a name, an ARN, `j-2AXXXXXXGAPLF`
    id: Option<String>,
    /// Look for everything that is live
    #[arg(long)]
    scan: bool,
    /// Only what carries this tag; may be repeated
    #[arg(long, value_name = "KEY=VALUE", requires = "scan", value_parser = tag)]
    tag: Vec<(String, String)>,
    /// Only what has a name that begins so
    #[arg(long, value_name = "TEXT", requires = "scan")]
    prefix: Option<String>,
    /// Only these services or kinds: `lambda,glue,emr,sfn`, `role`
    #[arg(long, value_name = "WORDS", requires = "scan", value_delimiter = ',', value_parser = service)]
    service: Vec<String>,
    /// Add the blocks to this file, and remember what they describe
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "pipetoll.toml")]
    write: Option<PathBuf>,
    /// Take it over although it carries the tags of another project of pipetoll
    #[arg(long, conflicts_with = "scan")]
    force: bool,
    /// How long to wait for the state's lock
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = super::apply::duration)]
    lock_timeout: Duration,
}

impl Import {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        let filter = Filter {
            kinds: kinds::ALL
                .iter()
                .filter(|entry| self.service.is_empty() || self.service.iter().any(|word| means(word, entry)))
                .collect(),
            prefix: self.prefix.as_deref(),
            tags: &self.tag,
        };
        let wish = Wish {
            one: self.address.as_ref().zip(self.id.as_deref()),
            filter: &filter,
            write: self.write.as_deref(),
            force: self.force,
            lock_timeout: std::time::Duration::from_millis(self.lock_timeout.as_milliseconds()),
        };
        importing::run(&wish, context)
    }
}

fn tag(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not KEY=VALUE, as in team=growth"))?;
    Ok((key.to_owned(), value.to_owned()))
}

/// AWS's short names of services, and the words that titles of kinds have for them.
const SERVICES: [(&str, &str); 3] = [("sfn", "step functions"), ("logs", "log group"), ("events", "eventbridge rule")];

/// Whether a word of `--service` means a kind: by its name, or by a word of what AWS calls it.
fn means(word: &str, entry: &KindEntry) -> bool {
    let title = entry.kind.title().to_ascii_lowercase();
    let phrase = SERVICES.iter().find(|(short, _)| *short == word).map_or(word, |(_, phrase)| phrase);
    word == entry.name() || format!(" {title} ").contains(&format!(" {phrase} "))
}

fn service(text: &str) -> Result<String, String> {
    let word = text.trim().to_ascii_lowercase();
    if kinds::ALL.iter().any(|entry| means(&word, entry)) {
        return Ok(word);
    }
    Err(format!("no kind is of `{text}`; `pipetoll explain` lists the kinds"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_known_by_their_short_names_and_by_kinds() {
        let kinds = |word: &str| kinds::ALL.iter().filter(|entry| means(word, entry)).map(KindEntry::name).collect::<Vec<_>>();
        assert_eq!(kinds("lambda"), ["function", "layer"]);
        assert_eq!(kinds("glue"), ["crawler", "database", "job"]);
        assert_eq!(kinds("sfn"), ["pipeline"]);
        assert_eq!(kinds("events"), ["rule"]);
        assert_eq!(kinds("role"), ["role"]);
        assert!(service("sagemaker").is_err());
    }
}
