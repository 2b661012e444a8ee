"""Measure the stand-alone verifier: a bundle of 10,000 entries, and its memory beside a tenth."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.children import goodoffices
from bench.houses import Furnished, line_of, statement, taken_over
from bench.measuring import Line, Options, say
from services.seals import key_history

ENTRIES = 10_000
RUNS = 3
LOT = 500
OPENING = 3
"""Statements with which a case is opened; the others follow at once."""
ALONE = """
import re, runpy, sys, time
from pathlib import Path
status = runpy.run_path(sys.argv[1])["main"](sys.argv[2:])
kib = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print("seconds", time.process_time(), "peak KiB", kib.group(1), file=sys.stderr)
sys.exit(status)
"""
"""Runs the verifier and says what it needed."""


def measure(_: Options) -> Iterator[Line]:
    """Verify against a pinned key with `python -I -S`, start of Python included."""
    with tempfile.TemporaryDirectory() as folder:
        small = _bundle(Path(folder) / "small", ENTRIES // 10)
        large = _bundle(Path(folder) / "large", ENTRIES)
        say("verify: the file in the bundle, alone")
        taken = median(_verified(large)[0] for _ in range(RUNS))
        note = "seconds of the processor; python3 -I -S, start included, a pinned key"
        what = f"verifying a bundle of {ENTRIES:,} entries alone"
        yield Line(what=what, unit="s", ours=taken, most=1.0, note=note)
        held, less = _verified(large)[1], _verified(small)[1]
        what = f"its peak memory, beside {ENTRIES // 10:,} entries"
        yield Line(what=what, unit="MiB", ours=held, peer=less, most=1.3)


def _bundle(folder: Path, entries: int) -> Path:
    """Make a bundle of a case with so many entries; its key lies beside it."""
    say(f"verify: a case of {entries:,} entries, and its bundle")
    data = folder / "data"
    folder.mkdir()
    with Furnished(data) as ours:
        (case,) = ours.open_cases(1, taken_over(OPENING))
        asked = [line_of(statement(), case) for _ in range(entries - OPENING - 1)]
        for begin in range(0, len(asked), LOT):
            lot = asked[begin : begin + LOT]
            waiting = [ours.house.desk.submit(one, ours.operator, "api") for one in lot]
            assert all(one.result().done for one in waiting), "every statement is recorded"
    target = folder / "bundle"
    goodoffices(data, "export", case, "--for", "registry", "--format", "bundle", "-o", str(target))
    (folder / "key").write_text(key_history(data).keys[0].key + "\n", "utf-8")
    return target


def _verified(bundle: Path) -> tuple[float, float]:
    """Verify a bundle; return seconds of the processor, start of Python included, and MiB."""
    line = [sys.executable, "-I", "-S", "-c", ALONE, str(bundle / "verify.py"), str(bundle)]
    done = subprocess.run(
        [*line, f"--key={bundle.parent / 'key'}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.search(r"seconds (\S+) peak KiB (\d+)", done.stderr)
    assert found is not None, "it says what it needed"
    return float(found[1]), int(found[2]) / 1024
