"""A letter as it is sent: what a fan's people said since the letter before, each with their face, as HTML and as text.

Drawn at the moment of sending, so what was deleted meanwhile is in none, and nothing is kept.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string

from people.fan_links import token_for
from people.letters import headers, reading, telling
from people.letters.blocks import Block, block_of
from people.models import Erasure, Fan, Letter, Opening, Person, Rhythm, Telling

NAMED = 3  # people whom the subject names


def drawn(letter: Letter) -> EmailMessage | None:
    """Return a letter; None where there is nothing to say in it, or its fan wants none any more."""
    here = Fan.objects.select_related("user").filter(pk=letter.fan_id, bounced_at=None, user__is_active=True)
    fan = here.exclude(rhythm=Rhythm.NEVER).first()
    if fan is None:
        return None
    letter.fan = fan
    return _told(letter) if letter.telling else _of_posts(letter)


def _of_posts(letter: Letter) -> EmailMessage | None:
    blocks, others = reading.blocks_of(letter)
    if not blocks:
        return None
    answers = next((block for block in blocks if block.address), None)
    daily = letter.period.startswith(Rhythm.DAILY)
    context = {"blocks": blocks, "others": others, "daily": daily, "answers": answers, "names": _names(blocks, others)}
    return _whole(letter, "letter", context, blocks, others, answers)


def _told(letter: Letter) -> EmailMessage | None:
    news = letter.telling
    if news is None or not telling.agreed().filter(fan=letter.fan_id, person=news.person_id).exists():
        return None
    if not _to_be_told(news):
        return None
    opening = Opening(person=news.person, words=news.words) if news.words else None
    block = block_of(news.person, opening)
    answers = block if block.address else None
    context = {"who": block, "left": news.left, "open": news.person.page_open, "answers": answers}
    return _whole(letter, "letter_told", context, [block], 0, answers)


def _to_be_told(news: Telling) -> bool:
    """Return whether it is still so, and still wanted."""
    if Erasure.objects.filter(person=news.person_id).exists():
        return False
    if news.person.page_open:
        return bool(news.left) or not news.closes  # a page that was closed and is open again is no news
    # whoever hides, perhaps for safety, is not spoken of by us; what they say themselves goes out
    return bool(news.words) or news.closes


def preview(person: Person, words: str, *, answers_to: str) -> Block:
    """Return how a letter begins with these lines; nothing is kept or sent."""
    return block_of(person, Opening(person=person, words=words), answers_to=answers_to)


def _whole(
    letter: Letter, name: str, context: dict[str, object], blocks: list[Block], others: int, answers: Block | None
) -> EmailMessage:
    fan = letter.fan
    stop = f"{settings.SITE_URL}/letters/stop/{token_for(fan, 'stop')}/"
    context |= {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "contact": settings.CONTACT_EMAIL,
        "way_in": f"{settings.SITE_URL}/letters/{token_for(fan, 'read')}/",
        "stop": stop,
        "rhythm": fan.rhythm,
    }
    message = EmailMultiAlternatives(
        headers.one_line(render_to_string(f"emails/{name}_subject.txt", context)),
        render_to_string(f"emails/{name}.txt", context),
        from_email=headers.sender(_names(blocks, others, whole=True)),
        to=[fan.user.email],
        reply_to=_reply_to(answers),
        headers=headers.of_letter(letter.key.hex, host=urlsplit(settings.SITE_URL).hostname or "localhost", stop=stop),
    )
    message.attach_alternative(render_to_string(f"emails/{name}.html", context), "text/html")
    return message


def _reply_to(answers: Block | None) -> list[str]:
    """Return where an answer goes: to whoever opened the letter, else to those who run this site, if they read any."""
    if answers:
        return [headers.address(answers.name, answers.address)]
    return [headers.address(settings.SITE_NAME, settings.CONTACT_EMAIL)] if settings.CONTACT_EMAIL else []


def _names(blocks: list[Block], others: int, *, whole: bool = False) -> str:
    """Return whose letter it is: "Ingrid, Oskar and 3 more"; whole: "Ingrid Solheim and 4 more"."""
    if whole:
        named, shown = [blocks[0].name], 1
    else:
        shown = len(blocks) if len(blocks) <= NAMED and not others else NAMED - 1
        named = [block.first_name for block in blocks[:shown]]
    more = len(blocks) + others - min(shown, len(blocks))
    if more:
        return f"{', '.join(named)} and {more} more"
    return f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
