"""From a draft to what goes out: the words as each network gets them, one delivery for each account, all or none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from people import connecting
from people.models import Account, Delivery, Draft, Person, User
from people.networks.publishers import can_publish, price
from people.networks.types import NETWORKS
from people.publishing import outbox
from people.writing import preview
from people.writing.alike import Shown, Unsent
from people.writing.alike import found as nearly
from people.writing.disclosing import disclosed
from people.writing.drafting import OVER, NotKept

ONCE = ("x",)  # "X Rules", automation: no identical or nearly identical posts over several accounts of one's own


class NoDescription(ValueError):
    """A picture has no description, and the person was not asked yet whether that is so on purpose."""


@dataclass(frozen=True, slots=True)
class Target:
    """An account that words can go to, and how they read there."""

    account: Account
    reading: preview.Reading
    own: bool  # it has a version of its own
    bare: str  # the words without the disclosure, the parts of a thread as paragraphs
    sentence: str  # the disclosure, "" for none
    mills: int  # what sending it from here costs, in 1/1000 USD, all parts and descriptions together
    version: str | list[str] | None = None  # the version of its own, without the disclosure
    alike: tuple[Shown, ...] = ()  # what of it is nearly somebody else's, where that was asked
    how: str = ""  # hand or here, where a link makes the person choose and they have
    money: tuple[str, ...] = ()  # what the months' caps say to its price, where that was asked

    @property
    def network(self) -> str:
        """The network's key."""
        return self.account.network

    @property
    def name(self) -> str:
        """The network's name."""
        return NETWORKS.get(self.account.network, self.account.network)

    @property
    def dear(self) -> bool:
        """Whether the network's own form is offered first: the API charges much more for a link."""
        return self.network == "x" and self.reading.linked

    @property
    def too_long(self) -> int:
        """How many characters are too many, all parts together."""
        return sum(part.over for part in self.reading.parts)

    @property
    def splits(self) -> int:
        """How many posts it would be as a thread."""
        return len(preview.split_for(self.network, self.bare, self.sentence))

    @property
    def is_thread(self) -> bool:
        """Whether the version of its own is a thread."""
        return isinstance(self.version, list)

    @property
    def version_parts(self) -> list[str]:
        """The texts of its own version, for their fields; [] without one."""
        if self.version is None:
            return []
        return [self.version] if isinstance(self.version, str) else self.version

    @property
    def dollars(self) -> str:
        """The price in words."""
        return dollars(self.mills)


def dollars(mills: int) -> str:
    """Return a price (1/1000 USD) in words."""
    return f"{mills / 1000:.3f}" if mills % 10 else f"{mills / 1000:.2f}"


def accounts_of(person: Person) -> list[Account]:
    """Return the accounts that a person can post on from here: linked, and of a network that we can write to."""
    linked = person.accounts.filter(state=Account.State.ACTIVE, connection__state="linked").order_by("network", "pk")
    return [one for one in linked if can_publish(one.network) and preview.readable(one.network)]


def by_themselves(accounts: Sequence[Account]) -> set[int]:
    """Return the accounts that a new draft is meant for before its writer chose any: of a network that wants no words
    twice from one person the first alone.
    """
    first = {one.network: one.pk for one in reversed(accounts)}
    return {one.pk for one in accounts if one.network not in ONCE or first[one.network] == one.pk}


def told_apart(accounts: Sequence[Account]) -> None:
    """Raise NotKept where the same words would go to two accounts on a network that forbids it to one person."""
    for network in ONCE:
        handles = [f"@{one.handle}" for one in accounts if one.network == network]
        if len(handles) > 1:
            raise NotKept(
                f"{NETWORKS[network]} does not allow one person the same words on several accounts: choose one of"
                f" {' and '.join(handles)} in “Where it goes”."
            )


def targets(
    accounts: Sequence[Account], draft: Draft, *, compared: Unsent | None = None, alts: Sequence[str] | None = None
) -> list[Target]:
    """Return how a draft reads on each of these accounts.

    compared: with what is nearly somebody else's, too, and of words that nobody sent yet as many as that says.
    alts: the descriptions of its pictures as they are being typed; None: as they are kept.
    """
    if alts is None:
        alts = list(draft.pictures.values_list("alt", flat=True)) if draft.pk and accounts else []
    found = [_target(account, draft, alts) for account in accounts]
    if compared is None:
        return found
    return [replace(target, alike=_alike(draft, target.network, compared)) for target in found]


def _alike(draft: Draft, network: str, unsent: Unsent) -> tuple[Shown, ...]:
    words = words_for(draft, network)
    texts = [words] if isinstance(words, str) else words
    found = (nearly(draft.person, network, text, draft.story, unsent) for text in texts)
    return tuple(one for one in found if one)


def about_to_say(accounts: Sequence[Account], draft: Draft) -> list[str]:
    """Return in words what of a draft others are about to say nearly the same as. Asked too often, it says nothing."""
    read = targets(accounts, draft, compared=Unsent.COUNTED)
    return [one.words for target in read for one in target.alike if not one.stops and not one.pieces]


def _target(account: Account, draft: Draft, alts: Sequence[str]) -> Target:
    reading = preview.of(account.network, words_for(draft, account.network))
    version = draft.versions.get(account.network)
    words = draft.text if version is None else version
    bare = words if isinstance(words, str) else "\n\n".join(words)
    # the pictures go out with the first part
    mills = sum(price(account.network, part.text, () if n else alts) for n, part in enumerate(reading.parts))
    return Target(account, reading, version is not None, bare, draft.disclosure, mills, version)


def words_for(draft: Draft, network: str) -> str | list[str]:
    """Return what a draft says on a network: its own version or the shared text, with the disclosure."""
    words = disclosed(draft.versions.get(network, draft.text), draft.disclosure)
    return words if isinstance(words, str) else list(words)


def post_draft(
    *, draft: Draft, accounts: Sequence[Account], actor: User, when: outbox.When | None, asked: bool = False
) -> list[Delivery]:
    """Let a draft go out once on each of these accounts, on all or on none. when None: now, held for a moment.

    asked: the person knows that pictures lack a description. Raises NotKept, NoDescription, outbox.SaidAlready,
    ValueError, PermissionDenied.
    """
    pictures = tuple((one.stem, one.alt) for one in draft.pictures.order_by("position"))
    for target in targets(accounts, draft):
        _checked(target, has_pictures=bool(pictures))
    if not asked and any(not alt.strip() for _, alt in pictures):
        raise NoDescription
    made: list[Delivery] = []
    said: dict[str, Any] = {"speaks_for": draft.speaks_for, "shows": draft.shows}
    common: dict[str, Any] = {"actor": actor, "when": when, "draft": draft, **said}
    with transaction.atomic():
        # one press after another: the second one waits here, and finds what the first one made
        list(Draft.objects.select_for_update(no_key=True).filter(pk=draft.pk).values_list("pk"))
        for account in accounts:
            _once(draft, account)
            words = words_for(draft, account.network)
            texts = [words] if isinstance(words, str) else words
            parts = [outbox.Words(text, draft.lang, () if n else pictures) for n, text in enumerate(texts)]
            made += outbox.enqueue_thread(parts=parts, account=account, **common)
    return made


def _once(draft: Draft, account: Account) -> None:
    """Let a draft go to an account once: a second press with a word changed is no second post. Raises NotKept."""
    gone = draft.deliveries.filter(account=account).exclude(state__in=OVER).order_by("pk").first()
    if gone is None:
        return
    where = f"{NETWORKS.get(account.network, account.network)}, @{account.handle}"
    if gone.state == Delivery.State.PUBLISHED:
        raise NotKept(f"{where}: this draft went out there already. Write something new instead.")
    raise NotKept(f"{where}: this draft is on its way there already. Take that back first, then send it anew.")


def by_hand_refused(target: Target) -> str:
    """Return why a network's own form is not opened with these words, "" where it is. target: compared.

    That way nothing is asked when it goes out, so that what stops a post from here must stop here.
    """
    where = f"{target.name}, @{target.account.handle}"
    try:
        _fitting(target, has_pictures=False)
    except NotKept as problem:
        return str(problem)
    return next((f"{where}: {one.words}" for one in target.alike if one.stops), "")


def _checked(target: Target, *, has_pictures: bool) -> None:
    if not connecting.healthy(target.account.pk):
        raise NotKept(f"{target.name}, @{target.account.handle}: link this account again first.")
    _fitting(target, has_pictures=has_pictures)


def _fitting(target: Target, *, has_pictures: bool) -> None:
    where = f"{target.name}, @{target.account.handle}"
    for number, part in enumerate(target.reading.parts, 1):
        which = f"{where}, part {number}" if len(target.reading.parts) > 1 else where
        if part.over:
            raise NotKept(f"{which}: {part.over} character{'s' if part.over > 1 else ''} too many.")
        if part.refused:
            raise NotKept(f"{which}: it holds a character that {target.name} does not take.")
        if not part.text.strip() and not (has_pictures and number == 1):
            raise NotKept(f"{which}: write something first.")
