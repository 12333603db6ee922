"""Waiting for other processes, and finding those that should not be there any more."""

import contextlib
import time
from pathlib import Path


def wait_until(condition):
    """Wait until a condition holds; two minutes are far more than it takes."""
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.02)


def processes(marker):
    """Return the command lines of the running processes whose environment has a marker."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile, or is not ours
            if marker.encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" "))
    return found
