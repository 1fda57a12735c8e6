"""What a network no longer shows goes from here: the daily batch job, and look-ups within an allowance."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from advocacy import limits
from people.models import ComplianceJob, Post
from people.networks.base import BatchCompliance, JobRecord, PostLookUp
from people.networks.errors import NetworkFailure, Refused
from people.networks.registry import adapter_for
from people.syncing import store
from people.syncing.meter import AppMeter

GIVE_UP = timedelta(hours=6)  # X's jobs take minutes; one that never ends must not keep the next day's away
STEP_SECONDS = 90  # one process carries a job on at a time; longer than the longest answer that the door waits for
FAILED_RETRY = timedelta(hours=1)  # a job that failed keeps the next one away for this long
LOOK_UP = 100
Job = ComplianceJob


def carry_on(*, network: str, every: timedelta | None = None, before: datetime | None = None) -> bool:
    """Do the next step of a network's compliance job; start one when the last is old enough.

    before: only a job older than this time counts as the last (so that a caller who loops comes to an end).
    Returns whether a step was done; False: nothing due, or somebody else is at it, or the network puts us off.
    """
    adapter = adapter_for(network, AppMeter(network))
    if not isinstance(adapter, BatchCompliance):
        return False
    turn = limits.hold(f"{network}:compliance", seconds=STEP_SECONDS)
    if turn is None:
        return False
    try:
        return _step(adapter, network, every or timedelta(seconds=settings.COMPLIANCE_SECONDS), before)
    except Refused as failure:  # the network knows no such job, or wants none: it will not want it later
        if job := open_job(network):
            _end(job, Job.State.FAILED, trouble=str(failure))
        return False
    except NetworkFailure:
        return False
    finally:
        limits.release(f"{network}:compliance", turn)


def open_job(network: str) -> ComplianceJob | None:
    """Return the job that is under way, if any."""
    return Job.objects.filter(network=network, state__in=(Job.State.CREATED, Job.State.SENT)).first()


def check_posts(*, network: str) -> int:
    """Ask for the newest posts whether they are still there, within LOOKUPS_PER_DAY; return how many were gone."""
    adapter = adapter_for(network, AppMeter(network))
    if not isinstance(adapter, PostLookUp) or settings.LOOKUPS_PER_DAY <= 0:
        return 0
    yesterday = timezone.now() - timedelta(days=1)
    unchecked = Q(checked_at__isnull=True) | Q(checked_at__lt=yesterday)
    posts = Post.objects.filter(unchecked, account__network=network).order_by("-published_at")[:LOOK_UP]
    wanted = list(posts.values_list("remote_id", flat=True))
    if not wanted:
        return 0
    ids = wanted[: limits.spend(f"{network}:look-ups", len(wanted), cap=settings.LOOKUPS_PER_DAY)]
    if not ids:
        return 0
    try:
        gone = adapter.gone(ids)
    except NetworkFailure:
        return 0
    Post.objects.filter(account__network=network, remote_id__in=ids).update(checked_at=timezone.now())
    return store.remove_posts(network, (post.remote_id for post in gone))


def _step(adapter: BatchCompliance, network: str, every: timedelta, before: datetime | None) -> bool:
    job = open_job(network)
    if job is None:
        last = timezone.now() - every
        recent = Job.objects.filter(network=network, created_at__gt=min(last, before) if before else last)
        recent = recent.exclude(state=Job.State.FAILED, created_at__lt=timezone.now() - FAILED_RETRY)
        if recent.exists() or not Post.objects.filter(account__network=network).exists():
            return False
        started = adapter.start_job()
        job = Job.objects.create(
            network=network,
            remote_id=started.remote_id,
            upload_url=started.upload_url,
            download_url=started.download_url,
        )
    if timezone.now() - job.created_at > GIVE_UP:
        _end(job, Job.State.FAILED, trouble="no result within six hours")
        return True
    if job.state == Job.State.CREATED:
        count = Post.objects.filter(account__network=network).count()
        adapter.send_ids(_record(job), _ids(network))
        Job.objects.filter(pk=job.pk, state=Job.State.CREATED).update(
            state=Job.State.SENT, ids=count, changed_at=timezone.now()
        )
        return True
    return _collect(adapter, job)


def _collect(adapter: BatchCompliance, job: ComplianceJob) -> bool:
    now = adapter.job(job.remote_id)
    if now.status in {"failed", "expired"}:
        _end(job, Job.State.FAILED, trouble=f"the network says: {now.status}")
        return True
    if now.status != "complete":
        return False
    gone = store.remove_posts(job.network, (post.remote_id for post in adapter.result(now)))
    _end(job, Job.State.DONE, gone=gone)
    return True


def _end(job: ComplianceJob, state: ComplianceJob.State, *, gone: int = 0, trouble: str = "") -> None:
    Job.objects.filter(pk=job.pk).update(state=state, gone=F("gone") + gone, trouble=trouble[:200])


def _ids(network: str) -> Iterator[str]:
    posts = Post.objects.filter(account__network=network)
    return posts.values_list("remote_id", flat=True).iterator(chunk_size=5000)


def _record(job: ComplianceJob) -> JobRecord:
    return JobRecord(job.remote_id, job.upload_url, job.download_url, "created")
