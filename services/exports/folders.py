"""Name the folders of an evidence pack, and say which one answers which ground (DOMAIN.md 5)."""

from typing import Final, NamedTuple


class Folder(NamedTuple):
    """A folder of the pack.

    Attributes:
        path: Its name.
        title: What it holds, for people.
        about: What to know of it.
    """

    path: str
    title: str
    about: str


FOLDERS: Final = (
    Folder("00-manifest", "Manifest", "What this pack is, for whom, and whether it is complete."),
    Folder(
        "01-settlement",
        "Settlement instruments",
        "The text that was signed, by its hash: packs hold no documents. Hand the document "
        "over beside this pack, not within it, where a file more is refused; its SHA-256 must be "
        "the one named here. What was agreed of it as obligations, rights and conditions follows.",
    ),
    Folder(
        "02-status",
        "Amendments, endings, status",
        "What was recorded of the instrument after it was signed. Where nothing is listed, no "
        "amendment, ending or challenge was recorded by the time the pack was made.",
    ),
    Folder(
        "03-proof-of-mediation",
        "Proof of mediation",
        "The mediator's signature as evidence, a certificate, an attestation of the "
        "institution, or the closing document: each is enough by itself under Art. 4(1)(b) of "
        "the Convention.",
    ),
    Folder(
        "04-parties",
        "Parties, representatives, powers, consent",
        "Who took part, who could act for whom, and who agreed to mediate. What was said with "
        "it is left out where it would tell of the talks.",
    ),
    Folder(
        "05-agreement-to-mediate",
        "Agreement to mediate, confidentiality, rules",
        "The terms under which the mediation was held, and the rule profile it followed, by hash.",
    ),
    Folder(
        "06-mediator",
        "Mediator file",
        "Inquiries, declarations, disclosures with their delivery, objections, waivers, challenges "
        "and their outcome, changes of mediator.",
    ),
    Folder(
        "07-chronology",
        "Neutral chronology",
        "Dates of request, service, sessions and end; documents by title alone. No word of what"
        " was said.",
    ),
    Folder("08-signatures", "Signature evidence", "Who signed which hash, how, and when."),
    Folder(
        "09-acknowledgments",
        "Advice, rights, understanding, copies",
        "What the parties acknowledged before and after they signed.",
    ),
    Folder(
        "10-performance",
        "Performance and breach",
        "What was reported and confirmed of each obligation by the time the pack was made. "
        "Empty in a pack that is not for enforcement.",
    ),
    Folder("11-courts", "Courts and other proceedings", "Orders, registrations, awards, relief."),
    Folder(
        "12-integrity",
        "Integrity",
        "rooms/ holds the entries with their hashes and seals, log/ the signed checkpoint and the "
        "keys with their times, verify.py checks them: python3 -I -S verify.py . --key KEY-FILE. "
        "Time-stamp tokens of an authority, where there are any, lie in stamps/, each beside the "
        "text it is over; verify.py says who checks their signature.",
    ),
    Folder(
        "13-custody",
        "Custody",
        "Corrections, contested and late entries, seals and erasures that touch entries of this "
        "pack; an extract of the access log; the keys that sealed the record, and new logs begun "
        "after an incident, with the reasons given.",
    ),
    Folder("14-omissions", "Omissions", "What is left out of this pack, and why."),
    Folder(
        "15-conformity",
        "Conformity with the Singapore Convention",
        "Which folder answers which requirement of Art. 4 and which ground of Art. 5.",
    ),
)

GROUNDS: Final = (
    ("Art. 4(1)(a)", "settlement agreement signed by the parties", (1, 8)),
    ("Art. 4(1)(b)", "the agreement resulted from mediation", (3, 7)),
    ("Art. 4(2)", "electronic signature: who signed, with which intent, how reliably", (8, 9)),
    ("Art. 4(3)", "translation", (1,)),
    ("Art. 4(4)", "any further document the authority asks for", (0, 12)),
    ("Art. 5(1)(a)", "a party was under some incapacity", (4,)),
    ("Art. 5(1)(b)(i)", "null and void, inoperative or incapable of being performed", (1, 2, 5)),
    ("Art. 5(1)(b)(ii)", "not binding, or not final, according to its terms", (1, 2)),
    ("Art. 5(1)(b)(iii)", "subsequently modified", (2,)),
    ("Art. 5(1)(c)(i)", "the obligations have been performed", (10,)),
    ("Art. 5(1)(c)(ii)", "the obligations are not clear or comprehensible", (1, 9, 10)),
    ("Art. 5(1)(d)", "relief would be contrary to the terms of the agreement", (1, 11)),
    ("Art. 5(1)(e)", "serious breach by the mediator of the standards applicable", (5, 6, 9)),
    ("Art. 5(1)(f)", "failure of the mediator to disclose circumstances", (6,)),
    ("Art. 5(2)(a)", "contrary to public policy", (1, 9)),
    ("Art. 5(2)(b)", "subject matter not capable of settlement by mediation", (1, 5)),
)
"""Requirement or ground, in words of our own, and the folders that speak to it."""
GROUND_WORDS: Final = {
    "caucus": "what a party told the mediator alone, and that it did",
    "protected_talks": "protected talks: proposals, options, statements, views, willingness to "
    "accept",
    "institution_and_desk": "personal data, and what lies between the institution and one party",
    "not_needed": "not needed to prove the procedure or the settlement",
}
EXPECTED: Final = {
    1: "no executed settlement is recorded",
    3: "no proof of mediation is recorded",
    6: "no mediator's file is recorded",
    8: "no signature is recorded",
}
"""What makes a pack partial where it is missing."""
