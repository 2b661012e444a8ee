"""Run a program that ends when the process that started it does (Linux).

Started as a file of its own, `python -I -S tether.py PARENT_PID PROGRAM ARGUMENT...`, and not in
the child's half of a fork: other threads may hold locks there that nobody would release.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(parent_pid: int, command: list[str]) -> None:
    """Ask the kernel for a signal at the parent's death, then become the program.

    Raises:
        SystemExit: The parent died before it could be asked for.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent_pid:
        raise SystemExit("the parent is gone")
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted; the caller names the program


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
