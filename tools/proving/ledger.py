"""The claims, each with what was expected and what was found; printed as they come and once more as a table."""

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence that must hold."""

    words: str
    expected: str
    found: str
    holds: bool


class Ledger:
    """All claims of a run, and how long its steps took."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.claims: list[Claim] = []
        self.times: list[tuple[str, float]] = []

    def say(self, words: str) -> None:
        """Print a line with the seconds since the start."""
        print(f"[{time.monotonic() - self.began:6.1f} s] {words}", flush=True)

    def claim(self, words: str, expected: object, found: object) -> bool:
        """Hold what was found against what was expected; both are equal or the claim fails."""
        holds = expected == found
        self.claims.append(Claim(words, _shown(expected), _shown(found), holds))
        self.say(f"{'holds' if holds else 'FAILS'}: {words}: {_shown(found)}")
        if not holds:
            self.say(f"       expected {_shown(expected)}")
        return holds

    def at_most(self, words: str, bound: float, found: float, unit: str) -> bool:
        """Hold a measured figure against an upper bound."""
        holds = found <= bound
        self.claims.append(Claim(words, f"at most {bound:g} {unit}", f"{found:.1f} {unit}", holds))
        self.say(f"{'holds' if holds else 'FAILS'}: {words}: {found:.1f} {unit} (at most {bound:g})")
        return holds

    def took(self, words: str, began: float) -> float:
        """Note how long a step took since `began` (time.monotonic) and return the seconds."""
        seconds = time.monotonic() - began
        self.times.append((words, seconds))
        self.say(f"{words}: {seconds:.1f} s")
        return seconds

    def table(self) -> bool:
        """Print the table of all claims; return whether there are any and all hold."""
        width = max([len(one.words) for one in self.claims] + [5])
        print(f"\n{'Claim':{width}}  {'Holds':5}  Found")
        for one in self.claims:
            found = one.found if one.holds else f"{one.found}  (expected {one.expected})"
            print(f"{one.words:{width}}  {'yes' if one.holds else 'NO':5}  {found}")
        print("\nSeconds")
        for words, seconds in self.times:
            print(f"{seconds:8.1f}  {words}")
        print(f"{time.monotonic() - self.began:8.1f}  in all")
        held = sum(one.holds for one in self.claims)
        print(f"\n{held} of {len(self.claims)} claims hold.")
        return bool(self.claims) and held == len(self.claims)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, set | frozenset | list | tuple):
        ordered = sorted(map(str, value))
        return f"{len(ordered)}: {', '.join(ordered[:5])}{' …' if len(ordered) > 5 else ''}" if ordered else "none"
    if isinstance(value, dict) and len(value) > 6:
        return f"{len(value):,} pairs"
    return str(value)
