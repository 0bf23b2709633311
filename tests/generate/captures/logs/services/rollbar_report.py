"""What Rollbar's client would send."""

import json

import rollbar

import shop

rollbar.init("token", "prod", handler="blocking", locals={"enabled": False})
rollbar.events.add_payload_handler(lambda payload, **_: (print(json.dumps(payload)), False)[1])
try:
    shop.checkout(["tea", "cake"])
except RuntimeError:
    rollbar.report_exc_info()
