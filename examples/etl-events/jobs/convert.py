"""Glue Spark job: one delivered CSV file to parquet, partitioned by supplier and day.

Started by `function.admit` with the file's place. It replaces what the supplier delivered for that day, so that a corrected file, or the same one
delivered twice, leaves one copy. Lines that cannot be read are written beside, as they came.
"""

import re
import sys
from datetime import date

COLUMNS = "sku string, warehouse string, quantity string, unit_price string, currency string, broken string"


def partition_folder(root, supplier, day):
    """Where a delivery goes. Refuses what would leave its own partition."""
    if not re.fullmatch(r"[a-z0-9-]{2,32}", supplier):
        raise ValueError(f"not a supplier: {supplier!r}")
    return f"{root.rstrip('/')}/supplier={supplier}/dt={date.fromisoformat(day).isoformat()}/"


def is_good():
    """What a line must be. In Spark SQL: a value that cannot be cast is null."""
    return (
        "broken IS NULL AND sku <> '' AND warehouse <> '' AND length(currency) = 3"
        " AND try_cast(quantity AS int) >= 0 AND try_cast(unit_price AS decimal(12, 4)) >= 0"
    )


def main(arguments):
    """The run."""
    from awsglue.context import GlueContext
    from awsglue.job import Job
    from awsglue.utils import getResolvedOptions
    from pyspark.context import SparkContext

    options = getResolvedOptions(arguments, ["JOB_NAME", "source", "supplier", "day", "target", "broken"])
    target = partition_folder(options["target"], options["supplier"], options["day"])
    broken = partition_folder(options["broken"], options["supplier"], options["day"])
    glue = GlueContext(SparkContext.getOrCreate())
    job = Job(glue)
    job.init(options["JOB_NAME"], options)
    convert(glue.spark_session, options["source"], target, broken)
    job.commit()


def convert(spark, source, target, broken):
    """Reads a file and writes both sides of it."""
    from pyspark.sql import functions

    reader = spark.read.schema(COLUMNS).option("header", True).option("mode", "PERMISSIVE").option("columnNameOfCorruptRecord", "broken")
    # Kept, because both sides are written from it, and Spark refuses a query on the broken column alone from the file.
    lines = reader.csv(source).withColumn("good", functions.expr(f"coalesce({is_good()}, false)")).persist()
    good = lines.where("good").selectExpr(
        "sku", "warehouse", "cast(quantity AS int) AS quantity", "cast(unit_price AS decimal(12, 4)) AS unit_price", "upper(currency) AS currency"
    )
    good.coalesce(1).write.mode("overwrite").parquet(target)
    lines.where("NOT good").drop("good").coalesce(1).write.mode("overwrite").json(broken)


if __name__ == "__main__":
    main(sys.argv)
