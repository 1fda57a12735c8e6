"""Long work of the studio that workers do and people watch: imports of a file, and one act on many people."""

from django.conf import settings
from django.db import models

from brands.models.brand import Brand
from brands.models.enrolment import Enrolment


class Import(models.Model):
    """One file on its way through the four steps: file -> columns -> check -> enrol. Each step has its own address."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "file read"
        CHECKING = "checking", "being checked"
        CHECKED = "checked", "checked"
        ENROLLING = "enrolling", "enrolling"
        DONE = "done", "done"
        UNDOING = "undoing", "being undone"
        UNDONE = "undone", "undone"
        FAILED = "failed", "failed"

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    key = models.CharField(max_length=32, unique=True)  # where the file lies below DATA_DIR until it is done
    state = models.CharField(max_length=9, choices=State, default=State.UPLOADED)
    columns = models.JSONField(default=dict)  # column of the file -> field, or "" for "do not import"
    wishes = models.JSONField(default=dict)  # create teams, send invitations, their words and language
    how = models.CharField(max_length=200, blank=True)  # how the file was read: kind, encoding, delimiter
    total = models.PositiveIntegerField(default=0)  # rows
    handled = models.PositiveIntegerField(default=0)
    at_work = models.PositiveIntegerField(default=0)  # rows that the worker has to handle, fixed as it begins
    counts = models.JSONField(default=dict)  # verdict -> rows
    trouble = models.CharField(max_length=300, blank=True)  # a problem with the whole file, in words
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undo_until = models.DateTimeField(null=True)
    # whoever works on it holds the claim of this number until the lease ends; each claim counts one up
    claim = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # the history of a brand, newest first
            models.Index("brand", models.F("created_at").desc(), name="import_brand_newest"),
            # the tick finds what a killed worker or a lost message left
            models.Index(
                fields=["lease_until"],
                condition=models.Q(state__in=("checking", "enrolling", "undoing")),
                name="import_at_work",
            ),
        ]


class ImportRow(models.Model):
    """One row of a file: its mapped cells only, what would happen or happened, and what undoing takes back."""

    file = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # the spreadsheet's row number
    cells = models.JSONField(default=dict)  # field -> text as written or mended; cells of unmapped columns are nowhere
    verdict = models.CharField(max_length=20)  # brands.importing.records.Verdict
    field = models.CharField(max_length=40, blank=True)  # the cell with the problem
    problem = models.CharField(max_length=300, blank=True)  # what is wrong and what to do
    changes = models.JSONField(default=list)  # [[field, before, after]], see enrolment_steps.rows
    enrolment = models.ForeignKey(Enrolment, models.SET_NULL, null=True, related_name="+")
    left_out = models.BooleanField(default=False)
    troubles = models.JSONField(default=dict)  # field -> [kind, what, what to do], of cells that could not be read
    done = models.BooleanField(default=False)  # carried out; after an undo: taken back or left, as `undone` says
    done_at = models.DateTimeField(null=True)  # undoing looks back a day from here
    undone = models.CharField(max_length=10, blank=True)  # taken, restored, stays

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="importrow_file_number")]
        # the rows with a problem, in the order of the file
        indexes = [models.Index(fields=["file", "verdict", "number"], name="importrow_verdict")]


class BulkAct(models.Model):
    """One act on many people, done by workers: invite, move to a team, pause; with progress and undo."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        RUNNING = "running", "running"
        DONE = "done", "done"
        UNDOING = "undoing", "being undone"
        UNDONE = "undone", "undone"

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="bulk_acts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    act = models.CharField(max_length=20)  # invite, team, pause, resume
    wishes = models.JSONField(default=dict)
    enrolments = models.JSONField(default=list)  # ids, fixed when the act was asked for
    before = models.JSONField(default=dict)  # enrolment id -> what undoing restores
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    handled = models.PositiveIntegerField(default=0)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undo_from = models.PositiveIntegerField(default=0)  # `handled` as undoing began
    refused = models.JSONField(default=dict)  # reason -> how many
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
