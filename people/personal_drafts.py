"""What is still to be said, in the register (people/personal.py): drafts, and what goes out of them.

The order is the order in which erasing deletes: what hangs on a row stands before it.
"""

from people.personal import Fate, Whose, register


def fill() -> None:
    """Register the tables."""
    _to_say()
    _drafts()


def _to_say() -> None:
    register(
        "people.Attempt",
        Whose.AUTHOR,
        Fate.ROW,
        person="delivery__person",
        personal={"delivery": "which post it was", "words": "what the network answered"},
        plain="id run act outcome at",
    )
    register(
        "people.Delivery",
        Whose.AUTHOR,
        Fate.ROW,
        person="person",
        personal={
            "account": "where it goes out",
            "person": "who says it",
            "draft": "the draft that it was",
            "post": "the post that it became",
            "parent": "the part of the thread before it",
            "payload": "the words and pictures",
            "payload_hash": "a fingerprint of them",
            "text_hash": "a fingerprint of the words",
            "trouble": "what the network said",
            "record": "what was sent",
            "media": "the pictures at the network",
            "remote_id": "its id at the network",
            "candidate": "an id that may be its own",
            "wish_payload": "the words of an edit",
            "speaks_for": "for which brand it speaks",
            "shows": "on which brands' pages",
            "zone": "where the author's clock runs",
            "wall_time": "when it is to go out",
            "due_at": "when it is to go out",
            "published_at": "when it went out",
        },
        plain="id threaded state state_changed_at reason exact late_after next_due_at rung_at owner lease_until"
        " attempt_count crash_count ambiguous refused unauthorized resends first_sent_at reads key rkey edited_at"
        " deleted_at wish mills spent_on told tell_after alarmed_at created_at",
    )


def _drafts() -> None:
    register(
        "people.DraftLink",
        Whose.AUTHOR,
        Fate.ROW,
        person="draft__person",
        personal={"draft": "which draft it is", "card": "which address it names"},
        plain="id due_at looked_at",
    )
    register(
        "people.LinkCard",
        Whose.AUTHOR,
        Fate.KEPT,
        personal={
            "url": "an address that drafts name",
            "host": "the host of it",
            "site": "the host that it leads to",
            "title": "of the page, as it shows it to everybody",
            "description": "of the page",
            "stem": "files of the page's picture",
        },
        plain="id state large due_at tries tried_at fetched_at",
        why="it goes at once with the last draft that names the address, and says nothing of whose that was",
    )
    register(
        "people.DraftPicture",
        Whose.AUTHOR,
        Fate.ROW,
        person="draft__person",
        personal={"draft": "whose draft it belongs to", "stem": "its files", "alt": "what it shows, in words"},
        plain="id position",
    )
    why = "nobody knows whose it is before somebody signs in where it was shared; it is gone within the hour, and with"
    register(
        "people.SharedPicture",
        Whose.AUTHOR,
        Fate.KEPT,
        personal={"batch": "in whose session it waits", "stem": "its files"},
        plain="id position expires_at",
        why=f"{why} a session of theirs, see erasing_traces",
    )
    register(
        "people.Draft",
        Whose.AUTHOR,
        Fate.ROW,
        person="person",
        personal={
            "person": "who writes it",
            "text": "the words",
            "versions": "the words for each network",
            "zone": "where the author's clock runs",
            "wall_time": "when it is to go out",
            "disclosure": "how the author says for whom they work",
            "speaks_for": "for which brand it speaks",
            "shows": "on which brands' pages",
            "to": "the accounts that it is meant for",
            "story": "the story that it is about",
        },
        plain="id lang discloses when by_hand_at revision window typed thrown_at created_at updated_at",
    )
