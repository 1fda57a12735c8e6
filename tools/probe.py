"""Asks this container's web server whether it is ready, under the site's own name; exit status 0 means yes."""

import os
import sys
import urllib.request
from urllib.parse import urlsplit

if __name__ == "__main__":
    host = urlsplit(os.environ.get("SITE_URL", "")).hostname or "localhost"
    request = urllib.request.Request("http://127.0.0.1:8000/readyz", headers={"Host": host})
    try:
        urllib.request.urlopen(request, timeout=5)  # noqa: S310 - our own address
    except OSError as error:
        print(error)
        sys.exit(1)
