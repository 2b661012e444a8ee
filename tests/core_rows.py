"""State the 83 rows of the smallest useful core, and the rooms the procedure gives each.

Written from the procedure (docs: the event tables and the head of that page), not from the code, so
that the one can be held against the other. Letters: intake, mediator, engagement, preparation,
session, negotiation, settlement, closure, evaluation, record.
"""

JOINT = ("joint",)
TABLE = ("joint", "group")
OWN_SCOPE = (
    "party",
    "caucus",
    "mediators",
    "desk",
    "group",
    "chair",
    "challenge",
    "review",
    "protection",
    "registry",
    "joint",
)
"""A row that follows another entry: it stands where that entry stands."""

ROOMS_OF_ROW: dict[str, tuple[str, ...]] = {
    "A3": ("desk",),  # before service the requester's desk; registration serves it on all
    "A4": ("desk",),
    "A7": ("desk", "joint"),  # all learn it once they were served
    **dict.fromkeys(("A9", "A11", "A12", "A14", "A16", "A17", "A18", "A19"), JOINT),
    **dict.fromkeys(("A20", "A21", "A24"), JOINT),
    "A22": ("joint", "party"),  # the limits are the party's own
    "B4": ("joint", "chair"),  # the candidate, who reads the chair alone, is approached there
    "B6": ("chair",),
    "B7": ("joint", "chair"),  # a candidate keeps a note where it reads
    **dict.fromkeys(("B8", "B9", "B10", "B11", "B12", "B15", "B16", "B17"), JOINT),
    **dict.fromkeys(("B19", "B20", "B22", "B23"), JOINT),
    **dict.fromkeys(("C1", "C2", "C3", "C4", "C6", "C8"), JOINT),
    "D1": ("joint", "caucus"),
    "D2": ("caucus",),
    "D3": ("joint", "caucus", "party"),
    "D8": JOINT,
    **dict.fromkeys(("E1", "E2", "E3", "E15", "E16"), JOINT),
    "E9": ("caucus", "joint"),  # the stub, where the profile lets it be known
    "E10": ("caucus",),
    "E11": ("caucus",),
    "E13": ("caucus", "joint"),  # each recipient's caucus, or before all; the owner's caucus
    **dict.fromkeys(("F5", "F8", "F9", "F10", "F11", "F12", "F13", "F14", "F21"), TABLE),
    **dict.fromkeys(("G1", "G2", "G3", "G9", "G10", "G11", "G12", "G13", "G15", "G21"), JOINT),
    **dict.fromkeys(("H1", "H4", "H5", "H6", "H9", "H10", "H11", "H12", "H18"), JOINT),
    "I2": ("desk",),
    "I5": ("registry", "public"),
    "J1": OWN_SCOPE,
    "J3": OWN_SCOPE,
    "J7": ("registry", "joint"),
    "J16": OWN_SCOPE,
}
"""By row the kinds of rooms its events may stand in."""

ROOMS_BESIDE: dict[str, tuple[str, ...]] = {
    "case-taken-over": JOINT,
    "reasons-given": ("desk", "caucus", "chair", "challenge", "registry"),
    "clause-linked": ("caucus",),
    "coalition-formed": TABLE,
    "coalition-dissolved": TABLE,
    "concession-recorded": ("joint", "caucus", "group"),
    "practice-adopted": ("public",),
    "signature-attempt-failed": JOINT,
    "information-passed-on": ("caucus",),
    "interested-person-named": JOINT,
    "proposal-entrusted": ("caucus",),
    "proposal-carried": ("caucus",),
    "entrusted-proposal-recalled": ("caucus",),
    "feedback-requested": JOINT,
    "feedback-shared": ("review", "chair"),  # without names, for the reviewer and the mediators
}
"""By event, what the procedure has beside its rows and files under the nearest of them."""
