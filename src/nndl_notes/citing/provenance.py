"""Which version this is: number, commit and date."""

import json
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
FILE = PACKAGE / "provenance.json"  # written into wheel and source distribution
CHECKOUT = PACKAGE.parents[1]


@dataclass(frozen=True)
class Provenance:
    """Version, commit (40 hexadecimal digits, or empty), and date of the commit (or empty).

    ``modified`` tells whether the checkout differs from the commit.
    """

    version: str
    commit: str = ""
    date: str = ""
    modified: bool = False


@cache
def provenance():
    """Return what is known of this copy: from the file in a package, or from git in a checkout."""
    version = metadata.version("nndl-notes")
    if FILE.is_file():
        known = json.loads(FILE.read_text("utf-8"))
        return Provenance(version, known["commit"], known["date"])
    if (CHECKOUT / "pyproject.toml").is_file() and (CHECKOUT / ".git").exists():
        commit, date = _git("log", "-1", "--format=%H %cd", "--date=format:%Y-%m-%d").split()
        modified = bool(_git("status", "--porcelain", "--", "src", "docs", "conf.py"))
        return Provenance(version, commit, date, modified)
    return Provenance(version)


def _git(*arguments):
    result = subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(f"git {arguments[0]}: {result.stderr.strip()}")
    return result.stdout.strip()


def addresses():
    """Return the project's addresses by name, such as ``"Documentation"``."""
    lines = metadata.metadata("nndl-notes").get_all("Project-URL") or ()
    return dict(line.split(", ", 1) for line in lines)
