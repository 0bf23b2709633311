from locust import User, task, constant
import shop
class U(User):
    wait_time = constant(1)
    @task
    def order(self): shop.main()
