"""What Bugsnag's client would send."""

import bugsnag
from bugsnag.delivery import Delivery

import shop


class Print(Delivery):
    def deliver(self, config, payload, options=None):
        print(payload)


bugsnag.configure(api_key="0" * 32, delivery=Print(), asynchronous=False, auto_capture_sessions=False)
try:
    shop.checkout(["tea", "cake"])
except RuntimeError as error:
    bugsnag.notify(error)
