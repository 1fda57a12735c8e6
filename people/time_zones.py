"""The time zones that people choose from: one for each place, by continent, with what its clock shows against UTC now.

Source: zone.tab of the IANA time zone database. A zone has other names beside its place's; whoever has one keeps it.
"""

import datetime as dt
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from people.writing.walltimes import city_of, zones

Place = tuple[str, str]  # the zone's name, what readers see of it
Choice = Place | tuple[str, list[Place]]  # a zone, or a continent with its places

_OCEANS = {"Atlantic": "Atlantic Ocean", "Indian": "Indian Ocean", "Pacific": "Pacific Ocean"}
# what browsers still call some places (CLDR keeps the first name that it had for each)
_CALLED = {
    **{"Asia/Kolkata": "Asia/Calcutta", "Asia/Kathmandu": "Asia/Katmandu", "Asia/Yangon": "Asia/Rangoon"},
    **{"Asia/Ho_Chi_Minh": "Asia/Saigon", "Europe/Kyiv": "Europe/Kiev", "Atlantic/Faroe": "Atlantic/Faeroe"},
    **{"Africa/Asmara": "Africa/Asmera", "America/Nuuk": "America/Godthab"},
    **{"America/Atikokan": "America/Coral_Harbour", "America/Indiana/Indianapolis": "America/Indianapolis"},
    **{"America/Kentucky/Louisville": "America/Louisville"},
    **{f"America/Argentina/{city}": f"America/{city}" for city in ("Buenos_Aires", "Catamarca", "Cordoba", "Jujuy")},
    **{"America/Argentina/Mendoza": "America/Mendoza", "Pacific/Kanton": "Pacific/Enderbury"},
    **{"Pacific/Chuuk": "Pacific/Truk", "Pacific/Pohnpei": "Pacific/Ponape"},
}


def choices(kept: str = "") -> list[Choice]:
    """Return UTC and the places by continent; kept is a zone that is stored already, by whichever of its names."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    own: list[Choice] = []
    if kept in zones() and kept != "UTC" and kept not in _places():
        own.append((kept, f"{kept} ({offset(kept, now)})"))
    return [("UTC", "UTC"), *own, *_continents(now)]


def offset(name: str, now: dt.datetime) -> str:
    """Return what a zone's clock shows against UTC, as UTC+5:30."""
    minutes = int((now.astimezone(ZoneInfo(name)).utcoffset() or dt.timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"  # noqa: RUF001 - a minus


@cache
def _places() -> frozenset[str]:
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return frozenset(line[2] for line in lines) & zones()


@lru_cache(maxsize=2)
def _continents(now: dt.datetime) -> tuple[Choice, ...]:
    """Return the places by continent; now: a whole hour, so that a change of the clocks is shown within one."""
    found: dict[str, list[Place]] = {}
    for name in sorted(_places(), key=lambda name: (name.split("/")[0], _called(name))):
        area = name.split("/")[0]
        found.setdefault(_OCEANS.get(area, area), []).append((name, f"{_called(name)} ({offset(name, now)})"))
    return tuple(found.items())


def _called(name: str) -> str:
    """Return what readers look for: the city, and its state where the zone's name has one."""
    state = name.split("/")[1:-1]
    return ", ".join([city_of(name), *(part.replace("_", " ") for part in state)])


class ZoneSelect(forms.Select):
    """A list of time zones. A browser that calls a place by an older name finds it by data-was."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """Return the options, with the chosen one even where no place is called so."""
        self.choices = choices(value[0] if value else "")
        return super().optgroups(name, value, attrs)

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return one option."""
        option = super().create_option(name, value, *args, **kwargs)
        if value in _CALLED:
            option["attrs"]["data-was"] = _CALLED[value]
        return option


class ZoneField(forms.ChoiceField):
    """A time zone, by any name that it has."""

    widget = ZoneSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_all, **kwargs)

    def valid_value(self, value: str) -> bool:
        """Return whether there is such a zone."""
        return value in zones()


def _all() -> Iterator[Choice]:
    yield from choices()
