"""What makes a page red: each rule looks at a page and yields its problems.  Knows no Sphinx."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from nndl_notes.verification.records import all_records, final_records, inline_formulas
from nndl_notes.verification.source import WRONG
from nndl_notes.verification.stated import states_relation
from nndl_notes.verification.values import given_twice

from .displayed import latex_sha256
from .parity import HAN

NEEDS_REFUTATION = ("derivation", "computation")
SUPPORTING_VERBS = ("check", "prove", "measure", "enumerate")
CLAIM_VERBS = ("measure", "enumerate")
ALT_SEPARATOR = " · "
CAPTIONS = {"zh": "图", "en": "Figure"}
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_EXCEPTION = re.compile(r"^[A-Za-z_][\w.]*(Error|Exception|Interrupt|Exit|Warning)\b", re.M)


class Problem(NamedTuple):
    """One reason why the site must not be published."""

    docname: str
    line: int
    rule: str
    message: str


@dataclass
class Page:
    """Everything that the rules know of a page.

    Attributes
    ----------
    docname, source : str
        Sphinx's name of the page; its path relative to the source folder.
    exercise, kind : str or None
        Identifier from the front matter (or the registry), and kind from the registry.
    displayed : dict
        See ``displayed.describe``.
    statements : list of dict
        ``id``, ``kind``, ``line`` and ``math_labels`` of the boxes on the page.
    bundles : list of dict
        The evidence.
    execution : dict or None
        MyST-NB's result: ``succeeded`` and ``traceback``.
    stored, current : dict
        Fingerprint when the page was executed, and now.
    digest : callable
        Digest of a module of the package as it is now, None if it has gone.
    """

    docname: str
    source: str
    exercise: str | None
    kind: str | None
    displayed: dict
    statements: list = field(default_factory=list)
    bundles: list = field(default_factory=list)
    execution: dict | None = None
    stored: dict = field(default_factory=dict)
    current: dict = field(default_factory=dict)
    digest: object = None

    @property
    def executed(self):
        """Whether every cell ran to its end."""
        return (self.execution or {}).get("succeeded", True) and not self.displayed["tracebacks"]

    @property
    def refuted_labels(self):
        """Boxes of what is false by their identifier, and the equations inside them."""
        return {
            label
            for box in self.statements
            if box["kind"] in WRONG
            for label in (box["id"], *box["math_labels"])
        }

    def line_of(self, record):
        """Return the line at which a record's claim stands."""
        places = [(e["label"], e["line"]) for e in self.displayed["equations"]]
        places += [(s["id"], s["line"]) for s in self.statements]
        return dict(reversed(places)).get(record["id"]) or record["line"] or 1


def problems(page):
    """Return all problems of a page, in the order of its lines."""
    rules = EVERY_PAGE + (EXERCISES if page.exercise else ())
    found = {
        Problem(page.docname, line or 1, rule.__name__, message)
        for rule in rules
        for line, message in rule(page)
    }
    return sorted(found, key=lambda p: (p.line, p.rule, p.message))


def execution(page):
    """A cell raised an exception."""
    if not page.executed:
        line = min(page.displayed["tracebacks"], default=1)
        traceback = _ANSI.sub("", (page.execution or {}).get("traceback") or "")
        exceptions = list(_EXCEPTION.finditer(traceback))
        message = traceback[exceptions[-1].start() :].strip() if exceptions else traceback
        yield line, f"a cell fails\n{message}".rstrip()


def freshness(page):
    """The evidence was made from other sources than those that are there now."""
    for bundle in page.bundles:
        if bundle["source"] != page.source:
            yield 1, f"evidence for {bundle['source']} is shown on another page"
        if page.exercise and bundle["page"] != page.exercise:
            yield 1, f"evidence for exercise {bundle['page']}, but this is {page.exercise}"
        if bundle["source_sha256"] != page.current["source"]:
            yield 1, "stale: the page has changed since its evidence was made"
        for module, digest in sorted(bundle["modules"].items()):
            if page.digest(module) != digest:
                yield 1, f"stale: {module} is not the file that the cells used"
            if module not in page.current["modules"]:
                yield 1, (
                    f"the cells loaded {module}, which no import statement shows; "
                    "import it where a change of it would be seen"
                )
        for name, version in sorted(bundle["versions"].items()):
            ours = page.current["versions"].get(name, version)
            if ours != version:
                yield 1, f"the cells used {name} {version}, but {ours} is installed here"
    if page.stored != page.current:
        yield 1, "stale: the page or something that it reaches has changed since it was executed"


def failures(page):
    """A check fails, or a refutation does, that is, the wrong claim holds."""
    for record in all_records(page.bundles):
        if not record["passed"]:
            what = "does not refute" if record["verb"] == "refute" else "fails for"
            name = record["latex"] if record["kind"] == "inline" else record["id"]
            yield page.line_of(record), f"{record['verb']} {what} {name}\n{record['message']}"


def orphans(page):
    """A record speaks of something that is not on the page."""
    equations = {e["label"] for e in page.displayed["equations"]}
    claims = {box["id"] for box in page.statements}
    inline = {formula["latex"].strip() for formula in page.displayed["inline"]}
    for record in final_records(page.bundles):
        if record["kind"] == "inline":
            present = record["latex"].strip() in inline
        else:
            present = record["id"] in (equations if record["kind"] == "equation" else claims)
        if not present:
            yield record["line"], f"evidence for {record['id']}, which is not on the page"


def refuted_places(page):
    """Refuted claims stand in ``{refuted}`` or ``{erratum}`` boxes, and nothing else does."""
    refuted = page.refuted_labels
    for record in final_records(page.bundles):
        if record["kind"] == "inline":
            continue
        if record["verb"] == "refute" and record["id"] not in refuted:
            yield page.line_of(record), f"{record['id']} is refuted but in no {{refuted}} box"
        if record["verb"] != "refute" and record["id"] in refuted:
            yield page.line_of(record), (
                f"{record['id']} is shown as false, but there is a {record['verb']} for it"
            )


def equations(page):
    """Each labelled display has a passing record of the very LaTeX that is displayed."""
    records = final_records(page.bundles)
    for equation in page.displayed["equations"]:
        label, line = equation["label"], equation["line"]
        if not label:
            continue
        verbs = ("refute",) if label in page.refuted_labels else SUPPORTING_VERBS
        found = [
            record
            for record in records
            if record["id"] == label and record["kind"] == "equation" and record["verb"] in verbs
        ]
        wanted = latex_sha256(equation["latex"])
        if any(record["latex_sha256"] == wanted for record in found):
            continue  # if it failed, `failures` says so
        if found:
            yield line, f"the evidence for {label} is for another formula: {found[0]['latex']}"
        elif page.executed:
            done = "refutes" if verbs == ("refute",) else "checks"
            yield line, f"no evidence for {label}: no cell that shows its output {done} it"


def illustrations(page):
    """A display without a label says that it illustrates, and states nothing."""
    for equation in page.displayed["equations"]:
        if equation["label"]:
            continue
        if "illustration" not in equation["classes"]:
            yield equation["line"], (
                "display without a label: give it one, or `:class: illustration` "
                "if it states nothing"
            )
        elif states_relation(equation["latex"]):
            yield equation["line"], "an illustration states a relation: give it a label"


def raw_html(page):
    """Nobody looks into raw HTML, so that it may show any formula."""
    for line in page.displayed["raw"]:
        yield line, "raw HTML, in which formulas go unseen: write Markdown"


def claims(page):
    """Prose claims have their measurement, prose refutations their refutation."""
    records = final_records(page.bundles)
    for box in page.statements:
        if box["kind"] == "argued" or (
            box["kind"] in WRONG and box["id"] in box["math_labels"]
        ):
            continue
        verbs = ("refute",) if box["kind"] in WRONG else CLAIM_VERBS
        found = any(r["id"] == box["id"] and r["verb"] in verbs for r in records)
        if not found and page.executed:
            needed = " or ".join(verbs)
            yield box["line"], f"no evidence for {box['kind']} {box['id']}: needs {needed}"


def inline(page):
    """Inline formulas that state a relation are evaluated."""
    seen = {r["latex"].strip() for r in all_records(page.bundles) if r["kind"] == "inline"}
    reported = set()
    for formula in inline_formulas(page.bundles)[1]:
        reported.add(formula["latex"].strip())
        yield formula["line"], (
            f"inline formula ${formula['latex']}$ states a relation that cannot be read "
            f"({formula['reason']}): bind its symbols, write it as the page's other formulas, "
            "say it in words, or, if it is a premise, write {given}"
        )
    for formula in page.displayed["inline"]:
        latex = formula["latex"].strip()
        if latex in seen or latex in reported or formula["given"] or not states_relation(latex):
            continue
        if page.executed:
            reported.add(latex)
            yield formula["line"], (
                f"inline formula ${latex}$ states a relation but is not evaluated"
            )


def values(page):
    """What cells give to sentences is there, computed, and shown as it is."""
    for place in page.displayed["values"]:
        if place["problem"] and page.executed:
            yield place["line"], place["problem"]
        if place["joined"]:
            yield place["line"], f"{{value}}`{place['role']}` makes one number with the text beside"
    for name, numbers in given_twice(page.bundles).items():
        yield 1, f"cells give {name} as {' and as '.join(map(str, numbers))}: use two names"
    for number in page.displayed["by_hand"]:
        yield number["line"], f"{number['name']} is given in digits: let the cell compute it"


def numerals(page):
    """Numbers in sentences come from cells, and relations are in formulas."""
    for number in page.displayed["typed"]:
        yield number["line"], (
            f"{number['digits']} is typed: let a cell give it, page.values(name=…), and write "
            "{value}`name:.3f`; a number that is chosen goes into a formula, $0.25$"
        )
    for number in page.displayed["chosen"]:
        yield number["line"], (
            f"${number['digits']}$ is in no cell and in no display: if the page computes with it, "
            "let the cell that does so give it"
        )
    for relation in page.displayed["related"]:
        yield relation["line"], f"{relation['sign']} in the text: only formulas are tested"


def warnings(page):
    """Cells warn of nothing: neither of a glyph that no font has, nor of a division by zero."""
    for warning in page.displayed["warnings"]:
        yield warning["line"], f"a cell writes to standard error:\n{warning['text']}"


def figures(page):
    """Each figure has an alternative text and a caption, both in both languages."""
    for figure in page.displayed["figures"]:
        zh, separator, en = figure["alt"].partition(ALT_SEPARATOR)
        if not (separator and HAN.search(zh) and en.strip() and not HAN.search(en)):
            yield figure["line"], (
                "a figure needs an alternative text in both languages: write "
                f'`mystnb: {{image: {{alt: "中文{ALT_SEPARATOR}English"}}}}` in its cell; '
                f"it has {figure['alt']!r}"
            )
        for language, word in CAPTIONS.items():
            if not figure["captions"].get(language, "").startswith(word):
                yield figure["line"], (
                    f"a figure needs a caption after its cell, a {{{language}}} block "
                    f"that begins with “{word}”"
                )


def languages(page):
    """Both languages are there."""
    for language, name in (("zh", "Chinese"), ("en", "English")):
        if language not in page.displayed["languages"]:
            yield 1, f"the page has no {name} half"


def verbs(page):
    """A page checks something, and derivations and computations refute something."""
    if not page.executed:
        return
    used = {r["verb"] for r in all_records(page.bundles) if r["kind"] != "inline"}
    if not used & set(SUPPORTING_VERBS):
        yield 1, "the page checks nothing"
    if page.kind in NEEDS_REFUTATION and "refute" not in used:
        yield 1, f"a {page.kind} refutes at least one wrong answer; this page refutes none"


EVERY_PAGE = (execution, freshness, failures, orphans, refuted_places, equations, values)
EXERCISES = (
    *(illustrations, raw_html, claims, inline, numerals, warnings, figures, languages, verbs),
)
