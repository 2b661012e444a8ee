"""Name what does not fit together when a record, its seals and its signer are compared."""

from typing import Final

from ledger.errors import StoreFault

NEEDS: Final = (
    "put the right files back; or, if this is what is left,"
    " `goodoffices seal --new-origin REASON` begins a new log that names the old one"
)


class SealsDoNotMatch(StoreFault):
    """The sealer must not go on: what is recorded is not what was sealed, signed or published.

    Attributes:
        cause: Name of the comparison that failed, such as `record_is_shorter`.
    """

    def __init__(self, cause: str, why: str) -> None:
        super().__init__(f"{cause}: {why}", NEEDS)
        self.cause = cause
