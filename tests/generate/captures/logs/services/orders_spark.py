"""Errors of Spark's Python workers and of its driver."""

import traceback

from pyspark.sql import SparkSession
from pyspark.sql.functions import udf

import shop

spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
price = udf(shop.checkout)
try:
    spark.sparkContext.parallelize([["tea"], ["cake"]], 2).map(shop.checkout).collect()
except Exception:
    traceback.print_exc()
try:
    spark.createDataFrame([(["cake"],)], ["order"]).select(price("order")).show()
except Exception:
    traceback.print_exc()
spark.sql("select nothing from nowhere")
