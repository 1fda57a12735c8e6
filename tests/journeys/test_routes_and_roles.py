"""Every address of the site and who may use it. An address that nobody put into the tables below fails."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from brands import policies
from brands.models import Role
from tests.journeys.house import OTHERS, ROLES, House, house

__all__ = ["house"]

# address -> the act of brands/policies.py that it asks for
STUDIO = {
    "studio": policies.SEE,
    "studio-people": policies.SEE,
    "studio-people-export": policies.EXPORT,
    "studio-bulk": policies.PEOPLE,
    "studio-bulk-act": policies.PEOPLE,
    "studio-bulk-undo": policies.PEOPLE,
    "studio-person": policies.SEE,
    "studio-person-edit": policies.PEOPLE,
    "studio-person-posts": policies.SEE,
    "studio-post-remove": policies.TAKE_OFF_POST,
    "studio-post-put-back": policies.TAKE_OFF_POST,
    "studio-person-do": policies.PEOPLE,
    "studio-stories": policies.STORIES,
    **{
        f"studio-story{what}": policies.STORIES
        for what in ("", "-new", "-make", "-change", "-end", "-picture", "-pictures")
    },
    **{f"studio-report{what}": policies.TAKE_OFF_POST for what in ("s", "-take-off", "-leave")},
    **{f"studio-publishing{what}": policies.SETTINGS for what in ("", "-pause", "-cap")},
    "studio-settings": policies.SETTINGS,
    "studio-settings-save": policies.SETTINGS,
    "studio-closing": policies.SETTINGS,
    "studio-chorus": policies.SETTINGS,
    "studio-chorus-save": policies.SETTINGS,
    "studio-roles": policies.ROLES,
    "studio-role-give": policies.ROLES,
    "studio-role-change": policies.ROLES,
    "studio-role-take": policies.ROLES,
    "studio-audit": policies.AUDIT,
    "studio-audit-export": policies.AUDIT,
    "studio-first": policies.SETTINGS,
    **{f"studio-{kind}": policies.LABELS for kind in ("teams", "topics")},
    **{f"studio-{kind}-{do}": policies.LABELS for kind in ("teams", "topics") for do in ("add", "rename", "delete")},
    **{f"studio-{name}": policies.ENROL for name in ("enrol", "enrol-template", "enrol-person", "imports", "import")},
    **{
        f"studio-import-{step}": policies.ENROL
        for step in ("columns", "check", "mend", "upload", "problems", "changes", "start", "rows", "undo")
    },
    "studio-invitations": policies.INVITE,
    **{f"studio-invitation-{do}": policies.INVITE for do in ("write", "resend", "revoke")},
    **{f"studio-join{what}": policies.ENROL for what in ("", "-link", "-code", "-revoke", "-answer")},
}
# anybody reads these; the answer is the same for all
PUBLIC = {
    "brand-story",
    "desk-manifest",
    *("follow", "follow-asked", "follow-done", "brand-follow", "report", "report-sent"),
    *("home-of-all", "brand", "brand-people", "brand-colour", "robots", "person", "post", "initials"),
    *("livez", "readyz", "sign-in", "join-asked"),
    *("brand-feed", "people-feed", "people-file", "person-feed", "person-vcard", "sitemap", "sitemap-part"),
    *("api", "api-schema", "api-brands", "api-brand", "api-brand-people", "api-brand-posts", "api-person"),
    *("api-person-posts", "api-post"),
}
# the address itself is the secret: whoever does not have it gets 404, and so does everybody here
SECRET = {
    *("join", "listing", "leave-brand", "listing-accounts", "listing-look", "face", "post-picture"),
    "erasure",
    "follow-confirm",
    "follow-from-mastodon",  # this person names no server; tests of its own see the real one
    *("person-card", "brand-card"),  # no such card; tests of their own see the real ones
    "security",  # not there until its setting names somebody
    *("invitation", "invitation-later", "invitation-no", "invitation-accounts", "invitation-forget"),
    *("invitation-posts", "invitation-line", "invitation-preview", "invitation-yes"),
    *("letter-read", "letter-stop", "letter-face"),
    "api-nothing",  # nothing is there
}
# the person alone: others who are signed in read that they have no desk here (403)
DESK = {
    "desk",
    *(f"desk-{name}" for name in ("appearances", "look", "posts", "choose", "account", "introduce", "pause", "resume")),
    *(f"desk-{name}" for name in ("leaving", "leave", "my-page", "line-preview", "portrait", "own-posts", "quiet")),
    *(f"desk-{name}" for name in ("said", "say", "said-change", "said-unsay", "settings", "sessions-end", "turn-page")),
    *(f"desk-{name}" for name in ("parcel-ask", "parcel")),
    *("desk-stories", "desk-story-take", "desk-story-lead", "desk-story-picture"),
    *("desk-write-preview", "desk-write-keep", "desk-write-drop", "desk-write-back"),
    *("desk-draft-picture", "desk-by-hand"),
    *("desk-outgoing", "desk-link-card-picture", "desk-shared-picture"),
    *("desk-delivery-shown", "desk-delivery-delete"),
    *("desk-held", "desk-outgoing-pause", "desk-delivery", "desk-delivery-answer", "desk-take-back", "desk-calendar"),
    *("desk-own-week", "desk-calendar-week", "desk-write", "desk-write-draft", "desk-share"),
    *("desk-reports", "desk-followers", "desk-follower-block", "desk-follower-unblock"),
    "desk-accounts",
    "desk-letters",
    *("desk-was-here", "desk-tell", "desk-farewell"),
    *(f"desk-accounts-{name}" for name in ("begin", "callback", "confirm", "unlink")),
}
SIGNED_IN = {
    "desk-erase",  # which asks who it is once more
    *(f"home{page}" for page in ("", "-account", "-more", "-new", "-read")),
    *(f"home-people{page}" for page in ("", "-settle", "-change", "-erase", "-export", "-end")),
    *("authenticator-picture", "sessions", "desk-keys", "desk-key-make", "desk-key-revoke"),
}
ELSEWHERE = ("account_", "mfa_", "usersessions_", "sandbox", "mailbox")  # allauth's own, and what production has not


def addresses(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if not str(entry.pattern).startswith("sandbox"):
                yield from addresses(entry)
        elif not str(entry.name).startswith(ELSEWHERE):
            yield entry


def url_of(house: House, entry: URLPattern) -> str:
    words = {}
    (_, names), *_ = get_resolver().reverse_dict.getlist(str(entry.name))[0][0]
    for name in names:
        if name == "pk":
            kind = next((k for k in house.pks if f"-{k}" in str(entry.name)), "")
            words["pk"] = house.pks[kind]
        else:
            words[name] = house.words[name]
    if str(entry.name).startswith("studio-invitation") and "enrolment_id" in words:
        words["enrolment_id"] = house.words["invited"]
    if entry.name == "studio-join-answer":
        words["deed"] = "refuse"
    if str(entry.name).startswith("follow"):
        words = {name: "ingrid" if name == "slug" else word for name, word in words.items()}
    if entry.name in {"person", "person-feed", "person-vcard", "api-person", "api-person-posts"}:
        words["slug"] = "ingrid"
    if entry.name == "post-picture":
        words["size"] = "600"
    return reverse(str(entry.name), kwargs=words)


def answer(client: Client, url: str) -> int:
    """Return the status of reading an address, or of an empty form sent there where it takes nothing else."""
    with transaction.atomic():
        status = client.get(url).status_code
        if status == 405:
            status = client.post(url).status_code
        transaction.set_rollback(True)
    return status


@pytest.mark.django_db
def test_every_address_is_in_one_table() -> None:
    named = {str(entry.name) for entry in addresses()}
    assert named == set(STUDIO) | PUBLIC | SECRET | SIGNED_IN | DESK
    assert len(STUDIO) + len(PUBLIC) + len(SECRET) + len(SIGNED_IN) + len(DESK) == len(named)


@pytest.mark.django_db
@pytest.mark.parametrize("who", [*ROLES, *OTHERS])
def test_the_studio_opens_to_the_roles_that_may_and_is_not_there_for_others(house: House, who: str) -> None:
    client, user = Client(), house.users[who]
    if user:
        client.force_login(user)
    for entry in addresses():
        act = STUDIO.get(str(entry.name))
        if act is None:
            continue
        status = answer(client, url_of(house, entry))
        if who == "logged out":
            assert status == 302, entry.name
        elif who in ROLES and act in policies.MAY[Role.Name(who)]:
            assert status in {200, 302, 409, 410, 422}, (entry.name, status)
        else:
            assert status == 404, entry.name


@pytest.mark.django_db
@pytest.mark.parametrize("who", [*ROLES, *OTHERS])
def test_public_pages_open_to_all_secret_ones_to_nobody_who_guesses_and_the_desk_to_the_person(
    house: House, who: str
) -> None:
    client, user = Client(), house.users[who]
    if user:
        client.force_login(user)
    for entry in addresses():
        if entry.name in PUBLIC - {"readyz", "sign-in"}:
            assert answer(client, url_of(house, entry)) == 200, entry.name
        elif entry.name in SECRET:
            assert answer(client, url_of(house, entry)) == 404, entry.name
        elif entry.name in SIGNED_IN | DESK and user is None:
            assert answer(client, url_of(house, entry)) == 302, entry.name
        elif entry.name in DESK:
            status = answer(client, url_of(house, entry))
            assert (status in {200, 302, 404, 409, 422}) if who == "ninja" else (status in {403, 404}), (
                entry.name,
                status,
            )
