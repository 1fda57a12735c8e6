"""Numbers by which near texts find each other cheaply (winnowing; Schleimer, Wilkerson, Aiken, SIGMOD 2003). Pure.

Any SURE words that two texts have in a row give them one number in common, so that of a brand's posts only those few
are compared word by word (people.writing.likeness).
"""

from hashlib import blake2b

from people.writing.likeness import FEWEST, Normal

RUN = 4  # words of one number
WINDOW = 3  # of so many runs in a row one is kept
SURE = RUN + WINDOW - 1
MOST = 400  # numbers of one text


def fingerprints(text: Normal) -> frozenset[int]:
    """Return the numbers of a text, 63 bits each; none where it is too short to be a form letter."""
    words = [word[0] for word in text.words]
    if len(words) < FEWEST:
        return frozenset()
    runs = [_number(" ".join(words[n : n + RUN])) for n in range(len(words) - RUN + 1)]
    windows = range(max(1, len(runs) - WINDOW + 1))
    return frozenset(min(runs[n : n + WINDOW]) for n in list(windows)[:MOST])


def _number(run: str) -> int:
    return int.from_bytes(blake2b(run.encode(), digest_size=8).digest()) >> 1
