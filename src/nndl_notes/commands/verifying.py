"""``nndl-notes verify``: run the cells of answers anew and compare with what was published."""

import textwrap
import traceback

from nndl_notes.citing import record
from nndl_notes.citing.citation import tally
from nndl_notes.citing.identifiers import Catalogue
from nndl_notes.verification.records import all_records, inline_formulas
from nndl_notes.verification.running import Run, require
from nndl_notes.verification.running import run as run_page

from .options import IDENTIFIER, natural, print_json

NAME = "verify"
HELP = "run the cells of answers, without building the site, and compare with the published record"
NOT_RUN, DIFFERS = 2, 3
LEVELS_ONLY = "its levels as published"  # of other instances, digests tell nothing


def add_arguments(parser):
    """Add the identifiers, the seed, and the form of the report."""
    parser.add_argument("id", nargs="*", help=f"{IDENTIFIER}; all by default")
    parser.add_argument("--seed", type=natural, default=0,
                        help="draw other instances than those of the site, which has 0")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("-v", "--verbose", action="store_true", help="show a traceback")


def run(options):
    """Verify and report.

    Return 1 for a failure, else 2 for what could not run, else 3 for a difference from the record.
    """
    catalogue = Catalogue()
    items = [catalogue.find(text) for text in options.id]
    pages = list(dict.fromkeys(item.claim.page for item in items or catalogue.items()))
    recorded, reports = catalogue.record, []
    for name in pages:
        outcome = _outcome(name, options.seed)
        argued = catalogue.argued(name)
        values = catalogue.values.get(name, {})
        reports.append(report(name, outcome, recorded.get(name), options.seed, argued, values))
        if not options.json:
            asked = {item.claim.name for item in items if item.claim.page == name}
            _print(reports[-1], asked, "as published" if options.seed == 0 else LEVELS_ONLY)
            if outcome.error is not None and options.verbose:
                traceback.print_exception(outcome.error)
    if options.json:
        print_json({"seed": options.seed, "pages": reports})
    return _status(reports)


def _outcome(name, seed):
    try:
        require(name)
    except ModuleNotFoundError as error:
        return Run(name, error=error, started=False)
    return run_page(name, seed)


def _status(reports):
    if any(page["run"] and not page["passed"] for page in reports):
        return 1
    if not all(page["run"] for page in reports):
        return NOT_RUN
    return DIFFERS if any(map(_differs, reports)) else 0


def report(name, outcome, recorded, seed, argued=(), values=None):
    """Return what became of one page as plain data.

    Parameters
    ----------
    name : str
        Key of the register.
    outcome : running.Run
    recorded : dict or None
        The published record of the page.
    seed : int
    argued : iterable of str
        Labels of what the page only argues.
    values : dict, optional
        The published numbers of its sentences.
    """
    bundles = outcome.collected.bundles
    claims = record.of_page(bundles, argued)
    compared = recorded is not None and outcome.error is None  # else the rest was not run
    differences = record.differences(recorded, claims, digests=seed == 0) if compared else ()
    # Other instances may have other numbers.
    told = compared and seed == 0
    numbers = record.value_differences(values or {}, outcome.values) if told else ()
    return {
        "id": name,
        "run": outcome.started,
        "passed": outcome.error is None,
        "error": explained(outcome.error) if outcome.started else str(outcome.error),
        "seconds": round(outcome.seconds, 1),
        "published": recorded is not None,
        "differences": [{"claim": label, "published": old, "found": new}
                        for label, old, new in differences],
        "values": outcome.values,
        "other_values": [{"value": role, "published": old, "found": new}
                         for role, old, new in numbers],
        "claims": claims,
        "levels": [r["level"] or "failed" for r in all_records(bundles)],
        "unread": inline_formulas(bundles)[1],
    }


def explained(error):
    """Return an error of a cell in words, None for none."""
    return None if error is None else f"{type(error).__name__}: {error}"


def _print(page, asked, agreement):
    if not page["run"]:
        print(f"{page['id']}: not run\n{_indented(page['error'])}")
        return
    counts = tally(page["claims"])["en"]
    state = "ok" if page["passed"] else "FAILED"
    if page["passed"] and page["published"]:
        state += ", not as published" if _differs(page) else f", {agreement}"
    print(f"{page['id']}: {state} ({counts or 'no claims'}; {page['seconds']:.1f} s)")
    for label in sorted(asked & page["claims"].keys()):
        print(f"  {label}: {_entry(page['claims'][label])}")
    for entry in page["unread"]:
        print(f"  inline, not read, line {entry['line']}: ${entry['latex']}$ ({entry['reason']})")
    for entry in page["differences"]:
        print(f"  {entry['claim']}: published as {_entry(entry['published'])}, "
              f"now {_entry(entry['found'])}")
    for entry in page["other_values"]:
        print(f"  {{value}}`{entry['value']}`: published as {entry['published'] or 'absent'}, "
              f"now {entry['found'] or 'absent'}")
    if page["error"]:
        print(_indented(page["error"]))


def _indented(text):
    return textwrap.indent(text, "  ")


def _differs(page):
    return page["differences"] or page["other_values"]


def _entry(entry):
    return "absent" if entry is None else f"{', '.join(entry['levels'])} [{entry['digest']}]"
