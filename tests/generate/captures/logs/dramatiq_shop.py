import dramatiq, logging, shop
from dramatiq.brokers.stub import StubBroker
logging.basicConfig(level=logging.INFO, format="[%(asctime)s] [PID %(process)d] [%(threadName)s] [%(name)s] [%(levelname)s] %(message)s")
b=StubBroker(); b.emit_after("process_boot"); dramatiq.set_broker(b)
@dramatiq.actor(max_retries=1, min_backoff=10, max_backoff=20)
def order(n): shop.main()
order.send(1)
w=dramatiq.Worker(b, worker_timeout=100, worker_threads=1); w.start()
import time; time.sleep(2); w.stop()
