"""The API keeps what its document promises, whatever is sent: asked by a program of others."""

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from services.http.openapi import document
from tests.site import Town, answering

Operation: TypeAlias = "APIOperation[Any, Any, Any, Any]"
pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.timeout(180)]

EXAMPLES: Final = 5
"""Requests of each operation, and as many that break its document."""
ENDLESS: Final = "/api/cases/{case}/events"
BESIDE: Final = [
    ignored_auth,  # it takes nothing away that we send ourselves: test_http_reading asks that
    positive_data_acceptance,  # no schema says which moments and viewers a case has
]
OPERATIONS: Final = [
    found.ok()
    for found in schemathesis.openapi.from_dict(document()).get_all_operations()
    if isinstance(found, Ok)
]


@pytest.fixture(scope="module")
def base(here: Town) -> Iterator[str]:
    """Answer for all of them."""
    with answering(here) as address:
        yield address


def asked(operation: Operation) -> list[tuple[Operation, GenerationMode]]:
    """Ask what an operation allows and, where it takes anything at all, what it does not."""
    if not any((operation.query, operation.headers, operation.path_parameters, operation.body)):
        return [(operation, GenerationMode.POSITIVE)]
    return [(operation, mode) for mode in GenerationMode]


@pytest.mark.parametrize(
    ("operation", "mode"),
    [pair for one in OPERATIONS if one.path != ENDLESS for pair in asked(one)],
    ids=lambda part: part.value if isinstance(part, GenerationMode) else part.label,
)
def test_no_request_finds_a_fault_or_an_answer_that_is_not_described(
    here: Town, base: str, operation: Operation, mode: GenerationMode
) -> None:
    """As the registry; with what the document allows, and with what it does not."""
    headers = {"authorization": f"Bearer {here.token('clerk')}"}

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case[Any]) -> None:
        case.call_and_validate(base_url=base, headers=headers, excluded_checks=BESIDE)

    ask()
