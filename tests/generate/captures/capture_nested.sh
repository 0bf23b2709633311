#!/bin/bash
# Captures errors within errors into a folder: capture_nested.sh OUT
# Needs a Java runtime and, of Python 3.11, /srv/nested with pyspark 3.5, joblib, dask[distributed], trio, anyio, twisted,
# stackprinter and better_exceptions, /srv/spark4 with pyspark 4 and /srv/ray with ray. Runs from /srv/app so that no path
# of the machine stands in the files.
set -u
out=$1
mkdir -p /srv/app "$out"/{dask,nested,prefixed,stackprinter}
cp "$(dirname "$0")"/*.py /srv/app
cd /srv/app || exit 1
export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 SPARK_LOCAL_IP=127.0.0.1 SPARK_LOCAL_HOSTNAME=localhost
export RAY_AUTH_MODE=disabled HOME=/srv/home
python=/srv/nested/bin/python
nested=$out/nested
$python spark_app.py ERROR collect,chain > "$nested/pyspark3.txt" 2>&1
$python spark_app.py OFF select,java jvm > "$nested/pyspark3-jvm.txt" 2>&1
/srv/spark4/bin/python spark_app.py ERROR collect,select > "$nested/pyspark4.txt" 2>&1
$python py4j_app.py > "$nested/py4j.txt" 2>&1
/srv/ray/bin/python ray_app.py > "$nested/ray.txt" 2>&1
for app in processes groups twisted better; do $python ${app}_app.py > "$nested/$app.txt" 2>&1; done
$python dask_app.py > "$out/dask/workers.txt" 2>&1
for style in glog vllm skypilot python-logging; do $python prefixed_app.py $style > "$out/prefixed/$style.txt"; done
for style in plaintext darkbg logging; do $python stackprinter_app.py $style > "$out/stackprinter/$style.txt" 2>&1; done
