"""Filling an empty database with the demo: every step is a verb that others use too, and does no harm when repeated."""

import contextlib
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from advocacy.audit import record
from advocacy.models import AuditEvent
from brands.consenting import Scope
from brands.demo import cast, moving, reader, story
from brands.demo.logins import logins
from brands.demo.network import NotThere, act
from brands.importing.run import Wishes, import_people
from brands.models import Brand, Enrolment, ShownAccount
from brands.opening import open_brand
from people import faces, post_pictures
from people.logins import login_for
from people.models import Person
from people.syncing.idle import read_until_idle

LABEL = "command:demo"
SAMPLES = settings.BASE_DIR / "samples"
PORTRAITS = settings.BASE_DIR / "static" / "img"
PEOPLE = SAMPLES / "vesper-people.csv"
POSTS = SAMPLES / "vesper-posts.ndjson"
STAFF = SAMPLES / "vesper-staff.csv"
_BEGUN, _FILLED = "demo.begun", "demo.filled"
_READ_BACK = timedelta(days=90)
# the one post of the demo that its author said anew: its id in the samples, and the words as they were to be
_EDITED = ("2109978725507402411", "It's what its for.", "It's what it's for.")

Tell = Callable[[str], None]


class NotEmpty(Exception):
    """There is a brand here already, and it is not the demo."""


def fill(tell: Tell) -> bool:
    """Fill the database; return False where that was done before and nothing was to do.

    Goes on where an earlier run broke off. Raises NotEmpty and NotThere, both with a sentence for whoever asked.
    """
    days = _begin()
    if AuditEvent.objects.filter(verb=_FILLED).exists():
        return False
    _people_the_sandbox(days)
    tell("The sandbox is inhabited.")
    brand = _brand()
    report = import_people(
        brand=brand,
        path=STAFF,
        wishes=Wishes(
            where=("Consent=on file",),
            maps=("Depot=place",),
            create_teams=True,
            scope=Scope(reference="demo", shows=ShownAccount.Shows.ALL, since=timezone.now() - _READ_BACK),
        ),
        actor=None,
        label=LABEL,
    )
    tell(f"{Enrolment.objects.filter(brand=brand).count()} people are enrolled, {len(report.problems)} row is not.")
    for part in cast.CAST:
        _dress(brand, part)
    _let_sign_in(brand)
    story.ask(brand)
    accounts = set(ShownAccount.objects.filter(enrolment__brand=brand).values_list("account_id", flat=True))
    read_until_idle(accounts, told=lambda tally: None)
    faces.fetch_due_avatars()
    post_pictures.fetch_due()
    tell(f"{brand.feed.count()} posts are on the brand's page.")
    reader.let_somebody_read(brand)
    record(_FILLED, actor=None, label=LABEL, brand=brand.slug)
    return True


def passwords() -> dict[str, str]:
    """Return the demo's two logins, address and password."""
    return logins(settings.DATA_DIR, (cast.OWNER, cast.NINJA))


def _begin() -> int:
    """Return by how many days the posts are moved: decided once, so that a second run says the same."""
    begun = AuditEvent.objects.filter(verb=_BEGUN).first()
    if begun is not None:
        return int(begun.details["days"])
    if Brand.objects.exists():
        raise NotEmpty("There is a brand in this database already; the demo fills an empty one only.")
    act("clear")  # whether the network is there at all, before anything is written
    days = moving.days_to_move(POSTS, timezone.now())
    record(_BEGUN, actor=None, label=LABEL, brand=cast.BRAND, details={"days": days})
    return days


def _people_the_sandbox(days: int) -> None:
    with tempfile.TemporaryDirectory(prefix="chorus-demo-") as folder:
        posts = Path(folder) / POSTS.name
        moving.move_posts(POSTS, posts, days)
        report = act("load", people=str(PEOPLE), posts=str(posts))
    if report["problems"]:
        raise NotThere(f"The sandbox could not take all of the samples: {report['problems'][0]}.")
    number, before, after = _EDITED
    post = next(post for post in moving.read(POSTS) if post["id"] == number)
    minute = timedelta(minutes=4)
    # an earlier run that broke off has said it anew already: only the newest version can be edited
    with contextlib.suppress(NotThere):
        act(
            "edit",
            id=moving.moved_id(number, days),
            text=post["text"].replace(before, after),
            at=(moving.time_of(post) + timedelta(days=days) + minute).isoformat(),
        )


def _brand() -> Brand:
    login_for(cast.OWNER, password=passwords()[cast.OWNER], verified=True)
    brand = Brand.objects.filter(slug=cast.BRAND).first()
    if brand is None:
        brand = open_brand(cast.BRAND, cast.NAME, cast.OWNER, actor=None, label=LABEL)
        Brand.objects.filter(pk=brand.pk).update(tagline=cast.TAGLINE)
    return brand


def _dress(brand: Brand, part: cast.Part) -> None:
    """Give somebody the line that they wrote, and their portrait if they handed one in."""
    person = Person.objects.get(enrolments__brand=brand, enrolments__email=part.email)
    person.line, person.about = part.line, part.about
    if part.portrait:
        person.backdrop = part.portrait.backdrop
    person.save(update_fields=["line", "about", "backdrop", "changed_at"])
    if part.portrait and not person.portrait:
        picture = (PORTRAITS / f"{part.portrait.stem}-640.avif").read_bytes()
        faces.set_portrait(person, picture, part.portrait.alt, actor=None)


def _let_sign_in(brand: Brand) -> None:
    """Give one of the people a login of her own; she signs the last line of the brand's page."""
    person = Person.objects.get(enrolments__brand=brand, enrolments__email=cast.NINJA)
    person.user = login_for(cast.NINJA, password=passwords()[cast.NINJA], verified=True)
    person.save(update_fields=["user", "changed_at"])
    Brand.objects.filter(pk=brand.pk).update(closing_line=cast.CLOSING_LINE, closing_by=person)
