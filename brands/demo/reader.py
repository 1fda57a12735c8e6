"""Somebody who follows three of the demo's people, and whose first letter is on the page of this copy's mail."""

from brands.demo import cast
from brands.models import Brand
from people import following
from people.letters import due, opening, sending
from people.logins import login_for
from people.models import Opening, Person

OPENING = (
    "Somebody asked me in the dining car whether I ever sleep at night. I do: on Sundays, and very well.\n\n"
    "If you are on the 21:40 this week, come to coach four and say hello."
)


def let_somebody_read(brand: Brand) -> None:
    """Let a fan follow three people, one of whom opens the letter with lines of her own; let the letter go out."""
    user = login_for(cast.FAN, verified=True)
    people = Person.objects.filter(enrolments__brand=brand, enrolments__email__in=cast.FOLLOWED, page_open=True)
    following.follow(user, list(people.values_list("pk", flat=True)), actor=user, zone="Europe/Vienna")
    writer = people.filter(enrolments__email=cast.NINJA).select_related("user").first()
    if writer and writer.user and not Opening.objects.filter(person=writer).exists():
        opening.write_opening(person=writer, words=OPENING, answers_to=writer.user.email, actor=writer.user)
    due.leave_one(following.make_fan(user))
    sending.send_due(seconds=10)
