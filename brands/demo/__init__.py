"""The demo: Vesper, an invented night-train company with invented people, filled in through everybody's verbs."""
