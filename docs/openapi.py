"""Write the OpenAPI document as the application serves it, so that a change shows as one line."""

import json
from typing import Any

from services.http.openapi import document


def openapi_json() -> str:
    """Return the document: a path, a shape or a refusal a line."""
    made = dict(document())
    paths, components = made.pop("paths"), made.pop("components")
    head = json.dumps(made, ensure_ascii=False, indent=1)[:-2]
    tables = ",\n".join(
        f"{json.dumps(name)}: {{\n{_lines(table)}\n}}" for name, table in components.items()
    )
    return f'{head},\n "paths": {{\n{_lines(paths)}\n}},\n "components": {{\n{tables}\n}}}}\n'


def _lines(table: dict[str, Any]) -> str:
    return ",\n".join(
        f"{json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in table.items()
    )
