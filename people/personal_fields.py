"""What the tables of people hold of anybody: their lines of the register (people/personal.py).

The order is the order in which erasing deletes: what hangs on a row stands before it.
"""

from django.db.models import Q

from people import erasing_traces, personal_drafts, personal_logins
from people.personal import Fate, Whose, register, register_nobodys, register_step

_PUBLIC = "as the network shows it to everybody"


def fill() -> None:
    """Register the tables."""
    _said()
    personal_drafts.fill()
    _links()
    _readings()
    _accounts()
    _letters()
    _following()
    _person()
    _page()
    personal_logins.fill()
    register_step(erasing_traces.clear_away)


def _said() -> None:
    register(
        "people.PostPicture",
        Whose.AUTHOR,
        Fate.ROW,
        person="post__person",
        personal={"post": "whose post it belongs to", "source_url": "where it is at the network", "stem": "its files"},
        plain="id position published_at width height tries tried_at",
    )
    register(
        "people.PostReport",
        Whose.AUTHOR,
        Fate.ROW,
        person="post__person",
        personal={
            "post": "which post",
            "why": "what is said to be wrong with it",
            "words": "of whoever reported it",
            "email": "where they are told of decisions; gone after two months, and with them, see erasing_traces",
        },
        plain="id at tell_at tries",
    )
    register(
        "people.Post",
        Whose.AUTHOR,
        Fate.ROW,
        person="person",
        personal={
            "account": "where it was said",
            "person": "who said it",
            "remote_id": "its id at the network",
            "text": "the words",
            "html": "the words as pages show them",
            "entities": "whom and what the words name",
            "media": "pictures, and what they show in words",
            "link": "where it stands",
            "reply_to_id": "the post that it answers",
            # of somebody else: what another author wrote to them stays that author's, here and at the network
            "reply_to_handle": "whom it answers",
            "repost_of_id": "the post that it passes on",
            "repost_of_handle": "whose words it passes on",
            "quote_of_id": "the post that it quotes",
            "conversation_id": "the conversation",
            "edit_history": "the ids of its versions",
            "metrics": "its figures at the network",
            "published_at": "when it was said",
            "quiet_at": "since when the author wants it shown nowhere",
        },
        plain="id kind lang fetched_at found_at shown_at checked_at",
    )


def _links() -> None:
    register(
        "people.Connection",
        Whose.PERSON,
        Fate.ROW,
        person="account__person",
        personal={
            "account": "which account it is",
            "scopes": "what it may do there",
            "access": "a token, sealed",
            "refresh": "a token, sealed",
            "previous": "tokens, sealed",
            "trouble": "what the network said",
            "linked_at": "when the person linked it",
            "used_at": "when it was used",
        },
        plain="network state access_ends_at ends_at previous_until version refreshing refreshing_until retry_at"
        " broken_at warned_days tell_at",
    )
    register(
        "people.PendingLink",
        Whose.PERSON,
        Fate.ROW,
        person="person",
        user="user",
        personal={
            "person": "who began it",
            "user": "who began it",
            "remote_id": "the account's id at the network",
            "handle": _PUBLIC,
            "display_name": _PUBLIC,
            "avatar_url": _PUBLIC,
            "avatar": "files of the picture",
            "verifier": "a secret, sealed",
            "access": "a token, sealed",
            "refresh": "a token, sealed",
            "session_hash": "a fingerprint of the session",
        },
        plain="id network state_hash callback scopes step expires_at protected granted access_ends_at created_at",
    )


def _readings() -> None:
    register(
        "people.SyncRun",
        Whose.PERSON,
        Fate.ROW,
        person="account__person",
        personal={"account": "whose reading it was", "trouble": "how it failed, in words"},
        plain="id started_at finished_at outcome calls fetched new changed",
    )
    register(
        "people.SyncState",
        Whose.PERSON,
        Fate.ROW,
        person="account__person",
        personal={"account": "whose reading it is", "cursor": "the newest post read", "trouble": "how it failed"},
        plain="due_at interval_seconds claim lease_until failures parked_at last_ok_at",
    )


def _accounts() -> None:
    register(
        "people.Revocation",
        Whose.PERSON,
        Fate.BLANK,
        person="person",
        personal={
            "person": "who is told",
            "subject": "which account it was",
            "handle": _PUBLIC,
            "token": "a token that the network is to forget, sealed: gone once it has",
        },
        plain="id network due_at give_up_at tries",
        blank={"person": None, "handle": ""},
    )
    register(
        "people.Account",
        Whose.PERSON,
        Fate.ROW,
        person="person",
        personal={
            "person": "whose account it is",
            "remote_id": "its id at the network",
            "handle": _PUBLIC,
            "display_name": _PUBLIC,
            "avatar_url": _PUBLIC,
            "avatar": "files of the picture",
            "avatar_fetched_url": "where the picture came from",
            "proof_code": "what the person was to write into their profile",
            "proof_said": "how the last look for it ended",
        },
        plain="id network state state_changed_at avatar_tried_at looked_up_at read_from page_from named_by_operator"
        " confirmed_at confirmed_how proof_asked_at proof_due_at created_at",
    )
    register_nobodys(
        "people.ComplianceJob",
        "id network remote_id upload_url download_url state created_at changed_at ids gone trouble",
    )


def _letters() -> None:
    register(
        "people.Letter",
        Whose.FAN,
        Fate.ROW,
        person="telling__person",
        user="fan",
        personal={"fan": "who is written to", "telling": "what of", "said": "what the mail server said"},
        plain="id period key state until next_due_at late_after owner lease_until tries ended_at",
    )
    register(
        "people.Telling",
        Whose.AUTHOR,
        Fate.ROW,
        person="person",
        personal={"person": "who tells their followers", "words": "own words", "left": "the brand that they left"},
        plain="id key closes cursor asked_at done_at",
    )
    register(
        "people.Opening",
        Whose.AUTHOR,
        Fate.ROW,
        person="person",
        personal={"person": "who opens the letter", "words": "own words", "former": "own words of before"},
        plain="written_at first_at",
    )
    chosen = {"person": "who is answered", "address": "where they chose to be answered"}
    register("people.AnswerAddress", Whose.PERSON, Fate.ROW, person="person", personal=chosen, plain="chosen_at")
    register_nobodys("people.LetterRound", "id rhythm zone day at cursor done_at")


def _following() -> None:
    follow = {"fan": "who follows", "person": "who is followed"}
    register(
        "people.Follow",
        Whose.FAN,
        Fate.ROW,
        person="person",
        user="fan",
        personal={**follow, "said_so": "whether the person knows who it is", "since": "since when"},
        plain="id letters muted",
    )
    register(
        "people.Block",
        Whose.FAN,
        Fate.ROW,
        person="person",
        user="fan",
        personal={"fan": "who may not follow", "person": "whom", "since": "since when", "looks": "as the fan sees it"},
        plain="id",
        lasting=Q(fan__isnull=False),  # all: a person's word is not undone by whom it is about, see erasing_traces
    )
    register(
        "people.FollowRequest",
        Whose.FAN,
        Fate.ROW,
        address="email",
        personal={"email": "the address that asked", "people": "whom they want to follow", "zone": "whose Sunday"},
        plain="id token_hash rhythm asked_at expires_at mail_at tries",
    )
    register(
        "people.Fan",
        Whose.FAN,
        Fate.ROW,
        user="user",
        personal={
            "user": "whose it is",
            "zone": "whose Sunday it is",
            "name": "as the fan signs",
            "read_until": "what they have read",
            "bounced_at": "when their address failed",
            "started_at": "since when they follow",
        },
        plain="rhythm links_epoch",
        lasting=Q(blocked_by__isnull=False),
    )


def _person() -> None:
    register(
        "people.Parcel",
        Whose.PERSON,
        Fate.ROW,
        person="person",
        personal={"person": "whose it is", "key": "names the file with everything"},
        plain="id state asked_at changed_at expires_at written cursor",
    )
    register(
        "people.PersonCard",
        Whose.PERSON,
        Fate.ROW,
        person="person",
        personal={"person": "who is drawn", "stem": "the file"},
        plain="checked_at",
    )
    register(
        "people.Week",
        Whose.PERSON,
        Fate.ROW,
        person="person",
        personal={
            "person": "whose week it is",
            "zone": "where they are",
            "slots": "when they like to post",
            "days_off": "their days off",
            "quiet_from": "their quiet hours",
            "quiet_until": "their quiet hours",
        },
        plain="asks_alt",
    )


def _page() -> None:
    register(
        "people.OldSlug",
        Whose.PERSON,
        Fate.ROW,
        person="person",
        personal={"slug": "an address made from the name", "person": "whose it was"},
        plain="id",
    )
    register(
        "people.Person",
        Whose.PERSON,
        Fate.ROW,
        person="pk",
        personal={
            "user": "their login",
            "login_address": "the private address",
            "slug": "the address of the page, made from the name",
            "name": "the name",
            "sort_name": "the name",
            "first_name": "the name",
            "portrait": "files of the portrait",
            "portrait_alt": "what the portrait shows",
            "languages": "what they speak",
            "line": "own words",
            "about": "own words",
            "links": "own links",
            "listing_hash": "a fingerprint of the permanent link",
        },
        plain="id backdrop page_open created_at changed_at",
    )
