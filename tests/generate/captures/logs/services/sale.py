from dagster import job, op

import shop


@op
def take():
    return ["tea", "cake"]


@op
def price(order):
    return shop.checkout(order)


@job
def sell():
    price(take())
