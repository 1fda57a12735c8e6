"""Fills the database of DATABASE_URL; its one argument is `quick` or `full`."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from tools.benching import filling

    filling.fill(filling.QUICK if sys.argv[1] == "quick" else filling.FULL)
