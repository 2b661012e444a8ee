"""Name what can go wrong, so that each edge translates it once."""


class LedgerError(Exception):
    """Everything this product raises on purpose."""


class RuleViolation(LedgerError):  # noqa: N818 - the field's word for it
    """A rule refuses the act; final, nothing was recorded.

    Attributes:
        rule: Name of the rule that refused, as in the documents.
        why: One sentence, from what the actor may see.
        needs: What would be needed for the act to pass, "" if nothing would help.
    """

    def __init__(self, rule: str, why: str, needs: str = "") -> None:
        super().__init__(f"{rule}: {why}")
        self.rule = rule
        self.why = why
        self.needs = needs


class CaseBusy(LedgerError):  # noqa: N818 - an answer, not a fault
    """A race was lost or a queue is full; the same command may be tried again.

    Attributes:
        why: One sentence.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class DecodeError(LedgerError):
    """A message cannot be read; it never will be as it stands.

    Attributes:
        field: Path of the field within the message, "" for the message itself.
        why: What was wrong with it.
        needs: What would be accepted instead.
    """

    def __init__(self, field: str, why: str, needs: str = "") -> None:
        super().__init__(f"{field}: {why}" if field else why)
        self.field = field
        self.why = why
        self.needs = needs


class StoreFault(LedgerError):  # noqa: N818 - a fault of a file, not of a call
    """A file or database of ours is missing, foreign, damaged or full.

    Attributes:
        why: What is wrong with it.
        needs: What a person can do about it.
    """

    def __init__(self, why: str, needs: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.needs = needs
