"""Evidence records: what a build keeps of each verification, in plain data."""

import platform
import sys
from importlib import metadata

from .modules import PACKAGE, sha256
from .records import SCHEMA_VERSION
from .source import digest
from .wording import describe, summarise

VERSIONED = ("numpy", "scipy", "sympy", "mpmath", PACKAGE)


def versions():
    """Return the versions of Python and of what a result depends on."""
    found = {"python": platform.python_version()}
    for name in VERSIONED:
        found[name] = metadata.version(name)
    return found


def loaded_modules():
    """Return ``{module: SHA-256}`` of the package's modules loaded in this process."""
    return {name: sha256(module.__file__) for name, module in sorted(sys.modules.items())
            if (name == PACKAGE or name.startswith(PACKAGE + "."))
            and getattr(module, "__file__", None)}


def bundle(page, records, evaluated=0, unread=(), values=None):
    """Return the JSON object that a cell emits."""
    return {
        "schema": SCHEMA_VERSION, "page": page.id, "source": page.relative_path,
        "source_sha256": page.source.sha256, "modules": loaded_modules(),
        "versions": versions(), "records": records,
        "inline": {"evaluated": evaluated, "unread": list(unread)}, "values": values or {},
    }


def record(report, *, id, kind, latex, line, verb, level, seed=0, claim=None, summary=None):
    """Return the record of one claim.

    Parameters
    ----------
    report : Report
    id, kind, latex, verb, level : str
        See the schema, ``verification-1.schema.json``.
    line : int
    seed : int
    claim : str, optional
        Identifier of the published claim that is refuted.
    summary : dict, optional
        Evidence in words, ``{"zh": …, "en": …}``; derived from the report by default.
    """
    refuted = verb == "refute"
    example = report.counterexample if refuted and report.passed else None
    return {
        "id": id, "kind": kind, "latex": latex, "latex_sha256": digest(latex), "line": line,
        "verb": verb, "passed": report.passed, "level": level if report.passed else None,
        "summary": summary or summarise(report, verb),
        "links": [{"relation": link.relation, "passed": link.passed, "gap": link.gap,
                   "tolerance": link.tolerance, "instances": link.instances}
                  for link in report.links],
        "strata": report.strata, "seed": seed, "sizes": report.sizes, "claim": claim,
        "counterexample": None if example is None else {
            **describe(example), "left": example.left, "right": example.right,
            "instance": example.instance},
        "message": report.message,
    }
