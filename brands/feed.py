"""The brand page's feed."""


def listen() -> None:
    """Connect to people's signal."""
