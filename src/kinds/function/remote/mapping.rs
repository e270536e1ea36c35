//! Event source mappings: the streams and queues that Lambda polls for a function.

use aws_sdk_lambda::types as api;

use super::configuration::{count, whole};
use super::mapping_state::{delete, steady};
use super::words;
use crate::aws::{Class, Cx, Failure, Update};
use crate::base::units::Duration;
use crate::kinds::function::spec::{Dynamodb, Kinesis, Pollers, Spec, Sqs, StartingPosition, Triggers};
use crate::model::reference::Ref;

/// What is polled; names the list of the spec too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Kinesis,
    Dynamodb,
    Sqs,
}

/// A mapping of any source; what its source does not know stays empty.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one setting of Lambda's")]
pub(super) struct Mapping {
    pub of: Source,
    pub source: String,
    pub starting_position: Option<StartingPosition>,
    pub starting_timestamp: Option<String>,
    pub batch_size: Option<u32>,
    pub window: Option<Duration>,
    pub parallelization: Option<u32>,
    pub bisect_on_error: bool,
    pub max_retries: Option<u32>,
    pub max_record_age: Option<Duration>,
    pub tumbling_window: Option<Duration>,
    pub on_failure: Option<String>,
    pub filters: Vec<String>,
    pub report_batch_item_failures: bool,
    pub max_concurrency: Option<u32>,
    pub pollers: Option<Pollers>,
    pub kms_key: Option<String>,
    pub metrics: bool,
    pub enabled: bool,
}

macro_rules! of_stream {
    ($trigger:expr, $type:ident, $of:expr, $source:ident $(, $timestamp:ident)?) => {{
        let $type {
            $source, starting_position, $($timestamp,)? batch_size, window, parallelization, bisect_on_error, max_retries, max_record_age,
            tumbling_window, on_failure, filters, report_batch_item_failures, kms_key, metrics, enabled,
        } = $trigger;
        let mut timestamp: Option<String> = None;
        $(timestamp.clone_from($timestamp);)?
        Mapping {
            of: $of,
            source: $source.0.clone(),
            starting_position: Some(*starting_position),
            starting_timestamp: timestamp.take(),
            batch_size: *batch_size,
            window: *window,
            parallelization: *parallelization,
            bisect_on_error: *bisect_on_error,
            max_retries: *max_retries,
            max_record_age: *max_record_age,
            tumbling_window: *tumbling_window,
            on_failure: on_failure.as_ref().map(|target| target.0.clone()),
            filters: filters.clone(),
            report_batch_item_failures: *report_batch_item_failures,
            max_concurrency: None,
            pollers: None,
            kms_key: kms_key.clone(),
            metrics: *metrics,
            enabled: *enabled,
        }
    }};
}

impl Source {
    fn list(self) -> &'static str {
        match self {
            Self::Kinesis => "trigger.kinesis",
            Self::Dynamodb => "trigger.dynamodb",
            Self::Sqs => "trigger.sqs",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Kinesis => "stream",
            Self::Dynamodb => "table",
            Self::Sqs => "queue",
        }
    }

    /// The service in the source's ARN.
    fn of(arn: &str) -> Option<Self> {
        match arn.split(':').nth(2)? {
            "kinesis" => Some(Self::Kinesis),
            "dynamodb" => Some(Self::Dynamodb),
            "sqs" => Some(Self::Sqs),
            _ => None,
        }
    }

    /// What Lambda takes when no batch size is said.
    fn own_batch_size(self) -> u32 {
        if self == Self::Sqs { 10 } else { 100 }
    }
}

impl Mapping {
    /// All mappings that a spec declares, each with its place in its list.
    pub(super) fn all(triggers: &Triggers) -> Vec<(usize, Self)> {
        let kinesis = triggers.kinesis.iter().map(Self::of_kinesis).enumerate();
        let dynamodb = triggers.dynamodb.iter().map(|trigger| of_stream!(trigger, Dynamodb, Source::Dynamodb, table)).enumerate();
        kinesis.chain(dynamodb).chain(triggers.sqs.iter().map(Self::of_sqs).enumerate()).collect()
    }

    fn of_kinesis(trigger: &Kinesis) -> Self {
        of_stream!(trigger, Kinesis, Source::Kinesis, stream, starting_timestamp)
    }

    fn of_sqs(trigger: &Sqs) -> Self {
        let Sqs { queue, batch_size, window, max_concurrency, filters, report_batch_item_failures, pollers, kms_key, metrics, enabled } =
            trigger;
        Self {
            of: Source::Sqs,
            source: queue.0.clone(),
            starting_position: None,
            starting_timestamp: None,
            batch_size: *batch_size,
            window: *window,
            parallelization: None,
            bisect_on_error: false,
            max_retries: None,
            max_record_age: None,
            tumbling_window: None,
            on_failure: None,
            filters: filters.clone(),
            report_batch_item_failures: *report_batch_item_failures,
            max_concurrency: *max_concurrency,
            pollers: pollers.clone(),
            kms_key: kms_key.clone(),
            metrics: *metrics,
            enabled: *enabled,
        }
    }

    /// What Lambda tells; `None` for a source that has no table in the spec.
    pub(super) fn read(found: &api::EventSourceMappingConfiguration) -> Option<Self> {
        let source = found.event_source_arn()?;
        let of = Source::of(source)?;
        let small = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
        let time = |number: Option<i32>| count(number).map(Duration::seconds);
        let text = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        let is_stream = of != Source::Sqs;
        Some(Self {
            of,
            source: source.to_owned(),
            starting_position: found.starting_position().and_then(words::starting_position_of),
            starting_timestamp: found
                .starting_position_timestamp()
                .and_then(|moment| jiff::Timestamp::from_second(moment.secs()).ok())
                .map(|moment| moment.to_string()),
            batch_size: small(found.batch_size()),
            window: time(found.maximum_batching_window_in_seconds()),
            parallelization: small(found.parallelization_factor()).filter(|_| is_stream),
            bisect_on_error: found.bisect_batch_on_function_error().unwrap_or(false),
            max_retries: small(found.maximum_retry_attempts()).filter(|_| is_stream),
            max_record_age: time(found.maximum_record_age_in_seconds()).filter(|_| is_stream),
            tumbling_window: time(found.tumbling_window_in_seconds()).filter(|_| is_stream),
            // An empty `OnFailure` is told for none.
            on_failure: text(found.destination_config().and_then(|all| all.on_failure()).and_then(|one| one.destination())),
            filters: found
                .filter_criteria()
                .into_iter()
                .flat_map(api::FilterCriteria::filters)
                .filter_map(|filter| filter.pattern().map(str::to_owned))
                .collect(),
            report_batch_item_failures: found.function_response_types().contains(&api::FunctionResponseType::ReportBatchItemFailures),
            max_concurrency: small(found.scaling_config().and_then(api::ScalingConfig::maximum_concurrency)),
            pollers: found
                .provisioned_poller_config()
                .map(|config| Pollers { min: small(config.minimum_pollers()), max: small(config.maximum_pollers()) })
                .filter(|pollers| *pollers != Pollers::default()),
            kms_key: text(found.kms_key_arn()),
            metrics: found.metrics_config().is_some_and(|config| !config.metrics().is_empty()),
            enabled: !matches!(found.state(), Some("Disabled" | "Disabling")),
        })
    }

    /// Adds it to the spec's lists.
    pub(super) fn put(self, triggers: &mut Triggers) {
        let on_failure = self.on_failure.map(Ref);
        match self.of {
            Source::Kinesis => triggers.kinesis.push(Kinesis {
                stream: Ref(self.source),
                starting_position: self.starting_position.unwrap_or_default(),
                starting_timestamp: self.starting_timestamp,
                batch_size: self.batch_size,
                window: self.window,
                parallelization: self.parallelization,
                bisect_on_error: self.bisect_on_error,
                max_retries: self.max_retries,
                max_record_age: self.max_record_age,
                tumbling_window: self.tumbling_window,
                on_failure,
                filters: self.filters,
                report_batch_item_failures: self.report_batch_item_failures,
                kms_key: self.kms_key,
                metrics: self.metrics,
                enabled: self.enabled,
            }),
            Source::Dynamodb => triggers.dynamodb.push(Dynamodb {
                table: Ref(self.source),
                starting_position: self.starting_position.unwrap_or_default(),
                batch_size: self.batch_size,
                window: self.window,
                parallelization: self.parallelization,
                bisect_on_error: self.bisect_on_error,
                max_retries: self.max_retries,
                max_record_age: self.max_record_age,
                tumbling_window: self.tumbling_window,
                on_failure,
                filters: self.filters,
                report_batch_item_failures: self.report_batch_item_failures,
                kms_key: self.kms_key,
                metrics: self.metrics,
                enabled: self.enabled,
            }),
            Source::Sqs => triggers.sqs.push(Sqs {
                queue: Ref(self.source),
                batch_size: self.batch_size,
                window: self.window,
                max_concurrency: self.max_concurrency,
                filters: self.filters,
                report_batch_item_failures: self.report_batch_item_failures,
                pollers: self.pollers,
                kms_key: self.kms_key,
                metrics: self.metrics,
                enabled: self.enabled,
            }),
        }
    }

    /// Fills in, from what is there, every field that is neither declared nor taken away: those are not ours to change.
    pub(super) fn over(mut self, there: &Self, removed: impl Fn(&str) -> bool) -> Self {
        macro_rules! keep {
            ($($field:ident),*) => {$(
                if self.$field.is_none() && !removed(stringify!($field)) {
                    self.$field.clone_from(&there.$field);
                }
            )*};
        }
        macro_rules! keep_flags {
            ($($field:ident),*) => {$(
                self.$field |= there.$field && !removed(stringify!($field));
            )*};
        }
        keep!(
            batch_size,
            window,
            parallelization,
            max_retries,
            max_record_age,
            tumbling_window,
            on_failure,
            max_concurrency,
            pollers,
            kms_key
        );
        keep_flags!(bisect_on_error, report_batch_item_failures, metrics);
        if self.filters.is_empty() && !removed("filters") {
            self.filters.clone_from(&there.filters);
        }
        self
    }

    /// Whether Lambda can only make this of `there` by making a new mapping.
    pub(super) fn needs_new(&self, there: &Self) -> bool {
        let moved =
            self.starting_timestamp.is_some() && there.starting_timestamp.is_some() && self.starting_timestamp != there.starting_timestamp;
        let begins =
            self.starting_position.is_some() && there.starting_position.is_some() && self.starting_position != there.starting_position;
        moved || begins || (self.pollers.is_none() && there.pollers.is_some())
    }

    fn destination(&self) -> Option<api::DestinationConfig> {
        let on_failure = api::OnFailure::builder().destination(self.on_failure.as_ref()?).build();
        Some(api::DestinationConfig::builder().on_failure(on_failure).build())
    }

    fn criteria(&self) -> api::FilterCriteria {
        let filters = self.filters.iter().map(|pattern| api::Filter::builder().pattern(pattern).build()).collect();
        api::FilterCriteria::builder().set_filters(Some(filters)).build()
    }

    fn response_types(&self) -> Vec<api::FunctionResponseType> {
        if self.report_batch_item_failures { vec![api::FunctionResponseType::ReportBatchItemFailures] } else { Vec::new() }
    }

    fn metrics_config(&self) -> api::EventSourceMappingMetricsConfig {
        let metrics = if self.metrics { vec![api::EventSourceMappingMetric::EventCount] } else { Vec::new() };
        api::EventSourceMappingMetricsConfig::builder().set_metrics(Some(metrics)).build()
    }

    fn scaling(&self) -> api::ScalingConfig {
        api::ScalingConfig::builder().set_maximum_concurrency(self.max_concurrency.map(small)).build()
    }

    fn poller_config(&self) -> Option<api::ProvisionedPollerConfig> {
        let Pollers { min, max } = self.pollers.as_ref()?;
        Some(api::ProvisionedPollerConfig::builder().set_minimum_pollers(min.map(small)).set_maximum_pollers(max.map(small)).build())
    }
}

fn small(number: u32) -> i32 {
    whole(number.into())
}

/// The mappings of a function, or of the account.
pub(super) async fn list(cx: &Cx<'_>, name: Option<&str>) -> Result<Vec<api::EventSourceMappingConfiguration>, Failure> {
    let lambda = cx.session.lambda();
    let (mut marker, mut found) = (None::<String>, Vec::new());
    loop {
        let page = cx
            .read("lambda:ListEventSourceMappings", || {
                let call = lambda.list_event_source_mappings().max_items(1000);
                call.set_function_name(name.map(str::to_owned)).set_marker(marker.clone()).send()
            })
            .await?;
        let Some(page) = page else { break };
        marker = page.next_marker().filter(|marker| !marker.is_empty()).map(str::to_owned);
        found.extend(page.event_source_mappings.unwrap_or_default());
        if marker.is_none() {
            break;
        }
    }
    found.retain(|mapping| mapping.state() != Some("Deleting"));
    Ok(found)
}

/// Brings the mappings to what is desired.
pub(super) async fn write(cx: &Cx<'_>, update: &Update<'_, Spec>, name: &str) -> Result<(), Failure> {
    if !update.touches(&["trigger.kinesis", "trigger.dynamodb", "trigger.sqs"]) {
        return Ok(());
    }
    let there = list(cx, Some(name)).await?;
    let id_of = |source: &str| {
        there
            .iter()
            .find(|mapping| mapping.event_source_arn() == Some(source))
            .and_then(|mapping| Some((mapping.uuid()?, Mapping::read(mapping)?)))
    };
    for source in [Source::Kinesis, Source::Dynamodb, Source::Sqs] {
        for arn in update.removed_items(source.list(), source.key()) {
            if let Some((id, _)) = id_of(&arn) {
                delete(cx, id).await?;
            }
        }
    }
    for (at, wanted) in Mapping::all(&update.desired.trigger) {
        let Some((id, prior)) = id_of(&wanted.source) else {
            create(cx, name, &wanted).await?;
            continue;
        };
        let list = wanted.of.list();
        let wanted = wanted.over(&prior, |field| update.removes_from_item(list, at, field));
        if wanted == prior {
            continue;
        }
        if wanted.needs_new(&prior) {
            cx.note(format!(
                "making a new mapping for {}: Lambda cannot change where reading begins, nor take pollers away",
                wanted.source
            ));
            delete(cx, id).await?;
            create(cx, name, &wanted).await?;
        } else {
            change(cx, id, &wanted, &prior).await?;
        }
    }
    Ok(())
}

async fn create(cx: &Cx<'_>, name: &str, wanted: &Mapping) -> Result<(), Failure> {
    let lambda = cx.session.lambda();
    let timestamp = wanted
        .starting_timestamp
        .as_ref()
        .and_then(|text| text.parse::<jiff::Timestamp>().ok())
        .map(|moment| aws_smithy_types::DateTime::from_secs(moment.as_second()));
    let is_stream = wanted.of != Source::Sqs;
    let made = cx
        .create("lambda:CreateEventSourceMapping", &wanted.source, || {
            lambda
                .create_event_source_mapping()
                .event_source_arn(&wanted.source)
                .function_name(name)
                .enabled(wanted.enabled)
                .set_batch_size(wanted.batch_size.map(small))
                .set_maximum_batching_window_in_seconds(wanted.window.map(|time| whole(time.as_seconds())))
                .set_starting_position(wanted.starting_position.map(words::starting_position))
                .set_starting_position_timestamp(timestamp)
                .set_parallelization_factor(wanted.parallelization.map(small))
                .set_bisect_batch_on_function_error((is_stream && wanted.bisect_on_error).then_some(true))
                .set_maximum_retry_attempts(wanted.max_retries.map(small))
                .set_maximum_record_age_in_seconds(wanted.max_record_age.map(|time| whole(time.as_seconds())))
                .set_tumbling_window_in_seconds(wanted.tumbling_window.map(|time| whole(time.as_seconds())))
                .set_destination_config(wanted.destination())
                .set_filter_criteria((!wanted.filters.is_empty()).then(|| wanted.criteria()))
                .set_function_response_types(wanted.report_batch_item_failures.then(|| wanted.response_types()))
                .set_scaling_config(wanted.max_concurrency.map(|_| wanted.scaling()))
                .set_provisioned_poller_config(wanted.poller_config())
                .set_kms_key_arn(wanted.kms_key.clone())
                .set_metrics_config(wanted.metrics.then(|| wanted.metrics_config()))
                .send()
        })
        .await;
    let id = match made {
        Ok(made) => made.uuid,
        // One for the same source and function is there: a create whose answer was lost. It is brought to what is wanted.
        Err(failure) if matches!(failure.class, Class::Exists | Class::Unclear) => {
            let there = list(cx, Some(name)).await?;
            let found = there.iter().find(|mapping| mapping.event_source_arn() == Some(wanted.source.as_str()));
            let Some((id, prior)) = found.and_then(|mapping| Some((mapping.uuid()?, Mapping::read(mapping)?))) else { return Err(failure) };
            change(cx, id, wanted, &prior).await?;
            Some(id.to_owned())
        }
        Err(failure) => return Err(failure),
    };
    let id = id.ok_or_else(|| Failure::unexpected("lambda:CreateEventSourceMapping", "the answer has no id"))?;
    steady(cx, &id).await
}

/// UpdateEventSourceMapping keeps what is not sent and enables when nothing is said; so everything is sent, with what Lambda does by itself in
/// place of what is absent.
async fn change(cx: &Cx<'_>, id: &str, wanted: &Mapping, prior: &Mapping) -> Result<(), Failure> {
    let lambda = cx.session.lambda();
    let is_stream = wanted.of != Source::Sqs;
    let seconds = |time: Option<Duration>, reset: i32| time.map_or(reset, |time| whole(time.as_seconds()));
    // Sending an empty `OnFailure` is refused; an empty configuration takes the destination away.
    let destination = wanted.destination().or_else(|| prior.on_failure.as_ref().map(|_| api::DestinationConfig::builder().build()));
    cx.write("lambda:UpdateEventSourceMapping", || {
        let mut call = lambda
            .update_event_source_mapping()
            .uuid(id)
            .enabled(wanted.enabled)
            .batch_size(wanted.batch_size.map_or(small(wanted.of.own_batch_size()), small))
            .maximum_batching_window_in_seconds(seconds(wanted.window, 0))
            .filter_criteria(wanted.criteria())
            .set_function_response_types(Some(wanted.response_types()));
        if is_stream {
            call = call
                .parallelization_factor(wanted.parallelization.map_or(1, small))
                .bisect_batch_on_function_error(wanted.bisect_on_error)
                .maximum_retry_attempts(wanted.max_retries.map_or(-1, small))
                .maximum_record_age_in_seconds(seconds(wanted.max_record_age, -1))
                .tumbling_window_in_seconds(seconds(wanted.tumbling_window, 0))
                .set_destination_config(destination.clone());
        } else {
            call = call
                .set_scaling_config((wanted.max_concurrency != prior.max_concurrency).then(|| wanted.scaling()))
                .set_provisioned_poller_config(wanted.poller_config());
        }
        if wanted.kms_key != prior.kms_key {
            call = call.kms_key_arn(wanted.kms_key.clone().unwrap_or_default());
        }
        if wanted.metrics != prior.metrics {
            call = call.metrics_config(wanted.metrics_config());
        }
        call.send()
    })
    .await?;
    steady(cx, id).await
}
