"""Write the AsyncAPI 3 document: what goes over NATS, for tools that read such documents."""

import json
import tomllib
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from docs.event_examples import example
from docs.event_pages import DOCS
from ledger.answer import Answer
from ledger.catalogue import EVENTS
from ledger.envelope import Event, tag_of
from ledger.seal.proofs import Receipt
from services.command_service.asking import WantedReceipt, WantedView
from services.docstrings import read_docstring
from services.http.openapi import envelope

FILE = DOCS / "asyncapi.json"
JsonObject = dict[str, Any]
ATTRIBUTES = {
    "ce-specversion": "Version of CloudEvents, `1.0`.",
    "ce-id": "`<room id>/<sequence>`, the same whenever the event is sent.",
    "ce-source": "`/institutions/<id>/cases/<case id>/rooms/<room id>`.",
    "ce-type": "`org.goodoffices.<event type>.v<version>`.",
    "ce-time": "When it was recorded, UTC.",
    "ce-subject": "The case id.",
    "ce-sequence": "Place in the room, 20 digits with zeros in front.",
    "ce-dataschema": "Names the shape of the body.",
    "ce-datacontenttype": "`application/json`.",
    "ce-actor": "Who acted.",
}
SOMETIMES = {
    "ce-actingfor": "For whom the actor acted.",
    "ce-occurred": "When it happened; missing where that is not recorded.",
    "ce-corrects": "The entry that this one corrects, as room:sequence.",
}


class Asked(NamedTuple):
    """What may be asked by request, and what is answered.

    Attributes:
        about: One sentence.
        question: Shape of the question.
        answers: Shapes of answers, beside one that says what was refused.
        document: What else may come.
    """

    about: str
    question: type[msgspec.Struct]
    answers: tuple[type[msgspec.Struct], ...] = ()
    document: str = ""


ASKED = {
    "act": Asked("Give a command; the same id again gets the same answer.", envelope()),
    "receipt": Asked(
        "Ask for the receipt of a command; it comes with the next seal.", WantedReceipt, (Receipt,)
    ),
    "view": Asked(
        "Look at a view with the eyes one has.",
        WantedView,
        (),
        "The document that the command line prints with `--json`.",
    ),
}
CREDENTIALS = "A credentials file that `goodoffices feed grant` wrote for one subscriber."


def asyncapi_json() -> str:
    """Return the document, an event or shape a line."""
    made = {
        "asyncapi": "3.1.0",
        "info": _info(),
        "defaultContentType": "application/json",
        "servers": {"embedded": _server()},
        "channels": {"feed": _feed(), **dict(_asking_channels())},
        "operations": {
            "sendFeed": {
                "action": "send",
                "summary": "Bring a subscriber the events that its grant allows.",
                "channel": {"$ref": "#/channels/feed"},
            },
            **{name: _operation(name) for name in ASKED},
        },
        "components": {
            "securitySchemes": {
                "credentials": {"type": "asymmetricEncryption", "description": CREDENTIALS}
            },
            "messages": {**{tag_of(k): _message(k) for k in _kinds()}, **dict(_questions())},
            "schemas": _schemas(),
        },
    }
    return _in_lines(made)


def _info() -> JsonObject:
    text = (DOCS.parent / "pyproject.toml").read_text(encoding="utf-8")
    return {
        "title": "Good Offices Ledger",
        "version": str(tomllib.loads(text)["project"]["version"]),
        "description": (
            "Events of a mediation for other services, over NATS JetStream. What is promised, and"
            " what is not, stands in feeds.md."
        ),
        "license": {"name": "Apache-2.0"},
    }


def _server() -> JsonObject:
    return {
        "host": "127.0.0.1:4222",
        "protocol": "nats",
        "description": "The broker of an embedded ledger; `goodoffices serve` prints its address.",
        "security": [{"$ref": "#/components/securitySchemes/credentials"}],
    }


def _feed() -> JsonObject:
    return {
        "address": "feed.{subscriber}.{type}",
        "description": (
            "One stream a subscriber, `FEED_<subscriber>`, read through the durable consumer that"
            " is there. CloudEvents 1.0 in binary mode, header values percent-encoded."
        ),
        "parameters": {
            "subscriber": {"description": "Name of the grant."},
            "type": {"description": "Type of the event.", "examples": ["proposal-tabled"]},
        },
        "messages": {
            tag_of(kind): {"$ref": f"#/components/messages/{tag_of(kind)}"} for kind in _kinds()
        },
    }


def _asking_channels() -> Iterator[tuple[str, JsonObject]]:
    """Describe where a subscriber asks, and its own inbox, where the answer comes."""
    for name, asked in ASKED.items():
        yield (
            name,
            {
                "address": f"cmd.{{subscriber}}.{name}",
                "description": asked.about,
                "parameters": {"subscriber": {"description": "Name of the grant."}},
                "messages": {"question": {"$ref": f"#/components/messages/{name}.question"}},
            },
        )
        yield (
            f"{name}.answer",
            {
                "address": None,
                "messages": {"answer": {"$ref": f"#/components/messages/{name}.answer"}},
            },
        )


def _operation(name: str) -> JsonObject:
    return {
        "action": "receive",
        "summary": ASKED[name].about,
        "channel": {"$ref": f"#/channels/{name}"},
        "reply": {
            "address": {
                "location": "$message.header#/reply",
                "description": "The asker's inbox.",
            },
            "channel": {"$ref": f"#/channels/{name}.answer"},
        },
    }


def _questions() -> Iterator[tuple[str, JsonObject]]:
    for name, asked in ASKED.items():
        yield f"{name}.question", {"payload": _ref(asked.question.__name__)}
        answers = [*(_ref(kind.__name__) for kind in asked.answers), _ref(Answer.__name__)]
        documents = [{"description": asked.document}] if asked.document else []
        yield f"{name}.answer", {"payload": {"anyOf": [*answers, *documents]}}


def _kinds() -> list[type[Event]]:
    return [EVENTS[tag] for tag in sorted(EVENTS)]


def _message(kind: type[Event]) -> JsonObject:
    tag = tag_of(kind)
    typed = {"ce-type": {"type": "string", "const": f"org.goodoffices.{tag}.v{kind.version}"}}
    return {
        "name": tag,
        "summary": read_docstring(kind.__doc__).first,
        "headers": {"allOf": [_ref("CloudEvent"), {"type": "object", "properties": typed}]},
        "payload": _ref(kind.__name__),
        "examples": [{"payload": example(kind)}],
    }


def _schemas() -> JsonObject:
    others = [one.question for one in ASKED.values()]
    others += [kind for one in ASKED.values() for kind in one.answers]
    _, shapes = msgspec.json.schema_components(
        [*_kinds(), *others, Answer], ref_template="#/components/schemas/{name}"
    )
    told = {name: _closed(shape) for name, shape in sorted(shapes.items())}
    return {"CloudEvent": _cloud_event(), **told}


def _cloud_event() -> JsonObject:
    every = {**ATTRIBUTES, **SOMETIMES}
    return {
        "type": "object",
        "properties": {name: {"type": "string", "description": d} for name, d in every.items()},
        "required": list(ATTRIBUTES),
    }


def _closed(shape: Any) -> Any:  # noqa: ANN401 - any part of a JSON Schema
    """Write a tuple's places as draft 7 does, which AsyncAPI reads."""
    if isinstance(shape, list):
        return [_closed(part) for part in shape]
    if not isinstance(shape, dict):
        return shape
    made = {key: _closed(part) for key, part in shape.items()}
    if "prefixItems" in made:
        made["items"] = made.pop("prefixItems")
        made["additionalItems"] = False
    return made


def _ref(name: str) -> JsonObject:
    return {"$ref": f"#/components/schemas/{name}"}


def _in_lines(made: JsonObject) -> str:
    """Write it so that a change of one event is a change of one line."""
    components = made.pop("components")
    head = json.dumps(made, ensure_ascii=False, indent=1)[:-2]
    tables = ",\n".join(
        f"{json.dumps(name)}: {{\n{_lines(table)}\n}}" for name, table in components.items()
    )
    return f'{head},\n "components": {{\n{tables}\n}}}}\n'


def _lines(table: JsonObject) -> str:
    return ",\n".join(
        f"{json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in table.items()
    )
