from celery import Celery

import shop

app = Celery("shop", broker="memory://", backend="cache+memory://")


@app.task(bind=True, max_retries=2, default_retry_delay=0)
def price(self, order):
    try:
        return shop.checkout(order)
    except RuntimeError as error:
        raise self.retry(exc=error, countdown=0) from error


@app.task
def plain(order):
    return shop.checkout(order)
