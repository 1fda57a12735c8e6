"""Batch compliance: POST and GET /2/compliance/jobs, GET /2/compliance/jobs/:id, and the files of a job."""

import json
import secrets
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from advocacy.sandbox import faults
from advocacy.sandbox.api import fields, problems
from advocacy.sandbox.api.base import Endpoint
from advocacy.sandbox.models import ComplianceJob, Inhabitant, Utterance
from advocacy.sandbox.snowflakes import iso, snowflake

Json = dict[str, Any]

UPLOAD_TIME = timedelta(minutes=15)
DOWNLOAD_TIME = timedelta(days=7)
WORK_TIME = timedelta(seconds=1)  # how long a job is in_progress after its upload; minutes at X
TYPES = ("tweets", "users")
CHUNK = 500


def status_of(job: ComplianceJob) -> str:
    """Return where a job stands now."""
    now = timezone.now()
    if job.uploaded_at is None:
        return "created" if now < job.upload_expires_at else "expired"
    if now < job.uploaded_at + WORK_TIME:
        return "in_progress"
    return "complete" if now < job.download_expires_at else "expired"


def _shape(job: ComplianceJob, request: Request) -> Json:
    where = {"number": job.id, "secret": job.secret}
    shape: Json = {
        "id": str(job.id),
        "type": job.type,
        "created_at": iso(job.created_at),
        "upload_url": request.build_absolute_uri(reverse("sandbox:upload", kwargs=where)),
        "upload_expires_at": iso(job.upload_expires_at),
        "download_url": request.build_absolute_uri(reverse("sandbox:download", kwargs=where)),
        "download_expires_at": iso(job.download_expires_at),
        "status": status_of(job),
        "resumable": job.resumable,
    }
    return shape | ({"name": job.name} if job.name else {})


class Jobs(Endpoint):
    """Open a job, or list those of a type."""

    parser_classes = (JSONParser,)
    endpoint = "jobs"

    def name(self, request: Request) -> str:
        """Opening and listing are counted apart."""
        return "create_job" if request.method == "POST" else "jobs"

    def post(self, request: Request) -> Response:
        """Open a job of {"type", "name", "resumable"}; the upload has 15 minutes."""
        asked = request.data if isinstance(request.data, dict) else {}
        if asked.get("type") not in TYPES:
            message = f"The `type` field value [{asked.get('type')}] is not one of [tweets,users]"
            raise problems.invalid(message, type=str(asked.get("type")))
        now = timezone.now()
        job = ComplianceJob.objects.create(
            id=snowflake(now),
            type=asked["type"],
            name=str(asked.get("name") or "")[:64],
            resumable=bool(asked.get("resumable")),
            secret=secrets.token_urlsafe(32),
            created_at=now,
            upload_expires_at=now + UPLOAD_TIME,
            download_expires_at=now + DOWNLOAD_TIME,
        )
        return Response({"data": _shape(job, request)})

    def get(self, request: Request) -> Response:
        """List the jobs of ?type=, newest first, perhaps of one ?status=."""
        kind, status = request.query_params.get("type", ""), request.query_params.get("status")
        if kind not in TYPES:
            message = f"The `type` query parameter value [{kind}] is not one of [tweets,users]"
            raise problems.invalid(message, type=kind)
        jobs = [_shape(job, request) for job in ComplianceJob.objects.filter(type=kind).order_by("-id")]
        listed = [job for job in jobs if status in {None, job["status"]}]
        return Response(({"data": listed} if listed else {}) | {"meta": {"result_count": len(listed)}})


class Job(Endpoint):
    """One job."""

    endpoint = "job"

    def get(self, request: Request, id: str) -> Response:
        """Return the job as it stands."""
        number = fields.path_id(id)
        job = ComplianceJob.objects.filter(id=number).first() if number < 1 << 63 else None
        if job is None:
            return Response({"errors": [problems.not_found("compliance_job", "id", id)]})
        return Response({"data": _shape(job, request)})


@csrf_exempt
@require_http_methods(["PUT"])
def upload(request: HttpRequest, number: int, secret: str) -> HttpResponseBase:
    """Take the ids, one a line. The address is the permission; 403 once it has expired."""
    job = ComplianceJob.objects.filter(id=number, secret=secret).first()
    if job is None or timezone.now() >= job.upload_expires_at:
        return HttpResponse(status=403 if job else 404)
    fault = faults.meet("upload")
    if fault and fault.status:
        return HttpResponse(status=fault.status)
    try:
        numbers = (int(line) for raw in request for line in raw.split())
        work = _gone_tweets(numbers) if job.type == "tweets" else _gone_users(numbers)
        result = "".join(json.dumps(line) + "\n" for line in work)
    except ValueError:
        return HttpResponse("one id a line", status=400, content_type="text/plain")
    ComplianceJob.objects.filter(pk=job.pk).update(uploaded_at=timezone.now(), result=result)
    response = HttpResponse()
    return faults.spoiled(fault, request, response) if fault else response


@require_GET
def download(request: HttpRequest, number: int, secret: str) -> HttpResponseBase:
    """Give the result: one JSON object a line, for affected ids only. 404 before the job is complete."""
    job = ComplianceJob.objects.filter(id=number, secret=secret).first()
    if job is None or status_of(job) != "complete":
        return HttpResponse(status=404)
    fault = faults.meet("download")
    if fault and fault.status:
        return HttpResponse(status=fault.status)
    response = HttpResponse(job.result, content_type="application/octet-stream")
    return faults.spoiled(fault, request, response) if fault else response


def _reason(who: Inhabitant) -> str:
    if who.deactivated:
        return "deactivated"
    if who.suspended:
        return "suspended"
    return "protected" if who.protected else ""


def _chunks(numbers: Iterator[int]) -> Iterator[list[int]]:
    while chunk := list(islice(numbers, CHUNK)):
        yield chunk


def _gone_tweets(numbers: Iterator[int]) -> Iterator[Json]:
    """Yield a line for each id that must be removed; ids that never lived here are not known to be gone."""
    for chunk in _chunks(numbers):
        rows: QuerySet[Utterance] = Utterance.objects.filter(id__in=chunk).select_related("author")
        for row in rows.defer("text", "mentions", "urls", "media", "author__sayings"):
            reason = _reason(row.author) or ("deleted" if row.deleted_at else "")
            if reason:
                line = {"id": str(row.id), "action": "delete", "created_at": iso(row.created_at)}
                at = {"redacted_at": iso(row.deleted_at)} if row.deleted_at else {}
                yield line | at | {"reason": reason}


def _gone_users(numbers: Iterator[int]) -> Iterator[Json]:
    for chunk in _chunks(numbers):
        for who in Inhabitant.objects.filter(id__in=chunk):
            if reason := _reason(who):
                created = iso(who.created_at)
                yield {"id": str(who.id), "action": "delete", "created_at": created, "reason": reason}
