"""EMR step: counts events per day and type."""

import argparse


def arguments(values=None):
    """The step's arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, help="s3:// folder of JSON lines")
    parser.add_argument("--target", required=True, help="s3:// folder of the counts")
    return parser.parse_args(values)


def main():
    """The step."""
    from pyspark.sql import SparkSession, functions

    options = arguments()
    spark = SparkSession.builder.appName("count").getOrCreate()
    events = spark.read.json(options.source).withColumn("day", functions.to_date("occurred_at"))
    events.groupBy("day", "type").count().coalesce(1).write.mode("overwrite").parquet(options.target)
    spark.stop()


if __name__ == "__main__":
    main()
