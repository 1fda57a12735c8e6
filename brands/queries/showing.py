"""Where a person appears, for their own desk: each brand with its accounts, each post with why it is shown or not."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from brands.consenting import HOLDING
from brands.feed import Consent, Facts, shown_here
from brands.models import Enrolment, PostChoice, Removal, ShownAccount
from people.models import Account, Person, Post
from people.networks.types import ELSEWHERE
from people.queries.paging import Mark
from people.queries.posts import older_than

PAGE = 20
_NOT_READ = {
    Account.State.WAITING: "We have not looked this account up yet; nothing of it is shown until then.",
    Account.State.UNKNOWN: "The network does not know this account: nothing of it is shown.",
    Account.State.PROTECTED: "This account is protected: nothing of it is shown.",
    Account.State.SUSPENDED: "The network has suspended this account: nothing of it is shown.",
    Account.State.TAKEN: "Somebody else named this account here too: nothing of it is shown until you prove it.",
}


@dataclass(slots=True)
class AccountLine:
    """One account of the person as one brand's page treats it."""

    account: Account
    shown: ShownAccount | None  # None: no yes for this brand covers it

    @property
    def elsewhere(self) -> bool:
        """Whether it holds what the person said where nothing can be read."""
        return self.account.network == ELSEWHERE

    @property
    def trouble(self) -> str:
        """Why nothing of it is shown, "" where it may be."""
        if self.account.state != Account.State.ACTIVE:
            return _NOT_READ[Account.State(self.account.state)]
        return ""

    @property
    def to_confirm(self) -> bool:
        """Whether the person's proof is missing."""
        return not self.account.proven


@dataclass(slots=True)
class Place:
    """One brand at which the person stands."""

    enrolment: Enrolment
    accounts: list[AccountLine]
    removals: list[Removal]  # posts that the brand took off, newest first

    @property
    def covered(self) -> bool:
        """Whether the person's yes for this brand covers any account."""
        return any(line.shown for line in self.accounts)


def enrolments_of(person: Person) -> "QuerySet[Enrolment]":
    """Return where a yes of the person holds, by the brands' names."""
    here = Enrolment.objects.filter(person=person, state__in=HOLDING)
    return here.select_related("brand", "team", "person").order_by("brand__name", "pk")


def places(person: Person) -> list[Place]:
    """Return where a person appears, in seven queries however many brands, accounts and removals there are."""
    shown = ShownAccount.objects.select_related("account").order_by("pk")
    rows = list(enrolments_of(person).prefetch_related(Prefetch("shown_accounts", shown), "topics", "brand__topics"))
    accounts = list(person.accounts.order_by("pk"))
    off = Removal.objects.filter(brand__in=[row.brand_id for row in rows], post__person=person, put_back_at=None)
    removals: dict[int, list[Removal]] = {}
    for removal in off.select_related("post").order_by("-at", "-pk"):
        removals.setdefault(removal.brand_id, []).append(removal)
    return [Place(row, _lines(row, accounts), removals.get(row.brand_id, [])) for row in rows]


def _lines(enrolment: Enrolment, accounts: list[Account]) -> list[AccountLine]:
    known = {row.account_id: row for row in enrolment.shown_accounts.all()}
    return [AccountLine(account, known.get(account.pk)) for account in accounts]


@dataclass(slots=True)
class PostLine:
    """One post as one brand's page treats it."""

    post: Post
    shown: bool
    why: str  # in words
    removed: bool = False

    @property
    def quiet(self) -> bool:
        """Whether it is shown nowhere on this site."""
        return self.post.quiet_at is not None


def post_lines(enrolment: Enrolment, mark: Mark | None) -> tuple[list[PostLine], Mark | None]:
    """Return one page of a person's posts, newest first, and the mark of the next; in five queries."""
    return _page(enrolment, _mine(enrolment).filter(older_than(mark)))


def post_line(enrolment: Enrolment, post_id: int) -> PostLine | None:
    """Return one post of the person as this brand's page treats it; None where it is not theirs, or not covered."""
    found, _ = _page(enrolment, _mine(enrolment).filter(pk=post_id))
    return found[0] if found else None


def _mine(enrolment: Enrolment) -> "QuerySet[Post]":
    covered = Post.objects.filter(person=enrolment.person_id, account__shown_on__enrolment=enrolment)
    return covered.select_related("account", "person")


def _page(enrolment: Enrolment, found: "QuerySet[Post]") -> tuple[list[PostLine], Mark | None]:
    posts = list(found.order_by("-published_at", "-id")[: PAGE + 1])
    here, more = posts[:PAGE], len(posts) > PAGE
    shown = {row.account_id: row for row in enrolment.shown_accounts.all()}
    choices = dict(PostChoice.objects.filter(enrolment=enrolment, post__in=here).values_list("post_id", "shown"))
    off = Removal.objects.filter(brand=enrolment.brand_id, post__in=here, put_back_at=None)
    reasons = dict(off.values_list("post_id", "reason"))
    lines = [_line(enrolment, post, shown, choices, reasons) for post in here]
    return lines, Mark(here[-1].published_at, here[-1].pk) if more else None


def _line(
    enrolment: Enrolment,
    post: Post,
    accounts: Mapping[int, ShownAccount],
    choices: Mapping[int, bool],
    reasons: Mapping[int, str],
) -> PostLine:
    row, account = accounts[post.account_id], post.account
    consent = Consent(enrolment.state, enrolment.state_changed_at, row.shows, row.since, row.reposts, account.proven)
    facts = Facts(post.pk, post.account_id, post.person_id, post.kind, post.published_at, post.quiet_at)
    choice, reason = choices.get(post.pk), reasons.get(post.pk)
    open_page = post.person.page_open and account.state == Account.State.ACTIVE
    if open_page and shown_here(consent, facts, choice=choice, removed=reason is not None):
        return PostLine(post, shown=True, why=f"It is on the page of {enrolment.brand.name}.")
    why = why_not(consent, facts, choice=choice, reason=reason, brand=enrolment.brand.name)
    if not open_page and post.quiet_at is None:
        why = "Your page is closed." if not post.person.page_open else "The account cannot be read."
    return PostLine(post, shown=False, why=why, removed=reason is not None)


def why_not(consent: Consent, post: Facts, *, choice: bool | None, reason: str | None, brand: str) -> str:
    """Return in words why a brand's page does not show a post: the first of the reasons in feed.shown_here."""
    if post.quiet_at:
        return "Quiet: it is shown nowhere on this site."
    if reason is not None:
        return f"{brand} took it off its page: {reason}"
    if choice is False:
        return "You chose not to show it here."
    if not consent.proven:
        return "The account is not confirmed as yours yet."
    if consent.state == Enrolment.State.SUSPENDED:
        return f"{brand} has hidden you for now."
    if consent.state == Enrolment.State.PAUSED and post.published_at >= consent.state_changed_at:
        return "You said it during your break."
    if consent.shows != ShownAccount.Shows.ALL:
        return "You have not picked it."
    if post.published_at < consent.since:
        return f"It is older than {_day(consent.since)}, and you have not picked it."
    if post.kind == Post.Kind.REPLY:
        return "It answers somebody: it is shown with what it answers, not by itself."
    return "You shared it from somebody else, which this page shows only if you choose so."


def _day(time: dt.datetime) -> str:
    time = time.astimezone(dt.UTC)
    return f"{time.day} {time:%B %Y}"
