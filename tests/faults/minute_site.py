"""Settings of the run in which many deliveries are due at once: the product's own times, one pretend network."""

import os

from advocacy.settings import *  # noqa: F403

FAKE_NETWORK = os.environ["FAKE_NETWORK"]
DOOR_ALLOW = frozenset([FAKE_NETWORK.removeprefix("http://")])
PUBLISHERS = {"fakeX": "tests.faults.publishers.FakeX"}
POSTING_CAP_USD = 1_000_000
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
if os.environ.get("FAULTS_SHORT"):
    PUBLISHING_SECONDS = {
        **{"send": 5.0, "spare": 2.5, "lease": 15.0, "quiet": 5.0, "apart": 5.0, "late": 600, "hold": 0, "jitter": 0},
        **{"again": 10.0, "held": 10.0, "unread": 600, "dispatcher": 15},
    }
