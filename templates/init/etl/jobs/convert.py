"""Glue Spark job: new JSON lines to parquet, partitioned by day."""

import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from pyspark.sql import functions

options = getResolvedOptions(sys.argv, ["JOB_NAME", "source", "target"])
glue = GlueContext(SparkContext.getOrCreate())
job = Job(glue)
job.init(options["JOB_NAME"], options)

events = glue.create_dynamic_frame.from_options(
    connection_type="s3",
    connection_options={"paths": [options["source"]], "recurse": True},
    format="json",
    # The bookmark is kept under this name; without it every run reads everything.
    transformation_ctx="events",
).toDF()

# Nothing new gives a frame without columns.
if events.columns:
    events.withColumn("dt", functions.to_date("occurred_at")).repartition("dt").write.mode("append").partitionBy("dt").parquet(options["target"])

# The bookmark moves here: a run that fails before this line reads the same files again.
job.commit()
