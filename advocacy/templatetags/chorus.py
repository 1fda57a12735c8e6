"""Tags and filters that every template may use without loading them."""

import datetime as dt
import re

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from advocacy.pages import slots

register = template.Library()

_ONES = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# tags that say "none", "many" or "not told": a reader's software can do nothing with them
_NO_LANGUAGE = {"und", "zxx", "mul", "mis", "art", "qaa"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return an icon of the sprite, hidden from assistive technology: the words stand beside it."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name)


@register.simple_tag(takes_context=True)
def slot(context: template.Context, name: str, *words: object) -> SafeString | str:
    """Return what differs by reader on a page that is kept (advocacy/pages/slots.py); nothing without a request."""
    request = context.get("request")
    return slots.shown(name, request, *words) if request else ""


@register.filter
def figure(number: int) -> str:
    """Return a number as readers write it: 1204 as 1,204."""
    return f"{number:,}"


@register.filter
def in_words(number: int) -> str:
    """Return a number in words up to a hundred, in figures beyond: 47 as forty-seven, 520 as 520."""
    if not 0 <= number <= 100:
        return figure(number)
    if number == 100:
        return "a hundred"
    if number < 20:
        return (*_ONES, *_TEENS)[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")


@register.filter
def when(time: dt.datetime) -> str:
    """Return a time in plain words, in UTC: today 06:12, yesterday 08:41, Wednesday, 16 November, 24 December 2025."""
    time = time.astimezone(dt.UTC)
    today = timezone.now().astimezone(dt.UTC).date()
    days = (today - time.date()).days
    if days == 0:
        return f"today {time:%H:%M}"
    if days == 1:
        return f"yesterday {time:%H:%M}"
    if 1 < days < 7:
        return f"{time:%A}"
    return f"{time.day} {time:%B}" + ("" if time.year == today.year else f" {time.year}")


@register.filter
def full_time(time: dt.datetime) -> str:
    """Return a time in full, with its zone: 20 November 2026, 06:12 UTC."""
    time = time.astimezone(dt.UTC)
    return f"{time.day} {time:%B %Y, %H:%M} UTC"


@register.simple_tag
def day(time: dt.datetime) -> SafeString:
    """Return the date that stands beside a person's own post: the day large, the rest below it."""
    time = time.astimezone(dt.UTC)
    this_year = time.year == timezone.now().astimezone(dt.UTC).year
    rest = f"{time:%b, %H:%M}" if this_year else f"{time:%b %Y}"
    return format_html(
        '<time class="day" datetime="{}" title="{}">{}<span>{}</span></time>',
        time.isoformat(timespec="minutes"),
        full_time(time),
        time.day,
        rest,
    )


@register.simple_tag
def words_lang(tag: str) -> SafeString | str:
    """Return ` lang="de"` for what a person wrote, or nothing where the network's tag names no language."""
    if not _LANGUAGE_TAG.fullmatch(tag or "") or tag.split("-")[0] in _NO_LANGUAGE:
        return ""
    return format_html(' lang="{}"', tag)


@register.filter
def iso(time: dt.datetime) -> str:
    """Return a time for machines."""
    return time.isoformat(timespec="seconds")


@register.filter
def is_web(address: str) -> bool:
    """Return whether an address that a person gave may be linked."""
    return str(address).startswith(("https://", "http://"))
