"""The project package: settings, plumbing, and nothing that knows a person or a brand."""

from advocacy.celery import app as celery_app

__all__ = ["celery_app"]
