"""The Celery app, the whole beat table, and `ring`, by which everybody sends a message."""

import gc
import logging
import os
from typing import Any

from celery import Celery, Task, signals
from django.conf import settings
from kombu.exceptions import OperationalError

from advocacy.localservers import bind_to_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advocacy.settings")
logger = logging.getLogger(__name__)

app = Celery("advocacy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(lambda: ["advocacy", "people", "brands", *(["advocacy.sandbox"] if settings.SANDBOX else [])])
app.conf.beat_schedule = {
    "sync": {"task": "people.tasks.sync_due", "schedule": 10.0, "options": {"expires": 60}},
    "look-ups": {"task": "people.tasks.look_up_due", "schedule": 10.0, "options": {"expires": 60}},
    "faces": {"task": "people.tasks.fetch_faces", "schedule": 20.0, "options": {"expires": 40}},
    "pictures": {"task": "people.tasks.fetch_post_pictures", "schedule": 20.0, "options": {"expires": 40}},
    "link cards": {"task": "people.tasks.fetch_link_cards", "schedule": 20.0, "options": {"expires": 40}},
    "compliance": {"task": "people.tasks.carry_on_compliance", "schedule": 60.0, "options": {"expires": 120}},
    "imports": {"task": "brands.tasks.carry_on_imports", "schedule": 10.0, "options": {"expires": 60}},
    "old imports": {"task": "brands.tasks.sweep_imports", "schedule": 3_600.0, "options": {"expires": 3_600}},
    "bulk": {"task": "brands.tasks.carry_on_bulk_acts", "schedule": 20.0, "options": {"expires": 40}},
    "letters": {"task": "brands.tasks.send_letters", "schedule": 10.0, "options": {"expires": 60}},
    "listing letters": {"task": "brands.tasks.send_listing_letters", "schedule": 60.0, "options": {"expires": 60}},
    "sameness": {"task": "brands.tasks.measure_sameness", "schedule": 300.0, "options": {"expires": 300}},
    "named": {"task": "brands.tasks.look_up_named", "schedule": 10.0, "options": {"expires": 60}},
    "invitations": {"task": "brands.tasks.end_invitations", "schedule": 300.0, "options": {"expires": 300}},
    "proofs": {"task": "people.tasks.look_for_proofs", "schedule": 10.0, "options": {"expires": 60}},
    "pauses": {"task": "brands.tasks.end_pauses", "schedule": 3_600.0},
    "erasures": {"task": "people.tasks.erase", "schedule": 30.0, "options": {"expires": 60}},
    "parcels": {"task": "people.tasks.pack_parcels", "schedule": 60.0, "options": {"expires": 120}},
    "uses of keys": {"task": "people.tasks.write_key_uses", "schedule": 900.0, "options": {"expires": 900}},
    "person cards": {"task": "people.tasks.draw_person_cards", "schedule": 20.0, "options": {"expires": 40}},
    "departures": {"task": "brands.tasks.tell_of_departures", "schedule": 3_600.0, "options": {"expires": 3_600}},
    "brand cards": {"task": "brands.tasks.draw_brand_cards", "schedule": 20.0, "options": {"expires": 40}},
    "links": {"task": "people.tasks.tend_links", "schedule": 20.0, "options": {"expires": 40}},
    "deliveries": {"task": "people.tasks.dispatch", "schedule": 15.0, "options": {"expires": 15}},
    "watchdog": {"task": "people.tasks.watch_deliveries", "schedule": 60.0, "options": {"expires": 60}},
    "caps": {"task": "brands.tasks.warn_of_caps", "schedule": 60.0, "options": {"expires": 60}},
    "zone rules": {"task": "people.tasks.follow_zone_rules", "schedule": 3_600.0, "options": {"expires": 3_600}},
    "follow letters": {"task": "people.tasks.send_follow_letters", "schedule": 20.0, "options": {"expires": 40}},
    "letters to fans": {"task": "people.tasks.leave_letters", "schedule": 20.0, "options": {"expires": 40}},
    "reports": {"task": "people.tasks.tell_of_reports", "schedule": 20.0, "options": {"expires": 40}},
    "reported": {"task": "brands.tasks.tell_of_reports", "schedule": 20.0, "options": {"expires": 40}},
    "forget": {"task": "people.tasks.forget_old_runs", "schedule": 21_600.0},
    "shared pictures": {"task": "people.tasks.forget_shared_pictures", "schedule": 300.0, "options": {"expires": 300}},
    "thrown drafts": {"task": "people.tasks.forget_thrown_drafts", "schedule": 3_600.0, "options": {"expires": 3_600}},
    "old sessions": {"task": "people.tasks.forget_old_sessions", "schedule": 21_600.0},
}


@app.on_after_finalize.connect
def _let_the_sandbox_talk(sender: Celery, **_: object) -> None:
    """The pretend network exists only where the settings say so, and so does its line of the table."""
    if settings.SANDBOX:
        sender.conf.beat_schedule["sandbox"] = {
            "task": "advocacy.sandbox.tasks.speak",
            "schedule": 180.0,
            "options": {"expires": 120},
        }


def ring(task: "Task[..., Any]", *args: object) -> None:
    """Send a Celery message as a hint: when the broker is away the next beat finds the work in the database."""
    try:
        task.delay(*args)
    except (OperationalError, OSError) as error:
        logger.warning("no message sent for %s: %s", task.name, error)


@signals.celeryd_after_setup.connect
def _before_the_fork(**_: object) -> None:
    """Keep what is loaded now out of the collector's way, or its marks would copy every shared page after the fork."""
    gc.collect()
    gc.freeze()
    os.environ["CELERY_MAIN_PROCESS"] = str(os.getpid())  # its pool processes read it


@signals.worker_process_init.connect
def _end_with_the_worker(**_: object) -> None:
    """Runs in each pool process: it must not outlive the worker, however that ends."""
    bind_to_parent(int(os.environ["CELERY_MAIN_PROCESS"]))
