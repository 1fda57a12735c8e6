"""The checks and commands behind the Makefile."""
