//! The texts of the price book inside the program: one file per region, so that only the asked one is read.

/// Code, date, confidence and text of every source.
pub(super) const SOURCES: &str = include_str!("data/sources.csv");
/// The prices of every service except EC2, sorted by region.
pub(super) const SERVICES: &str = include_str!("data/services.csv");
/// The allowances that AWS gives every account each month.
pub(super) const FREE: &str = include_str!("data/free.csv");
/// Region and its instance prices, sorted by region.
pub(super) const EC2: &[(&str, &str)] = &[
    ("af-south-1", include_str!("data/ec2/af-south-1.csv")),
    ("ap-east-1", include_str!("data/ec2/ap-east-1.csv")),
    ("ap-northeast-1", include_str!("data/ec2/ap-northeast-1.csv")),
    ("ap-northeast-2", include_str!("data/ec2/ap-northeast-2.csv")),
    ("ap-northeast-3", include_str!("data/ec2/ap-northeast-3.csv")),
    ("ap-south-1", include_str!("data/ec2/ap-south-1.csv")),
    ("ap-south-2", include_str!("data/ec2/ap-south-2.csv")),
    ("ap-southeast-1", include_str!("data/ec2/ap-southeast-1.csv")),
    ("ap-southeast-2", include_str!("data/ec2/ap-southeast-2.csv")),
    ("ap-southeast-3", include_str!("data/ec2/ap-southeast-3.csv")),
    ("ap-southeast-4", include_str!("data/ec2/ap-southeast-4.csv")),
    ("ap-southeast-5", include_str!("data/ec2/ap-southeast-5.csv")),
    ("ap-southeast-7", include_str!("data/ec2/ap-southeast-7.csv")),
    ("ca-central-1", include_str!("data/ec2/ca-central-1.csv")),
    ("ca-west-1", include_str!("data/ec2/ca-west-1.csv")),
    ("eu-central-1", include_str!("data/ec2/eu-central-1.csv")),
    ("eu-central-2", include_str!("data/ec2/eu-central-2.csv")),
    ("eu-north-1", include_str!("data/ec2/eu-north-1.csv")),
    ("eu-south-1", include_str!("data/ec2/eu-south-1.csv")),
    ("eu-south-2", include_str!("data/ec2/eu-south-2.csv")),
    ("eu-west-1", include_str!("data/ec2/eu-west-1.csv")),
    ("eu-west-2", include_str!("data/ec2/eu-west-2.csv")),
    ("eu-west-3", include_str!("data/ec2/eu-west-3.csv")),
    ("il-central-1", include_str!("data/ec2/il-central-1.csv")),
    ("me-central-1", include_str!("data/ec2/me-central-1.csv")),
    ("me-south-1", include_str!("data/ec2/me-south-1.csv")),
    ("mx-central-1", include_str!("data/ec2/mx-central-1.csv")),
    ("sa-east-1", include_str!("data/ec2/sa-east-1.csv")),
    ("us-east-1", include_str!("data/ec2/us-east-1.csv")),
    ("us-east-2", include_str!("data/ec2/us-east-2.csv")),
    ("us-gov-east-1", include_str!("data/ec2/us-gov-east-1.csv")),
    ("us-gov-west-1", include_str!("data/ec2/us-gov-west-1.csv")),
    ("us-west-1", include_str!("data/ec2/us-west-1.csv")),
    ("us-west-2", include_str!("data/ec2/us-west-2.csv")),
];
