"""The one signal by which people let brands know. Sent after commit by telling.py; receivers must be idempotent."""

from django.dispatch import Signal

# post_ids: list[int], ids of Post rows that are new, changed, or may not have been placed yet (a deleted post
# takes its rows elsewhere along by the foreign key)
posts_changed = Signal()
