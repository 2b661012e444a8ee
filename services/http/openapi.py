"""Write the OpenAPI 3.1 document: from the same tables that the handlers are made of."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct, inspect

from ledger.act import Ask
from ledger.answer import Answer
from ledger.catalogue import COMMANDS as COMMAND_KINDS
from ledger.seal.proofs import Receipt
from services.http.documents import DOCUMENT, DOCUMENTS, Taken
from services.http.lists import CSV, JSON
from services.http.looking import CASE, path_of
from services.http.parameters import IN_PATH, PARAMETERS, Json
from services.http.parts import MULTIPART
from services.http.problems import MEDIA_TYPE, Problem
from services.http.proofs import FORMS, RECEIPTS
from services.http.proofs import path_of as form_path
from services.http.readings import CASES, MANY, ONES, WHOLES, Many
from services.http.samples import sample
from services.http.signing_in import SESSION, Begun, Knock, Session
from services.http.writing import COMMANDS
from services.reading.receipts import Receipted
from services.reading.timeline import Entry

PATH: Final = "/api/openapi.json"
REFERENCE: Final = "#/components/schemas/{name}"
DOCUMENT_WAYS: Final = (
    "Raw: `command` is the id of the command that will name its SHA-256, or `entry` the entry that"
    " does; `name` is what it is called. As a form: the command in the part `act`, then the file."
    " At most 50 MiB."
)
REFUSALS: Final[Mapping[str, str]] = {
    "400": "It cannot be read; `field` says what.",
    "401": "Nobody is signed in, or the session is over.",
    "403": "Not with these eyes, or not from this page.",
    "404": "It is not there, or not to be seen; the two are not told apart.",
    "405": "Not with this method.",
    "409": "A rule refuses; `rule` names it.",
    "412": "Something was recorded since the caller looked.",
    "413": "The body is too large.",
    "415": "The body is of another kind.",
    "429": "Too many codes were tried.",
    "503": "Try again, with the same command id.",
}
READING: Final = ("400", "401", "403", "404", "405", "409", "503")
WRITING: Final = (*READING, "412", "413", "415")
OPEN: Final[list[Json]] = [{}]
"""Asked of nobody."""


@cache
def envelope() -> type[Struct]:
    """Describe a command as JSON: its data are an object, which is read by the command's name."""
    fields = [
        (f.name, dict[str, Any], {}) if f.name == "data" else (f.name, f.type, f.default)
        for f in msgspec.structs.fields(Ask)
    ]
    return msgspec.defstruct("Command", fields, kw_only=True, forbid_unknown_fields=True)


@cache
def document() -> Json:
    """Return the document."""
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Good Offices Ledger",
            "version": version("good-offices-ledger"),
            "description": (
                "The record of mediations: commands go through the desk, views show what the"
                " caller may read. Sign in with the code of an invitation."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"cookie": []}],
        "paths": _merged(_paths()),
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "goodoffices"},
            },
            "responses": {code: _refusal(text) for code, text in REFUSALS.items()},
            "schemas": _schemas(),
        },
    }


def _merged(paths: Iterator[tuple[str, Json]]) -> Json:
    """Put the methods of an address together, wherever they are described."""
    found: Json = {}
    for path, item in paths:
        found[path] = {**found.get(path, {}), **item}
    return found


def _paths() -> Iterator[tuple[str, Json]]:
    yield from _listed(CASES, "/api/cases")
    yield from _listed(CASES, "/api/find", "words", name="find")
    for one in ONES:
        parameters = _parameters(one.parameters, required=one.required)
        tagged = {"headers": _header("ETag", "The last sequence of each room, for `If-Match`.")}
        answer = {**_answer(one.shape), **(tagged if one.name == "show" else {})}
        path = _plain(path_of(one))
        operation = _reading(f"case-{one.name}", one.about, parameters, answer)
        yield path, {"parameters": _in_path("case"), "get": operation}
    for whole in WHOLES:
        parameters = _parameters(whole.parameters)
        operation = _reading(whole.name, whole.about, parameters, _answer(whole.shape))
        yield f"/api/{whole.name}", {"get": operation}
    for many in MANY:
        yield from _listed(many, f"{CASE}/{many.name}", in_case=True)
        yield from _listed(many, f"/api/{many.name}")
    yield from _proofs()
    yield from _writing()
    yield from _documents()
    yield from _operating()


def _listed(
    many: Many, path: str, *more: str, name: str = "", in_case: bool = False
) -> Iterator[tuple[str, Json]]:
    parameters = _parameters((*more, *many.parameters), required=more)
    link = {"headers": _header("Link", "The next page, `rel=next`; missing on the last.")}
    lines = {CSV: {"schema": {"type": "string"}}}
    list_of: Json = {"schema": {"type": "array", "items": _shape(many.shape)}}
    if many.shape is not None:
        list_of["example"] = [sample(inspect.type_info(many.shape))]
    items: Json = {JSON: list_of}
    where = {"parameters": _in_path("case")} if in_case else {}
    called = f"{'case' if in_case else 'all'}-{name or many.name}"
    for ending, content in (("", {**items, **lines}), (".csv", lines)):
        answer = {"description": "A page of the list.", "content": content, **link}
        operation = _reading(f"{called}{ending.replace('.', '-')}", many.about, parameters, answer)
        yield _plain(path) + ending, {**where, "get": operation}


def _proofs() -> Iterator[tuple[str, Json]]:
    for form in FORMS:
        answer = {"description": "The file.", "content": {form.media: {}}}
        operation = _reading(f"case-{form.name}", form.about, _parameters(("at",)), answer)
        yield _plain(form_path(form)), {"parameters": _in_path("case"), "get": operation}
    about = "Prove that the entries of a command were sealed; comes with the next seal."
    receipt = _reading("receipt", about, _parameters(("case",)), _answer(Receipt))
    yield _plain(RECEIPTS), {"parameters": _in_path("command"), "get": receipt}
    stream = {
        "description": "`event: entry`, its data as below, its id for `Last-Event-ID`.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
    about = "Send the entries of a case that the caller reads, those there are and those to come."
    last = {"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}}
    follow = _reading("case-events", about, [*_parameters(()), last], stream)
    yield f"{_plain(CASE)}/events", {"parameters": _in_path("case"), "get": follow}


def _writing() -> Iterator[tuple[str, Json]]:
    headers = [
        {
            "name": "If-Match",
            "in": "header",
            "description": "What the caller had seen, as the ETag of a case has it.",
            "schema": {"type": "string"},
            "example": '"joint:12"',
        },
        {
            "name": "Prefer",
            "in": "header",
            "description": "`wait=view` or `wait=seal`; the latter adds the receipt.",
            "schema": {"type": "string"},
            "example": "wait=seal",
        },
    ]
    yield (
        COMMANDS,
        {
            "post": {
                "operationId": "command",
                "summary": "Give a command; the same id again gets the same answer.",
                "parameters": headers,
                "requestBody": _body("Command", _commands()),
                "responses": {"200": _answer(Receipted), **_refusals(*WRITING)},
            }
        },
    )
    knock = {"letter": {"value": {"code": "7KQ2-90XA-M4TT-B8ZE"}}}
    yield (
        SESSION,
        {
            "post": {
                "operationId": "sign-in",
                "summary": "Begin a session with the code of an invitation, which works once.",
                "security": OPEN,
                "requestBody": _body("Knock", knock),
                "responses": {
                    "201": _answer(Begun),
                    **_refusals("400", "403", "413", "415", "429", "503"),
                },
            },
            "get": {
                "operationId": "session",
                "summary": "Tell who is signed in.",
                "responses": {"200": _answer(Session), **_refusals("400", "401", "503")},
            },
            "delete": {
                "operationId": "sign-out",
                "summary": "End the session.",
                "responses": {
                    "204": {"description": "It is over."},
                    **_refusals("400", "401", "403", "503"),
                },
            },
        },
    )


def _documents() -> Iterator[tuple[str, Json]]:
    """Describe how documents come and go; the list of them is one of the views."""
    raw: Json = {"schema": {"type": "string", "format": "binary"}}
    form = {
        "type": "object",
        "required": ["act", "file"],
        "properties": {
            "act": {"type": "string", "description": "The command, as JSON; before the file."},
            "file": {"type": "string", "format": "binary"},
        },
    }
    asked = _parameters(("command", "entry", "name"))
    taken = _answer(Taken)
    schema = {"anyOf": [_shape(Taken), _shape(Answer)]}
    taken["content"][JSON]["schema"] = schema
    taken["description"] = "What was taken; the answer to the command where it came along."
    yield (
        _plain(DOCUMENTS),
        {
            "post": {
                "operationId": "put-in-document",
                "summary": "Take a document in: before its act, after it, or together with it.",
                "description": DOCUMENT_WAYS,
                "parameters": asked,
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/octet-stream": raw,
                        MULTIPART: {"schema": form},
                    },
                },
                "responses": {"201": taken, **_refusals(*READING, "412", "413")},
            }
        },
    )
    whole = {"description": "The document, checked as it goes.", "content": {"*/*": raw}}
    operation = _reading("document", "Give a document out.", _parameters(("at",)), whole)
    where = [*_in_path("case"), *_in_path("entry"), *_in_path("sha256")]
    yield _plain(DOCUMENT), {"parameters": where, "get": operation}


def _operating() -> Iterator[tuple[str, Json]]:
    text = {"content": {"text/plain": {"schema": {"type": "string"}}}}
    for path, about in (("/health", "Tell that it runs."), ("/ready", "Tell that it can answer.")):
        answers = {"200": {"description": "It does.", **text}, **_refusals("503")}
        name = path.removeprefix("/")
        operation = {"operationId": name, "summary": about, "security": OPEN, "responses": answers}
        yield path, {"get": operation}
    this = {"description": "This document.", "content": {JSON: {"schema": {"type": "object"}}}}
    operation = {"operationId": "openapi", "summary": "Describe the API.", "security": OPEN}
    yield PATH, {"get": {**operation, "responses": {"200": this}}}


def _plain(path: str) -> str:
    return re.sub(r"\{(\w+):\w+\}", r"{\1}", path)


def _reading(name: str, about: str, parameters: list[Json], answer: Json) -> Json:
    return {
        "operationId": name,
        "summary": about,
        "parameters": parameters,
        "responses": {"200": answer, **_refusals(*READING)},
    }


def _parameters(names: tuple[str, ...], *, required: tuple[str, ...] = ()) -> list[Json]:
    return [
        {"name": n, "in": "query", "required": n in required, **PARAMETERS[n]}
        for n in ("as", *names)
    ]


def _in_path(name: str) -> list[Json]:
    return [{"name": name, "in": "path", "required": True, **IN_PATH[name]}]


def _header(name: str, about: str) -> Json:
    return {name: {"description": about, "schema": {"type": "string"}}}


def _answer(shape: type) -> Json:
    content = {"schema": _shape(shape), "example": sample(inspect.type_info(shape))}
    return {"description": "As the command line prints it.", "content": {JSON: content}}


def _body(name: str, examples: Mapping[str, Json]) -> Json:
    schema = {"$ref": REFERENCE.format(name=name)}
    return {"required": True, "content": {JSON: {"schema": schema, "examples": examples}}}


def _commands() -> dict[str, Json]:
    """Give an example of every command."""
    return {
        name: {
            "summary": (kind.__doc__ or "").partition("\n")[0],
            "value": {"command": name, "id": f"my-{name}-1"}
            | ({} if kind.opens else {"case": "GO-2026-0001"})
            | {"data": kind.example},
        }
        for name, kind in sorted(COMMAND_KINDS.items())
    }


def _refusals(*codes: str) -> Json:
    return {code: {"$ref": f"#/components/responses/{code}"} for code in codes}


def _refusal(text: str) -> Json:
    schema = {"$ref": REFERENCE.format(name="Problem")}
    return {"description": text, "content": {MEDIA_TYPE: {"schema": schema}}}


def _shape(shape: type | None) -> Json:
    return {"type": "object"} if shape is None else _components()[0][shape]


def _schemas() -> Json:
    return dict(sorted(_components()[1].items()))


@cache
def _components() -> tuple[dict[type, Json], Json]:
    listed = [one.shape for one in (CASES, *MANY) if one.shape is not None]
    shapes = [*listed, *(one.shape for one in (*ONES, *WHOLES)), *_OTHERS, envelope()]
    references, found = msgspec.json.schema_components(shapes, ref_template=REFERENCE)
    return dict(zip(shapes, references, strict=True)), _readable(found)


_OTHERS: Final = (Answer, Entry, Receipt, Receipted, Problem, Knock, Session, Begun, Taken)


def _readable(part: Any) -> Any:  # noqa: ANN401 - any part of a JSON Schema
    """Write patterns as JSON Schema reads them."""
    match part:
        case list():
            return [_readable(inner) for inner in part]
        case dict():
            made = {key: _readable(inner) for key, inner in part.items()}
            if isinstance(made.get("pattern"), str):
                made["pattern"] = made["pattern"].replace(r"\A", "^").replace(r"\Z", "$")
            return made
        case _:
            return part


def routes() -> list[HTTPRouteHandler]:
    """List the handler of the document."""
    written = msgspec.json.encode(document())

    @get(PATH, name="openapi")
    async def described() -> Response[bytes]:
        return Response(written, media_type=JSON)

    return [described]
