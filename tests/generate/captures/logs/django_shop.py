import django, sys, os, shop
from django.conf import settings
settings.configure(DEBUG=True, SECRET_KEY="x", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], LOGGING_CONFIG="logging.config.dictConfig", DATABASES={"default":{"ENGINE":"django.db.backends.sqlite3","NAME":":memory:"}})
from django.urls import path
def v(request): shop.main()
urlpatterns=[path("total", v)]
application=None
if __name__=="__main__":
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)
else:
    from django.core.wsgi import get_wsgi_application; application=get_wsgi_application()
