"""Say an error in HTTP's own words: a status, and a document that names the rule (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import msgspec
import structlog
from litestar import Response
from litestar.exceptions import HTTPException
from msgspec import Struct
from msgspec.structs import replace

from ledger.answer import Answer, Failure, failed
from ledger.errors import LedgerError
from services.documents.incoming import TooLarge

log = structlog.get_logger()

MEDIA_TYPE: Final = "application/problem+json"
KIND: Final = "urn:good-offices-ledger:problem:"
RETRY_S: Final = "1"
STATUS_OF_RULE: Final = {
    "caller_is_known": HTTPStatus.UNAUTHORIZED,
    "form_is_ours": HTTPStatus.FORBIDDEN,
    "code_lets_in": HTTPStatus.FORBIDDEN,
    "issuer_vouches": HTTPStatus.FORBIDDEN,
    "operator_is_known": HTTPStatus.FORBIDDEN,
    "viewer_is_within_role": HTTPStatus.FORBIDDEN,
    "guesses_are_few": HTTPStatus.TOO_MANY_REQUESTS,
    "case_is_known": HTTPStatus.NOT_FOUND,
    "command_is_known": HTTPStatus.NOT_FOUND,
    "document_is_known": HTTPStatus.NOT_FOUND,
    "document_is_of_ones_own_act": HTTPStatus.FORBIDDEN,
    "entry_is_known": HTTPStatus.NOT_FOUND,
    "grant_is_known": HTTPStatus.NOT_FOUND,
    "room_is_known": HTTPStatus.NOT_FOUND,
    "session_is_known": HTTPStatus.NOT_FOUND,
    "room_is_as_seen": HTTPStatus.PRECONDITION_FAILED,
}
"""Every other rule that refuses is a conflict with what is on record."""
STATUS_OF_FAILURE: Final[dict[Failure, HTTPStatus]] = {
    "refused": HTTPStatus.CONFLICT,
    "unreadable": HTTPStatus.BAD_REQUEST,
    "try again": HTTPStatus.SERVICE_UNAVAILABLE,
    "fault": HTTPStatus.SERVICE_UNAVAILABLE,
}


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why something was not done.

    Attributes:
        type: Names the kind of problem; ends in the rule's name where a rule refused.
        title: The kind in a few words.
        status: Status of the answer.
        detail: One sentence, from what the caller may see.
        id: The command's id, where a command was not done.
        rule: Name of the rule that refused.
        field: What cannot be read.
        needs: What would be needed.
    """

    type: str
    title: str
    status: int
    detail: str
    id: str | None = None
    rule: str | None = None
    field: str | None = None
    needs: str | None = None


def of_answer(answer: Answer) -> Problem:
    """Say why a command was not done."""
    failure = answer.failure or "refused"
    status = STATUS_OF_FAILURE[failure]
    if answer.rule is not None:
        status = STATUS_OF_RULE.get(answer.rule, status)
    return Problem(
        type=KIND + (answer.rule or failure.replace(" ", "-")),
        title=f"Refused by {answer.rule}" if answer.rule else failure.capitalize(),
        status=status.value,
        detail=answer.why or "",
        id=answer.id or None,
        rule=answer.rule,
        field=answer.field,
        needs=answer.needs,
    )


def of_error(error: LedgerError) -> Problem:
    """Say what an error says."""
    problem = of_answer(failed("", error))
    if isinstance(error, TooLarge):
        problem = replace(problem, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE.value)
    field = problem.field and problem.field.removeprefix("--")  # named as on the command line
    return replace(problem, field=field)


def of_status(status: int, detail: str, needs: str | None = None) -> Problem:
    """Say what HTTP itself refuses."""
    phrase = HTTPStatus(status).phrase
    kind = phrase.lower().replace(" ", "-")
    return Problem(type=KIND + kind, title=phrase, status=status, detail=detail, needs=needs)


def headers_of(problem: Problem) -> dict[str, str]:
    """Return the headers that belong to a problem."""
    match problem.status:
        case HTTPStatus.UNAUTHORIZED:
            return {"www-authenticate": 'Bearer realm="good offices ledger"'}
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return {"retry-after": RETRY_S}
        case _:
            return {}


def body_of(problem: Problem) -> bytes:
    """Write a problem as JSON."""
    return msgspec.json.encode(problem)


def response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """Answer with a problem."""
    return Response(
        body_of(problem),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={**headers_of(problem), **(headers or {})},
    )


DETAILS: Final = {
    HTTPStatus.NOT_FOUND: ("there is nothing at this address", "an address of /api/openapi.json"),
    HTTPStatus.METHOD_NOT_ALLOWED: ("this address does not take that method", "see Allow"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("the body is too large", "at most 1 MiB"),
}


def of_http(error: HTTPException) -> Problem:
    """Say what Litestar refused, in words that repeat nothing of the request."""
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return of_fault(error)
    detail, needs = DETAILS.get(HTTPStatus(error.status_code), ("this cannot be read", None))
    return of_status(error.status_code, detail, needs)


def of_fault(error: Exception) -> Problem:
    """Say that we made a mistake; its text may quote a content, so nobody is told it."""
    log.error("http.fault", kind=type(error).__name__)
    return of_status(500, "the answer could not be made", "ask the institution")


class WrongType(Exception):  # noqa: N818 - a refusal
    """A body is not of a kind that is taken here.

    Attributes:
        kinds: Those that are.
    """

    def __init__(self, kinds: tuple[str, ...]) -> None:
        super().__init__()
        self.kinds = kinds


def of_wrong_type(error: WrongType) -> Problem:
    """Refuse a body of another kind."""
    needs = " or ".join(error.kinds)
    return of_status(415, "this body is of another kind", f"Content-Type: {needs}")
