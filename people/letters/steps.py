"""The numbered places in a letter's life where a crash matters. Nothing happens here: the fault tests stop here."""

STEPS = ("l0", "l1", "l2", "l3", "l4")


def reached(step: str) -> None:
    """Say that a run is about to go over an edge: claimed, drawn, marked, handed over, settled."""
