"""Name the answer to a proof that does not hold."""

from ledger.errors import LedgerError


class Unproven(LedgerError):  # noqa: N818 - an answer about a proof, not a fault of ours
    """A proof or signature does not show what it is said to show.

    Attributes:
        cause: Name of the check that failed, such as `root_does_not_match`.
        why: One sentence.
    """

    def __init__(self, cause: str, why: str) -> None:
        super().__init__(f"{cause}: {why}")
        self.cause = cause
        self.why = why
