//! What a function is billed for (facts: BILLING §2, Lambda).

use rust_decimal::Decimal;

use super::spec::{Architecture, InvokeMode, SnapStart, Spec, Usage, is_async_trigger};
use crate::base::schedule::{Dialect, Schedule};
use crate::base::units::{Duration, HOURS_PER_MONTH, Size, show_count};
use crate::model::cost::{Basis, CostContext, CostItem};
use crate::model::estimate::{Estimate, Range, Share};

/// `/tmp` up to this is free.
const FREE_TMP: Size = Size::megabytes(512);
/// Asynchronous events up to this are one request; every further 64 KB are one more.
const WHOLE_EVENT: u64 = 256 << 10;
const EVENT_CHUNK: u64 = 64 << 10;
/// Streamed answers are free up to this.
const WHOLE_ANSWER: u64 = 6 << 20;
/// Assumed when nobody says how many invocations are cold: AWS's own figure is "under 1 %".
const COLD: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

const SECONDS_PER_MONTH: u64 = HOURS_PER_MONTH * 3600;

/// All lines of the bill.
pub(super) fn items(spec: &Spec, usage: &Usage, context: &CostContext<'_>) -> Vec<CostItem> {
    let bill = Bill::of(spec, usage, context);
    let mut items = vec![bill.requests()];
    if spec.capacity_provider.is_none() {
        items.extend(bill.compute());
        items.extend(bill.temporary_storage());
    }
    items.extend(bill.large_events());
    items.extend(bill.streaming());
    items.extend(bill.snapshots());
    items.extend(bill.pollers());
    items.extend(bill.durable());
    items.extend(bill.tenants());
    items.extend(bill.logs());
    items
}

/// What the lines are made of.
struct Bill<'a> {
    spec: &'a Spec,
    usage: &'a Usage,
    /// Invocations in a month.
    requests: Option<Range>,
    basis: Basis,
    /// Seconds that an invocation is billed for, on average.
    seconds: Option<Range>,
    /// GB of memory.
    memory: Decimal,
    /// `arm` or `x86`, as the price ids end.
    processor: &'static str,
}

impl<'a> Bill<'a> {
    fn of(spec: &'a Spec, usage: &'a Usage, context: &CostContext<'_>) -> Self {
        let (requests, basis) = requests(spec, usage, context);
        let processor = match spec.architecture {
            Architecture::X86 => "x86",
            Architecture::Arm => "arm",
        };
        Self { spec, usage, requests, basis, seconds: billed_seconds(usage), memory: spec.memory.exact_gigabytes(), processor }
    }

    fn requests(&self) -> CostItem {
        let price = if self.spec.capacity_provider.is_some() {
            "lambda-managed.requests".to_owned()
        } else {
            format!("lambda.requests-{}", self.processor)
        };
        match self.requests {
            Some(requests) => CostItem::known("requests", "Requests", price, requests, self.basis)
                .because(format!("{} invocations", show_count(requests.likely.round_dp(2)))),
            None => CostItem::unknown("requests", "Requests", price, &["usage.requests"]),
        }
    }

    /// Duration on demand, and what is provisioned. What fits into provisioned environments is billed at their lower rate.
    fn compute(&self) -> Vec<CostItem> {
        let provisioned: u32 = self.spec.provisioned.iter().map(|provisioned| provisioned.concurrency).sum();
        let on_demand = format!("lambda.duration-{}", self.processor);
        let mut items = Vec::new();
        let capacity = Decimal::from(provisioned) * Decimal::from(SECONDS_PER_MONTH);
        if provisioned > 0 {
            let price = format!("lambda.provisioned-concurrency-{}", self.processor);
            let label = format!("Provisioned concurrency ({provisioned})");
            items.push(
                CostItem::known("provisioned", label, price, Range::exact(capacity * self.memory), Basis::Configuration)
                    .because(format!("{provisioned} × {SECONDS_PER_MONTH} s × {} GB", self.memory.normalize())),
            );
        }
        let (Some(requests), Some(seconds)) = (self.requests, self.seconds) else {
            items.push(CostItem::unknown("duration", "Duration", on_demand, &self.missing_for_duration()));
            return items;
        };
        let derivation = format!(
            "{} requests × {} s × {} GB",
            show_count(requests.likely.round_dp(2)),
            seconds.likely.normalize(),
            self.memory.normalize()
        );
        let work = requests * seconds;
        if provisioned > 0 {
            let inside = work.map(|seconds| seconds.min(capacity));
            let price = format!("lambda.provisioned-duration-{}", self.processor);
            items.push(
                CostItem::known("provisioned-duration", "Duration, provisioned", price, inside * self.memory, self.basis)
                    .because(derivation.clone())
                    .assuming("provisioned environments take all the work they can"),
            );
        }
        let outside = work.map(|seconds| (seconds - capacity).max(Decimal::ZERO));
        let mut item = CostItem::known("duration", "Duration", on_demand, outside * self.memory, self.basis).because(derivation);
        if self.usage.init_duration.is_some() && self.usage.cold_share.is_none() {
            item = item.assuming("1 % of the invocations are cold");
        }
        items.push(item);
        items
    }

    fn missing_for_duration(&self) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if self.requests.is_none() {
            missing.push("usage.requests");
        }
        if self.usage.duration.is_none() {
            missing.push("usage.duration");
        }
        missing
    }

    fn temporary_storage(&self) -> Option<CostItem> {
        let size = self.spec.ephemeral_storage.filter(|size| *size > FREE_TMP)?;
        let billed = size.exact_gigabytes() - FREE_TMP.exact_gigabytes();
        let (price, label) = ("lambda.ephemeral-storage", "Temporary storage");
        Some(match (self.requests, self.seconds) {
            (Some(requests), Some(seconds)) => CostItem::known("ephemeral-storage", label, price, requests * seconds * billed, self.basis)
                .because(format!("{} GB above the free 512 MB", billed.normalize())),
            _ => CostItem::unknown("ephemeral-storage", label, price, &self.missing_for_duration()),
        })
    }

    fn large_events(&self) -> Option<CostItem> {
        let size = self.usage.event_size?;
        if !is_async_trigger(self.spec) || size.high.as_bytes() <= WHOLE_EVENT {
            return None;
        }
        let extra = size.map(|size| Decimal::from(size.as_bytes().saturating_sub(WHOLE_EVENT).div_ceil(EVENT_CHUNK)));
        let (price, label) = ("lambda.async-extra", "Requests for events above 256 KB");
        Some(match self.requests {
            Some(requests) => CostItem::known("async-extra", label, price, requests * extra, self.basis)
                .because(format!("{} more for each event", extra.likely)),
            None => CostItem::unknown("async-extra", label, price, &["usage.requests"]),
        })
    }

    fn streaming(&self) -> Option<CostItem> {
        self.spec.url.as_ref().filter(|url| url.invoke_mode == InvokeMode::ResponseStream)?;
        let (price, label) = ("lambda.response-streaming", "Streamed answers");
        let (Some(requests), Some(size)) = (self.requests, self.usage.response_size) else {
            return Some(CostItem::unknown("response-streaming", label, price, &["usage.requests", "usage.response_size"]));
        };
        let above = size.map(|size| Size::bytes(size.as_bytes().saturating_sub(WHOLE_ANSWER)).exact_gigabytes());
        let item = CostItem::known("response-streaming", label, price, requests * above, self.basis);
        Some(item.because("what an answer has above 6 MB".to_owned()))
    }

    /// SnapStart costs nothing for Java; for others the cached snapshot and each restore.
    fn snapshots(&self) -> Vec<CostItem> {
        let is_java = self.spec.runtime.as_deref().is_some_and(|runtime| runtime.starts_with("java"));
        if self.spec.snap_start != Some(SnapStart::PublishedVersions) || is_java {
            return Vec::new();
        }
        let cache = Range::exact(self.memory * Decimal::from(SECONDS_PER_MONTH));
        let restore = match self.requests {
            Some(requests) => CostItem::known(
                "snapstart-restore",
                "SnapStart restores",
                "lambda.snapstart-restore",
                requests * cold(self.usage) * self.memory,
                self.basis,
            )
            .because("each cold start restores the whole memory".to_owned()),
            None => CostItem::unknown("snapstart-restore", "SnapStart restores", "lambda.snapstart-restore", &["usage.requests"]),
        };
        vec![
            CostItem::known("snapstart-cache", "SnapStart cache", "lambda.snapstart-cache", cache, Basis::Configuration)
                .because(format!("{} GB × {SECONDS_PER_MONTH} s", self.memory.normalize()))
                .assuming("one version is active"),
            restore,
        ]
    }

    fn pollers(&self) -> Option<CostItem> {
        let pollers: u32 =
            self.spec.trigger.sqs.iter().filter_map(|trigger| trigger.pollers.as_ref()).map(|pollers| pollers.min.unwrap_or(2)).sum();
        let hours = Decimal::from(pollers) * Decimal::from(HOURS_PER_MONTH);
        (pollers > 0).then(|| {
            CostItem::known(
                "pollers",
                format!("Provisioned pollers ({pollers})"),
                "lambda.poller-sqs",
                Range::exact(hours),
                Basis::Configuration,
            )
            .because(format!("{pollers} × {HOURS_PER_MONTH} h"))
            .assuming("traffic never needs more than the least number of pollers")
        })
    }

    fn durable(&self) -> Vec<CostItem> {
        let Some(durable) = &self.spec.durable else { return Vec::new() };
        let operations = match (self.requests, self.usage.durable_operations) {
            (Some(requests), Some(each)) => CostItem::known(
                "durable-operations",
                "Durable operations",
                "lambda-durable.operations",
                requests * each.map(|count| count.0),
                self.basis,
            ),
            _ => CostItem::unknown(
                "durable-operations",
                "Durable operations",
                "lambda-durable.operations",
                &["usage.requests", "usage.durable_operations"],
            ),
        };
        let missing = ["usage.requests", "usage.durable_data"];
        let (Some(requests), Some(data)) = (self.requests, self.usage.durable_data) else {
            return vec![operations, CostItem::unknown("durable-data", "Durable data written", "lambda-durable.data-written", &missing)];
        };
        let written = requests * data.map(Size::exact_gigabytes);
        // 14 days is what Lambda keeps when nothing is said (botocore).
        let days = durable.retention.unwrap_or(Duration::hours(14 * 24)).exact_seconds() / Decimal::from(86_400);
        let months = days * Decimal::from(24) / Decimal::from(HOURS_PER_MONTH);
        vec![
            operations,
            CostItem::known("durable-data", "Durable data written", "lambda-durable.data-written", written, self.basis),
            CostItem::known("durable-retained", "Durable data kept", "lambda-durable.data-retained", written * months, self.basis)
                .because(format!("{} GB × {} days", written.likely.round_dp(3).normalize(), days.normalize())),
        ]
    }

    fn tenants(&self) -> Option<CostItem> {
        if !self.spec.tenant_isolation {
            return None;
        }
        let (price, label) = ("lambda.tenant-isolation", "Tenants' environments");
        Some(match self.usage.tenant_environments {
            Some(rate) => {
                CostItem::known("tenant-isolation", label, price, rate.map(crate::base::units::Rate::monthly) * self.memory, Basis::Usage)
            }
            None => CostItem::unknown("tenant-isolation", label, price, &["usage.tenant_environments"]),
        })
    }

    fn logs(&self) -> Option<CostItem> {
        let size = self.usage.log_size?;
        let (price, label) = ("logs.ingest-lambda", "Log data");
        Some(match self.requests {
            Some(requests) => CostItem::known("logs", label, price, requests * size.map(Size::exact_gigabytes), self.basis)
                .because(format!("{} for each invocation", size.likely)),
            None => CostItem::unknown("logs", label, price, &["usage.requests"]),
        })
    }
}

/// Invocations in a month: what the user says; else what schedules and others start, when nothing else starts it.
fn requests(spec: &Spec, usage: &Usage, context: &CostContext<'_>) -> (Option<Range>, Basis) {
    if let Some(requests) = usage.requests {
        return (Some(requests.map(crate::base::units::Rate::monthly)), Basis::Usage);
    }
    let triggers = &spec.trigger;
    let other = spec.url.is_some()
        || !(triggers.kinesis.is_empty()
            && triggers.dynamodb.is_empty()
            && triggers.sqs.is_empty()
            && triggers.s3.is_empty()
            && triggers.sns.is_empty()
            && triggers.rule.is_empty()
            && triggers.invoke.is_empty());
    let mut runs = Decimal::ZERO;
    for schedule in triggers.schedule.iter().filter(|schedule| schedule.enabled) {
        match Schedule::parse(&schedule.schedule, Dialect::Rule) {
            Ok(schedule) => runs += schedule.runs_per_month(context.today),
            Err(_) => return (None, Basis::Usage),
        }
    }
    let started = context.starts.unwrap_or(Range::ZERO);
    if other || (triggers.schedule.is_empty() && context.starts.is_none()) {
        return (None, Basis::Usage);
    }
    (Some(Range::exact(runs) + started), Basis::Schedule)
}

/// Seconds that an invocation is billed for: the run, and for the cold share the start too. Lambda rounds the sum up to a millisecond.
fn billed_seconds(usage: &Usage) -> Option<Range> {
    let run = usage.duration?.map(Duration::exact_seconds);
    let start = usage.init_duration.unwrap_or_else(|| Estimate::exact(Duration::seconds(0))).map(Duration::exact_seconds);
    Some(run + cold(usage) * start)
}

fn cold(usage: &Usage) -> Range {
    usage.cold_share.unwrap_or_else(|| Estimate::exact(Share(COLD))).map(|share| share.0)
}
