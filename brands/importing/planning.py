"""What is to be done with each row. Pure: the rows, and a snapshot of what is known, give the plan."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from brands.importing.addresses import looks
from brands.importing.knowing import Enrolled, Known
from brands.importing.records import Named, Parsed, Problem, RowPlan, Verdict, Wanted
from brands.models import Enrolment
from people import tombstones
from people.profiles import fold_name

_ADDRESS_STAYS = Problem(
    "another address",
    "e-mail",
    "the address differs from the one that was asked",
    "write that one, or end the invitation and enrol the person anew",
)
# the same words whatever it is that is known, and whyever: nobody learns from a list who was here before
ALONE = Problem(
    "only by themselves",
    "",
    "nobody can be enrolled from a list who wants to come by themselves only",
    "take the row out",
)
_SAID_YES = frozenset(Enrolment.OPEN) - {Enrolment.State.INVITED}
# what is a person's own once they have spoken for themselves
_THEIRS = frozenset({"name", "languages", "line", "topics"})
_DIFFERENT_ROWS = "correct one of the two rows, or take it out"


@dataclass(slots=True)
class _Seen:
    """What earlier rows of the same file said."""

    external_ids: dict[str, RowPlan] = field(default_factory=dict)
    emails: dict[str, RowPlan] = field(default_factory=dict)
    accounts: dict[str, RowPlan] = field(default_factory=dict)  # by the keys of _marks
    people: dict[int, RowPlan] = field(default_factory=dict)
    looks: dict[str, str] = field(default_factory=dict)  # look -> address
    # the same of all ASCII addresses of the file: of two that look alike the other one is suspect, wherever it stands
    plain_looks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Rules:
    create_teams: bool
    asking: bool = False


def stage(rows: Iterable[Parsed], known: Known, *, create_teams: bool, asking: bool = False) -> list[RowPlan]:
    """Return the plan of each row, in the order of the file. The check and the import use the same plan.

    asking: nobody becomes active by this import. Accounts are then only what the person will be shown when they
    answer: those of people who are enrolled already change nothing.
    """
    rows = list(rows)
    plain = {row.wanted.email for row in rows if row.wanted.email.isascii()}
    seen = _Seen(
        looks={looks(email): email for email, who in known.by_email.items() if who.open},
        plain_looks={looks(email): email for email in plain},
    )
    rules = _Rules(create_teams, asking)
    return [_plan(row, known, seen, rules) for row in rows]


def _plan(row: Parsed, known: Known, seen: _Seen, rules: _Rules) -> RowPlan:
    wanted = row.wanted
    plan = RowPlan(row.number, Verdict.NEW, wanted, accounts=wanted.accounts, notes=row.notes, problems=row.problems)
    earlier = None if plan.problems else _same_person_earlier(wanted, seen)
    if earlier is not None and not plan.problems:
        return _merge(plan, earlier, known, seen, rules)
    if not plan.problems:
        plan.problems = tuple(_in_file(wanted, seen))
    if not plan.problems:
        person_id, plan.problems = match(wanted, known)
        if not plan.problems:
            plan.problems = tuple(_against_known(wanted, person_id, known, seen, rules))
        if not plan.problems:
            _compare(plan, person_id, known, rules)
    if plan.problems:
        plan.verdict = Verdict.PROBLEM
    else:
        _remember(plan, seen)
    return plan


def match(wanted: Wanted, known: Known) -> tuple[int | None, tuple[Problem, ...]]:
    """Find the person whom a row is about: by network id, then the brand's own id, then e-mail. Never by name.

    A row with a handle and none of these is about the person of this brand who has the handle and the same name.
    """
    owners = {known.id_owner[a.remote_id] for a in wanted.accounts if a.remote_id in known.id_owner}
    if len(owners) > 1:
        what = "the ids are accounts of two different people"
        return None, (
            Problem("accounts of two people", "X id", what, "write each person's accounts into their own row"),
        )
    here = known.by_external_id.get(wanted.external_id) if wanted.external_id else None
    addressed = known.by_email.get(wanted.email) if wanted.email else None
    if owners:
        (person_id,) = owners
    elif here is not None:
        person_id = here.person_id
    elif addressed is not None and not _other_number(addressed, wanted):
        person_id = addressed.person_id
    elif wanted.email in known.email_elsewhere:
        person_id = known.email_elsewhere[wanted.email]
    else:
        return _by_handle(wanted, known), ()
    return person_id, ()


def _other_number(enrolled: Enrolled, wanted: Wanted) -> bool:
    """Whether the brand's own numbers say that these are two people."""
    return bool(wanted.external_id and enrolled.external_id and wanted.external_id != enrolled.external_id)


def _by_handle(wanted: Wanted, known: Known) -> int | None:
    if wanted.external_id or wanted.email:
        return None
    for account in wanted.accounts:
        enrolled = known.by_person.get(known.handle_owner.get(account.handle.casefold(), 0))
        if not account.remote_id and enrolled and fold_name(enrolled.name) == fold_name(wanted.name):
            return enrolled.person_id
    return None


def _same_person_earlier(wanted: Wanted, seen: _Seen) -> RowPlan | None:
    """Return the earlier row about the same person: same number, or same address and name, with other accounts."""
    earlier = seen.external_ids.get(wanted.external_id) if wanted.external_id else None
    if earlier is None and wanted.email in seen.emails:
        candidate = seen.emails[wanted.email]
        numbers = {candidate.wanted.external_id, wanted.external_id}
        if fold_name(candidate.wanted.name) == fold_name(wanted.name) and len(numbers) == 1:
            earlier = candidate
    if earlier is None or any(_clashes(account) & seen.accounts.keys() for account in wanted.accounts):
        return None
    return earlier


def _in_file(wanted: Wanted, seen: _Seen) -> Iterable[Problem]:
    if wanted.external_id in seen.external_ids:
        number = seen.external_ids[wanted.external_id].number
        yield Problem("twice in the file", "external id", f"same number as row {number}", _DIFFERENT_ROWS)
    if wanted.email in seen.emails:
        number = seen.emails[wanted.email].number
        yield Problem("twice in the file", "e-mail", f"same e-mail as row {number}", _DIFFERENT_ROWS)
    for account in wanted.accounts:
        for key in sorted(_clashes(account) & seen.accounts.keys()):
            yield Problem(
                "twice in the file", "account", f"same account as row {seen.accounts[key].number}", _DIFFERENT_ROWS
            )
            break


def _against_known(
    wanted: Wanted, person_id: int | None, known: Known, seen: _Seen, rules: _Rules
) -> Iterable[Problem]:
    here = known.by_person.get(person_id or 0)
    asked = here is None or here.state not in _SAID_YES
    if (
        (here and here.alone)
        or (asked and wanted.email in known.refused)
        or known.alone
        & {
            wanted.email,
            *(name for one in wanted.accounts for name in _names(one)),
        }
    ):
        yield ALONE
    for key, enrolled in (
        ("external id", known.by_external_id.get(wanted.external_id)),
        ("e-mail", known.by_email.get(wanted.email)),
    ):
        if enrolled and enrolled.open and enrolled.person_id != person_id:
            what = f"the {key} is that of somebody else of this brand, and the other columns say otherwise"
            yield Problem("two people in one row", key, what, "correct the row: its id, number and e-mail must agree")
    for account in wanted.accounts:
        owner = known.id_owner.get(account.remote_id) if account.remote_id else None
        if owner is None and not account.remote_id:
            owner = known.handle_owner.get(account.handle.casefold())
        if owner is not None and owner != person_id:
            what = f"the account {account.remote_id or '@' + account.handle} is known as somebody else's"
            yield Problem("account of somebody else", "account", what, "add the network id, or correct the handle")
    enrolled = known.by_person.get(person_id or 0)
    if enrolled and not enrolled.open:
        todo = "nothing: only the person can say yes again"
        yield Problem("no longer enrolled", "", "the enrolment of this person has ended", todo)
    if person_id is not None and person_id in seen.people:
        number = seen.people[person_id].number
        yield Problem("twice in the file", "", f"the same person as row {number}", _DIFFERENT_ROWS)
    if wanted.team and not rules.create_teams and fold_name(wanted.team) not in known.teams:
        todo = "choose a team" if rules.asking else "correct the name, or have new teams made with --create-teams"
        yield Problem("unknown team", "team", f"there is no team “{wanted.team}”", todo)
    look = looks(wanted.email) if wanted.email else ""
    alike = seen.looks.get(look) or (None if wanted.email.isascii() else seen.plain_looks.get(look))
    if alike and alike != wanted.email and not (enrolled and enrolled.email == alike):
        what = f"“{wanted.email}” looks like “{alike}” and is another address"
        yield Problem("look-alike address", "e-mail", what, "find out which of the two is right")


def _names(account: Named) -> Iterable[str]:
    return (tombstones.account("x", account.remote_id), tombstones.account("x", account.handle))


def _compare(plan: RowPlan, person_id: int | None, known: Known, rules: _Rules) -> None:
    """Say what a row changes for somebody whom this brand knows. An empty cell changes nothing."""
    plan.person_id = person_id
    enrolled = known.by_person.get(person_id or 0)
    if enrolled is None:
        return
    plan.enrolment_id = enrolled.id
    if plan.wanted.email not in {"", enrolled.email} and not enrolled.address_open:
        if enrolled.state == Enrolment.State.INVITED:
            plan.problems = (_ADDRESS_STAYS,)
            return
        plan.notes += ("an address differs from the one of a person who has said yes: theirs stays",)
    plan.accounts = () if rules.asking else tuple(a for a in plan.wanted.accounts if not _is_shown(a, enrolled))
    differences = tuple(_differences(plan.wanted, enrolled))
    plan.kept = tuple(name for name in differences if enrolled.spoke and name in _THEIRS)
    plan.changes = tuple(name for name in differences if name not in plan.kept)
    if plan.kept:
        plan.notes += (f"another {', '.join(plan.kept)} than somebody who has said yes has: theirs stays",)
    if enrolled.state == Enrolment.State.INVITED and not rules.asking:
        plan.changes += ("consent",)
    elif plan.accounts and enrolled.state != Enrolment.State.ACTIVE:
        todo = "add the account when the person is back"
        plan.problems = (Problem("not active now", "account", f"this person is {enrolled.state}", todo),)
        return
    if plan.accounts:
        plan.changes += ("accounts",)
    plan.verdict = Verdict.UPDATED if plan.changes else Verdict.UNCHANGED


def _differences(wanted: Wanted, enrolled: Enrolled) -> Iterable[str]:
    # another brand's person, or one with a login, keeps the name and the languages that they have; see also _THEIRS
    if (enrolled.own or enrolled.spoke) and wanted.name != enrolled.name:
        yield "name"
    if (enrolled.own or enrolled.spoke) and wanted.languages and wanted.languages != enrolled.languages:
        yield "languages"
    for name in ("title", "place", "with_brand_since", "line", "email", "external_id"):
        value = getattr(wanted, name)
        if value and value != getattr(enrolled, name) and (name != "email" or enrolled.address_open):
            yield name
    if wanted.team and fold_name(wanted.team) != fold_name(enrolled.team):
        yield "team"
    if wanted.topics and {fold_name(topic) for topic in wanted.topics} != enrolled.topics:
        yield "topics"


def _is_shown(account: Named, enrolled: Enrolled) -> bool:
    for shown in enrolled.shown:
        if account.remote_id and shown.remote_id:
            same = account.remote_id == shown.remote_id
        else:
            # the id is new for an account that was named by its handle only: it is then added to that one
            same = not account.remote_id and account.handle.casefold() == shown.handle
        if same:
            return True
    return False


def _merge(plan: RowPlan, earlier: RowPlan, known: Known, seen: _Seen, rules: _Rules) -> RowPlan:
    """Take the accounts of a row over into the earlier row about the same person."""
    plan.same_as = earlier.number
    owner_problems = list(_against_known(plan.wanted, earlier.person_id, known, _Seen(), _Rules(create_teams=True)))
    if owner_problems:
        plan.problems, plan.verdict = tuple(owner_problems), Verdict.PROBLEM
        return plan
    enrolled = known.by_person.get(earlier.person_id or 0)
    plan.accounts = tuple(
        a for a in plan.wanted.accounts if not (enrolled and (rules.asking or _is_shown(a, enrolled)))
    )
    plan.person_id, plan.enrolment_id = earlier.person_id, earlier.enrolment_id
    plan.verdict = Verdict.ALSO if plan.accounts else Verdict.UNCHANGED
    if plan.accounts:
        earlier.accounts += plan.accounts
        if earlier.verdict == Verdict.UNCHANGED:
            earlier.verdict = Verdict.UPDATED
        if earlier.verdict == Verdict.UPDATED and "accounts" not in earlier.changes:
            earlier.changes += ("accounts",)
    for account in plan.wanted.accounts:
        seen.accounts.update(dict.fromkeys(_marks(account), plan))
    return plan


def _remember(plan: RowPlan, seen: _Seen) -> None:
    wanted = plan.wanted
    if wanted.external_id:
        seen.external_ids[wanted.external_id] = plan
    if wanted.email:
        seen.emails[wanted.email] = plan
        seen.looks[looks(wanted.email)] = wanted.email
    if plan.person_id is not None:
        seen.people[plan.person_id] = plan
    for account in wanted.accounts:
        seen.accounts.update(dict.fromkeys(_marks(account), plan))


def _marks(account: Named) -> set[str]:
    """Return the keys under which a row's account is remembered: ~h is a handle beside an id, @h one alone."""
    handle = account.handle.casefold()
    if not account.remote_id:
        return {f"@{handle}"}
    return {account.remote_id, f"~{handle}"} if handle else {account.remote_id}


def _clashes(account: Named) -> set[str]:
    """Return the keys that name the same account. Two ids with one handle are two accounts: one handle is old."""
    handle = account.handle.casefold()
    return {account.remote_id, f"@{handle}"} if account.remote_id else {f"@{handle}", f"~{handle}"}
