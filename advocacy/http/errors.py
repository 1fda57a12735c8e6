"""What can go wrong at the door. No message ever holds a word of the answer, so that the door is no oracle."""


class DoorError(Exception):
    """What every failure at the door has: a sentence that may be shown to whoever looks after the site."""


class Blocked(DoorError):
    """The address is not one the door opens to; nothing was sent there."""


class Unreachable(DoorError):
    """There was no connection: unknown name, refused, no trusted certificate. Nothing was sent there."""


class TooSlow(DoorError):
    """The answer did not end within its time. The other side may have acted."""


class TooLarge(DoorError):
    """The answer is larger than asked for, counted after decompression. The other side may have acted."""


class WrongType(DoorError):
    """The answer is of a kind that was not asked for."""


class BrokenOff(DoorError):
    """The answer ended too early or is no HTTP. The other side may have acted."""
