"""Rounds, medians, the table, and the file of raw figures."""

import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tools.benching.wrk import Round


@dataclass
class Series:
    """The rounds of one thing."""

    name: str
    unit: str = "requests/s"
    rounds: list[float] = field(default_factory=list)
    details: list[dict[str, Any]] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return statistics.median(self.rounds)

    def detail(self, name: str) -> float:
        """Return the median of a detail of the rounds, such as p95."""
        return statistics.median(one[name] for one in self.details)

    @property
    def errors(self) -> int:
        """Wrong answers in all rounds."""
        return sum(one.get("errors", 0) for one in self.details)


@dataclass(frozen=True)
class Line:
    """One line of the table: a figure, what it is held against, and the aim."""

    part: str
    what: str
    figure: str
    against: str = ""
    ratio: float | None = None
    aim: float | None = None
    least: bool = True  # the ratio must be at least the aim; else at most

    @property
    def holds(self) -> bool | None:
        """Whether the aim is reached; None where there is none."""
        if self.ratio is None or self.aim is None:
            return None
        return self.ratio >= self.aim if self.least else self.ratio <= self.aim


def interleaved(
    sides: Mapping[str, Callable[[], Round | float]], rounds: int, unit: str = "requests/s"
) -> list[Series]:
    """Measure the sides in turn, round after round (A B A B ...), after one round that does not count."""
    series = {name: Series(name, unit) for name in sides}
    for number in range(-1, rounds):
        for name, measure in sides.items():
            got = measure()
            if number < 0:
                continue
            series[name].rounds.append(got.rate if isinstance(got, Round) else got)
            series[name].details.append(asdict(got) if isinstance(got, Round) else {})
    return list(series.values())


class Book:
    """All lines and raw rounds of a run."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.lines: list[Line] = []
        self.raw: dict[str, Any] = {}

    def say(self, words: str) -> None:
        """Print a line with the seconds since the start."""
        print(f"[{time.monotonic() - self.began:6.1f} s] {words}", flush=True)

    def keep(self, part: str, name: str, found: Any) -> None:
        """Keep raw figures."""
        self.raw.setdefault(part, {})[name] = [asdict(one) for one in found] if isinstance(found, list) else found

    def line(self, line: Line) -> None:
        """Add a line."""
        self.lines.append(line)
        self.say(f"{line.part}: " + "  ".join(filter(None, cells(line)[1:])))

    def compare(
        self, part: str, thing: Series, floor: Series, aim: float | None, *, what: str = "", least: bool = True
    ) -> None:
        """Add the line of a thing against its floor: the ratio of the medians."""
        errors = f", {thing.errors + floor.errors} WRONG ANSWERS" if thing.errors + floor.errors else ""
        self.line(
            Line(
                part,
                what or thing.name,
                f"{shown(thing.median)} {thing.unit}{errors}",
                f"{floor.name}: {shown(floor.median)}",
                thing.median / floor.median if floor.median else None,
                aim,
                least,
            )
        )

    def table(self) -> str:
        """Return the table as text."""
        head = ("", "what", "figure", "against", "ratio", "aim", "")
        return columns([head, *map(cells, self.lines)])

    def write(self, folder: Path, about: Mapping[str, Any]) -> Path:
        """Write everything as JSON and return where."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}.json"
        lines = [{**asdict(line), "holds": line.holds} for line in self.lines]
        path.write_text(json.dumps({"about": dict(about), "lines": lines, "raw": self.raw}, indent=1))
        return path


def cells(line: Line) -> tuple[str, ...]:
    """Return a line's cells as text."""
    aim = "" if line.aim is None else f"{'>=' if line.least else '<='} {line.aim:g}"
    verdict = {None: "", True: "reached", False: "NOT REACHED"}[line.holds]
    ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
    return line.part, line.what, line.figure, line.against, ratio, aim, verdict


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as text in columns."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join(
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def shown(number: float) -> str:
    """Return a number with as many digits as mean something."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.1f}" if abs(number) >= 1 else f"{number:.2f}"
