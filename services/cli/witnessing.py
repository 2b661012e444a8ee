"""Witness the logs of others, and have one's own witnessed."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from ledger.errors import DecodeError, RuleViolation, StoreFault
from services.answers import DONE
from services.cli import context, output
from services.given_files import read_given

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.identity import Operator
    from ledger.seal.policy import Policy

PORT_MAX = 65_535
State = Annotated[Path, Parameter(name="--state")]
STATE = Path("goodoffices-witness")

witness = App(name="witness", help="Witness the logs of others, and have one's own witnessed.")


# ---------------------------------------------------------------- being a witness


@witness.command
def serve(*, state: State = STATE, listen: str = "127.0.0.1:7979", name: str | None = None) -> int:
    """Cosign the checkpoints of other institutions' logs over HTTP, until Ctrl-C.

    It needs no ledger. The first start makes its key. Put a web server with TLS before it where
    others are to reach it.

    Examples:
        goodoffices witness serve --state /srv/witness --name witness.example.org
        goodoffices witness serve --listen 127.0.0.1:0

    Args:
        state: Folder of the witness: its key, the logs in its care, what it cosigned last.
        listen: Address and port; port 0 picks a free one.
        name: Names the witness and its key, at the first start; drawn by default.
    """
    from ledger.seal.witness import Witness
    from services.clock import SystemClock
    from services.logs import configure
    from services.witness import serve as run

    configure(context.settings().log)
    run(Witness.open_or_begin(state, name), _address(listen), SystemClock(), _said)
    output.say("stopped")
    return DONE


@witness.command
def key(*, state: State = STATE) -> int:
    """Print the key of the witness, to be handed to those whose logs it cosigns.

    Examples:
        goodoffices witness key --state /srv/witness

    Args:
        state: Folder of the witness; made where there is none.
    """
    from ledger.seal.witness import Witness

    output.say(Witness.open_or_begin(state).key.text)
    return DONE


@witness.command
def trust(*keys: str, state: State = STATE) -> int:
    """Take logs into the care of the witness, each by its key; a running one takes them at once.

    The key also names the log. A log that changed its key is trusted under the new one as well. The
    first checkpoint of a log is taken as it is; from there on it may only grow.

    Examples:
        goodoffices witness trust gol/log/018f/9c2e+9b1c6d2a+ATr5...= --state /srv/witness

    Args:
        keys: Keys of logs, as the `log` lines of `goodoffices witness policy` name them.
        state: Folder of the witness; made where there is none.
    """
    from ledger.seal.witness import Witness

    if not keys:
        raise DecodeError("KEYS", "no key of a log was given", "`witness policy` prints it")
    found = Witness.open_or_begin(state)
    for each in keys:
        output.tell(f"in its care: {found.trust(each).name}")
    return DONE


@witness.command(name="list")
def list_(*, state: State = STATE, json: bool = False) -> int:
    """List the logs in the care of the witness, how far it has seen each, and proofs of forks.

    Args:
        state: Folder of the witness.
        json: One JSON document.
    """
    from ledger.seal.witness import Witness

    found = Witness(state)
    logs = found.logs()
    forks = [str(path) for path in found.forks()]
    if json:
        told = [
            {"key": k.text, "origin": r.origin, "size": r.size, "root": r.root} for k, r in logs
        ]
        output.as_json({"key": found.key.text, "logs": told, "forks": forks})
        return DONE
    rows = [(r.origin, r.size, r.root if r.size else "", k.text) for k, r in logs]
    output.table("", ("log", "seen up to", "root", "key"), rows)
    for path in forks:
        output.tell(f"proof of a fork: {path}")
    return DONE


# ---------------------------------------------------------------- being witnessed


@witness.command
def ask(url: str, key: str, /, *, name: str | None = None) -> int:
    """Have a witness cosign the checkpoints of this ledger, from the next tick on; registry only.

    It is not part of the quorum until `witness quorum` says so.

    Examples:
        goodoffices witness ask https://witness.example.org witness.example.org+5f9d4852+BN/a...=

    Args:
        url: Where it answers.
        key: Its key, as `goodoffices witness key` prints it there.
        name: Its name in the policy; that of its key by default.
    """
    from ledger.seal.policy import asked_witness

    asked = asked_witness(url, key, name)
    return _changed(lambda policy: policy.with_witness(asked))


@witness.command
def dismiss(name: str, /) -> int:
    """Ask a witness no more; registry only.

    Args:
        name: Its name in the policy.
    """
    return _changed(lambda policy: policy.without(name))


@witness.command
def quorum(enough: int, /, *names: str) -> int:
    """Say how many of the witnesses are enough; registry only.

    Bundles and receipts are then proved from a checkpoint that enough have cosigned, where there is
    one. Groups within groups are written by hand: `witness policy --set`.

    Examples:
        goodoffices witness quorum 2
        goodoffices witness quorum 0

    Args:
        enough: How many; 0 for no quorum.
        names: Of which witnesses; all by default.
    """
    if enough < 0:
        raise DecodeError("ENOUGH", f"{enough} of them are no quorum", "0 or more")
    return _changed(lambda policy: policy.with_quorum(enough, names))


@witness.command
def policy(*, set_: Annotated[Path | None, Parameter(name="--set")] = None) -> int:
    """Print the policy that a reader may pin: the key of the log, the witnesses, the quorum.

    Save it where the ledger cannot reach it: `goodoffices verify FILE --policy POLICY`. The form is
    that of C2SP tlog-policy.

    Examples:
        goodoffices witness policy
        goodoffices witness policy --set witnesses.txt

    Args:
        set_: Take the witnesses, groups and quorum of this file for one's own first; registry only.
    """
    from services.cosigning.witnesses import parsed, policy_of

    if set_ is not None:
        try:
            read = parsed(read_given(set_))
        except OSError as error:
            raise DecodeError("--set", f"{set_}: {error.strerror}", "a file to be read") from None
        return _changed(lambda _: read)
    with context.house() as (house, _):
        folder = house.ledger.folder
        output.say(policy_of(folder).for_readers([_log_key(folder)]).rstrip())
    return DONE


@witness.command
def status(*, json: bool = False) -> int:
    """Tell how far each witness of this ledger has come, and what is wrong where it lags.

    Args:
        json: One JSON document.
    """
    from services.cosigning.progress import witnessed
    from services.seals import seals_of

    with context.house() as (house, _):
        store = seals_of(house)
        found = witnessed(house.ledger.folder, store)
        if store is not None:
            store.close()
    if json:
        output.as_json(found)
        return DONE
    columns = ("witness", "seen up to", "behind", "cosigned", "failing since", "why")
    rows = [(w.name, w.size, w.behind, w.at, w.failing_since, w.why) for w in found.witnesses]
    output.table("", columns, rows)
    met = f"the last met at {found.met}" if found.met else "not met yet"
    output.tell(f"log of {found.size}; quorum {found.quorum or 'none'}: {met}")
    return DONE


def _changed(change: "Callable[[Policy], Policy]") -> int:
    from services.cosigning.witnesses import change_policy

    with context.house() as (house, operator):
        _check_registry(operator)
        made = change_policy(house.ledger.folder, change)
    output.say(made.text.rstrip())
    return DONE


def _check_registry(operator: "Operator") -> None:
    if "registry" not in operator.roles:
        why = f"operator {operator.name} does not keep the registry"
        raise RuleViolation("registry_names_the_witnesses", why, "a registry operator")


def _log_key(folder: Path) -> str:
    """Return the key that signs now; who trusts it follows handovers from there."""
    from ledger.seal.log_signer import LogSigner
    from ledger.seal.opening import SIGNER_NAME

    keys = LogSigner(folder / SIGNER_NAME).history().keys if (folder / SIGNER_NAME).exists() else ()
    if not keys:
        raise StoreFault("nothing was sealed yet, so that no key has signed", "`goodoffices seal`")
    return keys[-1].key


def _address(listen: str) -> tuple[str, int]:
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdigit()) or int(port) > PORT_MAX:
        raise DecodeError("--listen", f"{listen!r} is no address", "HOST:PORT, as 127.0.0.1:7979")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _said(line: str) -> None:
    output.say(line)
    sys.stdout.flush()  # what is piped would be read at the end only
