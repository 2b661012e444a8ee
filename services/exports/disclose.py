"""Export bundles: what a viewer may read, with the means to check it offline."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ledger.errors import DecodeError, RuleViolation
from services.exports import vouching
from services.exports.boxes import box_for
from services.exports.bundle import Chosen, Contents, fill
from services.exports.document import document
from services.exports.items import Items, opened
from services.exports.items_page import counts, items_page
from services.exports.page import page
from services.exports.sealed import SealedHouse, sealed_for
from services.exports.write import make_folder
from services.reading.eyes import Eyes
from services.reading.looking import Look

VIEWERS: Final = ("registry", "mediator", "party", "auditor")
ALL: Final = Items()
"""Everything its viewer may read."""


def disclose(
    eyes: Eyes, case: str | None, target: Path, *, force: bool = False, items: Items = ALL
) -> Iterator[Path]:
    """Write the bundle of one case, or of every case into a folder; yield each bundle written.

    Args:
        eyes: Whose, and from when.
        case: The case, None for all.
        target: A zip where its name ends in .zip, else a folder.
        force: Replace a bundle that is there.
        items: Entries to be opened, of one case; all by default.

    Raises:
        CaseBusy: The seals did not come in time; ask again.
        DecodeError: There is something else already; or entries are named, but no case.
        RuleViolation: viewer_takes_bundles, entry_is_known; as `Eyes.looks`.
        StoreFault: A file cannot be written, or an event cannot be read.
    """
    if case is not None:
        yield bundle(eyes, eyes.look(case), target, force=force, items=items)
        return
    if items:
        raise DecodeError("--only", "entries are of one case, and none is named", "a case")
    make_folder(target)
    for look in eyes.looks(None):
        name = look.case.intake.number or str(look.record.case_id)
        yield bundle(eyes, look, target / name, force=force)


def bundle(eyes: Eyes, look: Look, target: Path, *, force: bool, items: Items = ALL) -> Path:
    """Write one bundle."""
    check_viewer(look.viewer)
    whole = tuple(Chosen(kept) for kept in look.kept)
    seen, chosen = opened(look, items) if items else (look, whole)
    contents = _items if items else _contents
    box = box_for(target, force=force)
    try:
        with sealed_for(eyes.house, chosen) as sealed:
            return fill(box, contents(eyes, seen, chosen, sealed), sealed)
    except BaseException:
        box.drop()
        raise


def _contents(eyes: Eyes, look: Look, chosen: tuple[Chosen, ...], sealed: SealedHouse) -> Contents:
    shown = page(document(eyes, look), vouching.sections(chosen, sealed.origin))
    return Contents(
        kind="bundle",
        look=look,
        chosen=chosen,
        made=made(eyes),
        pages={"index.html": (part.encode() for part in shown)},
    )


def _items(eyes: Eyes, look: Look, chosen: tuple[Chosen, ...], sealed: SealedHouse) -> Contents:
    """Open single entries; the page and the notes say of the others how many they are."""
    sizes = {
        one.kept.frame.room: sealed.prover.size_sealed_with(
            one.kept.read.room_id, one.kept.frame.seq
        )
        for one in chosen
    }
    told = counts(chosen, sizes)
    shown = items_page(look, chosen, told, sealed.origin)
    return Contents(
        kind="bundle",
        look=look,
        chosen=chosen,
        made=made(eyes),
        notes={"opened": "; ".join(f"{room}: {count}" for room, count in told.items())},
        pages={"index.html": (part.encode() for part in shown)},
    )


def made(eyes: Eyes) -> str:
    """Say when a bundle is made."""
    return eyes.house.clock.now().isoformat().replace("+00:00", "Z")


def check_viewer(viewer: str) -> None:
    """Let those take a bundle for whom there is one.

    Raises:
        RuleViolation: viewer_takes_bundles.
    """
    if viewer.partition(":")[0] not in VIEWERS:
        accepted = "registry, mediator, party:<id> or auditor"
        raise RuleViolation("viewer_takes_bundles", f"there is no bundle for {viewer}", accepted)
