"""Vesper, the invented night-train company of the drawings: rows for the tests in a real browser."""

import datetime as dt

from django.utils import timezone

from brands.feed import rebuild_feed
from brands.models import Brand, Team
from people.models import Account, Post
from people.networks.types import Entity
from people.rendering import words_html
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post

PEOPLE = [
    ("ingrid", "Ingrid Solbakk", "slate", "Night train driver", "Villach", "drives the last train over the Brenner."),
    ("amara", "Amara Okonjo", "marigold", "Sleeper host", "Vienna", "knows who takes milk."),
    ("tomas", "Tomáš Řeháček", "sage", "Timetable planner", "Prague", "found the forty seconds."),
    ("yusuf", "Yusuf Çelik", "clay", "Chef", "Dining car 88", "has bread in the oven before Salzburg."),
    ("noor", "Noor van Dalen", "plum", "Carriage designer", "Utrecht", "draws for the person who is awake at four."),
    ("mateus", "Mateus Figueira", "teal", "Track inspector", "Guarda", "has shaken hands with every bolt."),
    ("lucia", "Lucía Ferrán", "marigold", "Passenger care", "Barcelona", "prefers anger to silence."),
    ("henrik", "Henrik Aalto", "iris", "Signal engineer", "Tampere", "calls red the kindest colour."),
    ("zeynep", "Zeynep Aydın", "clay", "Accessibility lead", "Linz", "has not finished until she can board alone."),
    ("oskar", "Oskar Brandl", "moss", "Apprentice", "Innsbruck", ""),
    ("meilin", "Mei-Lin Hartmann", "iris", "Night dispatcher", "Zürich", "is the only adult in Europe at 02:15."),
    ("kofi", "Kofi Lindqvist", "sage", "Cleaning crew lead", "Malmö", "asks to be timed."),
]
WORDS = (
    "Top of the Brenner. Eleven coaches, forty centimetres of new snow, and nobody awake but me and the kettle.",
    "A gentleman in coach 7 asked whether the croissants are local. Sir, we are crossing Carinthia at 140.",
    "For six years the 20:31 from Prague missed its connection in Linz by forty seconds. Forty! I found them "
    "between two level crossings in Budějovice, where we had been braking for a cow that retired in 2019.",
    "Tried the new ramp at five in the morning, in sleet, alone, with a coffee in my lap. We ship it.",
    "Three trains, two snowploughs, one moose. Henrik says the moose is a Finnish matter.",
)


def vesper(*, posts: int) -> Brand:
    """Make Vesper with its people and so many posts, and an outsider at another brand. Returns Vesper."""
    brand = make_brand("Vesper", slug="vesper", tagline="Vesper night trains")
    teams = [
        Team.objects.create(brand=brand, slug=slug, name=name)
        for slug, name in (("on-board", "On board"), ("track", "Track and signals"), ("care", "Planning and care"))
    ]
    accounts = []
    for number, (slug, name, backdrop, title, place, line) in enumerate(PEOPLE):
        person = make_person(
            name, slug=slug, backdrop=backdrop, line=line, languages=["de", "en"] if number % 2 else ["en"]
        )
        account = make_account(person, handle=f"{slug}_vesper")
        state = "paused" if slug == "mateus" else "active"
        words = {"title": title, "place": place, "team": teams[number % 3], "state": state}
        make_enrolment(brand, person, account=account, with_brand_since=dt.date(2004, 4, 1), **words)
        accounts.append(account)
    _talk(accounts, posts)
    outsider = make_account(make_person("Outside Person", slug="outside"))
    make_enrolment(make_brand("Nightjar", slug="nightjar"), account=outsider)
    rebuild_feed(brand)
    return brand


def _talk(accounts: list[Account], posts: int) -> None:
    now = timezone.now()
    ingrid, oskar, meilin = accounts[0], accounts[9], accounts[10]
    media = [{"kind": "photo", "url": None, "alt": "View from a train cab at night", "width": 1200, "height": 800}]
    first = _post(ingrid, WORDS[0], now - dt.timedelta(hours=1), media=media)
    answer = {"kind": "reply", "reply_to_id": first.remote_id, "reply_to_handle": ingrid.handle}
    _post(oskar, "I was awake. I was the one with the broom.", now - dt.timedelta(minutes=50), **answer)
    for number in range(5):
        _post(ingrid, f"Stop {number}, Rosenheim & onwards.", now - dt.timedelta(hours=1, minutes=5 + number))
    tagged = "Snow on the line. #winter"
    tag = Entity("hashtag", 18, 25, "https://x.com/hashtag/winter", "#winter")
    _post(meilin, tagged, now - dt.timedelta(hours=2), html=words_html(tagged, [tag]), edit_history=["1", "2"])
    _post(accounts[6], "أهلا وسهلا بكم", now - dt.timedelta(hours=3), lang="ar")
    _post(accounts[4], "Exactly this.", now - dt.timedelta(hours=4), kind="quote", quote_of_id="123")
    other = {"kind": "reply", "reply_to_id": "5", "reply_to_handle": "marta_reads"}
    _post(ingrid, "Same as when they are awake, only I pour the tea slower.", now - dt.timedelta(hours=5), **other)
    for number in range(posts - 10):
        account = accounts[number * 7 % 12 if number % 9 else 0]
        _post(account, f"Night {number}. {WORDS[number % 5]}", now - dt.timedelta(hours=6 + number * 5))


def _post(account: Account, text: str, published_at: dt.datetime, **fields: object) -> Post:
    fields.setdefault("html", words_html(text, []))
    return make_post(account, text, published_at=published_at, **fields)
