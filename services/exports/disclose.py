"""Export bundles: what a viewer may read, with the means to check it offline."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ledger.errors import RuleViolation
from services.exports import vouching
from services.exports.boxes import box_for
from services.exports.bundle import Chosen, Contents, fill
from services.exports.document import document
from services.exports.page import page
from services.exports.sealed import SealedHouse, sealed_for
from services.exports.write import make_folder
from services.reading.eyes import Eyes
from services.reading.looking import Look

VIEWERS: Final = ("registry", "mediator", "party", "auditor")


def disclose(eyes: Eyes, case: str | None, target: Path, *, force: bool = False) -> Iterator[Path]:
    """Write the bundle of one case, or of every case into a folder; yield each bundle written.

    Args:
        eyes: Whose, and from when.
        case: The case, None for all.
        target: A zip where its name ends in .zip, else a folder.
        force: Replace a bundle that is there.

    Raises:
        CaseBusy: The seals did not come in time; ask again.
        DecodeError: There is something else already.
        RuleViolation: viewer_takes_bundles; as `Eyes.looks`.
        StoreFault: A file cannot be written, or an event cannot be read.
    """
    if case is not None:
        yield bundle(eyes, eyes.look(case), target, force=force)
        return
    make_folder(target)
    for look in eyes.looks(None):
        name = look.case.intake.number or str(look.record.case_id)
        yield bundle(eyes, look, target / name, force=force)


def bundle(eyes: Eyes, look: Look, target: Path, *, force: bool) -> Path:
    """Write one bundle."""
    check_viewer(look.viewer)
    chosen = tuple(Chosen(kept) for kept in look.kept)
    box = box_for(target, force=force)
    try:
        with sealed_for(eyes.house, chosen) as sealed:
            return fill(box, _contents(eyes, look, chosen, sealed), sealed)
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
