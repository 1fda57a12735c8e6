"""X API v2, its reading half, as the sandbox speaks it below /sandbox/x/2/."""
