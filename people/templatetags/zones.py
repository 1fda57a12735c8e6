"""The list of time zones, where a form is written by hand."""

from django import template
from django.utils.safestring import SafeString

from people.time_zones import ZoneSelect

register = template.Library()


@register.simple_tag
def zone_select(chosen: str, guess: bool = False) -> SafeString:
    """Return the list named "zone"; guess: a script chooses the zone of the reader's own clock."""
    attrs = {"class": "input", "id": "zone"} | ({"data-guess": "1"} if guess else {})
    return ZoneSelect(attrs).render("zone", chosen)
