"""EMR step 1: a day's many small JSON files to a few parquet files.

Readers of the lake pay per file opened; this step leaves files of about 128 MB. The day's partition is replaced as a whole, so that the step can
be run again. Broken lines are counted and dropped; more than one in a hundred fails the step.
"""

import argparse
import math
import sys
from datetime import date, datetime, timedelta, timezone

TARGET_BYTES = 128 * 1024 * 1024
# Parquet with zstd of JSON lines, by measurement of a sample; wrong by half, the files are half or twice the size.
COMPRESSION = 0.2
WORST_SHARE = 0.01


def parse_day(text):
    """`2026-11-20`, or `yesterday` in UTC."""
    if text == "yesterday":
        return datetime.now(timezone.utc).date() - timedelta(days=1)
    return date.fromisoformat(text)


def arguments(values=None):
    """The step's arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, help="s3:// folder of JSON lines, partitioned by dt")
    parser.add_argument("--target", required=True, help="s3:// folder of parquet, partitioned by dt")
    parser.add_argument("--day", type=parse_day, default="yesterday")
    return parser.parse_args(values)


def day_folder(root, day):
    """The folder of one day's partition."""
    return f"{root.rstrip('/')}/dt={day.isoformat()}/"


def file_count(source_bytes, target_bytes=TARGET_BYTES, compression=COMPRESSION):
    """How many files to write for so much JSON; at least one."""
    return max(1, math.ceil(source_bytes * compression / target_bytes))


def too_many_broken(broken, total, worst=WORST_SHARE):
    """Whether the input is worse than what may be dropped."""
    return total > 0 and broken / total > worst


def folder_bytes(spark, folder):
    """Size of what lies in a folder."""
    path = spark.sparkContext._jvm.org.apache.hadoop.fs.Path(folder)
    files = path.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())
    return files.getContentSummary(path).getLength()


def main(values=None):
    """The step."""
    from pyspark.sql import SparkSession, functions
    from pyspark.sql.types import LongType, StringType, StructField, StructType

    options = arguments(values)
    source = day_folder(options.source, options.day)
    spark = SparkSession.builder.appName("compact").getOrCreate()
    columns = [StructField("id", StringType()), StructField("device", StringType()), StructField("measured_ms", LongType())]
    columns += [StructField("name", StringType()), StructField("value", StringType())]
    lines = spark.read.schema(StructType(columns + [StructField("broken", StringType())])).option("columnNameOfCorruptRecord", "broken")
    # Kept, because it is counted and then written; and Spark refuses a query on the broken column alone from the file.
    readings = lines.json(source).persist()
    total = readings.count()
    broken = readings.where(functions.col("broken").isNotNull()).count()
    print(f"{total} lines, {broken} broken, from {source}")
    if too_many_broken(broken, total):
        sys.exit(f"more than {WORST_SHARE:.0%} of the lines are broken")
    good = readings.where(functions.col("broken").isNull()).drop("broken").dropDuplicates(["id"])
    good = good.withColumn("value", functions.expr("try_cast(value AS double)"))
    files = file_count(folder_bytes(spark, source))
    good.repartition(files).sortWithinPartitions("device", "measured_ms").write.mode("overwrite").option("compression", "zstd").parquet(
        day_folder(options.target, options.day)
    )
    spark.stop()


if __name__ == "__main__":
    main()
