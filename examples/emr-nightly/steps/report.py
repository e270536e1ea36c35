"""EMR step 2: a day's readings to figures per device and measure, as one CSV file that people open."""

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
    parser.add_argument("--source", required=True, help="s3:// folder of parquet, partitioned by dt")
    parser.add_argument("--target", required=True, help="s3:// folder of reports, partitioned by dt")
    parser.add_argument("--day", type=parse_day, default="yesterday")
    parser.add_argument("--silent-hours", type=int, default=6, help="a device that says nothing for so long is marked")
    return parser.parse_args(values)


def report_query(silent_hours, source="readings"):
    """Figures per device and measure. In the SQL that Spark and SQLite share."""
    return f"""
    WITH gaps AS (
        SELECT device, name, value, measured_ms,
            measured_ms - LAG(measured_ms) OVER (PARTITION BY device, name ORDER BY measured_ms) AS gap_ms
        FROM {source}
    )
    SELECT device, name,
        COUNT(*) AS readings,
        SUM(CASE WHEN value IS NULL THEN 1 ELSE 0 END) AS unreadable,
        MIN(value) AS lowest,
        AVG(value) AS mean,
        MAX(value) AS highest,
        CASE WHEN COALESCE(MAX(gap_ms), 0) >= {int(silent_hours) * 3_600_000} THEN 1 ELSE 0 END AS was_silent
    FROM gaps
    GROUP BY device, name
    ORDER BY device, name
    """


def main(values=None):
    """The step."""
    from pyspark.sql import SparkSession

    options = arguments(values)
    day = f"dt={options.day.isoformat()}/"
    spark = SparkSession.builder.appName("report").getOrCreate()
    spark.read.parquet(f"{options.source.rstrip('/')}/{day}").createOrReplaceTempView("readings")
    report = spark.sql(report_query(options.silent_hours))
    report.coalesce(1).write.mode("overwrite").option("header", True).csv(f"{options.target.rstrip('/')}/{day}")
    spark.stop()


if __name__ == "__main__":
    main()
