//! Facts about the embedded book as a whole, and the rules of looking prices up.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::civil::date;
use rust_decimal::Decimal;

use super::embedded;
use super::*;

fn usd(text: &str) -> Decimal {
    Decimal::from_str(text).unwrap()
}

fn first(region: &str, id: &str) -> Decimal {
    Book::embedded().rate(region, id).unwrap().first_usd()
}

/// Two regions and one type, to test lookups without depending on real figures.
fn small() -> Texts {
    Texts {
        sources: "code,as_of,confidence,text\npage,2026-01-01,published,the page\n".into(),
        services: "region,id,unit,from,to,usd,as_of,confidence,source\n\
            eu-west-1,queue.request,request,0,,0.5,2026-02,published,page\n\
            us-east-1,queue.request,request,0,10,0.4,2026-03-04,published,page\n\
            us-east-1,queue.request,request,10,,0.3,2026-03-04,published,page\n\
            us-east-1,queue.storage,GB-month,0,,0.1,recall,recalled,page\n"
            .into(),
        free: "id,unit,quantity,covers,as_of,confidence,source\n\
            queue.request,request,100,queue.request queue.batch,2026-01-01,published,page\n"
            .into(),
        ec2: vec![(
            "us-east-1".into(),
            "# ondemand 2026-03-01 page\n# spot 2025-06-28 page\n# reserved 2025-04-05 page\n\
            type,ondemand,emr,emr_basis,spot,interruption,reserved_1y,reserved_3y\n\
            m1.big,1,0.25,page,,,0.6,\n"
                .into(),
        )],
    }
}

#[test]
fn every_row_of_every_region_parses() {
    let book = Book::embedded();
    assert_eq!(book.regions().count(), 34);
    let mut seen = 0;
    for region in book.regions() {
        let mut ids = BTreeSet::new();
        for id in book.ids(region) {
            let rate = book.rate(region, &id).unwrap();
            assert!(!rate.stand_in, "{id} in {region}");
            assert_eq!(rate.id, id);
            assert!(!rate.unit.is_empty() && !rate.source.is_empty(), "{id} in {region}");
            assert!(ids.insert(id.clone()), "{id} is twice in {region}");
            seen += 1;
        }
        for name in book.instance_types(region) {
            assert!(ids.contains(&format!("ec2.{name}")), "{name} in {region} has no on-demand price");
            assert!(ids.contains(&format!("emr.{name}")), "{name} in {region} has no uplift");
        }
    }
    assert!(seen > 40_000, "only {seen} prices");
}

#[test]
fn no_row_is_lost_between_the_texts_and_the_book() {
    let book = Book::embedded();
    let rows: usize = embedded::EC2.iter().map(|(_, text)| text.lines().filter(|row| !row.starts_with('#')).count() - 1).sum();
    let types: usize = book.regions().map(|region| book.instance_types(region).count()).sum();
    assert_eq!(types, rows);
    let rows = embedded::SERVICES.lines().count() - 1;
    let tiers: usize = book
        .regions()
        .flat_map(|region| book.ids(region).map(move |id| (region, id)))
        .filter(|(_, id)| instance::Market::split(id).is_none() && !id.starts_with("lambda-edge."))
        .map(|(region, id)| book.rate(region, &id).unwrap().tiers.len())
        .sum();
    assert_eq!(tiers + 2, rows, "the two are those of Lambda@Edge, which have no region");
}

#[test]
fn tiers_run_from_zero_to_infinity() {
    let book = Book::embedded();
    for region in book.regions() {
        for id in book.ids(region) {
            let rate = book.rate(region, &id).unwrap();
            let mut next = Some(Decimal::ZERO);
            for tier in &rate.tiers {
                assert_eq!(Some(tier.from), next, "{id} in {region}");
                next = tier.to;
            }
            assert_eq!(next, None, "{id} in {region}");
        }
    }
}

#[test]
fn only_prices_that_aws_gives_away_are_zero() {
    let free = [
        "emr-serverless.serverless-storage",
        "eventbridge.service-events",
        "lakeformation.permissions",
        "sns.delivery-sqs-lambda",
        "vpc.s3-gateway-endpoint",
    ];
    let book = Book::embedded();
    for region in book.regions() {
        for id in book.ids(region) {
            let rate = book.rate(region, &id).unwrap();
            let zero = rate.tiers.iter().any(|tier| tier.usd.is_zero());
            assert_eq!(zero, free.contains(&id.as_str()), "{id} in {region}");
        }
    }
}

#[test]
fn every_date_parses_or_is_recalled() {
    let book = Book::embedded();
    for region in book.regions() {
        for id in book.ids(region) {
            let rate = book.rate(region, &id).unwrap();
            if let Some(day) = table::first_day(&rate.as_of) {
                assert!(day >= date(2019, 12, 9) && day <= book.as_of(), "{id} in {region} is of {day}");
            } else {
                assert_eq!(rate.as_of, "recall", "{id} in {region}");
                assert_eq!(rate.confidence, Confidence::Recalled, "{id} in {region}");
            }
        }
    }
}

#[test]
fn an_id_has_the_same_unit_everywhere() {
    let book = Book::embedded();
    for region in book.regions() {
        for id in book.ids(region) {
            let there = book.rate(region, &id).unwrap();
            if let Ok(here) = book.rate("us-east-1", &id) {
                assert_eq!(here.unit, there.unit, "{id} in {region}");
            }
        }
    }
}

#[test]
fn ids_are_kebab_case_with_one_service() {
    for id in Book::embedded().ids("us-east-1") {
        let (service, dimension) = id.split_once('.').unwrap();
        let plain = |part: &str| part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        assert!(plain(service), "{id}");
        assert!(plain(dimension) || instance::Market::split(&id).is_some(), "{id}");
    }
}

#[test]
fn every_service_price_stands_in_somewhere_or_is_known_in_us_east_1() {
    let book = Book::embedded();
    for region in book.regions() {
        for id in book.ids(region).filter(|id| instance::Market::split(id).is_none()) {
            assert!(book.rate("us-east-1", &id).is_ok(), "{id} is only in {region}");
        }
    }
}

#[test]
fn every_source_is_used() {
    let lines = |text: &'static str| text.lines().filter(|line| !line.starts_with("code,"));
    for code in lines(embedded::SOURCES).map(|line| line.split(',').next().unwrap()) {
        let services = lines(embedded::SERVICES).any(|line| line.rsplit(',').next() == Some(code));
        let free = lines(embedded::FREE).any(|line| line.rsplit(',').next() == Some(code));
        let instances = embedded::EC2.iter().any(|(_, text)| {
            text.lines().any(|line| line.split(',').nth(3) == Some(code) || line.starts_with('#') && line.ends_with(code))
        });
        assert!(services || free || instances, "the source `{code}` is not used");
    }
}

#[test]
fn spot_is_below_on_demand_and_reserved_too() {
    let book = Book::embedded();
    for region in book.regions() {
        for name in book.instance_types(region) {
            let prices = book.instance(region, name).unwrap();
            assert!(!prices.ondemand.stand_in, "{name} in {region}");
            let ondemand = prices.ondemand.first_usd();
            let cheaper = [&prices.spot, &prices.reserved_1y, &prices.reserved_3y];
            for rate in cheaper.into_iter().flatten().filter(|rate| !rate.stand_in) {
                assert!(rate.first_usd() <= ondemand, "{} in {region}: {} above {ondemand}", rate.id, rate.first_usd());
            }
            let band = prices.interruption_band.as_deref();
            assert!(band.is_none_or(|band| ["<5%", "5-10%", "10-15%", "15-20%", ">20%"].contains(&band)), "{name}");
        }
    }
}

#[test]
fn emr_nodes_cost_what_aws_says() {
    assert_eq!(first("us-east-1", "ec2.m5.xlarge"), usd("0.192"));
    assert_eq!(first("us-east-1", "emr.m5.xlarge"), usd("0.048"));
    assert_eq!(first("us-east-1", "reserved-1y.m5.xlarge"), usd("0.121"));
    assert_eq!(first("us-east-1", "reserved-3y.m5.xlarge"), usd("0.083"));
    let graviton = Book::embedded().instance("us-east-1", "m6g.4xlarge").unwrap();
    assert_eq!(graviton.ondemand.first_usd() + graviton.emr_uplift.unwrap().first_usd(), usd("0.770"));
    let intel = Book::embedded().instance("us-east-1", "m5.4xlarge").unwrap();
    assert_eq!(intel.ondemand.first_usd() + intel.emr_uplift.unwrap().first_usd(), usd("0.960"));
    assert_eq!(first("us-east-1", "emr.r8gd.xlarge"), usd("0.07348"));
    assert_eq!(first("us-east-1", "emr.r7g.8xlarge"), usd("0.4284"));
    assert_eq!(first("us-east-1", "emr.m5.24xlarge"), usd("0.27"));
    assert_eq!(first("us-east-1", "emr.m7g.xlarge"), usd("0.0408"));
    // The uplift is the same in every commercial region, although EC2 is not.
    assert_eq!(first("eu-west-1", "emr.m5.xlarge"), usd("0.048"));
    assert!(first("eu-west-1", "ec2.m5.xlarge") > usd("0.192"));
}

#[test]
fn service_prices_are_per_single_unit() {
    let expected = [
        ("lambda.requests-x86", "request", "0.0000002"),
        ("lambda.duration-x86", "GB-s", "0.0000166667"),
        ("lambda.duration-arm", "GB-s", "0.0000133334"),
        ("lambda.provisioned-concurrency-arm", "GB-s", "0.0000033334"),
        ("glue.spark", "DPU-hour", "0.44"),
        ("glue.spark-6", "DPU-hour", "0.308"),
        ("glue.flex", "DPU-hour", "0.29"),
        ("glue.flex-6", "DPU-hour", "0.203"),
        ("glue.memory-optimized-6", "M-DPU-hour", "0.364"),
        ("glue.catalog-objects", "object-month", "0.00001"),
        ("glue.catalog-requests", "request", "0.000001"),
        ("sfn.standard-transition", "transition", "0.000025"),
        ("sfn.express-request", "request", "0.000001"),
        ("sfn.express-duration", "GB-s", "0.00001667"),
        ("kinesis.shard", "shard-hour", "0.015"),
        ("kinesis.put-units", "unit", "0.000000014"),
        ("dynamodb.ondemand-write", "write-unit", "0.000000625"),
        ("dynamodb.ondemand-read", "read-unit", "0.000000125"),
        ("dynamodb.streams-read", "read-unit", "0.0000002"),
        ("sqs.fifo", "request", "0.0000005"),
        ("sns.publish-standard", "request", "0.0000005"),
        ("s3.put", "request", "0.000005"),
        ("s3.get", "request", "0.0000004"),
        ("athena.scanned", "GB", "0.0048828125"),
        ("ebs.gp3", "GB-month", "0.08"),
        ("ebs.gp3-throughput", "MiBps-month", "0.04"),
        ("logs.ingest", "GB", "0.5"),
        ("vpc.public-ipv4", "address-hour", "0.005"),
        ("emr-serverless.vcpu-x86", "vCPU-hour", "0.052624"),
        ("datapipeline.low-frequency-activity", "activity-month", "0.6"),
    ];
    for (id, unit, price) in expected {
        let rate = Book::embedded().rate("us-east-1", id).unwrap();
        assert_eq!((rate.unit.as_str(), rate.first_usd()), (unit, usd(price)), "{id}");
    }
}

#[test]
fn lambda_volume_tiers_charge_what_infracost_charges() {
    // 20 billion GB-seconds: 6 at the first price, 9 at the second, 5 at the third.
    let rate = Book::embedded().rate("us-east-1", "lambda.duration-x86").unwrap();
    let charges = charge(&rate, usd("20000000000"));
    let parts: Vec<Decimal> = charges.iter().map(|charge| charge.usd).collect();
    assert_eq!(parts, [usd("100000.2"), usd("135000"), usd("66667")]);
    assert_eq!(total(&charges), usd("301667.2"));
}

#[test]
fn glue_6_keeps_its_discount_where_spark_is_dearer() {
    for (region, spark) in [("eu-south-1", "0.52"), ("af-south-1", "0.524"), ("me-south-1", "0.59"), ("sa-east-1", "0.69")] {
        assert_eq!(first(region, "glue.spark"), usd(spark));
        assert_eq!(first(region, "glue.crawler"), usd(spark));
        let six = Book::embedded().rate(region, "glue.spark-6").unwrap();
        assert_eq!(six.first_usd(), usd(spark) * usd("0.7"), "{region}");
        assert_eq!(six.confidence, Confidence::Derived);
    }
}

#[test]
fn computed_and_uncertain_uplifts_say_so() {
    let confidence = |id: &str| Book::embedded().rate("us-east-1", id).unwrap().confidence;
    assert_eq!(confidence("emr.m5.xlarge"), Confidence::Published);
    assert_eq!(confidence("emr.m7g.2xlarge"), Confidence::Derived);
    assert_eq!(confidence("emr.p4d.24xlarge"), Confidence::Recalled);
    assert_eq!(confidence("spot.m5.xlarge"), Confidence::Derived);
}

#[test]
fn free_pools_cover_prices_of_their_own_unit_once() {
    let book = Book::embedded();
    let mut covered = BTreeSet::new();
    for pool in book.free_pools().unwrap() {
        assert!(pool.quantity > Decimal::ZERO && !pool.covers.is_empty(), "{}", pool.id);
        for id in &pool.covers {
            assert_eq!(book.rate("us-east-1", id).unwrap().unit, pool.unit, "{id} of {}", pool.id);
            assert!(covered.insert(id.clone()), "{id} draws on two pools");
        }
    }
    assert_eq!(book.free_pool("lambda.duration-arm").unwrap().unwrap().quantity, usd("400000"));
    assert_eq!(book.free_pool("sfn.standard-transition").unwrap().unwrap().quantity, usd("4000"));
    assert_eq!(book.free_pool("lambda.provisioned-duration-arm").unwrap(), None);
}

#[test]
fn the_book_is_as_old_as_its_newest_figure() {
    let book = Book::embedded();
    assert_eq!(book.as_of(), date(2026, 10, 1));
    assert!(!book.is_stale(date(2026, 10, 1)));
    assert!(!book.is_stale(date(2027, 3, 30)), "180 days");
    assert!(book.is_stale(date(2027, 3, 31)), "181 days");
    assert_eq!(Book::from_texts(small()).as_of(), date(2026, 3, 4));
    assert!(Book::from_texts(Texts::default()).is_stale(date(2026, 10, 1)));
}

#[test]
fn an_unknown_price_is_an_error_with_the_nearest_id() {
    let error = Book::embedded().rate("eu-west-1", "lambda.request-x86").unwrap_err();
    assert_eq!(error.to_string(), "there is no price `lambda.request-x86` for eu-west-1; did you mean `lambda.requests-x86`?");
    let error = Book::embedded().rate("us-east-1", "ec2.m5.xlrage").unwrap_err();
    let PriceError::Unknown { nearest, .. } = error else { panic!("{error}") };
    assert_eq!(nearest.as_deref(), Some("ec2.m5.xlarge"));
    let error = Book::embedded().rate("us-east-1", "quantum").unwrap_err();
    assert_eq!(error, PriceError::Unknown { id: "quantum".into(), region: "us-east-1".into(), nearest: None });
}

#[test]
fn an_unknown_region_is_an_error_with_the_nearest_region() {
    let error = Book::embedded().rate("us-esat-1", "glue.spark").unwrap_err();
    assert_eq!(error.to_string(), "there are no prices for the region `us-esat-1`; did you mean `us-east-1`?");
    assert!(Book::embedded().instance("us-esat-1", "m5.xlarge").is_none());
    assert!(matches!(Book::embedded().rate("global", "lambda-edge.requests"), Err(PriceError::UnknownRegion { .. })));
}

#[test]
fn us_east_1_stands_in_and_says_so() {
    let rate = Book::embedded().rate("eu-west-1", "kinesis.shard").unwrap();
    assert!(rate.stand_in);
    assert_eq!((rate.region.as_str(), rate.confidence), ("us-east-1", Confidence::Recalled));
    let rate = Book::embedded().rate("eu-west-1", "glue.spark").unwrap();
    assert!(!rate.stand_in);
    assert_eq!((rate.region.as_str(), rate.confidence), ("eu-west-1", Confidence::Published));
    let rate = Book::embedded().rate("eu-west-1", "lambda-edge.requests").unwrap();
    assert!(!rate.stand_in);
    assert_eq!(rate.region, "global");
}

#[test]
fn a_book_from_texts_answers_from_them() {
    let book = Book::from_texts(small());
    assert_eq!(book.regions().collect::<Vec<_>>(), ["eu-west-1", "us-east-1"]);
    assert_eq!(book.rate("eu-west-1", "queue.request").unwrap().first_usd(), usd("0.5"));
    assert_eq!(book.rate("us-east-1", "queue.request").unwrap().tiers.len(), 2);
    assert!(book.rate("eu-west-1", "queue.storage").unwrap().stand_in);
    assert_eq!(
        book.ids("us-east-1").collect::<Vec<_>>(),
        ["queue.request", "queue.storage", "ec2.m1.big", "emr.m1.big", "reserved-1y.m1.big"]
    );
    let prices = book.instance("eu-west-1", "m1.big").unwrap();
    assert!(prices.ondemand.stand_in);
    assert_eq!((prices.spot, prices.interruption_band, prices.reserved_3y), (None, None, None));
    assert_eq!(book.free_pool("queue.batch").unwrap().unwrap().id, "queue.request");
}

#[test]
fn a_book_without_us_east_1_has_no_stand_in() {
    let services = "region,id,unit,from,to,usd,as_of,confidence,source\n\
        eu-west-1,queue.request,request,0,,0.5,2026-02,published,page\n";
    let book = Book::from_texts(Texts { services: services.into(), ec2: Vec::new(), ..small() });
    assert!(matches!(book.rate("eu-west-1", "queue.storage"), Err(PriceError::Unknown { .. })));
    assert!(book.instance("eu-west-1", "m1.big").is_none());
}

#[test]
fn a_bad_row_names_its_file_and_line() {
    let broken = [
        ("us-east-1,a.b,x,0,,1,2026-01,published", "it has 8 fields instead of 9"),
        ("us-east-1,a.b,x,0,,free,2026-01,published,page", "`free` is not an amount"),
        ("us-east-1,a.b,x,0,,-1,2026-01,published,page", "`-1` is not an amount"),
        ("us-east-1,a.b,x,5,,1,2026-01,published,page", "the tier of `a.b` does not begin where the one before it ends"),
        ("us-east-1,a.b,x,0,0,1,2026-01,published,page", "the tier ends before it begins"),
        ("us-east-1,a.b,x,0,,1,2026-01,sure,page", "`sure` is not a confidence"),
        ("us-east-1,a.b,x,0,,1,2026-01,published,rumour", "there is no source `rumour`"),
    ];
    for (row, reason) in broken {
        let services = format!("region,id,unit,from,to,usd,as_of,confidence,source\n{row}\n");
        let book = Book::from_texts(Texts { services: services.into(), ..small() });
        let error = book.rate("us-east-1", "a.b").unwrap_err();
        assert_eq!(error.to_string(), format!("line 2 of the price data `services.csv` cannot be read: {reason}"));
    }
    let endless = "region,id,unit,from,to,usd,as_of,confidence,source\nus-east-1,a.b,x,0,9,1,2026-01,published,page\n";
    let book = Book::from_texts(Texts { services: endless.into(), ..small() });
    assert!(matches!(book.rate("us-east-1", "a.b"), Err(PriceError::Malformed { .. })));
}

#[test]
fn a_bad_instance_row_hurts_only_its_own_type() {
    let mut texts = small();
    let text = format!("{}m1.huge,dear,,,,,,\n", texts.ec2[0].1);
    texts.ec2[0].1 = text.into();
    let book = Book::from_texts(texts);
    assert!(book.rate("us-east-1", "ec2.m1.big").is_ok());
    assert_eq!(
        book.rate("us-east-1", "ec2.m1.huge").unwrap_err().to_string(),
        "line 6 of the price data `ec2/us-east-1.csv` cannot be read: `dear` is not an amount"
    );
}
