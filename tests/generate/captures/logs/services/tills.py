"""Tasks and actors of Ray that fail, several with the same lines, which Ray prints once."""

import logging
import time
import traceback

import ray

import shop

ray.init(num_cpus=3, include_dashboard=False, logging_level="WARNING")


@ray.remote(max_retries=0)
def price(order):
    print("pricing", order)
    return shop.checkout(order)


@ray.remote
class Till:
    def sell(self, order):
        logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", force=True)
        try:
            shop.checkout(order)
        except RuntimeError:
            logging.exception("sale failed")
        raise ValueError("till is empty")


for each in [[price.remote(["cake"])], [Till.remote().sell.remote(["tea", "cake"])]]:
    try:
        ray.get(each)
    except Exception:
        traceback.print_exc()
orders = [price.remote([number]) for number in range(4)]
ray.wait(orders, num_returns=4)
tills = [Till.remote() for _ in range(3)]
ray.wait([till.sell.remote(["cake"]) for till in tills], num_returns=3)
time.sleep(6)
ray.get(orders)
