import sys; sys.path.insert(0,'/srv/app')
import dagster, shop
@dagster.op(retry_policy=dagster.RetryPolicy(max_retries=1))
def order(): shop.main()
@dagster.job
def pond(): order()
