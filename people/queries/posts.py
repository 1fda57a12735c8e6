"""Posts as the public pages show them: what is visible, with its author's face and the conversation around it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, F, Prefetch, Q, QuerySet

from people import sections
from people.models import Person, Post, PostPicture
from people.queries.faces import Face, face_on
from people.queries.paging import Mark
from people.queries.truths import public_account

PAGE = 20
FIRST_ANSWERS = 2  # below a post in a feed
LONGEST_CONVERSATION = 200  # posts around those of one page
Roles = Callable[[Iterable[int]], Mapping[int, str]]
_PERSON = ("name", "slug", "first_name", "backdrop", "portrait", "portrait_alt", "page_open")
_FIELDS = (
    *(f"account__{name}" for name in ("network", "handle", "avatar", "state", "page_from", "read_from")),
    *(f"person__{name}" for name in _PERSON),
    *("remote_id", "kind", "published_at", "html", "lang", "media", "reply_to_id", "reply_to_handle"),
    *("repost_of_id", "repost_of_handle", "quote_of_id", "edit_history", "link"),
)
# what a person's page can be narrowed to: name in the address -> which posts
SHOWS = {
    "": Q(kind__in=(Post.Kind.POST, Post.Kind.QUOTE)),
    "answers": Q(kind=Post.Kind.REPLY),
    "shared": Q(kind=Post.Kind.REPOST),
    "pictures": Q(kind__in=(Post.Kind.POST, Post.Kind.QUOTE)) & ~Q(media=[]),
}


@dataclass(slots=True)
class Entry:
    """One post on a page."""

    post: Post
    face: Face
    role: str = ""
    dated: bool = False  # on the author's own page the repeated face gives way to the date
    level: int = 3  # of its heading
    answered: "Entry | None" = None  # what it answers, where that is one of ours
    quoted: "Entry | None" = None  # what it quotes, where that is one of ours
    answers: "list[Entry]" = field(default_factory=list)  # what our people said under it
    more: "list[Entry]" = field(default_factory=list)  # the rest of a run of one person's posts
    beyond: int = 0  # how many of the run are only on the person's page
    focus: bool = False  # the first new one of a page that was added to what the reader sees

    @property
    def template(self) -> str:
        """The fragment that knows the display rules of its network."""
        return f"public/_post_{self.post.account.network}.html"

    @property
    def first_answers(self) -> "list[Entry]":
        """The answers shown here: all of them on the post's own page, the first ones elsewhere."""
        return self.answers if self.level == 1 else self.answers[:FIRST_ANSWERS]

    @property
    def further_answers(self) -> int:
        """How many answers are only on the post's own page."""
        return len(self.answers) - len(self.first_answers)

    @property
    def folded(self) -> int:
        """How many posts the fold holds."""
        return len(self.more) + self.beyond


def with_author(posts: "QuerySet[Post]") -> "QuerySet[Post]":
    """Read with each post what showing it needs, and nothing else."""
    return posts.select_related("account", "person").only(*_FIELDS)


def with_pictures(posts: "QuerySet[Post]") -> "QuerySet[Post]":
    """Read with each post its pictures that are here, in one query more for all of them."""
    here = PostPicture.objects.exclude(stem="").only("post_id", "position", "stem", "width", "height")
    return posts.prefetch_related(Prefetch("pictures", here.order_by("position")))


def visible() -> "QuerySet[Post]":
    """Return the posts that their author's own page shows: since a yes to all of it, or picked one by one."""
    return open_posts().filter(Q(account__page_from__lte=F("published_at")) | sections.picked())


def open_posts() -> "QuerySet[Post]":
    """Return the posts that a page may show at all: whether it does is said by what a yes covers."""
    return Post.objects.filter(public_account("account__"), person__page_open=True, quiet_at=None)


def older_than(mark: Mark | None, post: str = "id") -> Q:
    """Return the condition of a page that starts after this post; post: the column of rows that has a post's id."""
    if mark is None:
        return Q()
    # the first condition alone is a range of the index
    time, post_id = mark
    return Q(published_at__lte=time) & (Q(published_at__lt=time) | Q(**{f"{post}__lt": post_id}))


def of_person(person: Person, show: str, mark: Mark | None) -> tuple[list[Entry], Mark | None]:
    """Return one page of a person's posts, newest first, and the mark of the next page (None on the last)."""
    found = visible().filter(SHOWS[show], older_than(mark), person=person)
    posts = list(with_pictures(with_author(found)).order_by("-published_at", "-id")[: PAGE + 1])
    entries = [Entry(post, face_on(post.account, post.person), dated=True) for post in posts[:PAGE]]
    add_conversation(entries, visible(), roles_of)
    if len(posts) <= PAGE:
        return entries, None
    last = entries[-1].post
    return entries, Mark(last.published_at, last.pk)


def counts(person: Person) -> dict[str, int]:
    """Return how many posts each choice of SHOWS holds, in one query."""
    names = {name or "posts": Count("id", filter=which) for name, which in SHOWS.items()}
    found: dict[str, int] = visible().filter(person=person).aggregate(**names)
    return found


def visible_post(post_id: int) -> Post | None:
    """Return a post that somebody's page shows, or None."""
    post = with_pictures(with_author(open_posts().filter(pk=post_id))).first()
    if post is None:
        return None
    start = post.account.page_from
    here = start is not None and start <= post.published_at
    return post if here or sections.shown_somewhere(post.pk) else None


def add_conversation(entries: Sequence[Entry], among: "QuerySet[Post]", roles: Roles) -> None:
    """Add to each entry what it answers and what our people answered, in a fixed number of queries.

    among are the posts that this page may show; roles gives the lines below their authors' names.
    """
    by_id = {entry.post.remote_id: entry for entry in entries}
    asked = {other for entry in entries for other in (entry.post.reply_to_id, entry.post.quote_of_id) if other}
    around = among.filter(Q(remote_id__in=asked) | Q(reply_to_id__in=by_id))
    posts = list(with_author(around).order_by("published_at", "id")[:LONGEST_CONVERSATION])
    known = roles({post.person_id for post in posts})
    others = [Entry(post, face_on(post.account, post.person), known[post.person_id]) for post in posts]
    by_other = {(other.post.account.network, other.post.remote_id): other for other in others}
    for entry in entries:
        entry.answered = by_other.get((entry.post.account.network, entry.post.reply_to_id))
        entry.quoted = by_other.get((entry.post.account.network, entry.post.quote_of_id))
    for other in others:
        under = by_id.get(other.post.reply_to_id)
        if under is None or under.post.account.network != other.post.account.network:
            continue
        # who goes on under an own post is in every feed anyway: only the post's own page has it below
        if under.level == 1 or other.post.kind == Post.Kind.REPLY:
            under.answers.append(other)


def roles_of(person_ids: Iterable[int]) -> dict[int, str]:
    """Return the line below each person's name: what they do, as their first brand's page says it."""
    return sections.roles(person_ids)
