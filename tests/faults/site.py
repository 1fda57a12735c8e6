"""Settings of the fault run: the product's, with pretend networks and the protocol's times made short.

All times are divided by the same factor but the ones that a busy machine needs; see docs/publishing.md.
"""

import os

from advocacy.settings import *  # noqa: F403

FAKE_NETWORK = os.environ["FAKE_NETWORK"]
DOOR_ALLOW = frozenset([FAKE_NETWORK.removeprefix("http://")])
PUBLISHERS = {f"fake{kind}": f"tests.faults.publishers.Fake{kind}" for kind in "NPKU"}
PUBLISH_AUTO = [name for name in os.environ.get("FAULTS_AUTO", "").split(",") if name]
PUBLISHING_SECONDS = {
    "send": 1.0,
    "spare": 0.5,
    "lease": 3.0,
    "quiet": 1.5,
    "apart": 1.0,
    "late": 600,
    "hold": 0,
    "jitter": 0,
    "again": 0.2,
    "held": 0.2,
    "unread": 600,
    "dispatcher": 2,
}
# what the network does, in the same measure: gives no answer, takes a post after its client gave up, hides one
NETWORK_SECONDS = {"silent": 1.4, "late": 1.4, "slow": 0.4, "hidden": 2.2, "reset": 1.0}
LOGGING = {"version": 1, "disable_existing_loggers": True}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
MAIL_PER_MINUTE = 1_000_000  # all lives at once are more authors than a site has
