"""manage.py sandbox, and what verbs refuse."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command

from advocacy.sandbox import verbs
from advocacy.sandbox.models import Fault, Inhabitant, RateWindow, Utterance
from advocacy.sandbox.refusal import Refused

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run():
    """Return a function that runs the command and returns its exit status, words and complaints."""

    def do(*words):
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("sandbox", *words, stdout=out, stderr=err)
        except SystemExit as ended:
            return ended.code, out.getvalue(), err.getvalue()
        return 0, out.getvalue(), err.getvalue()

    return do


@pytest.mark.django_db
def test_every_verb_has_its_words(run):
    assert run("inhabitant", "ingrid", "--name", "Ingrid Solbakk")[0] == 0
    told = run("say", "ingrid", "Good morning", "--at", "2024-05-01T06:00:00")[1]
    post = told.split()[-1]
    assert told == f"Said on the pretend network; workers read it when its author is due. Post {post}\n"
    edited = run("edit", post, "Good evening")[1].split()[-1]
    assert Utterance.objects.get(id=edited).text == "Good evening"
    reply = run("say", "@Ingrid", "Still here", "--reply-to", edited)[1].split()[-1]
    assert run("delete", "--handle", "ingrid", "--last", "1")[1] == f"Taken away: post {reply}\n"
    assert run("delete", edited)[0] == 0
    assert run("rename", "ingrid", "solbakk")[0] == 0
    assert run("describe", "solbakk", "Night trains.")[0] == 0
    assert Inhabitant.objects.get().description == "Night trains."
    for verb in ("protect", "suspend", "deactivate"):
        assert run(verb, "solbakk")[0] == 0
    who = Inhabitant.objects.get()
    assert (who.handle, who.protected, who.suspended, who.deactivated) == ("solbakk", True, True, True)
    for verb in ("protect", "suspend", "deactivate"):
        assert run(verb, "solbakk", "--off")[0] == 0
    assert run("tick", "--people", "5")[1].count("Said, as post") == 1
    assert run("fault", "timeline", "--status", "429", "--no-reset", "--times", "2", "--page", "3")[0] == 0
    assert list(Fault.objects.values_list("status", "reset_in", "times", "page")) == [(429, None, 2, 3)]
    assert run("fault", "search", "--limit", "7")[0] == 0
    assert RateWindow.objects.get(endpoint="search").used == 443
    assert run("fault", "timeline", "--clear")[0] == 0
    assert not Fault.objects.exists()
    assert run("reset")[0] == 0
    assert not Inhabitant.objects.exists()


@pytest.mark.django_db
def test_what_cannot_be_done_ends_with_2_and_says_why(run):
    assert run("say", "nobody", "Hello") == (2, "", "nobody here is called @nobody\n")
    assert run("delete", "12") == (2, "", "there is no post 12\n")
    assert run("load", "nowhere.csv", "nowhere.ndjson")[0] == 2


@pytest.mark.django_db
def test_a_load_ends_with_1_when_lines_have_problems(run, tmp_path):
    (tmp_path / "people.csv").write_text("handle,remote_user_id\ningrid,12\nbad handle,13\n")
    post = {"id": "1", "user_id": "12", "created_at": "2024-05-01T06:00:00Z", "text": "Hello"}
    (tmp_path / "posts.ndjson").write_text(json.dumps(post) + "\n")
    code, out, err = run("load", str(tmp_path / "people.csv"), str(tmp_path / "posts.ndjson"))
    assert (code, out.splitlines()[-2:]) == (1, ["people: 1 added, 0 there already", "posts: 1 added, 0 there already"])
    assert err == "people.csv, line 3: 'bad handle' is no handle\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("inhabitant", {"handle": "too_long_for_a_handle"}),
        ("inhabitant", {"handle": "INGRID"}),
        ("inhabitant", {"handle": "lea", "id": "007"}),
        ("inhabitant", {"handle": "lea", "shoe_size": 41}),
        ("inhabitant", {"handle": "lea", "picture": "/nowhere.png"}),
        ("say", {"handle": "ingrid", "text": ""}),
        ("say", {"handle": "ingrid", "text": "Hello", "reply_to": "99"}),
        ("say", {"handle": "ingrid", "text": "Hello", "at": "noon"}),
        ("say", {"handle": "ingrid", "text": "Hello", "id": "55"}),
        ("edit", {"id": "99", "text": "Hello"}),
        ("delete", {}),
        ("rename", {"old": "ingrid", "new": "a b"}),
        ("rename", {"old": "ingrid", "new": "jonas"}),
        ("fault", {"endpoint": "upload", "limit": 3}),
    ],
)
def test_a_refused_verb_changes_nothing(verb, words):
    verbs.inhabitant(handle="ingrid")
    verbs.inhabitant(handle="jonas")
    verbs.say(handle="ingrid", text="Hello", id="55")
    before = list(Inhabitant.objects.values()), list(Utterance.objects.values())
    with pytest.raises(Refused):
        getattr(verbs, verb)(**words)
    assert (list(Inhabitant.objects.values()), list(Utterance.objects.values())) == before


@pytest.mark.django_db
def test_those_who_speak_say_their_own_sayings_and_not_the_same_twice():
    verbs.inhabitant(handle="ingrid", lang="nb", sayings=["Snow & ice", {"text": "Schnee", "lang": "de"}])
    verbs.inhabitant(handle="gone", suspended=True)
    verbs.tick(people=9)
    verbs.tick(people=9)
    said = Utterance.objects.values_list("author__handle", "text", "lang")
    assert set(said) == {("ingrid", "Snow &amp; ice", "nb"), ("ingrid", "Schnee", "de")}


@pytest.mark.django_db
def test_a_repost_of_a_repost_is_one_of_the_original_and_counts_rise():
    for handle in ("ingrid", "jonas", "lea"):
        verbs.inhabitant(handle=handle)
    original = verbs.say(handle="ingrid", text="Mine")
    again = verbs.say(handle="lea", repost=verbs.say(handle="jonas", repost=original))
    verbs.say(handle="lea", text="Yes", reply_to=original)
    verbs.say(handle="lea", text="See", quote=original)
    assert Utterance.objects.get(id=again).text == "RT @ingrid: Mine"
    row = Utterance.objects.get(id=original)
    assert (row.reposts, row.replies, row.quotes) == (2, 1, 1)


def test_there_is_no_sandbox_in_production():
    look = (
        "import django, sys; django.setup(); from django.conf import settings\n"
        "from django.urls import Resolver404, resolve\n"
        "assert 'advocacy.sandbox' not in settings.INSTALLED_APPS and 'rest_framework' not in settings.INSTALLED_APPS\n"
        "assert not settings.SANDBOX and not settings.SANDBOX_BEARER_TOKEN\n"
        "assert not [name for name in sys.modules if name.startswith('advocacy.sandbox')]\n"
        "try: resolve('/sandbox/x/2/users/by')\n"
        "except Resolver404: print('no such address')\n"
    )
    env = {
        "PATH": "/usr/bin:/bin",
        "PROFILE": "production",
        "SANDBOX": "1",
        "DJANGO_SETTINGS_MODULE": "advocacy.settings",
        "SECRET_KEY": "x" * 60,
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "SITE_URL": "https://people.example.com",
        "DATABASE_URL": "sqlite:///:memory:",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "EMAIL_URL": "smtp://127.0.0.1:1",
    }
    words = [sys.executable, "-c", look]
    ran = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    assert (ran.returncode, ran.stdout.strip()) == (0, "no such address"), ran.stderr
