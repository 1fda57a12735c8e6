"""Where the archive has what the register of personal fields names, and of the rest why it has not.

A test asks for the answer of every personal column (tests/people/leaving/test_archive_places.py), so that a new one
cannot be forgotten. brands/archive_places.py answers for the tables of brands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

FILE = "it names a file that is in the archive itself"
_SECRET = "it would open something"  # noqa: S105 - a reason
_OF_THE_FILE = "it is where the archive lies that is being read"
_HOURS = "it is gone within hours, with what it was begun for"
_DERIVED = "it is made from what is in the archive, and made anew when that changes"
_READING = "how the network was read, for those who look after this site; what was read is in posts.json"
_LOG = "the log by which misuse is traced names others too: those who run the site give what is theirs on request"
_STRANGER = "of somebody who is not the one who asks, or who has no desk to ask at"


@dataclass(frozen=True)
class Place:
    """The answer for one table. where: a file, and a name in it; taken: its columns there; left: others, and why."""

    where: str = ""
    taken: frozenset[str] = frozenset()
    left: Mapping[str, str] = field(default_factory=dict)


def there(where: str, taken: str, **left: str) -> Place:
    """Return the answer for a table that is in the archive."""
    return Place(where, frozenset(taken.split()), left)


def nowhere(columns: str, why: str) -> Place:
    """Return the answer for a table that is not in it, for one reason."""
    return Place(left=dict.fromkeys(columns.split(), why))


_SAID = {
    "people.PostPicture": there(
        "pictures/post-ID-N.avif", "post stem", source_url="the picture itself is there, and its post with its link"
    ),
    "people.PostReport": there("posts.json reports", "post why words", email="of whoever reported it: nobody reads it"),
    "people.Post": there(
        "posts.json id",
        "account person remote_id text entities media link reply_to_id reply_to_handle repost_of_id repost_of_handle"
        " quote_of_id conversation_id edit_history metrics published_at quiet_at",
        html="the words once more, as pages of this site show them",
    ),
}
_TO_SAY = {
    "people.Attempt": nowhere("delivery words", "what came of the tries is with each post that was to go out"),
    "people.Delivery": there(
        "drafts.json waiting",
        "account person draft post parent payload trouble remote_id wish_payload speaks_for shows zone wall_time due_at"
        " published_at",
        payload_hash=_DERIVED,
        text_hash=_DERIVED,
        record="the words and pictures once more, in the network's own form",
        media="what the network called the pictures for some hours",
        candidate="perhaps of another post",
    ),
    "people.DraftLink": nowhere("draft card", "it is the address that stands in the draft's words"),
    "people.LinkCard": nowhere("url host site title description stem", "what others' pages say to everybody"),
    "people.DraftPicture": there("drafts.json drafts", "draft stem alt"),
    "people.SharedPicture": nowhere("batch stem", "nobody knows whose it is; it is gone within the hour"),
    "people.Draft": there(
        "drafts.json drafts", "person text versions zone wall_time disclosure speaks_for shows to story"
    ),
}
_ACCOUNTS = {
    "people.Connection": there(
        "me.json accounts",
        "account scopes trouble linked_at used_at",
        access=_SECRET,
        refresh=_SECRET,
        previous=_SECRET,
    ),
    "people.PendingLink": nowhere(
        "person user remote_id handle display_name avatar_url avatar verifier access refresh session_hash", _HOURS
    ),
    "people.SyncRun": nowhere("account trouble", _READING),
    "people.SyncState": nowhere("account cursor trouble", _READING),
    "people.Revocation": nowhere(
        "person subject handle token",
        "of an account that is here no longer; gone once its network has forgotten the token",
    ),
    "people.Account": there(
        "me.json accounts",
        "person remote_id handle display_name avatar_url avatar proof_said",
        avatar_fetched_url="where the network had the picture; the picture itself is there",
        proof_code=_SECRET,
    ),
}
_FANS = {
    "people.Letter": nowhere(
        "fan telling said", "its words are kept nowhere, and how it was sent goes after some weeks"
    ),
    "people.Telling": there("me.json told_followers", "person words left"),
    "people.Opening": there("me.json letter_opening", "person words former"),
    "people.AnswerAddress": there("me.json answers_address", "person address"),
    "people.Follow": there("me.json follows", "fan person said_so since"),
    "people.Block": there(
        "followers.json blocked",
        "person fan since",
        looks="what the one who was blocked still sees; theirs is with the people whom they follow",
    ),
    "people.FollowRequest": nowhere("email people zone", f"{_STRANGER}; {_HOURS}"),
    "people.Fan": there("me.json reader", "user zone name read_until bounced_at started_at"),
}
_PERSON = {
    "people.Parcel": nowhere("person key", _OF_THE_FILE),
    "people.PersonCard": nowhere("person stem", _DERIVED),
    "people.Week": there("me.json week", "person zone slots days_off quiet_from quiet_until"),
    "people.OldSlug": there("me.json former_pages", "slug person"),
    "people.Person": there(
        "me.json name",
        "user login_address slug name sort_name first_name portrait portrait_alt languages line about links",
        listing_hash=_SECRET,
    ),
}
_LOGIN = {
    "people.ApiKey": there("me.json api_keys", "user name last_used_on"),
    "account.EmailConfirmation": nowhere("email_address", _HOURS),
    "account.EmailAddress": there("me.json login", "user email"),
    "mfa.Authenticator": there(
        "me.json login", "user last_used_at", data=f"{_SECRET}; the name of a passkey alone is there"
    ),
    "usersessions.UserSession": there(
        "me.json login", "user ip user_agent last_seen_at", session_key=_SECRET, data="what the library keeps; empty"
    ),
    "sessions.Session": nowhere("session_data", f"{_SECRET}; where the person is signed in is there"),
    "people.User_groups": nowhere("user", "rights of those who run the site, who see them where they are given"),
    "people.User_user_permissions": nowhere(
        "user", "rights of those who run the site, who see them where they are given"
    ),
    "people.User": there("me.json login", "email last_login joined_at", password=_SECRET),
    "people.Pause": there(
        "me.json pauses", "subject", by="it may be one who runs the site", label="it may be one who runs the site"
    ),
    "people.Erasure": nowhere("person login", "whoever is being erased has no desk any longer to ask at"),
    "people.Tombstone": nowhere("digest", "a fingerprint of somebody who is here no longer"),
    "advocacy.AuditEvent": nowhere("actor actor_label subject details", _LOG),
}
PLACES = {**_SAID, **_TO_SAY, **_ACCOUNTS, **_FANS, **_PERSON, **_LOGIN}
