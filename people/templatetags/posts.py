"""What templates say about posts and faces."""

from dataclasses import dataclass

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from people import post_pictures
from people.models import Account, Person, Post, PostPicture
from people.networks import links
from people.networks.types import NETWORKS
from people.outgoing import contacts
from people.pictures import WHOLE
from people.queries.dressing import pictures_of
from people.queries.faces import Face
from people.rendering import beside_picture
from people.weblinks import host_of

register = template.Library()

_MEDIA = {"photo": "Picture", "video": "Film", "gif": "Moving picture"}


@register.filter
def permalink(post: Post) -> str:
    """Return the post's address at its network."""
    return links.permalink(post.account.network, post.account.handle, post.remote_id)


@register.filter
def answer_link(post: Post) -> str:
    """Return where a reader answers the post, at its network; what was only passed on is answered where it was said."""
    if post.kind == Post.Kind.REPOST and links.permalink(
        post.account.network, post.repost_of_handle, post.repost_of_id
    ):
        return links.answer_link(post.account.network, post.repost_of_handle, post.repost_of_id)
    return links.answer_link(post.account.network, post.account.handle, post.remote_id)


@register.filter
def answered_link(post: Post) -> str:
    """Return the address at the network of what the post answers."""
    return _other(post, post.reply_to_handle, post.reply_to_id)


@register.filter
def shared_link(post: Post) -> str:
    """Return the address at the network of what the post passes on."""
    return _other(post, post.repost_of_handle, post.repost_of_id)


@register.filter
def quoted_link(post: Post) -> str:
    """Return the address at the network of what the post quotes."""
    return _other(post, "", post.quote_of_id)


def _other(post: Post, handle: str, remote_id: str) -> str:
    """Return the address of another post; where it cannot be known, this post's: its network shows the other there."""
    return links.permalink(post.account.network, handle, remote_id) or permalink(post)


@register.filter
def profile_link(account: Account) -> str:
    """Return the account's profile at its network."""
    return links.profile_link(account.network, account.handle)


@register.filter
def network_name(key: str) -> str:
    """Return a network's name as readers know it."""
    return NETWORKS.get(key, key)


@register.filter
def media_name(kind: str) -> str:
    """Return what a picture or film is called."""
    return _MEDIA.get(kind, "Picture")


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture or film of a post; picture is None where this site has no copy to show."""

    kind: str
    alt: str
    picture: PostPicture | None


@dataclass(frozen=True, slots=True)
class ShownMedia:
    """What a post shows of its media: pictures, and lines that lead to the network for the rest."""

    pictures: list[Medium]
    lines: list[Medium]

    @property
    def side_by_side(self) -> bool:
        """Whether there are several pictures, which lie in columns where there is room."""
        return len(self.pictures) > 1


@register.filter
def shown_media(post: Post) -> ShownMedia:
    """Return a post's media; its pictures must have been read with it (queries.posts or queries.dressing).

    A film is shown by the picture it begins with, and keeps its line: it plays at the network.
    """
    here = {row.position: row for row in pictures_of(post)}
    media = [Medium(m["kind"], m["alt"] or "", here.get(place)) for place, m in enumerate(post.media)]
    return ShownMedia(
        [medium for medium in media if medium.picture],
        [medium for medium in media if not medium.picture or medium.kind != "photo"],
    )


@register.simple_tag
def post_picture(medium: Medium, author: str, in_columns: bool = False) -> SafeString:
    """Return a post's picture, in the size the screen needs, and with its own, so that nothing jumps.

    Where the author gave no description, a screen reader hears whose picture it is: with an empty alt a reader who
    cannot see it would not learn that there is one. Of a film the line below says what is to be seen.
    """
    picture = medium.picture
    assert picture is not None  # noqa: S101 - the template asks for pictures only
    small = WHOLE[0]
    narrow = round(picture.width * min(1.0, small.width / picture.width, small.height / picture.height))
    small_url, large_url = (post_pictures.url_of(picture.stem, size.name) for size in WHOLE)
    sizes = "(width < 46rem) 92vw, 20rem" if in_columns else "(width < 60rem) 92vw, 40rem"
    return format_html(
        '<img class="picture" src="{}"{} width="{}" height="{}" alt="{}" loading="lazy">',
        small_url,
        format_html(' srcset="{} {}w, {} {}w" sizes="{}"', small_url, narrow, large_url, picture.width, sizes)
        if narrow < picture.width
        else "",
        picture.width,
        picture.height,
        "" if medium.kind != "photo" else medium.alt or f"Picture by {author}, without a description",
    )


@register.filter
def stored_words(post: Post) -> SafeString:
    """Return the words as HTML; people/rendering.py escaped them when the post was stored."""
    return mark_safe(post.html)  # noqa: S308 - words_html is the only writer of Post.html


@register.filter
def words_beside(post: Post, media: ShownMedia) -> SafeString:
    """Return the words of a post on X as HTML, beside its media: a picture that is here needs no link to it."""
    return beside_picture(post.html) if media.pictures else stored_words(post)


@register.simple_tag
def face(face: Face, size: str = "", lazy: bool = True) -> SafeString:
    """Return a round face; the name stands beside it, so its alt is empty."""
    return format_html(
        '<img class="face{}{} {}" src="{}" width="144" height="144" alt=""{}>',
        " " if size else "",
        size,
        face.backdrop,
        face.face_url,
        mark_safe(' loading="lazy"') if lazy else "",
    )


@register.simple_tag
def portrait(face: Face, sizes: str, alt: str = "", eager: bool = False) -> SafeString:
    """Return a 4:5 portrait; alt is empty where the name stands beside it."""
    return format_html(
        '<img class="portrait {}" src="{}"{} width="640" height="800" alt="{}"{}>',
        face.backdrop,
        face.small_url,
        format_html(' srcset="{} 320w, {} 640w" sizes="{}"', face.small_url, face.large_url, sizes)
        if face.small_url != face.large_url
        else "",
        alt,
        mark_safe(' fetchpriority="high"') if eager else mark_safe(' loading="lazy"'),
    )


@register.filter
def at(handle: str) -> str:
    """Return a handle with its @, or "" where the network did not tell it."""
    return f"@{handle}" if handle else ""


@register.filter
def own_words(person: Person) -> str:
    """Return what somebody says of themself: it stands alone, or goes on from their name."""
    return contacts.words_of(person, person.line)


@register.filter
def needs_stop(line: str) -> bool:
    """Return whether a line in the chorus needs a full stop to end its sentence."""
    return not line.rstrip().endswith((".", "!", "?", "…", "。", "؟"))


@register.filter
def link_host(post: Post) -> str:
    """Return the site on which something was said elsewhere."""
    return host_of(post.link)
