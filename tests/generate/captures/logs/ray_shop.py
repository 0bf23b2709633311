import sys; sys.path.insert(0,'/srv/app')
import ray, shop, time
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=True)
@ray.remote(max_retries=0)
def order(n):
    import logging, sys; sys.path.insert(0,'/srv/app'); import shop
    try: shop.main()
    except ValueError: logging.exception("order %d failed", n)
    time.sleep(0.2)
    shop.main()
@ray.remote
class Till:
    def pay(self): import sys; sys.path.insert(0,'/srv/app'); import shop; shop.main()
fs=[order.remote(i) for i in range(3)]
for f in fs:
    try: ray.get(f)
    except Exception as e: print("failed:", type(e).__name__)
time.sleep(1)
ray.get(Till.remote().pay.remote())
