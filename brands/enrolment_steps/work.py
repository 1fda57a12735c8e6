"""What a worker does for imports: claims one and goes on with it, whatever step it is at."""

from brands.enrolment_steps import carrying, checking, claims, undoing
from brands.models import Import

SMALL = 100  # rows: done while the browser waits, for it takes less than a second or two

_STEPS = {
    Import.State.CHECKING: checking.check,
    Import.State.ENROLLING: carrying.enrol,
    Import.State.UNDOING: undoing.undo,
}


def work_on(file_id: int) -> bool:
    """Do what an import waits for; False where there is nothing, or somebody else does it or took over.

    Harmless when it runs 0, 1 or n times: the claim lets one in, and a killed one leaves only a lease that ends.
    """
    claim = claims.claim(file_id)
    if claim is None:
        return False
    try:
        _STEPS[Import.State(claim.file.state)](claim)
    except claims.LeaseLost:
        return False
    except Exception:
        # the tick tries again after the lease; the rows that were done stay done
        claims.held(claim).update(trouble="This took longer than it should. It goes on by itself.")
        raise
    return True
