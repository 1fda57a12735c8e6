"""Who may do what for a brand: the one table, and the one door that every studio view goes through."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse

from brands import spending
from brands.models import Brand, Role
from brands.queries.cards import colour_url
from people.models import User

# acts, as views name them
SEE = "see"  # the people and what is known of them here
PEOPLE = "people"  # change what the brand knows of people; pause, end
ENROL = "enrol"  # files, single people, join links
INVITE = "invite"  # letters, reminders, revoking
LABELS = "labels"  # teams and topics
SETTINGS = "settings"  # name, colour, chorus
TAKE_OFF = "take_off"  # a person off the brand's pages, and back
TAKE_OFF_POST = "take_off_post"  # one post off the brand's pages, and back
EXPORT = "export"  # the people as a file
STORIES = "stories"  # ask for stories, and see how alike posts are
AUDIT = "audit"  # who did what
ROLES = "roles"  # who else may do what

ACTS = (SEE, PEOPLE, ENROL, INVITE, LABELS, SETTINGS, TAKE_OFF, TAKE_OFF_POST, EXPORT, STORIES, AUDIT, ROLES)
MAY: Mapping[str, frozenset[str]] = {
    Role.Name.OWNER: frozenset(ACTS),
    Role.Name.MARKETER: frozenset(ACTS) - {ROLES},
    Role.Name.TRAINER: frozenset({SEE}),
    Role.Name.MODERATOR: frozenset({SEE, TAKE_OFF_POST}),
    Role.Name.ANALYST: frozenset({SEE}),
}


class Entry(NamedTuple):
    """One line of the studio's menu; it is there once its page is."""

    label: str
    icon: str
    view: str  # name of the URL, which takes the brand's slug
    act: str
    wide_only: bool = False  # a phone's bar has no room; the settings page links to it


MENU = (
    Entry("People", "people", "studio-people", SEE),
    Entry("Enrol", "person", "studio-enrol", ENROL),
    Entry("Invitations", "talk", "studio-invitations", INVITE),
    Entry("Join links", "qr", "studio-join", ENROL, wide_only=True),
    Entry("Stories", "pen", "studio-stories", STORIES),
    Entry("Teams", "flag", "studio-teams", LABELS),
    Entry("Topics", "book", "studio-topics", LABELS, wide_only=True),
    Entry("Publishing", "out", "studio-publishing", SETTINGS, wide_only=True),
    Entry("Reports", "warn", "studio-reports", TAKE_OFF_POST, wide_only=True),
    Entry("Settings", "gear", "studio-settings", SETTINGS),
    Entry("Roles", "check", "studio-roles", ROLES, wide_only=True),
    Entry("Audit log", "clock", "studio-audit", AUDIT, wide_only=True),
)


class Line(NamedTuple):
    """One line of the menu as the frame draws it."""

    label: str
    icon: str
    url: str
    here: bool
    wide_only: bool


@dataclass(frozen=True, slots=True)
class Room:
    """The studio of one brand for one login, as templates read it: `request.studio`."""

    brand: Brand
    role: Role
    path: str  # the page that is shown

    @property
    def may(self) -> dict[str, bool]:
        """Return each act with whether this login may do it here."""
        mine = MAY[self.role.name]
        return {act: act in mine for act in ACTS}

    @property
    def notice(self) -> str:
        """Return what whoever looks after publishing here must know on every page: a pause, a cap that fills up."""
        if SETTINGS not in MAY[self.role.name]:
            return ""
        if self.brand.publishing_paused_at:
            return f"{self.brand.name} pauses: its stories rest, and posts that speak for it are held."
        money = spending.spent(self.brand) if self.brand.posting_cap_usd else None
        if money is None or not money.is_low:
            return ""
        return f"{money.dollars} of {self.brand.posting_cap_usd} USD for this month’s posts are used."

    @property
    def colour_url(self) -> str:
        """The brand's own style sheet."""
        return colour_url(self.brand)

    @property
    def menu(self) -> list[Line]:
        """The pages that this login may open, those that there are."""
        lines = []
        for entry in MENU:
            if entry.act not in MAY[self.role.name]:
                continue
            try:
                url = reverse(entry.view, args=[self.brand.slug])
            except NoReverseMatch:
                continue
            lines.append(Line(entry.label, entry.icon, url, self.path.startswith(url), entry.wide_only))
        return lines


def brand_for(request: HttpRequest, slug: str, *acts: str) -> Brand:
    """Return the brand if the reader has a role there that allows all these acts; note the room on the request.

    Raises Http404 otherwise, the same for a brand that is not theirs as for none. Who is logged out never comes here:
    advocacy/behind.py leads them to signing in.
    """
    room = room_for(request.user, slug, path=request.path)
    if room is None or not set(acts) <= MAY[room.role.name]:
        raise Http404
    request.studio = room  # type: ignore[attr-defined]
    return room.brand


def room_for(user: User | AnonymousUser, slug: str, *, path: str = "") -> Room | None:
    """Return the studio of a brand for a login, or None where it has no role there."""
    if not user.is_authenticated:
        return None
    role = Role.objects.filter(user=user, brand__slug=slug).select_related("brand").first()
    return Room(role.brand, role, path) if role else None


def may(user: User | AnonymousUser, brand: Brand, act: str) -> bool:
    """Return whether a login may do one act for a brand."""
    room = room_for(user, brand.slug)
    return room is not None and act in MAY[room.role.name]
