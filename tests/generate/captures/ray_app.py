import logging
import time
import traceback

import ray
import shop

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
log = logging.getLogger("orders")
ray.init(num_cpus=2, include_dashboard=False, logging_level="warning")


@ray.remote
def price(name):
    return shop.price_of(name)


@ray.remote
def charge(card):
    try:
        shop.price_of("fig")
    except KeyError:
        traceback.print_exc()
    return shop.charge({"pear": 1}, card)


@ray.remote
def outer(name):
    return ray.get(price.remote(name))


@ray.remote
class Till:
    def charge(self, card):
        return shop.charge({"pear": 1}, card)


attempts = (lambda: price.remote("durian"), lambda: charge.remote("4242"), lambda: Till.remote().charge.remote("4"), lambda: outer.remote("kiwi"))
for attempt in attempts:
    try:
        ray.get(attempt())
    except Exception:
        log.exception("no price")
    time.sleep(1)
price.remote("lost")
time.sleep(1)
ray.get(price.remote("durian"))
