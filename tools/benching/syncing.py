"""Reads the accounts that were made due by the verbs a worker calls; prints posts and seconds as JSON."""

import json
import sys
import time

import django

if __name__ == "__main__":
    django.setup()
    from django.utils import timezone

    from people.models import SyncRun, SyncState
    from people.syncing import plan
    from people.syncing.run import sync_account

    first, number = int(sys.argv[1]), int(sys.argv[2])
    accounts = list(range(first, first + number))
    SyncState.objects.filter(account__in=accounts).update(due_at=timezone.now())
    began = time.perf_counter()
    new, ended = 0, []
    while due := plan.due(accounts):
        for account in due:
            run = sync_account(account)
            if run:
                new += run.new
                ended += [] if run.outcome == SyncRun.Outcome.OK else [run.trouble]
    print(json.dumps({"posts": new, "seconds": time.perf_counter() - began, "troubles": ended}))
