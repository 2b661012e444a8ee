"""Name the invented people of the demo and what each is entrusted with."""

from typing import Final

from services.demo.story import Voice

OPERATORS: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "solheim": (("registry",), "Ingrid Solheim"),
    "aasen": (("registry",), "Tor Aasen"),
    "varga": (("challenge",), "Ilona Varga"),
    "iyer": (("mediator",), "Meera Iyer"),
    "okonjo": (("mediator",), "Daniel Okonjo"),
    "mensah": (("mediator",), "Efua Mensah"),
    "ortiz": (("mediator",), "Rafael Ortiz"),
    "haddad": (("party",), "ليلى حداد"),
    "moreau": (("party",), "Hélène Moreau"),
    "salhi": (("party",), "نورة الصالحي"),
    "delmas": (("party",), "Étienne Delmas"),
    "rosvik": (("party",), "Bjørn Røsvik"),
    "lind": (("party",), "Karin Lind"),
    "tveit": (("party",), "Sunniva Tveit"),
}
"""Operators by name: roles, and how people call them."""

CLERK: Final = Voice("solheim", "registry")
SECOND_OFFICER: Final = Voice("aasen", "registry")
CHALLENGE_BODY: Final = Voice("varga", "challenge")


def party(operator: str, party_id: str) -> Voice:
    """Let somebody speak for its party."""
    return Voice(operator, f"party:{party_id}")


def by_letter(party_id: str, clerk: str = "solheim") -> Voice:
    """Let the registry enter what a party itself has written to it."""
    return Voice(clerk, f"party:{party_id}", f"party:{party_id}")


def mediator(operator: str) -> Voice:
    """Let somebody act as the mediator."""
    return Voice(operator, "mediator")


def candidate(operator: str) -> Voice:
    """Let somebody act who is asked to mediate."""
    return Voice(operator, "candidate")
