"""One act on many people: asking for it, watching it, taking it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from advocacy import answers
from advocacy.celery import ring
from brands import bulk as acts
from brands import inviting, policies, tasks
from brands.inviting_letters import Written, preview
from brands.models import Brand, BulkAct, Enrolment
from brands.queries import roster
from brands.queries.roster import NO_TEAM, Wanted
from brands.views.studio.actor import actor_of
from brands.views.studio.forms import InviteForm


@require_POST
def bulk(request: HttpRequest, slug: str) -> HttpResponse:
    """Write an act down and lead to its progress; an invitation asks for its words first."""
    brand = policies.brand_for(request, slug, policies.PEOPLE)
    act, _, team = request.POST.get("do", "").partition(":")
    people = _chosen(request, brand)
    if not people or act not in acts.ACTS:
        messages.error(request, "Tick the people first, then choose what to do with them.")
        return redirect("studio-people", brand.slug)
    wishes: dict[str, object] = {}
    if act == "invite":
        policies.brand_for(request, slug, policies.INVITE)
        sent = request.POST if "words" in request.POST else None
        form = InviteForm(sent, initial={"language": inviting.language_of(brand)})
        if not form.is_valid() or "preview" in request.POST:
            context = {"brand": brand, "form": form, "people": len(people), "carried": _carried(request)}
            context |= {"letter": _letter(request, brand, people, form) if form.is_valid() else None}
            return render(request, "studio/people_invite.html", context)
        wishes = dict(form.cleaned_data)
    elif act == "team":
        wishes = {"team": None if team == NO_TEAM else get_object_or_404(brand.teams, slug=team).pk}
    try:
        row = acts.ask(brand=brand, act=act, enrolments=people, actor=actor_of(request), wishes=wishes)
    except ValueError:  # none of them is the brand's
        messages.error(request, "Tick the people first, then choose what to do with them.")
        return redirect("studio-people", brand.slug)
    ring(tasks.carry_on_bulk, row.pk)
    return redirect("studio-bulk-act", brand.slug, row.pk)


@require_safe
def bulk_act(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show how far an act is."""
    brand = policies.brand_for(request, slug, policies.PEOPLE)
    row = get_object_or_404(BulkAct, brand=brand, pk=pk)
    context = {
        "brand": brand,
        "act": row,
        "name": acts.ACTS[row.act],
        **_how_far(row),
        "going": row.state in acts.GOING,
        "may_undo": acts.may_undo(row),
        "changed": len(row.before),
        "refused": sorted(row.refused.items()),
    }
    return answers.page(request, "studio/people_act.html", "studio/_people_act.html", context)


def _how_far(row: BulkAct) -> dict[str, int]:
    if row.state == BulkAct.State.UNDOING:  # only those whom it had reached
        return {"total": row.undo_from, "handled": row.undo_from - row.handled}
    return {"total": len(row.enrolments), "handled": row.handled}


@require_POST
def bulk_undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Begin to take an act back."""
    brand = policies.brand_for(request, slug, policies.PEOPLE)
    row = get_object_or_404(BulkAct, brand=brand, pk=pk)
    if acts.undo(row=row, actor=actor_of(request)):
        ring(tasks.carry_on_bulk, row.pk)
    else:
        messages.error(request, "This can no longer be taken back.")
    return redirect("studio-bulk-act", brand.slug, row.pk)


def _chosen(request: HttpRequest, brand: Brand) -> list[int]:
    """Return the ids of the people that a form means: the ticked, those of its page, or all that match."""
    scope = request.POST.get("scope")
    if scope == "matching":
        return roster.find(brand, Wanted.read(request.POST))
    words = request.POST.get("on_page", "").split() if scope == "page" else request.POST.getlist("who")
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 19]


def _letter(request: HttpRequest, brand: Brand, people: list[int], form: InviteForm) -> Written | None:
    """Return the letter as the first of these people would read it."""
    theirs = Enrolment.objects.filter(brand=brand, pk__in=people)
    first = theirs.select_related("brand", "person").order_by("pk").first()
    return preview(enrolment=first, by=actor_of(request), **form.cleaned_data) if first else None


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the hidden fields by which the next form means the same people."""
    carried = [("do", "invite"), ("scope", request.POST.get("scope", "")), ("on_page", request.POST.get("on_page", ""))]
    carried += [("who", who) for who in request.POST.getlist("who")]
    return [*carried, *Wanted.read(request.POST).kept.items()]
