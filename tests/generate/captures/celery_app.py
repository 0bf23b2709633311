import os

from celery import Celery

import shop

folder = os.environ.get("QUEUE_FOLDER", "/srv/app/queue")
app = Celery("shop", broker="filesystem://")
app.conf.broker_transport_options = {
    "data_folder_in": folder,
    "data_folder_out": folder,
    "control_folder": folder,
}
app.conf.worker_redirect_stdouts_level = "WARNING"
app.conf.broker_connection_retry_on_startup = True


@app.task(name="shop.fail")
def fail(name):
    return shop.FAILURES[name]()


@app.task(name="shop.ok")
def ok():
    return 1


@app.task(name="shop.noisy")
def noisy():
    import traceback

    try:
        shop.price_of("kiwi")
    except KeyError:
        traceback.print_exc()


@app.task(name="shop.retry", bind=True, max_retries=1, default_retry_delay=1)
def retry(self):
    try:
        shop.price_of("lime")
    except KeyError as error:
        raise self.retry(exc=error)


@app.task(name="shop.die")
def die():
    os._exit(3)
