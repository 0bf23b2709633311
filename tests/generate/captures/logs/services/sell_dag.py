import datetime

import shop
from airflow.sdk import dag, task


@dag(schedule=None, start_date=datetime.datetime(2024, 1, 1), catchup=False)
def sell():
    @task(retries=1, retry_delay=datetime.timedelta(seconds=1))
    def price():
        print("selling")
        return shop.checkout(["tea", "cake"])

    price()


sell()
