import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

import shop

settings.configure(
    DEBUG=True,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="x",
    LOGGING={
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "format": "[%(asctime)s] %(levelname)s [%(name)s:%(lineno)s] %(message)s",
                "datefmt": "%d/%b/%Y %H:%M:%S",
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {
            "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
            "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        },
    },
)


def ok(request):
    return HttpResponse("ok")


def fail(request, name):
    return HttpResponse(str(shop.FAILURES[name]()))


urlpatterns = [path("ok", ok), path("fail/<name>", fail)]
application = get_wsgi_application()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
