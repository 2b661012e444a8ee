"""Keep the ledger: serve, import, rebuild, operators, profiles of health."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec
from cyclopts import App

from ledger.errors import RuleViolation
from ledger.identity import Operator, OperatorRole
from ledger.rulebook import INSTITUTION_EYES
from services.answers import DONE, MISUSE
from services.cli import context, output
from services.cli.acting import command_line, told
from services.settings import VARIABLES


def serve(
    *,
    demo: bool = False,
    operator_port: int | None = None,
    http_port: int | None = None,
    http_address: str | None = None,
    http_host: str = "127.0.0.1",
    only: str | None = None,
) -> int:
    """Run every service on this machine until Ctrl-C; a second start goes on where it was.

    Examples:
        goodoffices serve --demo
        goodoffices serve --operator-port 9464
        goodoffices serve --only relay,sealer

    Args:
        demo: Make a demo ledger with three invented cases, where there is none yet.
        operator_port: Give metrics and readiness on this port of loopback, 0 for a free one.
        http_port: Answer the API and the pages on this port of loopback, 0 for a free one; 8600 by
            default, or a free one where that is taken.
        http_address: Where people reach the pages, if a server before this one passes requests on
            and says for whom, such as https://ledger.example/.
        http_host: Where they listen: loopback, unless a container's own network is meant.
        only: Run these parts alone, with commas between: timekeeper, eraser, projector, relay,
            courier, webhooks, commands, http, keeper, sealer, stamper, broker.
    """
    from services.logs import configure
    from services.main import Doors
    from services.main import serve as run

    settings = context.settings()
    configure(settings.log)
    doors = Doors(operator_port, http_port, http_address, http_host)
    run(settings, demo=demo, say=output.say, doors=doors, only=only)
    return DONE


def import_(
    source: Literal["casino", "fmcs", "commands"],
    file: Path,
    /,
    *,
    limit: int | None = None,
    json: bool = False,
) -> int:
    """Take over records from a file; repeating it adds nothing.

    Examples:
        goodoffices import casino casino_test_100.json
        goodoffices import fmcs to_contract.csv --limit 10

    Args:
        source: `casino` dialogues (JSON), `fmcs` mediations (CSV), or `commands` (JSON lines).
        file: The file.
        limit: At most this many cases.
        json: Report as JSON.
    """
    from services.imports.run import import_file

    with context.house(create=True) as (house, operator), output.progress(source) as shown:
        report = import_file(house.desk, operator, source, file, limit=limit, progress=shown)
    if json:
        output.as_json(report)
    else:
        output.say(report.in_words())
    return report.exit_status


def rebuild(projection: str | None = None, /) -> int:
    """Build views anew from the record, while the old ones go on serving; for the registry.

    Args:
        projection: One view by name; all by default.
    """
    with context.house() as (house, operator), output.progress("rebuild") as shown:
        _check_keeper(operator)  # how much there is tells of rooms that not everybody reads
        done = house.views.rebuild(projection, shown)
    output.say(f"rebuilt {done} events")
    return DONE


def _check_keeper(operator: Operator) -> None:
    if "registry" not in operator.roles:
        why = f"operator {operator.name} does not keep the registry"
        raise RuleViolation("registry_keeps_the_views", why, "a registry operator")


def doctor(*, json: bool = False) -> int:
    """Check settings, files, keys, views and broker; name what is wrong, and the fix.

    Args:
        json: One JSON document.
    """
    from services.doctor import examine

    findings = list(examine(os.environ, context.data_folder()))
    if json:
        output.as_json(findings)
    else:
        rows = [(f.what, "ok" if f.well else "WRONG", f.found, f.fix or "") for f in findings]
        output.table("", ("part", "state", "found", "what to do"), rows)
    return DONE if all(f.well for f in findings) else MISUSE


def settings() -> int:
    """List the settings: environment variables and what each is for."""
    output.table("", ("variable", "what for"), VARIABLES.items())
    return DONE


operator = App(name="operator", help="Who may keep the record: add, list, revoke.")


@operator.command
def add(name: str, /, *, role: list[OperatorRole]) -> int:
    """Entrust somebody with a part of the record.

    Examples:
        goodoffices operator add iyer --role mediator

    Args:
        name: Name of the operator, its operating system user for the command line.
        role: What with; may be repeated.
    """
    return _institution("add-operator", {"name": name, "roles": role})


@operator.command
def revoke(name: str, /, *, reason: str | None = None) -> int:
    """Take back what somebody was entrusted with.

    Args:
        name: Name of the operator.
        reason: Why, for the registry's own record.
    """
    data = {"name": name} if reason is None else {"name": name, "reason": reason}
    return _institution("revoke-operator", data)


@operator.command(name="list")
def list_(*, json: bool = False) -> int:
    """List the operators and their roles.

    Args:
        json: One JSON document.
    """
    with context.house() as (house, _):
        state = house.desk.institution().seen_by(INSTITUTION_EYES).institution
        found = sorted(state.operators.items())
    if json:
        output.as_json([{"name": name, "roles": roles} for name, roles in found])
    else:
        output.table("", ("operator", "roles"), [(n, ", ".join(roles)) for n, roles in found])
    return DONE


def _institution(command: str, data: dict[str, Any]) -> int:
    """Give one command to the institution's own record."""
    line = command_line(command, {"by": "registry"}, data)
    with context.house(create=True) as (house, acting):
        answer = house.desk.handle(msgspec.json.encode(line), acting, "command line")
    return told(answer, as_json=False)


import_.__name__ = "import"
COMMANDS: tuple[Callable[..., int], ...] = (
    serve,
    import_,
    rebuild,
    doctor,
    settings,
)
