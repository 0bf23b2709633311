from prefect import flow, task

import shop


@task(retries=1, retry_delay_seconds=0)
def price(order):
    return shop.checkout(order)


@flow(log_prints=True)
def sell():
    print("selling")
    price(["tea", "cake"])


if __name__ == "__main__":
    sell()
