"""What happens when the composer's main button is pressed, and how what waits is told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from people.models import Delivery, Draft
from people.publishing.outbox import When
from people.views.desk.room import reader
from people.writing import drafting, posting, walltimes
from people.writing.alike import Unsent
from people.writing.week import next_free, week_of


def send(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Let the draft go out as the form says. Raises NotKept, NoDescription, SaidAlready, ValueError."""
    actor, week = reader(request), week_of(draft.person)
    chosen = [one for one in posting.accounts_of(draft.person) if one.pk in draft.to]
    if not chosen:
        raise drafting.NotKept("Choose at least one account in “Where it goes”.")
    posting.told_apart(chosen)
    when, words = _when(draft)
    dear = [one for one in posting.targets(chosen, draft) if one.dear]
    how = {one.account.pk: request.POST.get(f"how-{one.account.pk}") for one in dear}
    for one in dear:
        # without JavaScript, or before the preview has come, nobody has read the price yet
        if how[one.account.pk] not in {"hand", "here"}:
            raise drafting.NotKept(
                f"{one.name}, @{one.account.handle}: a post with a link costs {one.dollars} USD when it is sent from "
                f"here, and nothing in {one.name}’s own form. Choose one of the two in “Where it goes”."
            )
    by_hand = [one for one in dear if how[one.account.pk] == "hand"]
    if by_hand and when is not None:
        name = by_hand[0].name
        raise drafting.NotKept(f"{name}’s own form cannot wait: choose “Now”, or let it be sent from here.")
    for one in posting.targets([one.account for one in by_hand], draft, compared=Unsent.ALL):
        if refused := posting.by_hand_refused(one):
            raise drafting.NotKept(refused)
    rest = [one for one in chosen if one.pk not in {target.account.pk for target in by_hand}]
    asked = request.POST.get("do") == "send-anyway" or not week.asks_alt
    posting.post_draft(draft=draft, accounts=rest, actor=actor, when=when, asked=asked)
    for told in dict.fromkeys(posting.about_to_say(chosen, draft)):  # whoever saw no preview reads it here
        messages.warning(request, told)
    if by_hand:
        drafting.note_by_hand(draft=draft, actor=actor)
        return redirect("desk-by-hand", draft.pk)
    messages.success(request, words)
    return redirect("desk-write")


def _when(draft: Draft) -> tuple[When | None, str]:
    """Return when a draft goes out, None for now, and what the person is told."""
    if draft.when == "at":
        moment = walltimes.resolve(draft.wall_time, draft.zone)
        if moment.at <= timezone.now():
            raise walltimes.Unclear("That time is over. Choose a later one.")
        wall_time = moment.said.strftime(walltimes.FORMAT)
        told = f"It goes out on {moment.said:%A, %-d %B, at %H:%M} in {walltimes.city_of(draft.zone)}. {moment.word}"
        return When(wall_time=wall_time, zone=draft.zone), told.strip()
    if draft.when == "slot":
        free = next_free(week_of(draft.person), after=timezone.now())
        if free is None:
            raise walltimes.Unclear("Your week has no free hour. Choose a time.")
        told = f"It goes out on {free.said:%A, %-d %B, at %H:%M} in {walltimes.city_of(free.zone)}."
        return When(wall_time=free.wall_time, zone=free.zone), told
    return None, "It goes out in a moment. You can still take it back."


def waiting(draft: Draft) -> list[Delivery]:
    """Return what waits of a draft, or went out."""
    gone = drafting.OVER
    return list(draft.deliveries.exclude(state__in=gone).select_related("account", "post").order_by("pk"))
