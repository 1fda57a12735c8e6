"""Media: initialize, append, finalize, status, and the words for those who cannot see it."""

import base64
import binascii
from datetime import timedelta
from typing import Any

from django.utils import timezone
from PIL import UnidentifiedImageError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from advocacy.sandbox import pictures
from advocacy.sandbox.api import problems
from advocacy.sandbox.api.base import Endpoint, person_of
from advocacy.sandbox.models import Segment, Upload
from advocacy.sandbox.posting import media_key
from advocacy.sandbox.snowflakes import snowflake

Json = dict[str, Any]

PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")
FILMS = ("video/mp4",)
LARGEST_PICTURE, LARGEST_FILM = 5 * 1024 * 1024, 512 * 1024 * 1024
KEPT = timedelta(hours=24)
WORK_SECONDS = 1  # how long a film is worked on; a picture is ready at once
LONGEST_ALT = 1_000


def _body(request: Request) -> Json:
    """Return the object of the body; {} for anything else."""
    return request.data if isinstance(request.data, dict) else {}


class _Media(Endpoint):
    scopes = ("media.write",)
    parser_classes = (JSONParser, MultiPartParser)

    def upload(self, request: Request, number: object) -> Upload:
        """Return somebody's own upload, or raise the 400 of one that is not theirs or not there any longer."""
        text = str(number)
        row = None
        if text.isdecimal() and int(text) < 1 << 63:
            mine = Upload.objects.filter(inhabitant_id=person_of(request).inhabitant_id, expires_at__gt=timezone.now())
            row = mine.filter(id=int(text)).first()
        if row is None:
            raise problems.invalid("The media id is not valid", media_id=text)
        return row


class Initialize(_Media):
    """POST /2/media/upload/initialize."""

    endpoint = "initialize"

    def post(self, request: Request) -> Response:
        """Open an upload of {"media_type", "total_bytes", "media_category"}."""
        asked = _body(request)
        kind, size = asked.get("media_type"), asked.get("total_bytes")
        if kind not in PICTURES + FILMS:
            raise problems.invalid("The `media_type` field value is not supported", media_type=str(kind))
        most = LARGEST_PICTURE if kind in PICTURES else LARGEST_FILM
        if not isinstance(size, int) or not 0 < size <= most:
            raise problems.invalid(f"`total_bytes` must be between 1 and {most}", total_bytes=str(size))
        now = timezone.now()
        row = Upload.objects.create(
            id=snowflake(now),
            inhabitant_id=person_of(request).inhabitant_id,
            media_type=kind,
            total_bytes=size,
            expires_at=now + KEPT,
        )
        return Response({"data": _shape(row)})


class Append(_Media):
    """POST /2/media/upload/:id/append."""

    endpoint = "append"

    def post(self, request: Request, number: str) -> Response:
        """Take a part: multipart with a file `media`, or JSON with base64 in `media`. Answers 204."""
        row = self.upload(request, number)
        place = str(_body(request).get("segment_index", ""))
        if not place.isdecimal() or int(place) > 999:
            raise problems.invalid("`segment_index` must be between 0 and 999", segment_index=place)
        given: Any = _body(request).get("media")
        try:
            body = base64.b64decode(given, validate=True) if isinstance(given, str) else given.read()
        except (AttributeError, binascii.Error, ValueError):
            raise problems.invalid("`media` must be a file or base64", media="") from None
        Segment.objects.update_or_create(upload=row, place=int(place), defaults={"body": body})
        return Response(status=204)


class Finalize(_Media):
    """POST /2/media/upload/:id/finalize."""

    endpoint = "finalize"

    def post(self, request: Request, number: str) -> Response:
        """Put the parts together; 400 where they are not the whole, or no picture."""
        row = self.upload(request, number)
        body = b"".join(bytes(part.body) for part in row.segments.order_by("place"))
        if len(body) != row.total_bytes:
            raise problems.invalid(f"{len(body)} bytes came, {row.total_bytes} were promised", media_id=number)
        if row.media_type in PICTURES:
            try:
                pictures.size_of(body)
            except (UnidentifiedImageError, OSError):
                raise problems.invalid("The media is not a picture", media_id=number) from None
        Upload.objects.filter(pk=row.pk, finalized_at=None).update(finalized_at=timezone.now())
        row.refresh_from_db()
        return Response({"data": _shape(row)})


class Status(_Media):
    """GET /2/media/upload?command=STATUS&media_id=."""

    endpoint = "media_status"

    def get(self, request: Request) -> Response:
        """Tell how far an upload is."""
        if request.query_params.get("command", "STATUS") != "STATUS":
            raise problems.invalid("`command` must be STATUS", command=request.query_params["command"])
        return Response({"data": _shape(self.upload(request, request.query_params.get("media_id", "")))})


class Metadata(_Media):
    """POST /2/media/metadata."""

    endpoint = "alt"

    def post(self, request: Request) -> Response:
        """Take {"id", "metadata": {"alt_text": {"text"}}}."""
        row = self.upload(request, _body(request).get("id"))
        try:
            text = _body(request)["metadata"]["alt_text"]["text"]
        except (KeyError, TypeError):
            text = None
        if not isinstance(text, str) or len(text) > LONGEST_ALT:
            raise problems.invalid(f"`alt_text` must be a text of at most {LONGEST_ALT} characters", alt_text="")
        Upload.objects.filter(pk=row.pk).update(alt=text)
        return Response({"data": {"id": str(row.id), "associated_metadata": {"alt_text": {"text": text}}}})


def ready(row: Upload) -> bool:
    """Return whether an upload may hang on a post."""
    return row.finalized_at is not None and _work_left(row) == 0


def _work_left(row: Upload) -> float:
    if row.media_type in PICTURES or row.finalized_at is None:
        return 0
    ends = row.finalized_at + timedelta(seconds=WORK_SECONDS)
    return max(0.0, (ends - timezone.now()).total_seconds())


def _shape(row: Upload) -> Json:
    left = int((row.expires_at - timezone.now()).total_seconds())
    shape: Json = {"id": str(row.id), "media_key": media_key(row), "expires_after_secs": max(0, left)}
    if row.finalized_at is None:
        return shape
    shape["size"] = row.total_bytes
    if row.media_type in FILMS:
        busy = {"state": "in_progress", "check_after_secs": WORK_SECONDS, "progress_percent": 50}
        shape["processing_info"] = busy if _work_left(row) else {"state": "succeeded", "progress_percent": 100}
    return shape
