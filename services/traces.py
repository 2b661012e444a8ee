"""Trace what this process does, where the operator asks for it by OpenTelemetry's own variables.

A span says what kind of thing was done, how it ended and how long it took: never by whom, never
in which case, and no word of what was asked or answered. Nothing of the extra is imported before
the variables ask for it.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from threading import Thread
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import structlog

from ledger.errors import DecodeError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

log = structlog.get_logger()
Kind: TypeAlias = Literal["INTERNAL", "SERVER"]

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
PROTOCOL: Final = "http/protobuf"
EXPORTER: Final = "OTEL_TRACES_EXPORTER"
DISABLED: Final = "OTEL_SDK_DISABLED"
NEEDED: Final = "opentelemetry.exporter.otlp.proto.http"
SERVICE: Final = "goodoffices"
ENDING_S: Final = 3.0
"""How long a stop waits for what is still to be sent."""

_tracer: "Tracer | None" = None


class Mark:
    """What is said of something done while it is done; without traces, nothing."""

    def __init__(self, span: "Span | None" = None) -> None:
        self._span = span

    def note(self, name: str, value: str | int) -> None:
        """Say something of it, in OpenTelemetry's own names."""
        if self._span is not None:
            self._span.set_attribute(name, value)

    def call(self, name: str) -> None:
        """Name it anew, once it is known what it was."""
        if self._span is not None:
            self._span.update_name(name)


UNMARKED: Final = Mark()


@contextmanager
def span(name: str, kind: Kind = "INTERNAL", parent: str | None = None) -> Iterator[Mark]:
    """Trace what a block does; an error's text is not kept, it may quote a content.

    Args:
        name: What kind of thing it is.
        kind: Whether somebody outside asked for it.
        parent: The `traceparent` that came with it; only that, since `tracestate` and `baggage`
            could carry words.
    """
    if _tracer is None:
        yield UNMARKED
        return
    from opentelemetry.trace import SpanKind  # noqa: PLC0415 - of an extra

    with _tracer.start_as_current_span(
        name,
        context=_context_of(parent),
        kind=SpanKind[kind],
        record_exception=False,
        set_status_on_exception=False,
    ) as made:
        yield Mark(made)


def _context_of(parent: str | None):  # type: ignore[no-untyped-def] # noqa: ANN202 - a type of an extra
    from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415 - of an extra
        TraceContextTextMapPropagator,
    )

    if parent is None:
        return None
    return TraceContextTextMapPropagator().extract({"traceparent": parent})


def is_asked_for(variables: Mapping[str, str]) -> bool:
    """Tell whether the operator's variables ask for traces.

    Raises:
        DecodeError: They ask for an exporter or a protocol that is not here, or the extra is not.
    """
    exporter = variables.get(EXPORTER, "")
    named = next((name for name in (*ENDPOINTS, EXPORTER) if variables.get(name)), None)
    if named is None or exporter == "none" or variables.get(DISABLED, "").lower() == "true":
        return False
    if exporter not in ("", "otlp"):
        raise DecodeError(EXPORTER, "names an exporter that is not here", "otlp or none")
    for name in PROTOCOLS:
        if variables.get(name, PROTOCOL) not in ("", PROTOCOL):
            raise DecodeError(name, "names a protocol that is not spoken here", PROTOCOL)
    if not is_installed():
        why = "asks for traces, but what sends them is not installed"
        raise DecodeError(named, why, "pip install good-offices-ledger[traces]; or unset it")
    return True


def is_installed() -> bool:
    """Tell whether the extra `traces` is there."""
    try:
        return find_spec(NEEDED) is not None
    except ModuleNotFoundError:  # not even the package it lies in
        return False


@contextmanager
def sending(variables: Mapping[str, str]) -> Iterator[None]:
    """Send traces while a block runs, if the operator's variables ask for it.

    The libraries read the other standard variables from the environment: where to, how many,
    the name of the service.

    Args:
        variables: The environment.

    Raises:
        DecodeError: As `is_asked_for`.
    """
    if not is_asked_for(variables):
        yield
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - of an extra
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - of an extra

    _say_faults()
    provider = provided(variables)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    with tracing(provider):
        yield
    ending = Thread(target=provider.shutdown, name="traces", daemon=True)
    ending.start()
    ending.join(ENDING_S)  # a collector that does not answer holds up nobody's stop


def provided(variables: Mapping[str, str]) -> "TracerProvider":
    """Make what traces are made with, under the service's name."""
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource  # noqa: PLC0415 - of an extra
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - of an extra

    named = variables.get("OTEL_SERVICE_NAME") or SERVICE
    return TracerProvider(resource=Resource.create({SERVICE_NAME: named}), shutdown_on_exit=False)


@contextmanager
def tracing(provider: "TracerProvider") -> Iterator[None]:
    """Trace while a block runs."""
    global _tracer  # noqa: PLW0603 - one for the process, as its meters are
    _tracer = provider.get_tracer(SERVICE)
    try:
        yield
    finally:
        _tracer = None


class _Said(logging.Handler):
    """Log a fault of the sending library as an event; its text may name addresses."""

    def emit(self, record: logging.LogRecord) -> None:
        log.warning("traces.fault", where=record.name)


def _say_faults() -> None:
    logger = logging.getLogger("opentelemetry")
    logger.propagate = False
    logger.handlers[:] = [_Said(logging.WARNING)]
