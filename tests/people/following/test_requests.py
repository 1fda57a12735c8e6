"""Following without an account: the letter, its one button, and those who would misuse them."""

import datetime as dt
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from cryptography.fernet import Fernet
from django.core import mail
from django.core.signing import TimestampSigner
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from advocacy import crypto, limits
from advocacy.models import RateBucket
from people import fan_links, follow_requests, following, tombstones
from people.models import Fan, Follow, FollowRequest, Person, PostReport, User
from people.profiles import hash_token
from tests.brands.pages import enrol, say
from tests.factories import make_brand, make_person, make_user
from tests.people.following.fans import TOKEN, ask, confirmed, link, make_fan

pytestmark = pytest.mark.django_db
LONG = f"a@{'.'.join(['ß' * 31] * 7)}.example"  # 233 characters, of which 217 are two where addresses are kept
ENTERED = {"email": "Lea@Example.org", "rhythm": "daily", "zone": "Europe/Vienna"}


def test_a_stranger_follows_by_an_address_a_letter_and_one_button(client: Client) -> None:
    ingrid = make_person("Ingrid Solbakk", slug="ingrid")
    answer = client.post("/people/ingrid/follow/", ENTERED)
    assert (answer.status_code, answer["Location"]) == (302, "/following/asked/")
    way = link()
    letter = mail.outbox[-1]
    assert (letter.to, letter.subject) == (["lea@example.org"], "Follow Ingrid Solbakk?")
    assert "- Ingrid Solbakk\n" in letter.body
    page = client.get(way)
    assert "Follow Ingrid Solbakk?" in page.content.decode()
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store, private", "noindex, nofollow")
    assert not User.objects.exists()  # reading a letter's page, as programs do, begins nothing
    assert client.post(way)["Location"] == "/home/people/"
    fan = Fan.objects.get(user__email="lea@example.org")
    assert (fan.rhythm, fan.zone, fan.user.has_usable_password()) == ("daily", "Europe/Vienna", False)
    assert [row.person for row in Follow.objects.filter(fan=fan)] == [ingrid]
    assert EmailAddress.objects.get(user=fan.user).verified
    assert "You follow Ingrid." in client.get("/home/people/").content.decode()


def test_the_answer_is_the_same_whether_the_address_is_known_or_had_enough_letters(client: Client) -> None:
    make_person(slug="ingrid")
    make_user("ninja@example.org")
    for _ in range(follow_requests.PER_DAY + 2):
        answers = [
            client.post("/people/ingrid/follow/", {**ENTERED, "email": f"{who}@example.org"})
            for who in ("ninja", "new")
        ]
        assert [(a.status_code, a["Location"], a.content) for a in answers] == [(302, "/following/asked/", b"")] * 2
    assert FollowRequest.objects.filter(email="ninja@example.org").count() == follow_requests.PER_DAY


def test_letters_to_one_address_are_five_a_day_also_for_many_who_ask_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ingrid = make_person()

    class Unseen(type(FollowRequest.objects.all())):  # type: ignore[misc]
        """Requests as somebody sees them who asks at the moment when others do."""

        def count(self) -> int:
            return 0

    monkeypatch.setattr(FollowRequest.objects, "_queryset_class", Unseen)
    for number in range(follow_requests.PER_DAY + 3):
        ask(ingrid, email="Lea@Example.org" if number % 2 else "lea@example.org", client=f"c{number}")
    assert len(FollowRequest.objects.all()) == follow_requests.PER_DAY
    assert not RateBucket.objects.filter(key__contains="lea").exists()
    ask(ingrid, email="other@example.org", client="c0")
    with time_machine.travel(timezone.now() + dt.timedelta(days=1, seconds=1)):
        ask(ingrid, client="later")
    assert len(FollowRequest.objects.all()) == follow_requests.PER_DAY + 2


@pytest.mark.parametrize(("before", "now"), [("weekly", "never"), ("never", "weekly")])
def test_whoever_follows_already_gets_letters_as_they_chose_now(client: Client, before: str, now: str) -> None:
    ingrid, oskar = make_person("Ingrid Solbakk"), make_person("Oskar Brandl")
    fan = make_fan(oskar, email="lea@example.org", rhythm=before, bounced_at=timezone.now())
    other = make_fan(oskar, email="max@example.org", rhythm=before, bounced_at=timezone.now())
    ask(ingrid, rhythm=now)
    way = link()
    assert "This then holds for everybody whom you follow." in client.get(way).content.decode()
    fan.refresh_from_db()
    assert (fan.rhythm, fan.bounced_at is None) == (before, False)  # not before the button
    client.post(way)
    fan.refresh_from_db()
    other.refresh_from_db()
    assert (fan.rhythm, fan.zone, fan.bounced_at) == (now, "Europe/Vienna", None)
    assert (other.rhythm, other.zone, other.bounced_at is None) == (before, "UTC", False)


def test_a_form_in_which_nobody_chose_a_zone_leaves_a_fans_own_and_says_nothing_of_letters_as_before(
    client: Client,
) -> None:
    fan = make_fan(make_person(), email="lea@example.org", zone="Asia/Tokyo")
    ingrid = make_person("Ingrid Solbakk")
    follow_requests.ask(email="lea@example.org", people=[ingrid.pk], rhythm="weekly", zone="UTC", client="here")
    way = link()
    assert "This then holds" not in client.get(way).content.decode()
    client.post(way)
    fan.refresh_from_db()
    assert (fan.rhythm, fan.zone) == ("weekly", "Asia/Tokyo")


def test_a_rush_of_followers_leaves_half_of_the_letters_to_others(settings: Settings) -> None:
    settings.MAIL_PER_MINUTE = 4
    ingrid = make_person()
    for number in range(5):
        follow_requests.ask(
            email=f"fan{number}@example.org", people=[ingrid.pk], rhythm="weekly", zone="UTC", client=f"c{number}"
        )
    assert [follow_requests.send_due(), follow_requests.send_due()] == [2, 0]
    others = [limits.count("mail:minute", cap=4, seconds=60) for _ in range(3)]
    assert others == [True, True, False]
    settings.MAIL_PER_MINUTE = 1
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2)):
        assert follow_requests.send_due() == 1


def test_the_link_works_once_for_two_days_and_for_nobody_who_guesses(client: Client) -> None:
    ingrid = make_person()
    ask(ingrid)
    used = link()
    assert client.post(used).status_code == 302
    ask(ingrid, email="old@example.org")
    old = link()
    FollowRequest.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    fan = make_fan(ingrid)
    others = [fan_links.token_for(fan, purpose) for purpose in ("read", "manage", "stop")]
    for way in (used, old, "/following/" + "A" * 43 + "/", *(f"/following/{token}/" for token in others)):
        for answer in (client.get(way), client.post(way)):
            assert (answer.status_code, b"works no longer" in answer.content) == (404, True)
    assert not User.objects.filter(email="old@example.org").exists()


def test_of_two_presses_at_once_one_counts() -> None:
    ask(make_person())
    token = str(TOKEN.search(link())[1])  # type: ignore[index]
    waiting = follow_requests.waiting(token)
    assert waiting
    assert follow_requests.confirm(waiting)
    assert follow_requests.confirm(waiting) is None
    assert Follow.objects.count() == 1


def test_a_link_of_an_address_with_a_login_opens_following_and_no_login(client: Client) -> None:
    user = make_user("ninja@example.org", "a long password of theirs")
    oskar = make_person("Oskar Brandl", user=user)
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    fan = confirmed(client, make_person("Ingrid Solbakk"), email="ninja@example.org")
    assert fan.user == user
    assert client.get("/home/people/").status_code == 200
    assert "_auth_user_id" not in client.session
    for closed in ("/desk/", "/desk/followers/", "/desk/settings/", "/home/account/", "/sign-in/email/"):
        assert client.get(closed).status_code == 302, closed
    user.refresh_from_db()
    # whoever set that password before the address was theirs gains nothing by the letter
    assert (user.has_usable_password(), EmailAddress.objects.get(user=user).verified) == (False, False)
    assert oskar.user == user


@pytest.mark.parametrize(("verified", "signed_in"), [(True, False), (False, True)])
def test_a_letter_takes_no_password_from_whoever_showed_the_address_to_be_theirs(
    client: Client, verified: bool, signed_in: bool
) -> None:
    user = make_user("ninja@example.org", "a long password of theirs", last_login=timezone.now() if signed_in else None)
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    confirmed(client, make_person(), email="ninja@example.org")
    user.refresh_from_db()
    assert user.check_password("a long password of theirs")


def test_whoever_is_signed_in_as_somebody_else_stays_who_they_are(client: Client) -> None:
    me = make_user("me@example.org")
    client.force_login(me)
    ask(make_person(), email="lea@example.org")
    assert client.post(link())["Location"] == "/following/done/"
    assert (client.session["_auth_user_id"], "fan" in client.session) == (str(me.pk), False)
    assert [fan.user.email for fan in Fan.objects.all()] == ["lea@example.org"]


def test_a_closed_login_is_not_opened_by_a_letter(client: Client) -> None:
    make_user("gone@example.org", is_active=False)
    ask(make_person(), email="gone@example.org")
    assert client.post(link()).status_code == 404
    assert not Fan.objects.exists()


def test_a_new_session_begins_with_the_link_so_that_none_can_be_planted(client: Client) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)
    client.cookies["session"] = planted
    ask(make_person())
    client.post(link())
    assert client.cookies["session"].value != planted


def test_one_reader_asks_so_often_in_an_hour_and_no_more(client: Client) -> None:
    ingrid = make_person(slug="ingrid")
    for number in range(follow_requests.PER_HOUR):
        ask(ingrid, email=f"a{number}@example.org")
    with pytest.raises(follow_requests.TooOften):
        ask(ingrid, email="b@example.org")
    ask(ingrid, email="c@example.org", client="elsewhere")
    for _ in range(follow_requests.PER_HOUR):
        client.post("/people/ingrid/follow/", {**ENTERED, "email": "d@example.org"})
    answer = client.post("/people/ingrid/follow/", ENTERED)
    assert (answer.status_code, b"Try again in an hour." in answer.content) == (422, True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "nobody"}, "Write the whole address, such as lea@example.org."),
        ({"email": ""}, "Write your address, such as lea@example.org."),
        ({"email": "a@b.org\nBcc: c@d.org"}, "Write the whole address, such as lea@example.org."),
        ({"email": LONG}, "Write an address of 254 characters or fewer."),
        ({"rhythm": "hourly"}, "Select a valid choice"),
        ({"zone": "../../etc/passwd"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_kept(client: Client, wrong: dict[str, str], said: str) -> None:
    make_person(slug="ingrid")
    answer = client.post("/people/ingrid/follow/", {**ENTERED, **wrong})
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not FollowRequest.objects.exists()


@pytest.mark.parametrize("way", ["/sign-in/signup/", "/posts/{}/report/"])
def test_an_address_that_is_too_long_as_it_is_kept_is_refused_elsewhere_too(client: Client, way: str) -> None:
    post = say(enrol(make_brand(), "Ingrid Solbakk"), "Snow.")
    answer = client.post(way.format(post.pk), {"email": LONG, "why": "private"})
    assert "Write an address of 254 characters or fewer." in answer.content.decode()
    assert not User.objects.exists()
    assert not PostReport.objects.exists()


def test_a_letter_that_the_mail_server_refuses_comes_later_with_a_link_of_its_own(settings: Settings) -> None:
    ask(make_person("Ingrid Solbakk"))
    settings.EMAIL_BACKEND = "tests.people.following.nowhere.Nowhere"
    assert follow_requests.send_due() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert follow_requests.send_due() == 0  # not at once
    FollowRequest.objects.update(mail_at=timezone.now())
    assert follow_requests.send_due() == 1
    assert follow_requests.send_due() == 0
    token = str(re.search(TOKEN, str(mail.outbox[0].body))[1])  # type: ignore[index]
    row = FollowRequest.objects.get()
    assert (row.token_hash, row.mail_at, row.tries) == (hash_token(token), None, 2)


def test_old_requests_are_swept_away() -> None:
    ask(make_person())
    ask(make_person(), email="old@example.org")
    FollowRequest.objects.filter(email="old@example.org").update(expires_at=timezone.now())
    assert follow_requests.sweep() == 1
    assert [row.email for row in FollowRequest.objects.all()] == ["lea@example.org"]


def test_links_of_letters_open_what_they_name_until_the_fan_ends_them() -> None:
    fan, other = make_fan(), make_fan()
    read, stop = fan_links.token_for(fan, "read"), fan_links.token_for(fan, "stop")
    assert (fan_links.fan_by(read, "read"), fan_links.fan_by(stop, "stop")) == (fan, fan)
    assert fan_links.fan_by(read, "manage") is fan_links.fan_by(stop, "read") is None
    forged = read.replace(f"{fan.pk}-", f"{other.pk}-", 1)
    for token in (forged, "", "x" * 5_000, read + "x"):
        assert fan_links.fan_by(token, "read") is None
    following.end_links(fan.user, actor=fan.user)
    assert fan_links.fan_by(read, "read") is None
    older = TimestampSigner(sep=".", salt="people.fan_links.stop").sign(f"{fan.pk}-0")
    assert fan_links.fan_by(stop, "stop") == fan_links.fan_by(older, "stop") == fan  # these work for ever


def test_links_of_old_letters_go_on_working_when_all_keys_of_the_site_are_changed(settings: Settings) -> None:
    fan = make_fan()
    unsealed = TimestampSigner(sep=".", salt="people.fan_links.stop").sign(f"{fan.pk}-0")
    assert fan_links.fan_by(unsealed, "stop") == fan  # also before the first letter that has a key of its own
    read, stop = fan_links.token_for(fan, "read"), fan_links.token_for(fan, "stop")
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS]
    crypto.reseal_all()
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    settings.SECRET_KEY, former = "another key that nobody signed with", settings.SECRET_KEY
    settings.SECRET_KEY_FALLBACKS = []
    assert (fan_links.fan_by(read, "read"), fan_links.fan_by(stop, "stop")) == (fan, fan)
    assert fan_links.fan_by(read, "manage") is None
    assert fan_links.fan_by(unsealed, "stop") is None
    settings.SECRET_KEY_FALLBACKS = [former]
    assert fan_links.fan_by(unsealed, "stop") == fan
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]  # the key is lost: letters still go out
    tombstones._opened.cache_clear()
    assert fan_links.fan_by(fan_links.token_for(fan, "stop"), "stop") == fan
    assert fan_links.fan_by(stop, "stop") is None


def test_an_old_link_reads_no_longer_and_still_stops_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    fan = make_fan()
    read, stop = fan_links.token_for(fan, "read"), fan_links.token_for(fan, "stop")
    monkeypatch.setattr("time.time", lambda: dt.datetime.now(dt.UTC).timestamp() + 61 * 86_400)
    assert (fan_links.fan_by(read, "read"), fan_links.fan_by(stop, "stop")) == (None, fan)


def test_a_reader_whose_fan_is_gone_reads_nothing(client: Client) -> None:
    fan = confirmed(client, make_person())
    fan.delete()
    assert client.get("/home/people/").status_code == 302


def test_whose_page_closes_between_choosing_and_asking_is_told_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person(slug="ingrid")
    monkeypatch.setattr(follow_requests, "followable", lambda people: Person.objects.none())
    answer = client.post("/people/ingrid/follow/", ENTERED)
    assert (answer.status_code, b"Choose at least one person." in answer.content) == (422, True)
