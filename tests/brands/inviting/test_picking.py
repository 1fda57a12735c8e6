"""The last posts of a named account, fetched because the person asked, to pick from."""

import pytest
from django.test import Client

from brands.looking import look_up_due
from brands.models import BrandPost, NamedAccount, PostChoice
from people import proving
from people.models import Account, Post
from people.networks.registry import adapter_for
from people.syncing.meter import AppMeter
from people.tasks import sync_due
from tests.brands.inviting.asking import address, asked
from tests.brands.pages import read, words
from tests.sandbox_copy import SandboxCopy

pytestmark = pytest.mark.django_db


def named(client: Client, path: str, handle: str = "ingrid") -> NamedAccount:
    """Name an account and ask for its posts."""
    client.post(f"{path}accounts/", {"handles": handle})
    account = NamedAccount.objects.get()
    assert client.post(f"{path}posts/", {"look": account.pk})["Location"] == f"{path}posts/#a{account.pk}"
    return account


def test_what_is_ticked_is_shown_after_the_proof_and_nothing_else(client: Client, x: SandboxCopy) -> None:
    x.inhabitant(handle="ingrid", description="Night trains.")
    ids = [x.say(handle="ingrid", text=f"Word {n} & more") for n in range(25)]
    path = address(asked())
    account = named(client, path)
    assert "Your posts are being fetched." in read(client, f"{path}posts/")
    assert look_up_due() == 1
    page = read(client, f"{path}posts/")
    assert [f'value="{one}"' in page for one in ids] == [False] * 5 + [True] * 20
    assert "Word 24 &amp; more" in page
    chosen = {f"shows-{account.pk}": "picked", f"pick-{account.pk}": [ids[7], ids[9], ids[0], "1"]}
    client.post(f"{path}posts/", chosen)
    assert "Word 9 &amp; more" in read(client, f"{path}preview/")
    assert not Post.objects.exists()
    client.post(f"{path}yes/")
    assert sorted(Post.objects.values_list("remote_id", flat=True)) == sorted([ids[7], ids[9]])
    assert set(PostChoice.objects.values_list("shown", flat=True)) == {True}
    assert not BrandPost.objects.exists()
    mine = Account.objects.get()
    assert (mine.remote_id is not None, mine.page_from) == (True, None)
    Account.objects.update(state="active")  # as a look-up makes it
    assert proving.confirm(account=mine, how="code")
    text = words(read(client, "/brands/vesper/"))
    assert [f"Word {n} " in text for n in (7, 9, 8)] == [True, True, False]


def test_looking_again_after_the_posts_came_shows_them_and_asks_the_network_no_second_time(
    client: Client, x: SandboxCopy
) -> None:
    x.inhabitant(handle="ingrid")
    x.say(handle="ingrid", text="Night on the Brenner")
    path = address(asked())
    account = named(client, path)
    assert look_up_due() == 1
    client.post(f"{path}posts/", {"look": account.pk})  # on the page that said "being fetched"
    assert "Night on the Brenner" in read(client, f"{path}posts/")
    assert look_up_due() == 0


def test_no_network_is_asked_by_a_page(client: Client, x: SandboxCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for: list[object] = []
    adapter = adapter_for("x", AppMeter("x"))
    monkeypatch.setattr(type(adapter), "_call", lambda *args, **words: asked_for.append(args))
    path = address(asked())
    account = named(client, path)
    for step in ("", "accounts/", "posts/", "line/", "preview/"):
        client.get(path + step)
    client.post(f"{path}posts/", {f"shows-{account.pk}": "all"})
    client.post(f"{path}yes/")
    assert asked_for == []


def test_what_comes_too_late_is_kept_nowhere(client: Client, x: SandboxCopy) -> None:
    x.inhabitant(handle="ingrid")
    x.say(handle="ingrid", text="Word")
    path = address(asked())
    named(client, path)
    client.post(f"{path}no/")
    assert look_up_due() == 0
    assert (NamedAccount.objects.count(), Post.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({}, "X knows no account of this name."),
        ({"suspended": True}, "X has suspended this account."),
        ({"protected": True}, "This account is protected"),
    ],
)
def test_an_account_that_shows_nothing_is_said_in_words(
    client: Client, x: SandboxCopy, state: dict[str, bool], said: str
) -> None:
    if state:
        x.inhabitant(handle="ingrid", **state)
    path = address(asked())
    named(client, path)
    look_up_due()
    assert said in words(read(client, f"{path}posts/"))


def test_a_network_that_asks_to_wait_is_asked_again_later(client: Client, x: SandboxCopy) -> None:
    x.inhabitant(handle="ingrid")
    x.fault(endpoint="users_by", status=429, reset_in=900)
    path = address(asked())
    named(client, path)
    assert (look_up_due(), look_up_due()) == (1, 0)
    assert "It is tried again by itself." in read(client, f"{path}posts/")
    assert NamedAccount.objects.get().look == "wanted"


def test_ten_look_ups_are_the_most_whatever_is_named(client: Client) -> None:
    path = address(asked())
    for _ in range(10):
        account = named(client, path)
        client.post(f"{path}accounts/{account.pk}/forget/")
    named(client, path)
    assert "that is the most" in words(read(client, f"{path}posts/"))
    assert NamedAccount.objects.get().look == ""


def test_all_from_today_on_shows_what_is_said_after_the_yes(client: Client, x: SandboxCopy) -> None:
    x.inhabitant(handle="ingrid")
    x.say(handle="ingrid", text="Before the yes", at="2020-01-01T00:00:00")
    path = address(asked())
    client.post(f"{path}accounts/", {"handles": "ingrid"})
    client.post(f"{path}posts/", {f"shows-{NamedAccount.objects.get().pk}": "all"})
    client.post(f"{path}yes/")
    account = Account.objects.get()
    proving.ask_for_look(account=account)
    x.say(handle="ingrid", text="After the yes", at="2070-01-01T00:00:00")
    proving.confirm(account=account, how="code")
    Account.objects.update(remote_id=x.rename(old="ingrid", new="ingrid2"), state="active")
    sync_due()
    assert list(Post.objects.values_list("text", flat=True)) == ["After the yes"]
    assert BrandPost.objects.count() == 1
