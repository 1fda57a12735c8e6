"""The verbs that change what a public page shows, each with what must be so before it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from brands import alumni, bulk, choosing, consenting, farewell, labels, opening, presenting, removing, tending
from brands.answering import say_yes
from brands.feed import rebuild_feed
from brands.models import BrandPost, BulkAct, Enrolment, Farewell, Invitation, Removal, Team, Topic
from people import accounts, erasing, faces, post_pictures, profile_changes, profiles, proving, saying, showing
from people.models import Account, Person, Post, User
from people.networks.types import PostRecord, ProfileRecord
from people.syncing import lookups, plan, store
from tests.advocacy.outside import answer
from tests.brands import sent_from_here
from tests.brands.importing.lists import enrol as import_list
from tests.brands.importing.lists import write
from tests.brands.scene import Scene
from tests.factories import make_enrolment, make_person, make_user
from tests.people.pictured import png

# what must be so before the verb, where that is more than the scene


def _quiet(scene: Scene) -> None:
    showing.make_quiet(post=scene.post, actor=scene.user)


def _closed(scene: Scene) -> None:
    profile_changes.close_own_page(person=scene.person, actor=scene.user)


def _paused(scene: Scene) -> None:
    choosing.pause(enrolment=scene.ingrid, until=None, actor=scene.user)


def _paused_until_today(scene: Scene) -> None:
    _paused(scene)
    Enrolment.objects.filter(pk=scene.ingrid.pk).update(paused_until=timezone.now().date())


def _paused_by_brand(scene: Scene) -> None:
    tending.pause(enrolment=scene.ingrid, actor=None)


def _taken_off(scene: Scene) -> None:
    tending.take_off(enrolment=scene.ingrid, reason="Asked for it.", actor=None)


def _removed(scene: Scene) -> None:
    removing.remove_post(brand=scene.brand, post=scene.post, reason="Names a passenger.", actor=None)


def _hidden(scene: Scene) -> None:
    choosing.choose_post(enrolment=scene.ingrid, post=scene.post, shown=False, actor=scene.user)


def _unproven(scene: Scene) -> None:
    Account.objects.filter(pk=scene.account.pk).update(named_by_operator=False)
    rebuild_feed(scene.brand)


def _portrayed(scene: Scene) -> None:
    faces.set_portrait(scene.person, png(), "Ingrid at the stove", actor=scene.user)


def _to_fetch(scene: Scene) -> None:
    url = scene.network.page("/face.png", answer(png("plum"), kind="image/png"))
    Account.objects.filter(pk=scene.account.pk).update(avatar_url=url)


def _said(scene: Scene) -> None:
    said = saying.Said("At the fair.", "https://fair.example/", "A hall", png())
    saying.say_elsewhere(person=scene.person, said=said, actor=scene.user)
    account = Account.objects.get(network="elsewhere")
    choosing.set_account(enrolment=scene.ingrid, account=account, shows="all", reposts=False, actor=scene.user)
    Post.objects.filter(account=account).update(published_at=timezone.now())
    rebuild_feed(scene.brand)


def _invited(scene: Scene) -> None:
    person = make_person("Nils Amsel", slug=None, page_open=False)
    enrolment = make_enrolment(scene.brand, person, state="invited", external_id="7")
    ends = timezone.now() + dt.timedelta(days=1)
    Invitation.objects.create(enrolment=enrolment, nonce="n", token_hash="t", expires_at=ends)


def _imported(scene: Scene) -> None:
    Enrolment.objects.filter(pk=scene.ingrid.pk).update(external_id="1")
    Account.objects.filter(pk=scene.account.pk).update(handle="ingrid")


def _gone(scene: Scene) -> Enrolment:
    return Enrolment.objects.select_related("brand", "person").get(pk=scene.ingrid.pk)


def _left(scene: Scene) -> None:
    choosing.leave(enrolment=scene.ingrid, actor=scene.user)


def _wants(scene: Scene, *, named: bool, on_own_page: bool = False) -> None:
    alumni.want(enrolment=_gone(scene), now_at="Nightjar", on_own_page=on_own_page, named=named, actor=scene.user)


def _offered(scene: Scene) -> None:
    _left(scene)
    alumni.offer(enrolment=_gone(scene), actor=None)


def _named(scene: Scene) -> None:
    _offered(scene)
    _wants(scene, named=True)


def _named_with_portrait(scene: Scene) -> None:
    _portrayed(scene)
    _named(scene)


def _says_farewell(scene: Scene) -> None:
    _left(scene)
    farewell.write(enrolment=_gone(scene), line="Thank you for the soup.", by_brand=True, actor=None)


def _agrees(scene: Scene) -> None:
    farewell.agree(enrolment=_gone(scene), line="Thank you for the soup.", by_brand=False, actor=scene.user)


def _farewell_shown(scene: Scene) -> None:
    _says_farewell(scene)
    _agrees(scene)


def _farewell_over(scene: Scene) -> None:
    _farewell_shown(scene)
    long_ago = timezone.now() - farewell.DAYS
    Farewell.objects.update(person_at=long_ago, brand_at=long_ago)


def _bulk_done(scene: Scene) -> None:
    _bulk(scene)


def _signed(scene: Scene) -> None:
    presenting.close_with(brand=scene.brand, line="Come along.", actor=scene.user)


def _picture_here(scene: Scene) -> None:
    post_pictures.fetch_due()


# the verbs


def _read(scene: Scene, remote_id: str, text: str, **fields: Any) -> None:
    claim = plan.claim(scene.account.pk)
    assert claim is not None
    when = fields.pop("published_at", timezone.now())
    author = scene.account.remote_id or ""
    store.store_page(claim, [PostRecord(remote_id, author, when, text, **fields)])


def _bulk(scene: Scene) -> BulkAct:
    row = bulk.ask(brand=scene.brand, act="team", enrolments=[scene.ingrid.pk], actor=scene.user, wishes={"team": None})
    bulk.carry_on(row.pk)
    row.refresh_from_db()
    return row


def _bulk_undone(scene: Scene) -> None:
    row = BulkAct.objects.get()
    assert bulk.undo(row=row, actor=scene.user)
    bulk.carry_on(row.pk)


def _edit(scene: Scene, **fields: Any) -> None:
    there = {"title": "Cook", "place": "", "team": scene.ingrid.team, "topics": [], "with_brand_since": None}
    facts = tending.Facts(**{**there, "email": scene.ingrid.email, **fields})
    tending.edit(enrolment=scene.ingrid, facts=facts, actor=None)


def _rename_person(scene: Scene) -> None:
    profiles.rename_person(scene.person, name="Inga Solheim", given="Inga", family="Solheim", nickname="")


def _words(scene: Scene) -> None:
    words = profile_changes.Words("cooks stew", "I cook.", ["de"], [("Stew", "https://stew.example/")])
    profile_changes.change_words(person=scene.person, words=words, actor=scene.user)


def _profile(scene: Scene, **fields: Any) -> None:
    record = ProfileRecord(scene.account.remote_id or "", **{"handle": scene.account.handle, **fields})
    lookups.follow(Account.objects.get(pk=scene.account.pk), record)


def _file(scene: Scene) -> None:
    rows = "Number,Name,Title,X handle\n1,Ingrid Solheim,Head cook,@ingrid\n"
    report = import_list(scene.brand, write(scene.folder, rows))
    assert report.changed, report.plans


def _shown(scene: Scene, **words: Any) -> None:
    choosing.set_account(enrolment=scene.ingrid, account=scene.account, actor=scene.user, **words)


def _say_yes(scene: Scene) -> None:
    say_yes(invitation=Invitation.objects.select_related("enrolment__brand", "enrolment__person").get())


def _consent(scene: Scene) -> None:
    enrolment = Enrolment.objects.select_related("brand", "person").get(external_id="7")
    scope = consenting.Scope("list of May", "all", timezone.now())
    consenting.consent_on_file(enrolment=enrolment, accounts=[], scope=scope, actor=None, label="test")


def _elsewhere() -> Post:
    return Post.objects.get(account__network="elsewhere")


def _shift(scene: Scene) -> None:
    BrandPost.objects.filter(post=scene.post).delete()
    rebuild_feed(scene.brand)


Act = Callable[[Scene], object]


def _nothing(scene: Scene) -> None:
    pass


# name -> what was before, the verb
VERBS: dict[str, tuple[Act, Act]] = {
    "a post is read": (_nothing, lambda s: _read(s, "9" * 19, "Good morning.")),
    "an answer is read": (
        _nothing,
        lambda s: _read(s, "9" * 19, "Thanks.", kind="reply", reply_to_id=s.answers[1].remote_id),
    ),
    "a post is edited": (
        _nothing,
        lambda s: _read(
            s,
            "9" * 19,
            "The soup is cold.",
            published_at=s.post.published_at,
            edit_history=(s.post.remote_id, "9" * 19),
        ),
    ),
    "a post is gone at the network": (_nothing, lambda s: store.remove_posts("x", [s.post.remote_id])),
    "an answer is gone at the network": (_nothing, lambda s: store.remove_posts("x", [s.answers[1].remote_id])),
    "what was sent from here shall be deleted": (_nothing, lambda s: sent_from_here.ask_to_delete(s.post, s.user)),
    "what was sent from here is deleted": (_nothing, lambda s: sent_from_here.carry_out(s.post, s.network)),
    "an account is protected": (_nothing, lambda s: _profile(s, protected=True)),
    "an account is renamed": (_nothing, lambda s: _profile(s, handle="ingrid_cooks")),
    "an account is proven": (_unproven, lambda s: proving.confirm(account=s.account, how="code")),
    "an account is read no longer": (_nothing, lambda s: accounts.stop_reading(s.account, on_page=False)),
    "a post is quiet": (_nothing, _quiet),
    "an answer is quiet": (_nothing, lambda s: showing.make_quiet(post=s.answers[1], actor=_owner(s.answers[1]))),
    "a quiet ends": (_quiet, lambda s: showing.end_quiet(post=s.post, actor=s.user)),
    "words are changed": (_nothing, _words),
    "a page is closed": (_nothing, _closed),
    "a page is opened": (_closed, lambda s: profile_changes.open_own_page(person=s.person, actor=s.user)),
    "a name is corrected": (_nothing, _rename_person),
    "a portrait is set": (_nothing, _portrayed),
    "a portrait is taken away": (_portrayed, lambda s: faces.remove_portrait(s.person, actor=s.user)),
    "a face is fetched": (_to_fetch, lambda s: faces.fetch_due_avatars()),
    "a picture is fetched": (_nothing, lambda s: post_pictures.fetch_due()),
    "pictures are missing": (_picture_here, lambda s: _lose_files(s)),
    "something is said elsewhere": (_nothing, _said),
    "what was said elsewhere is changed": (
        _said,
        lambda s: saying.change_saying(
            post=_elsewhere(), said=saying.Said("At a fair.", "https://fair.example/"), actor=s.user
        ),
    ),
    "a picture of it is taken away": (_said, lambda s: saying.remove_picture(post=_elsewhere(), actor=s.user)),
    "it is taken back": (_said, lambda s: saying.unsay(post=_elsewhere(), actor=s.user)),
    "a post is hidden": (_nothing, _hidden),
    "a post is shown": (
        _hidden,
        lambda s: choosing.choose_post(enrolment=s.ingrid, post=s.post, shown=True, actor=s.user),
    ),
    "only what is picked": (_nothing, lambda s: _shown(s, shows="picked", reposts=False)),
    "a line and topics": (
        _nothing,
        lambda s: choosing.introduce(enrolment=s.ingrid, line="Stirs.", topics=[], actor=s.user),
    ),
    "a pause begins": (_nothing, _paused),
    "a pause has a day": (
        _paused,
        lambda s: choosing.pause(
            enrolment=Enrolment.objects.get(pk=s.ingrid.pk),
            until=timezone.now().date() + dt.timedelta(days=9),
            actor=s.user,
        ),
    ),
    "a pause is ended": (_paused, lambda s: choosing.resume(enrolment=s.ingrid, actor=s.user)),
    "a pause ends by itself": (_paused_until_today, lambda s: choosing.resume_due()),
    "somebody leaves": (_nothing, lambda s: choosing.leave(enrolment=s.ingrid, actor=s.user)),
    "they were here": (_offered, lambda s: _wants(s, named=True)),
    "they are named no longer": (_named, lambda s: alumni.withdraw(enrolment=_gone(s), actor=None)),
    "they want it no longer": (_named, lambda s: _wants(s, named=False)),
    "who is named closes their page": (_named, _closed),
    "who is named is erased": (_named, lambda s: erasing.erase_person(person=s.person, actor=s.user)),
    "who is named is called otherwise": (_named, _rename_person),
    "who is named takes their portrait away": (
        _named_with_portrait,
        lambda s: faces.remove_portrait(s.person, actor=s.user),
    ),
    "both want a farewell card": (_says_farewell, _agrees),
    "the brand takes it away": (
        _farewell_shown,
        lambda s: farewell.take_away(enrolment=_gone(s), by_brand=True, actor=None),
    ),
    "the person takes it away": (
        _farewell_shown,
        lambda s: farewell.take_away(enrolment=_gone(s), by_brand=False, actor=s.user),
    ),
    "other words take its place": (
        _farewell_shown,
        lambda s: farewell.write(enrolment=_gone(s), line="So long.", by_brand=False, actor=s.user),
    ),
    "its time is over": (_farewell_over, lambda s: farewell.end_due()),
    "their own page says so": (_left, lambda s: _wants(s, named=False, on_own_page=True)),
    "somebody is erased": (_nothing, lambda s: erasing.erase_person(person=s.person, actor=s.user)),
    "the studio edits": (_nothing, lambda s: _edit(s, title="Head cook")),
    "the studio takes a topic": (_nothing, lambda s: _edit(s, topics=[])),
    "the studio pauses": (_nothing, _paused_by_brand),
    "the studio ends a pause": (_paused_by_brand, lambda s: tending.resume(enrolment=s.ingrid, actor=None)),
    "somebody is taken off": (_nothing, _taken_off),
    "somebody is put back": (_taken_off, lambda s: tending.put_back(enrolment=s.ingrid, actor=None)),
    "an enrolment is ended": (_nothing, lambda s: tending.end(enrolment=s.ingrid, reason="Moved on.", actor=None)),
    "a post is taken off": (_nothing, _removed),
    "a post is put back": (_removed, lambda s: removing.put_post_back(removal=Removal.objects.get(), actor=None)),
    "a team is moved in bulk": (_nothing, _bulk),
    "a bulk act is undone": (_bulk_done, _bulk_undone),
    "a team is renamed": (_nothing, lambda s: labels.rename(Team.objects.get(), name="Galley", actor=s.user)),
    "a team is deleted": (_nothing, lambda s: labels.delete(Team.objects.get(), actor=s.user)),
    "a topic is renamed": (_nothing, lambda s: labels.rename(Topic.objects.get(), name="Stew", actor=s.user)),
    "the brand is called otherwise": (_nothing, lambda s: _rename_brand(s)),
    "the page has a closing line": (_nothing, _signed),
    "the closing line is taken away": (_signed, lambda s: presenting.close_with(brand=s.brand, line="", actor=s.user)),
    "somebody opens the page": (
        _nothing,
        lambda s: presenting.open_with(brand=s.brand, enrolments=[s.ingrid.pk], actor=s.user),
    ),
    "a brand is opened": (
        _nothing,
        lambda s: opening.open_brand("third", "Third", "owner@example.org", actor=None, label="test"),
    ),
    "a list is imported": (_imported, _file),
    "somebody says yes": (_invited, _say_yes),
    "a consent is on file": (_invited, _consent),
    "a feed is rebuilt": (_nothing, _shift),
}
# what the pages show stays the same by chance of the scene, or until something else happens
UNSEEN = {"a feed is rebuilt", "somebody opens the page", "its time is over"}


def _owner(post: Post) -> User:
    user = make_user()
    Person.objects.filter(pk=post.person_id).update(user=user)
    post.person.refresh_from_db()
    return user


def _lose_files(scene: Scene) -> None:
    for path in (scene.folder / "media").rglob("*.avif"):
        path.unlink()
    post_pictures.tidy()


def _rename_brand(scene: Scene) -> None:
    scene.brand.name = "Vesper Trains"
    presenting.change(brand=scene.brand, fields=["name"], actor=scene.user)
