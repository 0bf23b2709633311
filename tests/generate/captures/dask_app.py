import logging
import sys

import dask
import shop
from dask.distributed import Client, LocalCluster

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stdout)
log = logging.getLogger("orders")


def charge(card):
    return shop.charge({"pear": 1}, card)


def attempt(call):
    try:
        call()
    except Exception:
        log.exception("no price")


if __name__ == "__main__":
    attempt(lambda: dask.delayed(charge)("4242").compute(scheduler="processes"))
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        attempt(lambda: client.submit(charge, "4242").result())
        attempt(lambda: client.submit(shop.price_of, "fig").result())
