"""Export in the form that is asked for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct

from ledger.errors import DecodeError, RuleViolation
from services.exports import disclose, evidence, write
from services.exports.disclose import ALL
from services.exports.items import Items
from services.reading.eyes import Eyes


class Wanted(Struct, frozen=True):
    """How an export is wanted.

    Attributes:
        form: Its form.
        force: Replace what is there.
        titles: Let entries of a calendar say what they are about.
        purpose: What an evidence pack is for.
        recipient: For whom it is made.
        items: Entries that a bundle opens; all by default.
    """

    form: Literal["json", "html", "ical", "bundle", "pack"]
    force: bool = False
    titles: bool = False
    purpose: Literal["enforcement", "defence"] = "enforcement"
    recipient: str = ""
    items: Items = ALL


def exported(eyes: Eyes, case: str | None, target: Path, wanted: Wanted) -> Iterator[Path]:
    """Write one case, or every case into a folder; yield what was written.

    Raises:
        DecodeError, RuleViolation, StoreFault: As `write.export`, `disclose.disclose` and
            `evidence.pack`.
    """
    check_names_may_stand(eyes, wanted.form)
    if wanted.form == "bundle":
        return disclose.disclose(eyes, case, target, force=wanted.force, items=wanted.items)
    if wanted.items:
        raise DecodeError("--only", f"a {wanted.form} is of all entries", "--format bundle")
    if wanted.form == "pack":
        about = evidence.About(wanted.purpose, wanted.recipient)
        return evidence.packs(eyes, case, target, about, force=wanted.force)
    return write.export(eyes, case, wanted.form, target, force=wanted.force, titles=wanted.titles)


def check_names_may_stand(eyes: Eyes, what: str) -> None:
    """Refuse an analyst what says who is who.

    Raises:
        RuleViolation: analysts_see_pseudonyms.
    """
    if eyes.grant is not None:
        why = f"a {what} is for people and courts, and says who is who"
        needs = "a format for analysts, such as parquet"
        raise RuleViolation("analysts_see_pseudonyms", why, needs)
