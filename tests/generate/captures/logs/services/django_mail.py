"""The mail that Django sends to its admins about an error, as its console backend prints it: text, or HTML too."""

import sys

import django
from django.conf import settings
from django.test import Client
from django.urls import path

import shop

HANDLER = {"class": "django.utils.log.AdminEmailHandler", "include_html": len(sys.argv) > 1}
LOGGER = {"handlers": ["mail"], "level": "ERROR", "propagate": False}
settings.configure(
    SECRET_KEY="x",
    ADMINS=[("Ann", "ann@example.org")],
    EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend",
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    LOGGING={"version": 1, "handlers": {"mail": HANDLER}, "loggers": {"django.request": LOGGER}},
)
django.setup()


def view(request):
    shop.checkout(["tea", "cäke"])


urlpatterns = [path("", view)]
Client(raise_request_exception=False).get("/")
