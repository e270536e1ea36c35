//! What a cluster is billed for: instances, EMR's uplift on each of them, and their volumes.

use rust_decimal::Decimal;

use super::layout::{self, Pool, Role};
use super::request;
use super::spec::{ManagedScaling, Market, Nodes, ScalingUnit, Spec, Usage, Volume};
use crate::base::prose::group_digits;
use crate::base::units::{Duration, HOURS_PER_MONTH, Rate, Size};
use crate::catalog;
use crate::model::cost::{Basis, CostContext, CostItem};
use crate::model::estimate::{Estimate, Range};

/// The least that is billed of an instance's life.
const MINIMUM_SECONDS: u64 = 60;
/// What a gp3 volume has without paying for more: operations and MiB a second (EBS pricing).
const GP3_IOPS: u32 = 3000;
const GP3_THROUGHPUT: u32 = 125;
/// The root volume where the spec says nothing, in GB (EMR custom-AMI page).
const ROOT_GB: u32 = 15;

/// How many hours a month each node is billed, and where that comes from.
struct Hours {
    quantity: Option<Range>,
    basis: Basis,
    derivation: String,
    missing: Vec<&'static str>,
}

/// How many instances of one market a group has.
struct Count {
    market: &'static str,
    price: &'static str,
    nodes: Range,
}

/// All that a cluster is billed for.
pub(super) fn items(spec: &Spec, usage: &Usage, context: &CostContext<'_>) -> Vec<CostItem> {
    let hours = hours(spec, usage, context);
    let mut items = Vec::new();
    for (pool, total) in scaled(spec, usage) {
        pool_items(spec, &pool, total, &hours, &mut items);
    }
    if let Some(first) = items.first_mut() {
        let note = "assumes a private subnet: in a public one each node also pays for its IPv4 address";
        first.assumption = Some(first.assumption.as_ref().map_or_else(|| note.to_owned(), |text| format!("{text}; {note}")));
    }
    items
}

fn hours(spec: &Spec, usage: &Usage, context: &CostContext<'_>) -> Hours {
    if !spec.is_transient() {
        let (quantity, basis) = match usage.hours {
            Some(hours) => (hours.map(|count| count.0), Basis::Usage),
            None => (Estimate::exact(Decimal::from(HOURS_PER_MONTH)), Basis::Configuration),
        };
        let derivation = format!("{} h", show(quantity));
        return Hours { quantity: Some(quantity), basis, derivation, missing: Vec::new() };
    }
    let runs = usage.runs.map(|runs| runs.map(Rate::monthly)).or(context.starts);
    let mut missing = Vec::new();
    if runs.is_none() {
        missing.push("usage.runs");
    }
    if usage.duration.is_none() {
        missing.push("usage.duration");
    }
    let (Some(runs), Some(duration)) = (runs, usage.duration) else {
        return Hours { quantity: None, basis: Basis::Usage, derivation: String::new(), missing };
    };
    let billed = duration.map(|duration: Duration| Decimal::from(duration.as_seconds().max(MINIMUM_SECONDS)));
    let quantity = runs.with(billed, |runs, seconds| runs.saturating_mul(seconds) / Decimal::from(3600));
    let derivation = format!("{} runs × {}", show(runs), duration.likely);
    Hours { quantity: Some(quantity), basis: Basis::Usage, derivation, missing }
}

/// The groups with their numbers of instances: as declared, or between the bounds of managed scaling.
fn scaled<'a>(spec: &'a Spec, usage: &Usage) -> Vec<(Pool<'a>, Option<Range>)> {
    let pools = layout::pools(spec);
    let Some(scaling) = &spec.managed_scaling else { return pools.into_iter().map(|pool| (pool, None)).collect() };
    let workers: Vec<&Pool<'_>> = pools.iter().filter(|pool| pool.role != Role::Primary).collect();
    let start: Decimal = workers.iter().map(|pool| Decimal::from(layout::instances(pool.nodes))).sum();
    let unit = instances_per_unit(spec, scaling, workers.first().map(|pool| pool.nodes));
    let (low, high) = ((Decimal::from(scaling.min) * unit).ceil(), (Decimal::from(scaling.max) * unit).ceil());
    let high = high.max(low);
    let total = match usage.nodes {
        Some(nodes) => nodes.map(|count| count.0.clamp(low, high)),
        None => Estimate { low, likely: start.clamp(low, high), high },
    };
    let has_task = pools.iter().any(|pool| pool.role == Role::Task);
    let most_core = scaling.max_core.map(|core| (Decimal::from(core) * unit).ceil());
    let mut left = total;
    pools
        .into_iter()
        .map(|pool| match pool.role {
            Role::Primary => (pool, None),
            Role::Core => {
                let own = Decimal::from(layout::instances(pool.nodes));
                let most = if has_task { most_core.unwrap_or(own) } else { most_core.unwrap_or(high) };
                let core = total.map(|nodes| nodes.min(most.max(Decimal::ONE)));
                left = total.with(core, |all, core| all - core);
                (pool, Some(core))
            }
            Role::Task => {
                // All task groups are counted in the first one: nobody can tell which of them EMR will fill.
                let task = left;
                left = Range::ZERO;
                (pool, Some(task))
            }
        })
        .collect()
}

/// How many instances one unit of managed scaling is, when all are of the first type.
fn instances_per_unit(spec: &Spec, scaling: &ManagedScaling, nodes: Option<&Nodes>) -> Decimal {
    let Some(nodes) = nodes else { return Decimal::ONE };
    match scaling.unit {
        Some(ScalingUnit::Vcpu) => {
            let vcpu = layout::types(nodes).first().and_then(|name| catalog::instance(name)).map_or(1, |instance| instance.vcpu.max(1));
            Decimal::ONE / Decimal::from(vcpu)
        }
        Some(ScalingUnit::FleetUnits) | None if layout::is_fleets(spec) => Decimal::ONE / Decimal::from(layout::weight(nodes)),
        Some(ScalingUnit::Instances | ScalingUnit::FleetUnits) | None => Decimal::ONE,
    }
}

/// The instances of a group by market.
fn counts(nodes: &Nodes, total: Option<Range>) -> Vec<Count> {
    let (on_demand, spot) = layout::capacity(nodes);
    let weight = layout::weight(nodes);
    let (on_demand, spot) = (Decimal::from(on_demand.div_ceil(weight)), Decimal::from(spot.div_ceil(weight)));
    let (on_demand, spot) = match total {
        None => (Estimate::exact(on_demand), Estimate::exact(spot)),
        Some(total) if spot.is_zero() && nodes.market == Market::OnDemand => (total, Range::ZERO),
        Some(total) => {
            let first = total.map(|nodes| nodes.min(on_demand));
            (first, total.with(first, |all, first| all - first))
        }
    };
    let all = [Count { market: "", price: "ec2", nodes: on_demand }, Count { market: " Spot", price: "spot", nodes: spot }];
    all.into_iter().filter(|count| !count.nodes.high.is_zero()).collect()
}

fn pool_items(spec: &Spec, pool: &Pool<'_>, total: Option<Range>, hours: &Hours, items: &mut Vec<CostItem>) {
    let types = layout::types(pool.nodes);
    let Some(instance_type) = types.first() else { return };
    let (meter, title) = (pool.path.as_str(), request::title(pool.role));
    let counts = counts(pool.nodes, total);
    let mut all = Range::ZERO;
    for count in &counts {
        all = all + count.nodes;
        let label = format!("{title} nodes ({} × {instance_type}{})", show(count.nodes), count.market);
        let mut item = line(hours, &format!("{meter}.{}", count.price), label, &format!("{}.{instance_type}", count.price), count.nodes);
        if types.len() > 1 {
            item = item.assuming(format!("priced as {instance_type}, the first of {} types", types.len()));
        } else if total.is_some() {
            item = item.assuming("managed scaling chooses the number of nodes between its bounds");
        }
        items.push(item);
    }
    if all.high.is_zero() {
        return;
    }
    let label = format!("EMR on {} nodes ({} × {instance_type})", pool.role.name(), show(all));
    items.push(line(hours, &format!("{meter}.emr"), label, &format!("emr.{instance_type}"), all));
    volume_items(spec, pool, all, hours, items);
}

/// A line of so many nodes for so many hours.
fn line(hours: &Hours, meter: &str, label: String, price: &str, nodes: Range) -> CostItem {
    match hours.quantity {
        Some(quantity) => {
            CostItem::known(meter, label, price, nodes * quantity, hours.basis).because(format!("{} × {}", show(nodes), hours.derivation))
        }
        None => CostItem::unknown(meter, label, price, &hours.missing),
    }
}

/// A line of so much of something on each node, billed by the month.
fn monthly_line(hours: &Hours, meter: &str, label: String, price: &str, each: Decimal, unit: &str, nodes: Range) -> CostItem {
    match hours.quantity {
        Some(quantity) => {
            let months = quantity.map(|hours| hours / Decimal::from(HOURS_PER_MONTH));
            let derivation = format!("{} × {} {unit} × {} ÷ {HOURS_PER_MONTH} h", show(nodes), each.normalize(), hours.derivation);
            CostItem::known(meter, label, price, nodes * months * each, hours.basis).because(derivation)
        }
        None => CostItem::unknown(meter, label, price, &hours.missing),
    }
}

fn volume_items(spec: &Spec, pool: &Pool<'_>, nodes: Range, hours: &Hours, items: &mut Vec<CostItem>) {
    let (meter, name) = (pool.path.as_str(), pool.role.name());
    let first = pool.nodes.instance.first();
    let (ebs, volumes) = match first {
        Some(instance) if instance.ebs.is_some() || !instance.volumes.is_empty() => (instance.ebs, instance.volumes.as_slice()),
        _ => (pool.nodes.ebs, pool.nodes.volumes.as_slice()),
    };
    let volumes = request::volumes_of(ebs, volumes);
    for (at, volume) in volumes.iter().enumerate() {
        let Volume { volume_type, size, iops, throughput, count } = volume;
        let suffix = if at == 0 { String::new() } else { format!("-{}", at + 1) };
        let all = size.exact_gigabytes() * Decimal::from(*count);
        let label = format!("Volumes of {name} nodes ({volume_type})");
        items.push(monthly_line(hours, &format!("{meter}.ebs{suffix}"), label, &format!("ebs.{volume_type}"), all, "GB", nodes));
        let (free_iops, free_throughput) = if volume_type == "gp3" { (GP3_IOPS, GP3_THROUGHPUT) } else { (0, 0) };
        if let Some(more) = iops.and_then(|iops| iops.checked_sub(free_iops)).filter(|more| *more > 0) {
            let (label, all) = (format!("IOPS of {name} nodes' volumes"), Decimal::from(more) * Decimal::from(*count));
            items.push(monthly_line(
                hours,
                &format!("{meter}.iops{suffix}"),
                label,
                &format!("ebs.{volume_type}-iops"),
                all,
                "IOPS",
                nodes,
            ));
        }
        if let Some(more) = throughput.and_then(|throughput| throughput.checked_sub(free_throughput)).filter(|more| *more > 0) {
            let (label, all) = (format!("Throughput of {name} nodes' volumes"), Decimal::from(more) * Decimal::from(*count));
            let price = format!("ebs.{volume_type}-throughput");
            items.push(monthly_line(hours, &format!("{meter}.throughput{suffix}"), label, &price, all, "MiBps", nodes));
        }
    }
    if volumes.is_empty()
        && let Some(gigabytes) = default_volumes(pool.nodes)
    {
        let label = format!("Volumes of {name} nodes (gp2)");
        items.push(
            monthly_line(hours, &format!("{meter}.ebs"), label, "ebs.gp2", Decimal::from(gigabytes), "GB", nodes)
                .assuming(format!("assumes the {gigabytes} GB that EMR gives a type without disks of its own")),
        );
    }
    let root = spec.root_volume.as_ref().and_then(|volume| volume.size).map_or(Decimal::from(ROOT_GB), Size::exact_gigabytes);
    let label = format!("Root volumes of {name} nodes");
    items.push(monthly_line(hours, &format!("{meter}.root"), label, "ebs.gp3", root, "GB", nodes));
}

/// The gigabytes EMR gives a node whose type has no disks, when nothing is said: 64 for an xlarge, and more as the type grows (recalled from the
/// management guide, "Default Amazon EBS storage for instances").
pub(super) fn default_volumes(nodes: &Nodes) -> Option<u32> {
    let name = *layout::types(nodes).first()?;
    let instance = catalog::instance(name)?;
    if instance.storage != catalog::Storage::EbsOnly {
        return None;
    }
    // An xlarge has rank 8; smaller types get 32 GB.
    Some(catalog::size_rank(name).map_or(64, |rank| if rank < 8 { 32 } else { rank.saturating_mul(8) }))
}

/// A quantity in a label: `3`, or `2–10`.
fn show(quantity: Range) -> String {
    let number = |value: Decimal| group_digits(&value.round_dp(2).normalize().to_string());
    if quantity.is_exact() { number(quantity.likely) } else { format!("{}–{}", number(quantity.low), number(quantity.high)) }
}
