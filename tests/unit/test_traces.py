"""Traces: what kind of thing was done and how long it took; no name, no case, no word."""

import asyncio
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from ledger.errors import DecodeError
from services import traces
from services.command_service.lanes import Lane
from tests.site import CASE, Town

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
THERE = {ENDPOINT: "http://127.0.0.1:4318"}
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def kept() -> Iterator[InMemorySpanExporter]:
    """Trace into memory."""
    exporter = InMemorySpanExporter()
    provider = traces.provided({})
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with traces.tracing(provider):
        yield exporter


def whole(span: ReadableSpan) -> str:
    """Write down all that is sent of a span."""
    return str(span.to_json())


def test_a_request_leaves_a_span_and_one_for_each_part_of_its_work(
    here: Town, kept: InMemorySpanExporter
) -> None:
    """The pattern of the address and the status; beneath it the threads and the desk."""
    line = {
        "command": "contest-entry",
        "id": "traced",
        "case": CASE,
        "data": {"target": "joint:3", "position": "Hushed words."},
    }
    with here.program("party:B") as client:
        client.get(f"/api/cases/{CASE}?at=joint:2", headers={"traceparent": PARENT})
        client.post("/api/commands", json=line)
        client.get("/api/find?words=hushed", headers={"tracestate": "hushed=1", "baggage": "a=b"})
        client.request("HUSHED", "/nowhere")
    spans = kept.get_finished_spans()
    named = [span.name for span in spans]
    assert named == [
        *("lane http", "GET /api/cases/{case}"),
        *("lane http", "desk", "POST /api/commands"),
        *("lane http", "GET /api/find", "other none"),
    ]
    first = spans[1]
    assert first.context is not None
    assert f"{first.context.trace_id:032x}" == PARENT.split("-")[1]
    assert dict(first.attributes or {}) == {
        "http.request.method": "GET",
        "http.route": "/api/cases/{case}",
        "http.response.status_code": 200,
    }
    assert spans[3].attributes == {"goodoffices.outcome": "done"}
    told = "".join(map(whole, spans)).lower()
    assert not any(word in told for word in (CASE.lower(), "hushed", "joint:", "holt", "traced"))


def test_an_error_leaves_no_words(kept: InMemorySpanExporter) -> None:
    """Its text may quote a content."""

    def broken() -> None:
        raise ZeroDivisionError("hushed")

    lane = Lane("test", 1)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(lane.do(broken))
    lane.close()
    (span,) = kept.get_finished_spans()
    assert "hushed" not in whole(span)
    assert not span.events


def test_nothing_is_traced_unless_somebody_asks() -> None:
    """By a place to send to, or by name; and one who says no is heard."""
    assert not traces.is_asked_for({})
    assert traces.is_asked_for(THERE)
    assert traces.is_asked_for({"OTEL_TRACES_EXPORTER": "otlp"})
    assert not traces.is_asked_for({**THERE, "OTEL_TRACES_EXPORTER": "none"})
    assert not traces.is_asked_for({**THERE, "OTEL_SDK_DISABLED": "True"})
    with traces.sending({}), traces.span("nothing") as mark:
        assert mark is traces.UNMARKED


@pytest.mark.parametrize(
    ("variables", "field"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER"),
        ({**THERE, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "OTEL_EXPORTER_OTLP_PROTOCOL"),
    ],
)
def test_what_cannot_be_sent_is_said_at_once(variables: dict[str, str], field: str) -> None:
    """Before anything runs."""
    with pytest.raises(DecodeError) as refused:
        traces.is_asked_for(variables)
    assert refused.value.field == field


def test_traces_without_the_extra_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which variable asks, and what to install."""
    monkeypatch.setattr(traces, "find_spec", lambda _: None)
    with pytest.raises(DecodeError, match="not installed") as refused:
        traces.is_asked_for(THERE)
    assert refused.value.field == ENDPOINT
    assert "good-offices-ledger[traces]" in refused.value.needs


class _Collector(BaseHTTPRequestHandler):
    """Take whatever is sent."""

    def do_POST(self) -> None:
        """Keep it."""
        self.server.taken = (self.path, self.rfile.read(int(self.headers["Content-Length"])))  # type: ignore[attr-defined] # kept for the test
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


def test_traces_are_sent_where_the_operator_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the next batch, or at the end."""
    with HTTPServer(("127.0.0.1", 0), _Collector) as collector:
        collector.timeout = 5
        variables = {ENDPOINT: f"http://127.0.0.1:{collector.server_port}"}
        monkeypatch.setenv(ENDPOINT, variables[ENDPOINT])
        receiving = Thread(target=collector.handle_request)
        receiving.start()
        with traces.sending(variables), traces.span("kept"):
            pass
        receiving.join()
        path, body = collector.taken  # type: ignore[attr-defined] # as above
    assert path == "/v1/traces"
    assert b"kept" in body
    assert traces.SERVICE.encode() in body


def test_a_collector_that_is_not_there_holds_up_no_stop(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What could not be sent is said in the log, as an event, without the library's own words."""
    monkeypatch.setattr(traces, "ENDING_S", 0.2)
    variables = {**THERE, ENDPOINT: "http://127.0.0.1:9/"}
    for name, value in {**variables, "OTEL_EXPORTER_OTLP_TIMEOUT": "1"}.items():
        monkeypatch.setenv(name, value)
    with traces.sending(variables), traces.span("kept"):
        pass
    assert "127.0.0.1:9" not in json.dumps(capsys.readouterr())
