"""What a signature on a page takes: a name typed, a capacity, a statement of intent."""

from typing import Final

from services.http.drawing import Wish
from services.http.form_reading import Wrong
from services.http.languages import label

SIGN: Final = "sign-settlement"
INTENDED: Final = "_intent"
INTENT: Final = label(
    "I have read the text with this SHA-256 and sign it for the party I act for, in the capacity"
    " stated."
)


def _signs_here(wish: Wish) -> bool:
    """Tell whether whoever is at the page signs, and does not enter what another signed."""
    elsewhere = wish.arrived and (wish.typed.get("_actor", "").strip() or "_reported" in wish.typed)
    return wish.command == SIGN and not elsewhere


def as_signed(wish: Wish) -> dict[str, str]:
    """Put the statement of intent beside the name typed as a signature."""
    typed = dict(wish.typed)
    if _signs_here(wish) and typed.get("signature", "").strip():
        typed["signature"] = f"{typed['signature'].strip()}. {INTENT}"
    return typed


def unsigned(wish: Wish) -> tuple[Wrong, ...]:
    """Say what a signature lacks: the name, the capacity, the statement of intent."""
    if not _signs_here(wish):
        return ()
    asked = {
        "signature": "Your full name, as your signature",
        "capacity": "In what capacity you sign",
        INTENDED: "Statement of intent",
    }
    lacking = [name for name in asked if not wish.typed.get(name, "").strip()]
    needs = "this must be filled in to sign"
    return tuple(Wrong(name, asked[name], "is empty", needs) for name in lacking)
