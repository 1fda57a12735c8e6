"""X API v2 as the sandbox speaks it below /sandbox/x/2/: reading, and acting for somebody who allowed it."""
