//! What a topic is billed for.

use rust_decimal::Decimal;

use super::spec::{Protocol, Spec, Usage};
use crate::base::units::{Rate, Size, show_count};
use crate::model::cost::{Basis, CostItem};
use crate::model::estimate::{Estimate, Range};

/// SNS bills every 64 KB of a message as one request.
const CHUNK: u64 = 64 << 10;

/// Publishes, and deliveries by way.
pub(super) fn items(spec: &Spec, usage: &Usage) -> Vec<CostItem> {
    let price = if spec.fifo { "sns.publish-fifo" } else { "sns.publish-standard" };
    let Some(publishes) = usage.publishes else {
        return vec![CostItem::unknown("publishes", "Publishes", price, &["usage.publishes"])];
    };
    let payload = usage.payload.unwrap_or_else(|| Estimate::exact(Size::bytes(1)));
    let messages: Range = publishes.map(Rate::monthly);
    let chunks =
        if spec.fifo { Estimate::exact(Decimal::ONE) } else { payload.map(|size| Decimal::from(size.as_bytes().div_ceil(CHUNK).max(1))) };
    let because = format!("{} messages × {} chunk(s) of 64 KB", show_count(messages.likely), chunks.likely);
    let mut items = vec![CostItem::known("publishes", "Publishes", price, messages * chunks, Basis::Usage).because(because)];
    let gigabytes = messages * payload.map(Size::exact_gigabytes);
    if spec.fifo {
        items.push(CostItem::known("payload", "Published data", "sns.publish-fifo-payload", gigabytes, Basis::Usage));
    }
    for (at, subscription) in spec.subscription.iter().enumerate() {
        let price = match subscription.protocol {
            Protocol::Sqs if spec.fifo => "sns.delivery-fifo",
            // Deliveries to queues and functions are free; text messages depend on the country and are not counted.
            Protocol::Sqs | Protocol::Lambda | Protocol::Sms => continue,
            Protocol::Firehose => "sns.delivery-firehose",
            Protocol::Email | Protocol::EmailJson => "sns.delivery-email",
            Protocol::Http | Protocol::Https => "sns.delivery-http",
            Protocol::Application => "sns.delivery-mobile",
        };
        items.push(
            CostItem::known(format!("deliveries[{at}]"), format!("Deliveries to {}", subscription.endpoint), price, messages, Basis::Usage)
                .because(format!("{} messages", show_count(messages.likely))),
        );
        if spec.fifo {
            items.push(CostItem::known(format!("delivered[{at}]"), "Delivered data", "sns.delivery-fifo-payload", gigabytes, Basis::Usage));
        }
    }
    items
}
