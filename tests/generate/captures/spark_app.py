import logging
import sys

import shop
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
log = logging.getLogger("orders")
builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
builder = builder.config("spark.ui.showConsoleProgress", "false")
spark = builder.config("spark.sql.pyspark.jvmStacktrace.enabled", str("jvm" in sys.argv).lower()).getOrCreate()
spark.sparkContext.setLogLevel(sys.argv[1])
orders = spark.sparkContext.parallelize(["apple", "durian"], 1)
prices = spark.createDataFrame([("durian",)], ["name"]).select(udf(shop.price_of)("name"))
ATTEMPTS = {
    "collect": lambda: orders.map(shop.price_of).collect(),
    "select": lambda: prices.collect(),
    "chain": lambda: orders.map(lambda name: shop.charge({"pear": 1}, name)).collect(),
    "java": lambda: spark._jvm.java.lang.Integer.parseInt("durian"),
}
for name in sys.argv[2].split(","):
    try:
        ATTEMPTS[name]()
    except Exception:
        log.exception("%s failed", name)
prices.collect()
