"""Reading, checking and planning is where an import holds all rows; carrying them out is tried in benchmarks/."""

from pathlib import Path

from tests.brands.importing.large import CHECK, run_alone


def test_the_check_of_ten_thousand_rows_stays_below_300_mib(tmp_path: Path) -> None:
    rows, peak, _ = run_alone(tmp_path, CHECK)
    assert rows == 10_000
    assert peak < 300, f"the check took {peak} MiB"
