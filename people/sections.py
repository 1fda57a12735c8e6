"""What brands say about a person on the person's own pages: a small registry that brands fill.

`people` never imports `brands`; a person without a brand has none of this, and their page is whole without it.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from django.db.models import Q

from people.models import Person, User


class Appearance(NamedTuple):
    """A person at a brand, as the brand's page shows them now."""

    brand: str  # its name
    url: str  # its page
    colour_url: str  # its style sheet: the thread and the dot
    title: str  # job title
    place: str
    since: dt.date | None
    people: int  # how many people the brand's page shows
    colour: str = ""  # of the dot, as #1d6b72

    @property
    def role(self) -> str:
        """The line below the name: title and place."""
        return ", ".join(part for part in (self.title, self.place) if part)


Teller = Callable[[Iterable[int]], Mapping[int, list[Appearance]]]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Let somebody tell where persons appear; asked with person ids, in a fixed number of queries."""
    if teller not in _tellers:
        _tellers.append(teller)


def appearances(person_ids: Iterable[int]) -> dict[int, list[Appearance]]:
    """Return where each of these persons appears; a person who appears nowhere has an empty list."""
    ids = list(person_ids)
    found: dict[int, list[Appearance]] = {person_id: [] for person_id in ids}
    for teller in _tellers:
        for person_id, places in teller(ids).items():
            found[person_id] += places
    return found


class Past(NamedTuple):
    """Where a person was, as they want their own page to say it."""

    brand: str  # its name
    url: str
    years: str  # "2019 to 2026"


PastTeller = Callable[[Iterable[int]], Mapping[int, list[Past]]]
_past_tellers: list[PastTeller] = []


def register_pasts(teller: PastTeller) -> None:
    """Let somebody tell where persons were; asked with person ids, in one query."""
    if teller not in _past_tellers:
        _past_tellers.append(teller)


def pasts(person_ids: Iterable[int]) -> dict[int, list[Past]]:
    """Return where each of these persons was; a person who wants nothing said has an empty list."""
    found: dict[int, list[Past]] = {person_id: [] for person_id in person_ids}
    for teller in _past_tellers:
        for person_id, places in teller(list(found)).items():
            found[person_id] += places
    return found


RoleTeller = Callable[[Iterable[int]], Mapping[int, str]]
_role_tellers: list[RoleTeller] = []


def register_roles(teller: RoleTeller) -> None:
    """Let somebody tell the lines below persons' names; asked with person ids, in one query."""
    if teller not in _role_tellers:
        _role_tellers.append(teller)


def roles(person_ids: Iterable[int]) -> dict[int, str]:
    """Return the line below each person's name: title and place where they appear first; "" for nowhere."""
    found = dict.fromkeys(person_ids, "")
    for teller in _role_tellers:
        found |= {pk: line for pk, line in teller(found).items() if not found[pk]}
    return found


class Hint(NamedTuple):
    """People whom a fan may want to read, and what these have in common with those whom they read."""

    title: str  # as a heading
    people: list[int]  # their ids


Hinter = Callable[[Collection[int], Collection[int]], list[Hint]]
_hinters: list[Hinter] = []


def register_hinter(hinter: Hinter) -> None:
    """Let somebody hint at people, as those of one topic; asked with whom a fan reads and whom never to name."""
    if hinter not in _hinters:
        _hinters.append(hinter)


def hints(followed: Collection[int], without: Collection[int]) -> list[Hint]:
    """Return hints for a fan of these people, the closest first; for a fan of nobody what there is to begin with."""
    return [hint for hinter in _hinters for hint in hinter(followed, without)]


class Newcomer(NamedTuple):
    """Somebody who joined people whom a fan reads: offered, never added."""

    person: Person
    brand: str  # its name
    url: str  # its page


NewcomerTeller = Callable[[int], list[Newcomer]]
_newcomer_tellers: list[NewcomerTeller] = []


def register_newcomers(teller: NewcomerTeller) -> None:
    """Let somebody tell who joined since a fan began to follow their colleagues; asked with the fan's id."""
    if teller not in _newcomer_tellers:
        _newcomer_tellers.append(teller)


def newcomers(fan_id: int) -> list[Newcomer]:
    """Return who joined the people whom this fan follows, after that began, and whom they do not follow."""
    return [one for teller in _newcomer_tellers for one in teller(fan_id)]


Shower = Callable[[int], bool]
_showers: list[Shower] = []


def register_shower(shower: Shower) -> None:
    """Let somebody say that they show a post, so that its own page exists too."""
    if shower not in _showers:
        _showers.append(shower)


def shown_somewhere(post_id: int) -> bool:
    """Return whether anybody shows this post."""
    return any(shower(post_id) for shower in _showers)


Picker = Callable[[], Q]
_pickers: list[Picker] = []


def register_picker(picker: Picker) -> None:
    """Let somebody say which posts a person picked for their pages: a condition on posts, asked within a query."""
    if picker not in _pickers:
        _pickers.append(picker)


def picked() -> Q:
    """Return the condition of the posts that their author picked for anybody's pages: public by their own choice."""
    found = Q(pk__in=())
    for picker in _pickers:
        found |= picker()
    return found


class Duty(NamedTuple):
    """What a login may do for a brand, as /home/ shows it."""

    brand: str  # its name
    url: str  # its page
    role: str  # owner, marketer ...
    studio: str = ""  # where that role works


DutyTeller = Callable[[User], list[Duty]]
_duty_tellers: list[DutyTeller] = []


def register_duties(teller: DutyTeller) -> None:
    """Let somebody tell what a login does for brands."""
    if teller not in _duty_tellers:
        _duty_tellers.append(teller)


def duties(user: User) -> list[Duty]:
    """Return what this login does for brands; [] for a fan."""
    return [duty for teller in _duty_tellers for duty in teller(user)]


Keeper = Callable[[User, Collection[int]], bool]
_keepers: list[Keeper] = []


def register_keeper(keeper: Keeper) -> None:
    """Let somebody tell whether a login sees one of these people at work, as one who keeps them or is asked by them."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def keeps_one_of(user: User, persons: Collection[int]) -> bool:
    """Return whether a login sees one of these people at work, public or not."""
    return any(keeper(user, persons) for keeper in _keepers)


Packer = Callable[[Person], Mapping[str, object]]
_packers: list[Packer] = []


def register_packer(packer: Packer) -> None:
    """Let somebody add what they know of a person to what the person takes along: JSON-ready, by name."""
    if packer not in _packers:
        _packers.append(packer)


def packed(person: Person) -> dict[str, object]:
    """Return what others know of a person, for the person to take along."""
    found: dict[str, object] = {}
    for packer in _packers:
        found |= packer(person)
    return found


PostPacker = Callable[[Collection[int]], Mapping[int, Mapping[str, object]]]
_post_packers: list[PostPacker] = []


def register_post_packer(packer: PostPacker) -> None:
    """Let somebody add what they know of posts to what their author takes along; asked page by page, with ids."""
    if packer not in _post_packers:
        _post_packers.append(packer)


def packed_posts(post_ids: Collection[int]) -> dict[int, dict[str, object]]:
    """Return what others know of these posts, for their author to take along: JSON-ready, by name."""
    found: dict[int, dict[str, object]] = {post_id: {} for post_id in post_ids}
    for packer in _post_packers:
        for post_id, known in packer(post_ids).items():
            found[post_id] |= known
    return found


PicturePacker = Callable[[Person], Iterable[tuple[str, Path]]]
_picture_packers: list[PicturePacker] = []


def register_picture_packer(packer: PicturePacker) -> None:
    """Let somebody add pictures to what a person takes along: names in the archive, and where the files are."""
    if packer not in _picture_packers:
        _picture_packers.append(packer)


def packed_pictures(person: Person) -> Iterator[tuple[str, Path]]:
    """Yield the pictures that others keep of a person's, for the person to take along."""
    for packer in _picture_packers:
        yield from packer(person)


class Spoken(NamedTuple):
    """A brand that a person may speak for, as the desk must know it where they write."""

    number: int  # its id; people knows no more
    name: str
    links: tuple[str, ...]  # its own pages and those of its stories: who links there, or below, names it too


Speaker = Callable[[Person], list[Spoken]]
_speakers: list[Speaker] = []


def register_speaker(speaker: Speaker) -> None:
    """Let somebody tell for whom a person may speak at present."""
    if speaker not in _speakers:
        _speakers.append(speaker)


Noticer = Callable[[Person], list[str]]
_noticers: list[Noticer] = []


def register_notice(noticer: Noticer) -> None:
    """Let somebody say something to a person on every page of their desk, as long as it holds."""
    if noticer not in _noticers:
        _noticers.append(noticer)


def notices(person: Person) -> list[str]:
    """Return what this person must read at their desk at present; [] mostly."""
    return [words for noticer in _noticers for words in noticer(person)]


class Showing(NamedTuple):
    """A brand's page that a person stands on, and what it does by itself with what they say, by account."""

    number: int  # the brand's id; people knows no more
    name: str
    accounts: Mapping[int, bool]  # account id -> whether the page shows a new post from it; others it never shows

    def by_itself(self, accounts: Iterable[int]) -> bool | None:
        """Return whether the page shows what goes out on these accounts; None where it knows none of them."""
        known = [self.accounts[one] for one in accounts if one in self.accounts]
        return any(known) if known else None


Shows = Callable[[Person], list[Showing]]
_shows: list[Shows] = []


def register_showing(shows: Shows) -> None:
    """Let somebody tell on whose pages what a person says is shown."""
    if shows not in _shows:
        _shows.append(shows)


def showings(person: Person) -> list[Showing]:
    """Return the pages on which something that this person says now can be shown; [] for none."""
    return [one for shows in _shows for one in shows(person)]


def spoken_for(person: Person) -> list[Spoken]:
    """Return for whom this person may speak at present; [] for nobody."""
    return [one for speaker in _speakers for one in speaker(person)]
