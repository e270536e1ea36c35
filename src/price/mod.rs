//! The price floor: what AWS charges for one unit of each dimension, each figure with its date, source and confidence.
//!
//! A price id is `service.dimension` (`glue.spark-6`), or `ec2.`, `emr.`, `spot.`, `reserved-1y.` and `reserved-3y.`
//! followed by an instance type. One price is always for one base unit: a request, a GB-second, a shard-hour.

mod book;
mod embedded;
mod error;
mod free;
mod instance;
mod rate;
mod table;
mod tier;

#[cfg(test)]
mod tests;

pub use book::{Book, Texts};
pub use error::PriceError;
pub use free::FreePool;
pub use rate::{Confidence, InstancePrices, Rate, Tier};
pub use tier::{TierCharge, apportion, charge, shares, total};
