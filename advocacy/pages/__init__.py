"""Public pages kept in the memory of each process: whole answers, compressed once, right as long as their versions are.

A view says `@keep(...)`; what differs by reader is a slot (`{% slot "door" %}`), filled for each request.
"""

from advocacy.pages.keeping import Ids, from_memory, keep, nobodys
from advocacy.pages.slots import filled_in, register, register_reader

__all__ = ["Ids", "filled_in", "from_memory", "keep", "nobodys", "register", "register_reader"]
