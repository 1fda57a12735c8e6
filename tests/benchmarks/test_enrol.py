"""10,000 rows under a consent on file: run by name, for it takes minutes."""

from pathlib import Path

from tests.brands.importing.large import IMPORT, run_alone


def test_ten_thousand_rows_stay_below_300_mib(tmp_path: Path) -> None:
    rows, peak, seconds = run_alone(tmp_path, IMPORT)
    assert rows == 10_000
    assert peak < 300, f"the import took {peak} MiB"
    assert seconds < 900, f"the import took {seconds} s"
