"""Publishing once: the outbox, the claim, one send, one verdict. The protocol and its proof: docs/publishing.md."""
