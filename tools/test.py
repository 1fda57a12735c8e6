"""Runs the tests on PostgreSQL and on SQLite, side by side."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.beside import Run, run_both  # noqa: E402 - found by the line above


def main(words: list[str]) -> int:
    """Run both; return 0 where both passed."""
    on_postgres = Run("PostgreSQL and Valkey", ["-m", "not copy", *words], {})  # copies bring a database of their own
    return run_both(on_postgres, Run("SQLite and Valkey", words, {"TEST_DATABASE": "sqlite"}))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
