"""Glue Spark job: new clicks in, sessions out.

A session is a visitor's clicks with no gap of 30 minutes or more between them. The job bookmark makes each run read only the objects that
appeared since the last successful run. A session that is open when a run ends continues as a new session in the next run.

A run that fails after writing and before `commit` reads the same objects again: the rows it writes twice have the same `session_id`, and the
aggregation keeps one of them.

Everything above `main` is plain Python and SQL, which the tests run without Spark.
"""

import sys

GAP_MINUTES = 30

# The columns that the query reads, and their types.
COLUMNS = (
    ("event_id", "string"),
    ("visitor", "string"),
    ("type", "string"),
    ("page", "string"),
    ("referrer", "string"),
    ("country", "string"),
    ("occurred_at", "string"),
    ("occurred_ms", "bigint"),
)


def gap_milliseconds(minutes):
    """The gap that ends a session."""
    value = int(minutes)
    if not 1 <= value <= 24 * 60:
        raise ValueError(f"gap_minutes must be from 1 to 1440, not {minutes}")
    return value * 60_000


def sessions_query(gap_ms, source="clicks"):
    """One row per session. In the SQL that Spark and SQLite share."""
    return f"""
    WITH once AS (
        SELECT * FROM (
            SELECT c.*, ROW_NUMBER() OVER (PARTITION BY event_id ORDER BY occurred_ms) AS copy FROM {source} c
        ) copies WHERE copy = 1
    ),
    neighbours AS (
        SELECT visitor, type, page, referrer, country, occurred_ms, event_id,
            LAG(occurred_ms) OVER (PARTITION BY visitor ORDER BY occurred_ms, event_id) AS before_ms,
            LEAD(occurred_ms) OVER (PARTITION BY visitor ORDER BY occurred_ms, event_id) AS after_ms
        FROM once
    ),
    marked AS (
        SELECT visitor, type, page, referrer, country, occurred_ms, event_id,
            CASE WHEN before_ms IS NULL OR occurred_ms - before_ms >= {gap_ms} THEN 1 ELSE 0 END AS opens,
            CASE WHEN after_ms IS NULL OR after_ms - occurred_ms >= {gap_ms} THEN 1 ELSE 0 END AS closes
        FROM neighbours
    ),
    numbered AS (
        SELECT marked.*, SUM(opens) OVER (
            PARTITION BY visitor ORDER BY occurred_ms, event_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS session_number
        FROM marked
    )
    SELECT visitor,
        MIN(occurred_ms) AS started_ms,
        MAX(occurred_ms) AS ended_ms,
        COUNT(*) AS clicks,
        SUM(CASE WHEN type = 'purchase' THEN 1 ELSE 0 END) AS purchases,
        MAX(CASE WHEN opens = 1 THEN page END) AS entry_page,
        MAX(CASE WHEN closes = 1 THEN page END) AS exit_page,
        MAX(CASE WHEN opens = 1 THEN referrer END) AS referrer,
        MAX(CASE WHEN opens = 1 THEN country END) AS country
    FROM numbered
    GROUP BY visitor, session_number
    """


def add_keys(sessions, functions):
    """The session's id, which the same clicks always give, and the day it began in UTC, by which the output is partitioned."""
    return sessions.withColumn(
        "session_id", functions.sha2(functions.concat_ws("#", "visitor", functions.col("started_ms").cast("string")), 256)
    ).withColumn("dt", functions.date_format(functions.timestamp_millis(functions.col("started_ms")), "yyyy-MM-dd"))


def main(arguments):
    """The run."""
    from awsglue.context import GlueContext
    from awsglue.job import Job
    from awsglue.utils import getResolvedOptions
    from pyspark.context import SparkContext
    from pyspark.sql import functions

    options = getResolvedOptions(arguments, ["JOB_NAME", "source", "target", "gap_minutes"])
    glue = GlueContext(SparkContext.getOrCreate())
    spark = glue.spark_session
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    job = Job(glue)
    job.init(options["JOB_NAME"], options)

    clicks = glue.create_dynamic_frame.from_options(
        connection_type="s3",
        connection_options={"paths": [options["source"]], "recurse": True, "groupFiles": "inPartition"},
        format="json",
        # The bookmark is kept under this name.
        transformation_ctx="clicks",
    ).toDF()
    if clicks.columns:
        # A cast per column, because the inferred types of a small batch may differ from those of yesterday's.
        present = set(clicks.columns)
        clicks.select(
            *(
                (functions.col(name) if name in present else functions.lit(None)).cast(kind).alias(name)
                for name, kind in COLUMNS
            )
        ).createOrReplaceTempView("clicks")
        sessions = add_keys(spark.sql(sessions_query(gap_milliseconds(options["gap_minutes"]))), functions)
        # One task per day, so that a day's run is one file and not one per worker.
        sessions.repartition("dt").write.mode("append").partitionBy("dt").parquet(options["target"])
    job.commit()


if __name__ == "__main__":
    main(sys.argv)
