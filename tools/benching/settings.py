"""The site's settings with the benchmark's own addresses beside the site's."""

from advocacy.settings import *  # noqa: F403 - the site's settings as they are

ROOT_URLCONF = "tools.benching.urls"
