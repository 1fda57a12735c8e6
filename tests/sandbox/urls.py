"""The addresses of a site that is nothing but the sandbox."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say so without the product's page."""
    return HttpResponse("not here", status=404, content_type="text/plain")


urlpatterns = [path("sandbox/", include("advocacy.sandbox.urls"))]
