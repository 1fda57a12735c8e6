"""Carrying a plan out, in short transactions: a row that fails takes nothing else along, and a second run goes on."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import DatabaseError, transaction
from django.db.models import Q

from advocacy.audit import record
from brands import consenting, enrolling, inviting
from brands.importing.knowing import NETWORK
from brands.importing.planning import ALONE
from brands.importing.records import Problem, RowPlan, Verdict
from brands.letters import Sent, owe_letters, send_listing_letters
from brands.models import Brand, Enrolment, Team, Topic
from brands.telling import place_told
from brands.tending import address_open
from people.accounts import Taken, name_account, name_new_accounts
from people.models import Account, Person, User
from people.profiles import count_backdrops, fold_name, least_used, new_person, rename_person

BATCH = 100  # rows in one transaction: SQLite has one writer, others wait about a second


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who imports for which brand, under which consent; backdrops: how often each is used, counted once.

    scope: the consent on file; None where the people will be asked: they stay invited, and no account is named.
    """

    brand: Brand
    scope: consenting.Scope | None
    actor: User | None
    label: str
    mail: bool
    backdrops: Counter[str] = field(default_factory=count_backdrops)


class _Failed(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


def carry_out(carrier: Carrier, plans: Sequence[RowPlan], tell: Callable[[int, int], None]) -> Sent:
    """Carry the plans out; a plan that fails becomes a problem. tell: (rows done, rows in all) after each batch."""
    sent = Sent()
    done = 0
    for start in range(0, len(plans), BATCH):
        batch = plans[start : start + BATCH]
        fresh = carry_batch(carrier, batch)
        if carrier.mail:
            result = send_listing_letters(fresh + _without_letter(batch))
            sent.sent += result.sent
            sent.failed += result.failed
            sent.without_address += result.without_address
        done += len(batch)
        tell(done, len(plans))
    note_failures(plans, plans)
    return sent


def carry_batch(carrier: Carrier, batch: Sequence[RowPlan]) -> list[int]:
    """Carry the plans of one transaction out, together, or one by one where one fails: it then has the problem.

    Return the ids of the enrolments that became active.
    """
    due = [plan for plan in batch if plan.verdict in {Verdict.NEW, Verdict.UPDATED}]
    if not due:
        return []
    with transaction.atomic():
        labels = _Labels(carrier.brand, due)
        try:
            with transaction.atomic():
                return _carry(carrier, due, labels)
        except (_Failed, DatabaseError, enrolling.NotMoved):
            return [pk for plan in due for pk in _carry_alone(carrier, plan, labels)]


def _carry_alone(carrier: Carrier, plan: RowPlan, labels: "_Labels") -> list[int]:
    try:
        with transaction.atomic():
            return _carry(carrier, [plan], labels)
    except _Failed as failure:
        plan.problems = (failure.problem,)
    except (DatabaseError, enrolling.NotMoved) as error:
        what = f"the row could not be saved ({type(error).__name__})"
        plan.problems = (Problem("changed meanwhile", "", what, "run the import again"),)
    plan.verdict, plan.person_id = Verdict.PROBLEM, None
    return []


class _Labels:
    """Teams and topics of a batch, made before its rows so that a failing row takes none of them along."""

    def __init__(self, brand: Brand, plans: Sequence[RowPlan]) -> None:
        teams = {fold_name(plan.wanted.team): plan.wanted.team for plan in plans if plan.wanted.team}
        topics = {fold_name(topic): topic for plan in plans for topic in plan.wanted.topics}
        self.teams: dict[str, Team] = {key: enrolling.team_named(brand, name) for key, name in teams.items()}
        self.topics: dict[str, Topic] = {key: enrolling.topic_named(brand, name) for key, name in topics.items()}


def _carry(carrier: Carrier, plans: Sequence[RowPlan], labels: _Labels) -> list[int]:
    """Carry rows out, all or none; return the ids of the enrolments that became active."""
    enrolments = _enrol(carrier, [plan for plan in plans if plan.enrolment_id is None], labels)
    for plan in plans:
        if plan.enrolment_id is not None:
            enrolments[plan.number] = _update(carrier, plan, plan.enrolment_id, labels)
    active = _consent(carrier, carrier.scope, plans, enrolments) if carrier.scope else []
    if carrier.mail:
        owe_letters(active)
    for plan in plans:
        plan.person_id, plan.enrolment_id = enrolments[plan.number].person_id, enrolments[plan.number].pk
    return active


def _consent(
    carrier: Carrier, scope: consenting.Scope, plans: Sequence[RowPlan], enrolments: dict[int, Enrolment]
) -> list[int]:
    active = []
    made = _new_accounts(plans, enrolments)
    new = [enrolments[plan.number] for plan in plans if plan.enrolment_id is None]
    refused = inviting.who_said_no(carrier.brand.pk, new)  # since the plan was made
    for plan in plans:
        enrolment = enrolments[plan.number]
        if enrolment.pk in refused:
            raise _Failed(ALONE)
        accounts = [
            made.get(named.remote_id) or _account(enrolment.person, named.handle, named.remote_id)
            for named in plan.accounts
        ]
        invited = enrolment.state == Enrolment.State.INVITED
        if accounts or invited:
            consenting.consent_on_file(
                enrolment=enrolment,
                accounts=accounts,
                scope=scope,
                actor=carrier.actor,
                label=carrier.label,
                new=plan.enrolment_id is None,
            )
        if invited:
            active.append(enrolment.pk)
    return active


def _enrol(carrier: Carrier, plans: Sequence[RowPlan], labels: _Labels) -> dict[int, Enrolment]:
    """Make the enrolments of people who have none here, and the people who are new; return them by row number."""
    known = Person.objects.in_bulk([plan.person_id for plan in plans if plan.person_id is not None])
    people = {plan.number: known[plan.person_id] for plan in plans if plan.person_id is not None}
    people |= {plan.number: _person(carrier, plan) for plan in plans if plan.person_id is None}
    Person.objects.bulk_create([person for person in people.values() if person.pk is None])
    made = {
        plan.number: Enrolment(
            brand=carrier.brand,
            person=people[plan.number],
            title=plan.wanted.title,
            team=labels.teams.get(fold_name(plan.wanted.team)),
            place=plan.wanted.place,
            with_brand_since=plan.wanted.with_brand_since,
            line=plan.wanted.line,
            email=plan.wanted.email,
            external_id=plan.wanted.external_id,
        )
        for plan in plans
    }
    enrolling.enrol_people(list(made.values()), brand=carrier.brand, actor=carrier.actor, label=carrier.label)
    knows_about = Enrolment.topics.through
    knows_about.objects.bulk_create(
        knows_about(enrolment=made[plan.number], topic=topic)
        for plan in plans
        for topic in dict.fromkeys(labels.topics[fold_name(name)] for name in plan.wanted.topics)
    )
    return made


def _person(carrier: Carrier, plan: RowPlan) -> Person:
    backdrop = least_used(carrier.backdrops)
    carrier.backdrops[backdrop] += 1
    wanted = plan.wanted
    return new_person(
        name=wanted.name,
        given=wanted.given,
        family=wanted.family,
        nickname=wanted.nickname,
        languages=wanted.languages,
        backdrop=backdrop,
    )


def _update(carrier: Carrier, plan: RowPlan, enrolment_id: int, labels: _Labels) -> Enrolment:
    wanted = plan.wanted
    enrolment = Enrolment.objects.select_related("person", "brand").get(pk=enrolment_id)
    if "email" in plan.changes and not address_open().filter(pk=enrolment.pk).update(email=wanted.email):
        what, todo = "the person was asked meanwhile, at the address of before", "run the import again"
        raise _Failed(Problem("changed meanwhile", "e-mail", what, todo))
    if "email" in plan.changes:
        enrolment.email = wanted.email  # by it a no is found that was said there
    plain = {"title", "place", "with_brand_since", "line", "external_id"} & set(plan.changes)
    fields: dict[str, object] = {name: getattr(wanted, name) for name in plain}
    if "team" in plan.changes:
        fields["team"] = labels.teams[fold_name(wanted.team)]
    if fields:
        Enrolment.objects.filter(pk=enrolment.pk).update(**fields)
    if "topics" in plan.changes:
        enrolment.topics.set([labels.topics[fold_name(topic)] for topic in wanted.topics])
    if "name" in plan.changes:
        rename_person(
            enrolment.person,
            name=wanted.name,
            given=wanted.given,
            family=wanted.family,
            nickname=wanted.nickname,
        )
    if "languages" in plan.changes:
        Person.objects.filter(pk=enrolment.person_id).update(languages=list(wanted.languages))
    if written := [name for name in plan.changes if name not in {"accounts", "consent"}]:
        place_told(enrolment)
        record(
            "enrolment.updated",
            actor=carrier.actor,
            label=carrier.label,
            brand=carrier.brand.slug,
            subject=enrolling.subject_of(enrolment),
            details={"fields": written},
        )
    return enrolment


def _account(person: Person, handle: str, remote_id: str) -> Account:
    found = name_account(person, network=NETWORK, handle=handle, remote_id=remote_id or None, named_by_operator=True)
    if isinstance(found, Taken):
        what = f"the account {remote_id or '@' + handle} is known as somebody else's"
        todo = "add the network id, or correct the handle"
        raise _Failed(Problem("account of somebody else", "account", what, todo))
    return found


def _new_accounts(plans: Sequence[RowPlan], enrolments: dict[int, Enrolment]) -> dict[str, Account]:
    """Name the accounts of new people that are nobody's yet, in one go; return them by network id."""
    wanted = {
        named.remote_id: (enrolments[plan.number].person, named.handle)
        for plan in plans
        if plan.person_id is None
        for named in plan.accounts
        if named.remote_id
    }
    return {str(account.remote_id): account for account in name_new_accounts(wanted, network=NETWORK)}


def _without_letter(batch: Sequence[RowPlan]) -> list[int]:
    """Return enrolments that stand unchanged and whose person never got their letter: an earlier one failed."""
    same = [p.enrolment_id for p in batch if p.enrolment_id is not None and p.verdict == Verdict.UNCHANGED]
    unsent = Q(person__listing_hash="") | Q(letter_due_at__isnull=False)
    waiting = Enrolment.objects.filter(unsent, pk__in=same).exclude(consent_reference="")
    return list(waiting.values_list("pk", flat=True))


def note_failures(plans: Iterable[RowPlan], those_before: Iterable[RowPlan]) -> None:
    """A further account of a row that failed was not added either."""
    failed = {plan.number for plan in those_before if plan.verdict == Verdict.PROBLEM}
    for plan in plans:
        if plan.verdict == Verdict.ALSO and plan.same_as in failed:
            plan.verdict = Verdict.PROBLEM
            what = f"row {plan.same_as}, about the same person, has a problem"
            plan.problems = (Problem("earlier row failed", "", what, f"solve the problem of row {plan.same_as}"),)
