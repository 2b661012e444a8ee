"""Logs of nothing in particular, which ask to be cosigned; some of them fork."""

from ledger.seal.checkpoints import Checkpoint
from ledger.seal.merkle import Head, consistency_proof, head_at, leaf_hash
from ledger.seal.nodes import Tree
from ledger.seal.note_keys import Signer
from ledger.seal.notes import sign_note
from ledger.seal.submission import Submission, write_submission

NAME = "log.example.org/cases"
KEY = Signer(NAME, b"the key of a log that is tested.")


class Log:
    """A log whose leaves are numbered; a fork of it differs from some leaf on.

    Attributes:
        signer: Signs its checkpoints.
        tree: Its leaves.
    """

    def __init__(
        self, size: int = 100, *, forked_at: int | None = None, signer: Signer = KEY, fork: int = 1
    ) -> None:
        self.signer = signer
        at = size if forked_at is None else forked_at
        texts = [f"leaf {n}" if n < at else f"leaf {n} of fork {fork}" for n in range(size)]
        self.tree = Tree(leaf_hash(text.encode()) for text in texts)

    def head(self, size: int) -> Head:
        """Return the head it had at a size."""
        return head_at(self.tree, size)

    def note(self, size: int, *extensions: str, signers: tuple[Signer, ...] = ()) -> bytes:
        """Sign the head of a size."""
        checkpoint = Checkpoint(self.signer.name, self.head(size), extensions)
        return sign_note(checkpoint.text, *(signers or (self.signer,))).encode()

    def proof(self, older: int, size: int) -> tuple[bytes, ...]:
        """Prove that it grew."""
        return tuple(consistency_proof(self.tree, older, size)) if older else ()

    def ask(self, older: int, size: int) -> bytes:
        """Write what it sends to a witness."""
        return write_submission(Submission(older, self.proof(older, size), self.note(size)))
