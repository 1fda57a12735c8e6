"""Counts the queries of each brand's page (second request, as in a process that runs) and prints them as JSON."""

import json
import sys

import django

if __name__ == "__main__":
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tools.benching.servers import HOST

    found = {}
    client = Client(headers={"host": HOST, "x-forwarded-proto": "https"})
    for brand in sys.argv[1:]:
        client.get(f"/brands/{brand}/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"/brands/{brand}/")
        found[brand] = len(queries)
    print(json.dumps(found))
