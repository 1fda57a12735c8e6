"""Where everything is mounted."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("brands.urls")),
    path("", include("people.urls")),
]
if settings.SANDBOX:
    urlpatterns.append(path("sandbox/", include("advocacy.sandbox.urls")))
