"""The API's edge: what all of its addresses share, and the addresses of persons and posts. Read-only, JSON only."""
