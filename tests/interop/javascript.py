"""Run the JavaScript that checks us from outside, in a folder with its packages."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "build" / "npm" / "node_modules"
needs_packages = pytest.mark.skipif(
    shutil.which("node") is None or not PACKAGES.is_dir(),
    reason="no JavaScript packages are here: install node and npm, then `make interop`",
)


def run_script(script: Path, folder: Path, *arguments: str) -> Any:  # noqa: ANN401 - any JSON
    """Run a script in a folder of its own; return the JSON it prints."""
    (folder / "node_modules").symlink_to(PACKAGES)
    copied = shutil.copy(script, folder)
    done = subprocess.run(
        ["node", str(copied), *arguments], check=True, capture_output=True, timeout=60
    )
    return json.loads(done.stdout)
