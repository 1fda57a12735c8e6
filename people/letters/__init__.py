"""Letters to fans: who has one coming, what it says, and each of them once (docs/letters.md)."""
