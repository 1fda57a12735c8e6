"""What brands know of a person, for the person to take along (see people.sections)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from brands.models import (
    Alumnus,
    Brand,
    Enrolment,
    Farewell,
    Invitation,
    JoinRequest,
    Lead,
    PostChoice,
    Removal,
    Role,
    StandingLetter,
    Story,
    StoryPicture,
)
from people import post_pictures, sections
from people.archive_form import by_key
from people.models import Person


def fill() -> None:
    """Let people's archive ask here."""
    sections.register_packer(of)
    sections.register_post_packer(of_posts)
    sections.register_picture_packer(pictures)


def of(person: Person) -> dict[str, object]:
    """Return where the person stands or stood, and what they chose and said there; not who asked or decided."""
    led = Lead.objects.filter(person=person, yes_at__isnull=False)
    asked = Story.objects.filter(asker=person).select_related("brand").prefetch_related("pictures").order_by("pk")
    rows = Enrolment.objects.filter(person=person).select_related("brand", "team", "alumnus", "farewell").order_by("pk")
    signed = Brand.objects.filter(closing_by=person).order_by("pk").values_list("name", "closing_line")
    roles = Role.objects.filter(user=person.user_id).select_related("brand").order_by("pk") if person.user_id else ()
    return {
        "brands": [_enrolment(row) for row in rows.prefetch_related("topics", "shown_accounts__account")],
        "stories_led": [_led(row) for row in led.select_related("story__brand").order_by("yes_at")],
        "stories_asked": [_asked(row) for row in asked],
        "closing_lines": [{"brand": name, "words": words or None} for name, words in signed],
        "roles": [{"brand": row.brand.name, "role": row.get_name_display()} for row in roles],
    }


def of_posts(post_ids: Collection[int]) -> Mapping[int, Mapping[str, object]]:
    """Return for each of these posts what the person chose, and why a brand took it off, as they read it."""
    choices: dict[int, list[dict[str, object]]] = {pk: [] for pk in post_ids}
    removals: dict[int, list[dict[str, object]]] = {pk: [] for pk in post_ids}
    chosen = PostChoice.objects.filter(post__in=post_ids).select_related("enrolment__brand").order_by("pk")
    for row in chosen:
        said = {"brand": row.enrolment.brand.name, "shown_here": row.shown, "at": _time(row.at)}
        choices[row.post_id].append(said)
    for off in Removal.objects.filter(post__in=post_ids).select_related("brand").order_by("pk"):
        times = {"since": _time(off.at), "put_back": _time(off.put_back_at)}
        removals[off.post_id].append({"brand": off.brand.name, "because": off.reason, **times})
    return {pk: {"choices": choices[pk], "taken_off": removals[pk]} for pk in post_ids}


def pictures(person: Person) -> Iterator[tuple[str, Path]]:
    """Yield the pictures of the briefs that the person wrote, by their names in the archive."""
    mine = StoryPicture.objects.filter(story__asker=person).order_by("story_id", "position")
    for row in by_key(mine):
        yield _file(row), post_pictures.file_of(row.stem, "1200")


def _led(row: Lead) -> dict[str, object]:
    """Return a story that the person leads, with what they say of it; the brief is the brand's."""
    return {
        "brand": row.story.brand.name,
        "number": row.story.pk,
        "story": row.story.title,
        "words": row.words,
        "since": _time(row.yes_at),
    }


def _asked(row: Story) -> dict[str, object]:
    """Return a story that the person asked for: the brief is their own words."""
    shown = sorted(row.pictures.all(), key=lambda one: one.position)
    return {
        "brand": row.brand.name,
        "number": row.pk,
        "story": row.title,
        "facts": row.facts,
        "angles": row.angles,
        "links": row.links,
        "until": row.ends_on.isoformat(),
        "ended": _time(row.ended_at),
        "pictures": [{"file": _file(one), "in_words": one.alt} for one in shown],
    }


def _enrolment(row: Enrolment) -> dict[str, object]:
    return {
        "brand": row.brand.name,
        "number": row.brand_id,
        "state": row.get_state_display(),
        "said_yes": _time(row.consented_at),
        "consent_on_file_as": row.consent_reference or None,
        "title": row.title,
        "team": row.team.name if row.team else None,
        "place": row.place,
        "with_brand_since": row.with_brand_since.isoformat() if row.with_brand_since else None,
        "line": row.line,
        "left": _time(row.state_changed_at) if row.state == Enrolment.State.LEFT else None,
        "topics": sorted(topic.name for topic in row.topics.all()),
        "address_that_the_brand_knows": row.email or None,
        "number_at_the_brand": row.external_id or None,
        "paused_until": row.paused_until.isoformat() if row.paused_until else None,
        "hidden_because": row.suspended_reason or None,
        "accounts": [
            {
                "account": str(shown.account),
                "shows": shown.get_shows_display(),
                "since": shown.since.isoformat(),
                "shared_from_others": shown.reposts,
            }
            for shown in row.shown_accounts.all()
        ],
        "were_here": _alumnus(row),
        "farewell": _farewell(row),
        "asked": [_invitation(one) for one in Invitation.objects.filter(enrolment=row).order_by("pk")],
        "asked_to_join": [_request(one) for one in JoinRequest.objects.filter(enrolment=row).order_by("pk")],
        "letters": _letters(StandingLetter.objects.filter(enrolment=row).order_by("pk")),
    }


def _alumnus(row: Enrolment) -> dict[str, object] | None:
    """Return what each side wants said of the time that is over; null where nobody said anything."""
    wishes: Alumnus | None = getattr(row, "alumnus", None)
    if wishes is None:
        return None
    return {
        "i_want_it_since": _time(wishes.person_at),
        "the_brand_wants_it_since": _time(wishes.brand_at),
        "now_at": wishes.now_at or None,
        "on_my_page": wishes.on_own_page,
    }


def _farewell(row: Enrolment) -> dict[str, object] | None:
    """Return the farewell card; whoever wrote the line, the person's desk shows it."""
    card: Farewell | None = getattr(row, "farewell", None)
    if card is None:
        return None
    return {
        "line": card.line,
        "by": "the brand" if card.by_brand else "me",
        "i_want_it_since": _time(card.person_at),
        "the_brand_wants_it_since": _time(card.brand_at),
    }


def _invitation(row: Invitation) -> dict[str, object]:
    """Return how the person was asked: what the inviter wrote is theirs."""
    return {
        "at": row.goes_to or None,
        "first": _time(row.created_at),
        "letters": row.letters,
        "last_letter": _time(row.sent_at),
        "until": _time(row.expires_at),
        "answered": _time(row.ended_at),
        "withdrawn": _time(row.revoked_at),
        "came_back": _time(row.bounced_at),
        "came_back_because": row.bounce or None,
    }


def _request(row: JoinRequest) -> dict[str, object]:
    said = {"name": row.name, "address": row.email, "title": row.title or None}
    return {**said, "state": row.get_state_display(), "at": _time(row.created_at)}


def _letters(rows: Iterable[StandingLetter]) -> list[dict[str, object]]:
    """Return what the person was written when the brand changed where they stand."""
    return [
        {"about": row.get_kind_display(), "because": row.reason or None, "at": _time(row.created_at)} for row in rows
    ]


def _file(row: StoryPicture) -> str:
    return f"pictures/story-{row.story_id}-{row.position}.avif"


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
