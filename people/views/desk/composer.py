"""What the composer's form says, read once for the page, its preview and its sending."""

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.core import signing
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from people import link_cards, sections
from people.languages import LANGUAGES
from people.models import Account, Draft, LinkCard, Person, SharedPicture
from people.publishing import budget
from people.writing import disclosing, drafting, posting, preview, shared_pictures, walltimes
from people.writing.alike import Unsent
from people.writing.week import Free, next_free, week_of

WHENS = ("now", "slot", "at")
_KEPT = shared_pictures.IN_SESSION
MOST_LOOKS = 5  # how often an open page asks by itself whether a card is there by now
_LONG = drafting.LONGEST * 3
LEFT = "The pictures that you chose could not wait. Choose them once more."
GONE = "The pictures that were shared waited for an hour, and are gone. Add them once more."


def read(post: QueryDict, draft: Draft) -> dict[str, Any]:
    """Return the fields of a draft as the form says them, for save_draft; what the form leaves out stays."""
    text = _lines(post.get("words", draft.text))
    versions = {name: one for name in draft.versions if (one := _version(post, name, draft.versions[name])) != ""}
    fields: dict[str, Any] = {
        "text": text,
        "versions": versions,
        "lang": post["lang"] if post.get("lang", "") in LANGUAGES else "",
        "to": sorted({int(one) for one in post.getlist("to") if one.isdecimal() and len(one) < 19}),
        "when": post["when"] if post.get("when") in WHENS else draft.when,
        "wall_time": post.get("at", draft.wall_time)[:16],
        "zone": post.get("zone", draft.zone)[:64],
        "window": post.get("window", "")[:32],
        "typed": int(typed) if (typed := post.get("typed", "")).isdecimal() and len(typed) < 9 else 0,
    }
    fields |= _disclosure(post, draft, whole(text, versions))
    fields["shows"] = shows_said(post, draft.person, draft.shows)
    return fields


def _version(post: QueryDict, network: str, before: str | list[str]) -> str | list[str]:
    if isinstance(before, str):
        return _lines(post.get(f"version-{network}", before))
    parts = post.getlist(f"part-{network}") or list(before)
    return [_lines(part) for part in parts if part.strip()] or ""


def _lines(text: str) -> str:
    """Return a text with the ends of lines that it is kept and counted with; forms send others."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def whole(text: str, versions: Mapping[str, str | Sequence[str]]) -> str:
    """Return all that a draft says anywhere: a brand may be named in one network's version alone."""
    return "\n".join([text, *("\n".join([one] if isinstance(one, str) else one) for one in versions.values())])


def _disclosure(post: QueryDict, draft: Draft, text: str) -> dict[str, Any]:
    """Say that one works here: as pressed, or as the words suggest as long as nothing was pressed."""
    place = disclosing.named_in(text, sections.spoken_for(draft.person))
    pressed, shown = "disclose" in post, post.get("disclose-was", "")
    decided = post.get("discloses", draft.discloses)
    if shown and pressed != (shown == "on"):
        decided = "yes" if pressed else "no"
    on = decided == "yes" or (decided != "no" and place is not None)
    own = " ".join(post.get("disclosure", "").split())[: disclosing.LONGEST]
    offered = post.get("disclosure-was", "")
    words = own if own and own != offered else disclosing.suggestion(place, post.get("lang", draft.lang))
    return {
        "discloses": decided if decided in {"yes", "no"} else "",
        "disclosure": words if on else "",
        "speaks_for": place.number if on and place else None,
    }


def shows_said(post: QueryDict, person: Person, before: Mapping[str, bool]) -> dict[str, bool]:
    """Return on which pages it shall stand or not, where that was said; elsewhere the accounts' own rules decide."""
    shows = dict(before)
    for page in sections.showings(person):
        pressed, was = f"show-{page.number}" in post, post.get(f"show-{page.number}-was", "")
        if not was:
            continue  # the form did not offer it
        shows.pop(str(page.number), None)
        if was.startswith("said") or pressed != (was == "on"):
            shows[str(page.number)] = pressed
    return shows


class Page(NamedTuple):
    """A brand's page as the composer offers it."""

    number: int
    name: str
    on: bool  # whether the post will stand there, as far as is said now
    said: bool  # the person said so for this post


def planned(address: QueryDict) -> dict[str, str]:
    """Return what an address of the calendar plans: a free hour. {} for none."""
    at, zone = address.get("at", ""), address.get("zone", "")
    try:
        walltimes.resolve(at, zone)
    except walltimes.Unclear:
        return {}
    return {"when": "at", "wall_time": at[:16], "zone": zone}


def unsaved(draft: Draft, fields: dict[str, Any]) -> Draft:
    """Return a draft with other words, for a preview: nothing is written."""
    for name, value in fields.items():
        setattr(draft, name, value)
    return draft


@dataclass
class Desk:
    """Everything that the composer shows around a draft."""

    draft: Draft
    targets: list[posting.Target]
    chosen: set[int]  # ids of accounts
    free: Free | None
    zone: str
    zone_told: bool
    wall_time: str
    offered: str  # the disclosure that would be written by itself
    quiet: str
    pages: list[Page]

    @property
    def when(self) -> str:
        """Which of the three is chosen."""
        return self.draft.when if self.draft.when in WHENS and (self.draft.when != "slot" or self.free) else "now"

    @property
    def moment(self) -> walltimes.Moment | None:
        """What the chosen wall time means; None while it means nothing."""
        try:
            return walltimes.resolve(self.draft.wall_time or self.wall_time, self.zone)
        except walltimes.Unclear:
            return None

    @property
    def city(self) -> str:
        """What people call the zone."""
        return walltimes.city_of(self.zone)

    @property
    def free_city(self) -> str:
        """What people call the zone of the free hour."""
        return walltimes.city_of(self.free.zone) if self.free else ""

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The languages to choose from: the person's own first."""
        own = [tag for tag in self.draft.person.languages if tag in LANGUAGES]
        rest = sorted((tag for tag in LANGUAGES if tag not in own), key=LANGUAGES.__getitem__)
        return [(tag, LANGUAGES[tag]) for tag in (*own, *rest)]


def around(
    draft: Draft, accounts: list[Account], *, shown: bool = False, looked: int = 0, alts: Sequence[str] = ()
) -> Desk:
    """Gather what the composer shows around a draft. One that its writer has not kept yet goes to every account.

    shown: the form is there, so that what it leaves out was taken out. looked: how often it asked by itself.
    alts: what was typed of each of its pictures, "" for nothing; also of shared ones, which will be in it.
    """
    week = week_of(draft.person)
    zone = draft.zone or week.zone
    ids = {one.pk for one in accounts}
    now = timezone.now()
    known = zone if zone in walltimes.zones() else "UTC"
    later = (walltimes.shown_in(now, known).replace(minute=0, second=0)).strftime(walltimes.FORMAT)
    brands = sections.spoken_for(draft.person)
    place = disclosing.named_in(whole(draft.text, draft.versions), brands)
    speaks_for = draft.speaks_for if draft.speaks_for in {one.number for one in brands} else None  # not since they left
    unseen = not draft.window and not draft.to and not shown  # no composer has kept it yet: new, shared, or a story's
    chosen = posting.by_themselves(accounts) if unseen else ids & set(draft.to)
    read = _targets(draft, accounts, live=shown, alts=alts)
    targets = _with_cards(read, draft, live=shown, looked=looked, pictured=bool(alts))
    return Desk(
        draft=draft,
        targets=_with_money(targets, speaks_for),
        chosen=chosen,
        free=next_free(week, after=now),
        zone=known,
        zone_told=bool(zone),
        wall_time=_hour_after(later),
        offered=disclosing.suggestion(place, draft.lang),
        quiet=f"{week.quiet_from} to {week.quiet_until}" if week.quiet_from else "",
        pages=pages_of(draft.person, chosen, draft.shows),
    )


def with_ways(desk: Desk, typed: QueryDict) -> Desk:
    """Return it with the way that a form says for each account: the network's own form (hand), or from here."""
    desk.targets = [replace(one, how=typed.get(f"how-{one.account.pk}", "")) for one in desk.targets]
    return desk


def pages_of(person: Person, chosen: set[int], shows: dict[str, bool]) -> list[Page]:
    """Return the pages on which words may stand once they are out: as the person said, else by the accounts' rules."""
    found = []
    for page in sections.showings(person):
        by_itself = page.by_itself(chosen)
        if by_itself is not None:
            said = shows.get(str(page.number))
            found.append(Page(page.number, page.name, by_itself if said is None else said, said is not None))
    return found


def _targets(draft: Draft, accounts: list[Account], *, live: bool, alts: Sequence[str]) -> list[posting.Target]:
    """Return how a draft reads on each account; of more than can be kept only the beginning: reading all takes long.

    live: as it is typed, also compared with what others have not sent yet, some times a day.
    """
    unsent = Unsent.COUNTED if live else Unsent.NO
    if not drafting.too_long(draft.text, draft.versions):
        return posting.targets(accounts, draft, compared=unsent, alts=alts)
    short = copy.copy(draft)
    short.text, short.versions = draft.text[: drafting.LONGEST], {}
    read = posting.targets(accounts, short, compared=unsent, alts=alts)
    versions = draft.versions  # their fields stay as they were typed
    return [replace(one, own=one.network in versions, version=versions.get(one.network)) for one in read]


def _with_cards(
    targets: list[posting.Target], draft: Draft, *, live: bool, looked: int, pictured: bool
) -> list[posting.Target]:
    """Return them with what each network would show below each post for its link, as far as the rows say it.

    live: the page may save the draft at any moment, so that what nobody has asked for may come by itself.
    """
    links = {link: link_cards.address(link) for one in targets for part in one.reading.parts for link in part.links}
    if not links:
        return targets
    cards = link_cards.shown(draft.person, set(links.values()))

    def card(part: preview.Part, number: int) -> preview.Part:
        if not part.links:
            return part
        found = _card([links[link] for link in part.links], cards)
        if pictured and not number:  # the pictures go out with the first part
            found = preview.Card("pictures")
        soon = found.state == "wanted" or (live and not found.state)
        return replace(part, card=found._replace(again=looked + 1 if soon and looked < MOST_LOOKS else None))

    read = [[card(part, number) for number, part in enumerate(one.reading.parts)] for one in targets]
    return [replace(one, reading=replace(one.reading, parts=parts)) for one, parts in zip(targets, read, strict=True)]


def _card(urls: Sequence[str], cards: Mapping[str, LinkCard]) -> preview.Card:
    """Return the card of the first of these addresses that has one; while one before it is not known, that."""
    states = []
    for url in urls:
        row = cards.get(url)
        if row is not None and row.state == LinkCard.State.CARD:
            picture = row.pk if row.stem else None
            return preview.Card("card", row.url, row.site, row.title, row.description, picture, row.large)
        states.append(("" if url else "failed") if row is None else str(row.state))
        if states[-1] in {"", "wanted"}:
            return preview.Card(states[-1])
    return preview.Card(states[0])


def _with_money(targets: list[posting.Target], speaks_for: int | None) -> list[posting.Target]:
    """Return them with what the months' caps say to their price: the site's, and the brand's that the draft names."""
    rooms = budget.rooms(speaks_for) if targets else []
    return [replace(one, money=tuple(w for room in rooms if (w := room.words(one.mills)))) for one in targets]


def _hour_after(wall_time: str) -> str:
    naive = dt.datetime.strptime(wall_time, walltimes.FORMAT)  # noqa: DTZ007 - a wall time has no zone
    return (naive + dt.timedelta(hours=1)).strftime(walltimes.FORMAT)


# words through an expired sign-in


def stash(request: HttpRequest) -> bool:
    """Keep what a form says while its writer signs in again. Only the person whose page it was gets it back.

    A form that stood on nobody's page has no writer, and would fill sessions that nobody ever opens.
    Return whether it is kept.
    """
    post = request.POST
    if owner(post.get("writer", "")) is None:
        return False
    fields = {name: post.getlist(name) for name in post if name not in {"csrfmiddlewaretoken", "told"}}
    if request.FILES:
        fields["told"] = [LEFT]
    if share_in(request):  # what came with that form goes on waiting for it
        fields |= {name: request.session[_KEPT].get(name, []) for name in ("shared", "told", "pictures")}
    else:
        fields.pop("shared", None)
    if sum(len(one) for values in fields.values() for one in values) > _LONG:
        return False
    if "shared" not in fields:
        shared_pictures.drop(request.session)
    request.session[_KEPT] = fields
    return True


def stash_shared(request: HttpRequest, text: str, *, batch: str, told: Sequence[str], pictures: int) -> None:
    """Keep shared words for whoever signs in next in this browser: nobody was signed in when they came.

    batch: by which the pictures are found that wait, and how many they were. told: in words, which do not.
    """
    shared_pictures.drop(request.session)
    words = text[: drafting.LONGEST]
    request.session[_KEPT] = {"words": [words], "shared": [batch], "told": list(told), "pictures": [str(pictures)]}


def stashed(request: HttpRequest, person: Person, draft: Draft | None) -> QueryDict | None:
    """Return what was kept for this person; None where nothing was, or it was somebody else's.

    It stands on the page of the draft that its form named, of a new one where that named none: no other draft's words
    give way to it.
    """
    fields = request.session.get(_KEPT)
    if not isinstance(fields, dict):
        return None
    if draft is not None and ("shared" in fields or kept_for(request) != draft.pk):
        return None
    # what was shared, and stood in no form yet, is for whoever signed in where that was
    if ("shared" not in fields or "writer" in fields) and owner((fields.get("writer") or [""])[0]) != person.pk:
        return None
    found = QueryDict(mutable=True)
    for name, values in fields.items():
        found.setlist(name, values)
    return found


def kept_for(request: HttpRequest) -> int | None:
    """Return the id of the draft on whose page the kept words stood; None where that was none, or is gone since."""
    fields = request.session.get(_KEPT)
    named = (fields.get("draft") or [""])[0] if isinstance(fields, dict) else ""
    if not named.isdecimal() or len(named) > 18:
        return None
    return Draft.objects.filter(pk=int(named), thrown_at=None).values_list("pk", flat=True).first()


def forget(request: HttpRequest) -> None:
    """Forget what was kept: it is in a draft now. What another form said goes on waiting for that form's page."""
    named = kept_for(request)
    if named is not None and str(named) != request.POST.get("draft", ""):
        return
    if not shared_pictures.batch_of(request.session) or share_in(request):
        request.session.pop(_KEPT, None)


def share_in(request: HttpRequest) -> str:
    """Return the share that stood in the form that was sent, "" for none. It counts in its own session alone."""
    batch = shared_pictures.batch_of(request.session)
    return batch if batch and request.POST.get("shared") == batch else ""


def came_along(request: HttpRequest, kept: QueryDict | None) -> list[SharedPicture]:
    """Return the pictures that wait and will be in a draft that is not saved yet. kept: see `stashed`."""
    batch = share_in(request) if request.method == "POST" else kept.get("shared") if kept is not None else ""
    return list(shared_pictures.waiting(batch)) if batch else []


def told_of(kept: QueryDict | None, there: int) -> list[str]:
    """Return in words which shared pictures are not there, of what was kept. there: how many are."""
    told = kept.getlist("told") if kept is not None else []
    if kept is None or "shared" not in kept:
        return told
    if there < int(kept.get("pictures") or 0):
        told.append(GONE)
    elif there:
        told.append("Keep this draft soon: its pictures go an hour after they were shared.")
    return told


def mark_of(person: Person) -> str:
    """Return the mark by which a form says whose page it stands on."""
    return signing.dumps(person.pk, salt=_KEPT)


def owner(mark: str) -> int | None:
    """Return the id of the person whose page a form stood on."""
    try:
        found = signing.loads(mark, salt=_KEPT)
    except signing.BadSignature:
        return None
    return found if isinstance(found, int) else None
