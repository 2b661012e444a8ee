"""Say which kinds of document are taken, and refuse bytes that are not what their name says."""

import codecs
from typing import Final, NamedTuple

from ledger.errors import DecodeError, StoreFault
from services.documents.names import ending_of

FIELD: Final = "file"


class Kind(NamedTuple):
    """A kind of document.

    Attributes:
        media: Its media type.
        is_text: Whether its bytes are text in UTF-8.
        is_image: Whether a browser may show it as a picture.
    """

    media: str
    is_text: bool = False
    is_image: bool = False


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN: Final = "application/vnd.oasis.opendocument."
KINDS: Final[dict[str, Kind]] = {
    "pdf": Kind("application/pdf"),
    "txt": Kind("text/plain", is_text=True),
    "md": Kind("text/markdown", is_text=True),
    "csv": Kind("text/csv", is_text=True),
    "eml": Kind("message/rfc822", is_text=True),
    "png": Kind("image/png", is_image=True),
    "jpg": Kind("image/jpeg", is_image=True),
    "jpeg": Kind("image/jpeg", is_image=True),
    "gif": Kind("image/gif", is_image=True),
    "webp": Kind("image/webp", is_image=True),
    "tif": Kind("image/tiff"),
    "tiff": Kind("image/tiff"),
    "docx": Kind(f"{_OFFICE}wordprocessingml.document"),
    "xlsx": Kind(f"{_OFFICE}spreadsheetml.sheet"),
    "pptx": Kind(f"{_OFFICE}presentationml.presentation"),
    "odt": Kind(f"{_OPEN}text"),
    "ods": Kind(f"{_OPEN}spreadsheet"),
    "odp": Kind(f"{_OPEN}presentation"),
    "rtf": Kind("application/rtf"),
}
"""Each by the ending of its name: nothing that runs, and no page that a browser would run."""
TAKEN: Final = "a document whose name ends in ." + ", .".join(KINDS)
_CONTROLS: Final = frozenset(range(32)) - frozenset(b"\t\n\r\f")
_BY_MEDIA: Final = {kind.media: kind for kind in KINDS.values()}


def kind_of(name: str) -> Kind:
    """Return the kind that a name says.

    Raises:
        DecodeError: No document of that kind is taken.
    """
    kind = KINDS.get(ending_of(name))
    if kind is None:
        raise DecodeError(FIELD, "is of a kind that is not taken", TAKEN)
    return kind


def kind_called(media: str) -> Kind:
    """Return the kind of a media type that was taken."""
    return _BY_MEDIA[media]


def check_head(name: str, kind: Kind, head: bytes) -> None:
    """Refuse a beginning that is not that of the kind; text is checked as it comes.

    Raises:
        DecodeError: The bytes are of another kind.
        StoreFault: What recognises kinds is not installed.
    """
    if not kind.is_text and kind.media not in _recognised(head):
        raise lies(name)


def lies(name: str) -> DecodeError:
    """Refuse a document that is not what its name says."""
    why = f"is called .{ending_of(name)}, but its bytes are of another kind"
    return DecodeError(FIELD, why, "the document as it is, under the ending of its own kind")


def _recognised(head: bytes) -> set[str]:
    try:
        import puremagic  # noqa: PLC0415 - of the extra `web`
    except ImportError:
        raise needs_web() from None
    try:
        return {found.mime_type for found in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return set()


def needs_web() -> StoreFault:
    """Say that documents need a part that is not installed."""
    return StoreFault(
        "documents need parts that are not installed", "pip install 'good-offices-ledger[web]'"
    )


class TextCheck:
    """See that what comes is text in UTF-8, part by part."""

    def __init__(self, name: str) -> None:
        """Begin.

        Args:
            name: Of the document, for the refusal.
        """
        self._name = name
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def take(self, part: bytes, *, last: bool = False) -> None:
        """Look at the next part.

        Raises:
            DecodeError: It is no text.
        """
        try:
            self._decoder.decode(part, final=last)
        except UnicodeDecodeError:
            raise lies(self._name) from None
        if not _CONTROLS.isdisjoint(part):
            raise lies(self._name)
