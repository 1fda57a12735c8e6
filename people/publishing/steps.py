"""The numbered places in a delivery's life where a crash matters. Nothing happens here: the fault suite stops here."""

STEPS = ("c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "r0", "r1", "r2", "r3")


def reached(step: str) -> None:
    """Say that a run is about to go over an edge: c0-c7 while sending, r0-r3 while reading back."""
