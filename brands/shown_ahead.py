"""Shown here, or not: what a person said of a post before it went out becomes their word about it on brands' pages.

Said in the composer, kept with the draft and with what goes out from it, and written down as a PostChoice before any
page places the post: by its publishing or by a sync, whichever comes first. What they say of it afterwards stays.
"""

from collections.abc import Collection, Mapping

from django.db.models import Q
from django.utils import timezone

from advocacy.audit import record
from brands.models import Enrolment, PostChoice, ShownAccount
from people import sections
from people.models import Delivery, Draft, Person, Post
from people.queries import outgoing
from people.sections import Showing

State = Delivery.State
UNSURE = (State.SENDING, State.UNKNOWN, State.NEEDS_HUMAN)


def listen() -> None:
    """Tell the composer on which pages a person stands."""
    sections.register_showing(pages)


def pages(person: Person) -> list[Showing]:
    """Return the brands' pages that show what this person says, with what each does by itself; in one query."""
    rows = ShownAccount.objects.filter(enrolment__person=person, enrolment__state=Enrolment.State.ACTIVE)
    found: dict[int, Showing] = {}
    for row in rows.select_related("enrolment__brand", "account").order_by("enrolment__brand__name", "pk"):
        brand = row.enrolment.brand
        accounts = dict(found[brand.pk].accounts) if brand.pk in found else {}
        accounts[row.account_id] = row.account.proven and row.shows == ShownAccount.Shows.ALL
        found[brand.pk] = Showing(brand.pk, brand.name, accounts)
    return list(found.values())


def note_choices(post_ids: Collection[int]) -> None:
    """Write down what was said of these posts before they went out; harmless when it runs 0, 1 or n times."""
    posts = list(Post.objects.filter(pk__in=post_ids).select_related("person__user"))
    sent = _sent(posts)
    known = {post.pk for post, _ in sent}
    for post, shows in [*sent, *_by_hand([post for post in posts if post.pk not in known])]:
        _note(post, shows)


def _sent(posts: list[Post]) -> list[tuple[Post, Mapping[str, bool]]]:
    """Return what was said of those that went out from here, also while nobody has noted yet that they did."""
    accounts = {post.account_id for post in posts}
    # also what its author was asked about, or gave up, may be out after all
    lately = Q(first_sent_at__gte=timezone.now() - outgoing.BY_HAND)
    doubted = (Q(state=State.CANCELLED) | Q(ambiguous=True)) & ~Q(state=State.PUBLISHED)
    unsure = Q(state__in=UNSURE) | (lately & doubted)
    known = Q(remote_id__in={post.remote_id for post in posts})
    rows = Delivery.objects.filter(unsure | known, account__in=accounts).exclude(shows={}).order_by("pk")
    by_id: dict[tuple[int, str | None], Delivery] = {}
    by_words: dict[tuple[int, str], Delivery] = {}
    for row in rows:
        by_id[row.account_id, row.remote_id] = row
        if row.remote_id is None:
            by_words[row.account_id, outgoing.bare(row.payload["text"])] = row
    found: list[tuple[Post, Mapping[str, bool]]] = []
    for post in posts:
        sent = by_id.get((post.account_id, post.remote_id))
        if sent is None and by_words:
            sent = by_words.get((post.account_id, outgoing.bare(post.text)))
        if sent is not None:
            found.append((post, sent.shows))
    return found


def _by_hand(posts: list[Post]) -> list[tuple[Post, Mapping[str, bool]]]:
    """Return what was said of those that a person posted by the network's own form, with words of a draft.

    Words that are nearly a draft's may be another post of the day: they are kept off a page, and never put on one.
    """
    lately = Draft.objects.filter(by_hand_at__gte=timezone.now() - outgoing.BY_HAND).exclude(shows={})
    drafts = list(lately.filter(person__in={post.person_id for post in posts}).order_by("-by_hand_at", "-pk"))
    same: list[tuple[Post, Mapping[str, bool]]] = []
    nearly: list[tuple[Post, Mapping[str, bool]]] = []
    for draft in drafts:
        wanted, since = outgoing.parts_of(draft), (draft.by_hand_at or draft.updated_at) - outgoing.BEFORE
        off = {brand: shown for brand, shown in draft.shows.items() if not shown}
        for post in posts:
            if post.person_id != draft.person_id or post.published_at < since:
                continue
            if outgoing.says(post.text, wanted):
                same.append((post, draft.shows))
            elif off and outgoing.nearly_says(post.text, wanted):
                nearly.append((post, off))
    exact = {post.pk for post, _ in same}
    return [*same, *(one for one in nearly if one[0].pk not in exact)]


def _note(post: Post, shows: Mapping[str, bool]) -> None:
    wanted = {int(brand): shown for brand, shown in shows.items()}
    here = Enrolment.objects.filter(person=post.person_id, brand__in=wanted, state__in=Enrolment.OPEN)
    for enrolment in here.filter(shown_accounts__account=post.account_id):
        shown = wanted[enrolment.brand_id]
        _, new = PostChoice.objects.get_or_create(enrolment=enrolment, post=post, defaults={"shown": shown})
        if new:
            actor = post.person.user
            record("post.chosen", actor=actor, label="composer", subject=f"post:{post.pk}", details={"shown": shown})
