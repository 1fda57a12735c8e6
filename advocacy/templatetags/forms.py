"""What the field template needs of a form's field."""

from django import template
from django.forms import BoundField, CheckboxInput
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """Return the field's own input in the site's look, without a placeholder: the label stands above it."""
    return field.as_widget(attrs={"class": "input", "placeholder": False})


@register.filter
def is_tick(field: BoundField) -> bool:
    """Return whether the field is one box to tick."""
    return isinstance(field.field.widget, CheckboxInput)
