"""What a phone reads to install the desk: its name, its icons, and what may be shared into it."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

PAPER = "#fbfaf8"


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """Answer with the web app manifest; browsers ask without a cookie, so that it lies outside /desk/."""
    icons = [
        {"src": static("favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": static("icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": static("icon-maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    target = {
        "action": reverse("desk-share"),
        "method": "POST",
        "enctype": "multipart/form-data",
        "params": {
            "title": "title",
            "text": "text",
            "url": "url",
            "files": [{"name": "media", "accept": ["image/*"]}],
        },
    }
    said = {
        "name": f"{settings.SITE_NAME}, my desk",
        "short_name": settings.SITE_NAME,
        "id": "/desk/",
        "start_url": reverse("desk-write"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": icons,
        "share_target": target,
        "shortcuts": [
            {"name": "Write", "url": reverse("desk-write")},
            {"name": "Calendar", "url": reverse("desk-calendar")},
        ],
    }
    return JsonResponse(said, content_type="application/manifest+json")
