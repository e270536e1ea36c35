//! `pipetoll version`.

use serde::Serialize;

use crate::cli::ctx::{Context, Document};
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;
use crate::price::Book;
use crate::render::{self, Look};

/// Print the version, the date of the prices inside, and what this build can do
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll version
  pipetoll version --json\n")]
pub struct Version {}

#[derive(Serialize)]
struct Facts {
    version: &'static str,
    prices_as_of: jiff::civil::Date,
    prices_are_stale: bool,
    regions: usize,
    features: Vec<&'static str>,
}

impl Version {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        let Self {} = self;
        let book = Book::embedded();
        let facts = Facts {
            version: env!("CARGO_PKG_VERSION"),
            prices_as_of: book.as_of(),
            prices_are_stale: book.is_stale(context.today()),
            regions: book.regions().count(),
            features: if cfg!(feature = "aws") { vec!["aws"] } else { Vec::new() },
        };
        context.deliver(&facts)?;
        Ok(Outcome::Done)
    }
}

impl Document for Facts {
    const KIND: &'static str = "version";

    fn json(&self) -> Result<String, serde_json::Error> {
        render::json::document(Self::KIND, self)
    }

    fn human(&self, _: Look) -> String {
        let stale = if self.prices_are_stale { ", older than 180 days" } else { "" };
        let features = if self.features.is_empty() {
            "without aws: cannot apply, refresh or find drift".to_owned()
        } else {
            format!("with {}", self.features.join(", "))
        };
        format!("pipetoll {}\nprices of {} in {} regions{stale}\n{features}\n", self.version, self.prices_as_of, self.regions)
    }
}
