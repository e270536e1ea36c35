//! What a resource is billed for: meters, before any price is looked up.

use jiff::civil::Date;
use serde::Serialize;

use super::estimate::Range;
use super::value::Value;
use crate::base::address::Address;

/// Why a quantity is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Follows from the configuration alone: an always-on instance.
    Configuration,
    /// Follows from a schedule: so many runs a month.
    Schedule,
    /// Follows from the usage the user gave; marked `*`.
    Usage,
}

/// One line of a resource's bill, in units; prices, tiers and free allowances are applied later, over the whole account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CostItem {
    /// A stable name within the kind: `requests`, `duration`, `core.ec2`.
    pub meter: String,
    /// What the line is called: "Requests", "Core nodes (3 × m7g.2xlarge)".
    pub label: String,
    /// The price book's id: `lambda.requests-arm`, `ec2.m7g.2xlarge`.
    pub price: String,
    /// Units in a month; `None` when it depends on usage that nobody gave.
    pub quantity: Option<Range>,
    /// Why the quantity is what it is.
    pub basis: Basis,
    /// How the quantity came about, for `cost --explain`: "30M requests × 0.120 s × 0.5 GB".
    pub derivation: String,
    /// The usage keys that would make the quantity known (`usage.requests`), when it is `None`.
    pub missing: Vec<&'static str>,
    /// A charge that comes once and not every month.
    pub once: bool,
    /// An assumption worth printing: "assumes 2 DPU; AWS decides how many a crawler gets".
    pub assumption: Option<String>,
}

impl CostItem {
    /// A line whose quantity is known.
    pub fn known(meter: impl Into<String>, label: impl Into<String>, price: impl Into<String>, quantity: Range, basis: Basis) -> Self {
        Self {
            meter: meter.into(),
            label: label.into(),
            price: price.into(),
            quantity: Some(quantity),
            basis,
            derivation: String::new(),
            missing: Vec::new(),
            once: false,
            assumption: None,
        }
    }

    /// A line that depends on usage that nobody gave; never shown as zero.
    pub fn unknown(meter: impl Into<String>, label: impl Into<String>, price: impl Into<String>, missing: &[&'static str]) -> Self {
        Self { quantity: None, missing: missing.to_vec(), ..Self::known(meter, label, price, Range::ZERO, Basis::Usage) }
    }

    /// Adds how the quantity came about.
    #[must_use]
    pub fn because(mut self, derivation: impl Into<String>) -> Self {
        self.derivation = derivation.into();
        self
    }

    /// Adds an assumption that the estimate prints.
    #[must_use]
    pub fn assuming(mut self, assumption: impl Into<String>) -> Self {
        self.assumption = Some(assumption.into());
        self
    }
}

/// What a kind may look at while it counts.
pub struct CostContext<'a> {
    /// The region, for catalog facts that differ.
    pub region: &'a str,
    /// The day the estimate is made for.
    pub today: Date,
    /// The normal form of another resource of the project, if it is there.
    pub resource: &'a dyn Fn(&Address) -> Option<&'a Value>,
    /// What usage another resource was given, as normal form.
    pub usage: &'a dyn Fn(&Address) -> Option<&'a Value>,
    /// How often a month something starts this resource besides its own schedule and usage: a pipeline's schedule, a Glue trigger.
    pub starts: Option<Range>,
}
