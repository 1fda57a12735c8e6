"""10,000 rows through the worker's task: run by name, for it takes minutes."""

from pathlib import Path

from tests.brands.importing.large import IMPORT, run_alone


def test_ten_thousand_rows_in_the_worker_stay_below_300_mib(tmp_path: Path) -> None:
    rows, peak, seconds = run_alone(tmp_path, IMPORT)
    assert rows == 10_000
    assert peak < 300, f"the worker took {peak} MiB"
    assert seconds < 900, f"the worker took {seconds} s, after which it is ended"  # CELERY_TASK_TIME_LIMIT
