"""EMR step: a day's sessions to daily figures per country and entry page.

Runs by spark-submit on the nightly cluster. It reads S3 and writes S3, because the cluster's HDFS ends with the cluster. The day's partition is
replaced as a whole, so that the step can be run again.
"""

import argparse
from datetime import date, datetime, timedelta, timezone


def parse_day(text):
    """`2026-11-20`, or `yesterday` in UTC."""
    if text == "yesterday":
        return datetime.now(timezone.utc).date() - timedelta(days=1)
    return date.fromisoformat(text)


def arguments(values=None):
    """The step's arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, help="s3:// folder of the sessions, partitioned by dt")
    parser.add_argument("--target", required=True, help="s3:// folder of the figures, partitioned by dt")
    parser.add_argument("--day", type=parse_day, default="yesterday", help="the day to aggregate (default: yesterday, UTC)")
    return parser.parse_args(values)


def day_folder(root, day):
    """The folder of one day's partition."""
    return f"{root.rstrip('/')}/dt={day.isoformat()}/"


def figures_query(source="sessions"):
    """Figures per country and entry page. In the SQL that Spark and SQLite share."""
    return f"""
    WITH once AS (
        SELECT * FROM (
            SELECT s.*, ROW_NUMBER() OVER (PARTITION BY session_id ORDER BY ended_ms DESC, clicks DESC) AS copy FROM {source} s
        ) copies WHERE copy = 1
    )
    SELECT country, entry_page,
        COUNT(*) AS sessions,
        COUNT(DISTINCT visitor) AS visitors,
        SUM(clicks) AS clicks,
        SUM(CASE WHEN purchases > 0 THEN 1 ELSE 0 END) AS buying_sessions,
        SUM(CASE WHEN clicks = 1 THEN 1 ELSE 0 END) AS bounces,
        AVG(ended_ms - started_ms) / 1000.0 AS mean_seconds
    FROM once
    GROUP BY country, entry_page
    """


def main(values=None):
    """The step."""
    from pyspark.sql import SparkSession

    options = arguments(values)
    spark = SparkSession.builder.appName("clickstream-aggregate").getOrCreate()
    spark.read.parquet(day_folder(options.source, options.day)).createOrReplaceTempView("sessions")
    spark.sql(figures_query()).coalesce(1).write.mode("overwrite").parquet(day_folder(options.target, options.day))
    spark.stop()


if __name__ == "__main__":
    main()
