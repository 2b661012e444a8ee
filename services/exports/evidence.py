"""Make an evidence pack: of a case what a court may see, in 16 folders, with its proofs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from ledger.errors import RuleViolation
from ledger.profile import Profile
from services.clock import new_id
from services.exports.boxes import box_for
from services.exports.bundle import Chosen, Contents, fill
from services.exports.custody import extract
from services.exports.disclose import made
from services.exports.evidence_pages import Pack, pages
from services.exports.folders import EXPECTED
from services.exports.sealed import sealed_for
from services.exports.whitelist import Purpose, Selection, select
from services.exports.write import make_folder
from services.reading.accesses import lines_of
from services.reading.eyes import Eyes
from services.reading.looking import Look

VIEWERS: Final = ("registry", "party")


class About(Struct, frozen=True):
    """What a pack is for.

    Attributes:
        purpose: `enforcement` or `defence`.
        recipient: For whom it is made.
    """

    purpose: Purpose
    recipient: str = ""


def packs(
    eyes: Eyes, case: str | None, target: Path, about: About, *, force: bool = False
) -> Iterator[Path]:
    """Write the pack of one case, or of every case into a folder; yield each pack written.

    Raises:
        CaseBusy: The seals did not come in time; ask again.
        DecodeError: There is something else already.
        RuleViolation: viewer_takes_packs, profile_allows_evidence_pack, pack_knows_every_event,
            pack_holds_something; as `Eyes.looks`.
        StoreFault: A file cannot be written, or an event cannot be read.
    """
    if case is not None:
        yield pack(eyes, eyes.look(case), target, about, force=force)
        return
    make_folder(target)
    for look in eyes.looks(None):
        name = look.case.intake.number or str(look.record.case_id)
        yield pack(eyes, look, target / name, about, force=force)


def pack(eyes: Eyes, look: Look, target: Path, about: About, *, force: bool) -> Path:
    """Write one pack."""
    selection = chosen_for(eyes, look, about)
    places = {one.ref: one for one in selection.picked}
    chosen = tuple(
        Chosen(kept, places[kept.frame.ref].masked)
        for kept in look.kept
        if kept.frame.ref in places
    )
    notes = _notes(about, selection, eyes.profile(look))
    lines = extract(lines_of(eyes, look), look.viewer)
    box = box_for(target, force=force)
    try:
        with sealed_for(eyes.house, chosen) as sealed:
            told = Pack(look, selection, notes, eyes.zone(look), lines, sealed.history())
            contents = Contents(
                kind="pack",
                look=look,
                chosen=chosen,
                made=made(eyes),
                notes=notes,
                pages=dict(pages(told, sealed.origin)),
            )
            return fill(box, contents, sealed)
    except BaseException:
        box.drop()
        raise


def chosen_for(eyes: Eyes, look: Look, about: About) -> Selection:
    """Choose what goes into a pack.

    Raises:
        RuleViolation: As `packs`.
    """
    if look.viewer.partition(":")[0] not in VIEWERS:
        why = f"there is no evidence pack for {look.viewer}"
        raise RuleViolation("viewer_takes_packs", why, "registry or party:<id>")
    profile = eyes.profile(look)
    value = "none" if profile is None else profile.evidence_pack_whitelist
    selection = select([kept.frame for kept in look.kept], value, about.purpose)
    if not selection.picked:
        raise RuleViolation("pack_holds_something", "nothing of the case may go into a pack yet")
    return selection


def _notes(about: About, selection: Selection, profile: Profile | None) -> dict[str, str]:
    there = {one.folder for one in selection.picked}
    missing = [why for folder, why in EXPECTED.items() if folder not in there]
    return {
        "complete": f"partial: {'; '.join(missing)}" if missing else "complete",
        "purpose": about.purpose,
        "recipient": about.recipient or "not named",
        "serial": new_id(),
        "whitelist": "none" if profile is None else profile.evidence_pack_whitelist,
    }
