"""What brands know of a person, for the person to take along (see people.sections)."""

from brands.models import Enrolment, Lead, PostChoice
from people.models import Person


def of(person: Person) -> dict[str, object]:
    """Return where the person stands or stood, and what they chose there; nothing about who asked or decided."""
    led = Lead.objects.filter(person=person, yes_at__isnull=False)
    rows = Enrolment.objects.filter(person=person).select_related("brand", "team").order_by("pk")
    return {
        "brands": [_enrolment(row) for row in rows.prefetch_related("topics", "shown_accounts__account")],
        "stories_led": [_led(row) for row in led.select_related("story__brand").order_by("yes_at")],
    }


def _led(row: Lead) -> dict[str, object]:
    """Return a story that the person leads, with what they say of it; the brief is the brand's."""
    said_yes = row.yes_at.isoformat() if row.yes_at else None
    return {"brand": row.story.brand.name, "story": row.story.title, "words": row.words, "since": said_yes}


def _enrolment(row: Enrolment) -> dict[str, object]:
    choices = PostChoice.objects.filter(enrolment=row).order_by("pk").values_list("post_id", "shown")
    return {
        "brand": row.brand.name,
        "state": row.get_state_display(),
        "said_yes": row.consented_at.isoformat() if row.consented_at else None,
        "consent_on_file_as": row.consent_reference or None,
        "title": row.title,
        "team": row.team.name if row.team else None,
        "place": row.place,
        "with_brand_since": row.with_brand_since.isoformat() if row.with_brand_since else None,
        "line": row.line,
        "left": row.state_changed_at.isoformat() if row.state == Enrolment.State.LEFT else None,
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
        "posts_chosen": [{"post": pk, "shown_here": shown} for pk, shown in choices],
    }
