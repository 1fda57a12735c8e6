"""What pages tell machines."""

import json

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# as Django's json_script: nothing in the data can end the element that it stands in
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag
def linked_data(found: object) -> SafeString:
    """Return data for search engines (JSON-LD) in an element that no browser runs."""
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above
