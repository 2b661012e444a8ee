"""Read the name of a viewer, and tell which viewers an operator may be."""

from ledger.casefile import CaseFile
from ledger.errors import DecodeError
from ledger.identity import Operator, viewers_of

KINDS = (
    "registry",
    "auditor",
    "protection",
    "mediator",
    "party",
    "challenge",
    "review",
    "candidate",
    "analyst",
)
ACCEPTED = "registry, mediator, party:<id>, auditor or analyst:<grant>"


def read_viewer(text: str) -> str:
    """Check the form of a viewer.

    Raises:
        DecodeError: It is of no known form.
    """
    kind, _, name = text.partition(":")
    named = kind in ("party", "candidate", "analyst")
    if kind not in KINDS or named != bool(name):
        raise DecodeError("--as", f"{text!r} is not a viewer", ACCEPTED)
    return text


def may_view(operator: Operator, viewer: str, file: CaseFile | None) -> bool:
    """Tell whether an operator may look with these eyes.

    Args:
        operator: Who asks.
        viewer: Whose eyes.
        file: The case; None for a question about all cases.
    """
    if operator.unbound:
        return True
    if viewer in operator.roles and viewer in ("registry", "auditor", "protection"):
        return True
    return file is not None and viewer in viewers_of(operator, file)


def viewer_in(operator: Operator, wanted: str | None, file: CaseFile) -> str | None:
    """Settle whose eyes an operator has in a case: as asked, else its widest.

    Returns None where the operator may not have them, or has none here.
    """
    if wanted is not None:
        return wanted if may_view(operator, wanted, file) else None
    own = viewers_of(operator, file)
    return own[0] if own else None
