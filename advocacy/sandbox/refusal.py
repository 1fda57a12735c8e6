"""The one way in which the sandbox's verbs fail."""


class Refused(ValueError):
    """This cannot be done; the words say why. Nothing was changed."""
