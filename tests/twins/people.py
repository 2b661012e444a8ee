"""Say who is at the keyboard for each act: everybody with no more than the own rights."""

from typing import Final

OPERATORS: Final[dict[str, tuple[str, ...]]] = {
    "clerk": ("registry",),
    "berg": ("registry",),
    "iyer": ("mediator",),
    "lindqvist": ("mediator",),
    "voss": ("party",),
    "holt": ("party",),
    "chen": ("party",),
    "judge": ("challenge",),
    "officer": ("protection",),
}
"""Names and roles; the first one founds the institution."""

B: Final = "holt"
"""Who looks and acts for B, and wants to know what A and the mediator do."""

SPEAKS_FOR: Final = {"A": "person:voss", "B": "person:holt", "C": "person:chen"}
AT_THE_KEYBOARD: Final = {
    "A": "voss",
    "B": B,
    "C": "chen",
    "mediator": "iyer",
    "candidate": "iyer",
    "challenge": "judge",
    "protection": "officer",
}


def operator_for(by: str) -> str:
    """Name who enters an act of somebody; the clerk for offices of the institution."""
    return AT_THE_KEYBOARD.get(by, "clerk")
