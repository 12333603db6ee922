"""The ledger: every record of every page, for people as a table and for machines as JSON.

``{ledger}`` shows it on a page; ``:only: totals`` leaves the numbers of each page, another value
the records of one level (``refuted``, ``proved``, …).
``verification.json`` lies beside the site's index, with the JSON Schema that it satisfies.
"""

import json
from pathlib import Path

import jsonschema
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from nndl_notes.citing.tags import FILE as TAGS
from nndl_notes.verification import records as rec

from . import record_fields
from .displayed import PAGES, values
from .evidence import (
    BUNDLES,
    COLUMNS,
    badge,
    both,
    claim_link,
    page_uri,
    record_row,
    row,
    table,
)
from .freshness import FINGERPRINTS
from .ledger_table import claims
from .pagedata import PageData
from .references import IMPORTS, referred_pages
from .registry import by_path, in_order
from .statements import statements

# Pages that show the evidence of others, and how: as a "ledger" or as a list of "exercises".
LEDGERS = PageData("nndl_ledgers")
FILE = "verification.json"
SCHEMA = record_fields.FILE
TOTALS = (
    ("页", "Page", 30),
    ("公式", "Equations", 10),
    ("检验", "Checks", 10),
    ("证明", "Proofs", 10),
    ("反驳", "Refutations", 10),
    ("测量", "Measured", 10),
    ("仅论证", "Argued", 10),
    ("行内：求值／未求值", "Inline: read / not", 16),
)


class ledger(nodes.General, nodes.Element):
    """Place of the ledger; it is filled when all pages are known."""


class LedgerDirective(SphinxDirective):
    """Show the records of all pages."""

    option_spec = {"only": lambda text: directives.choice(text, ("totals", *rec.LEVELS))}  # noqa: RUF012

    def run(self):
        """Return the place of the ledger."""
        LEDGERS.of(self.env)[self.env.docname] = "ledger"
        tags = Path(self.env.srcdir, TAGS)
        if tags.is_file():
            self.env.note_dependency(str(tags))
        node = ledger(only=self.options.get("only"))
        self.set_source_info(node)
        return [node]


def report(app):
    """Return what ``verification.json`` says of the pages.

    Returns
    -------
    dict
        Docname to what the page shows, reaches and has evidence for; pages that are neither
        exercises nor have evidence are left out.
    """
    env = app.env
    registered, pages = by_path(app), {}
    for docname in in_order(app, env.all_docs):
        source = env.doc2path(docname).relative_to(env.srcdir).as_posix()
        name, entry = registered.get(source, (None, {}))
        exercise = env.metadata[docname].get("exercise", name)
        bundles = BUNDLES.of(env).get(docname, [])
        if exercise or bundles:
            pages[docname] = {
                "source": source,
                "exercise": exercise,
                "kind": entry.get("kind"),
                "imports": IMPORTS.of(env)[docname],
                **_page(env, docname, bundles),
            }
    for docname, page in pages.items():
        page["references"] = sorted(referred_pages(env, docname) & pages.keys())
    return pages


def _page(env, docname, bundles):
    stored = FINGERPRINTS.of(env)[docname]
    standing = rec.final_records(bundles)
    verbs = [r["verb"] for r in standing if r["kind"] != "inline" and r["passed"]]
    evaluated, unread = rec.inline_formulas(bundles)
    argued = [
        {"id": box["id"], "line": box["line"]}
        for box in statements(env).get(docname, ())
        if box["kind"] == "argued"
    ]
    return {
        "source_sha256": stored["source"],
        "modules": stored["modules"],
        "versions": stored["versions"],
        "counts": {
            "equations": sum(bool(e["label"]) for e in PAGES.of(env)[docname]["equations"]),
            "checks": verbs.count("check"),
            "proofs": verbs.count("prove"),
            "refutations": verbs.count("refute"),
            "measured": verbs.count("measure") + verbs.count("enumerate"),
            "argued": len(argued),
            "inline_evaluated": evaluated,
            "inline_unread": len(unread),
        },
        "records": standing,
        "unread": unread,
        "argued": argued,
        "values": values(env, docname),
    }


def changed_pages(app):
    """Return the pages that the published file describes otherwise than we would, and new ones."""
    path = Path(app.outdir, FILE)
    try:
        published = json.loads(path.read_text("utf-8"))["pages"]
    except (OSError, ValueError, KeyError):
        published = {}
    pages = report(app)
    return {name for name in {*pages, *published} if pages.get(name) != published.get(name)}


def outdated_ledgers(app, env):
    """Rewrite the ledgers and the changed pages.

    A page may have been executed for another format since it was last written here.
    """
    changed = changed_pages(app)
    return sorted({*LEDGERS.of(env), *(changed & env.all_docs.keys())}) if changed else []


def write(app, problems):
    """Write the record of the build; return location and message of schema violations.

    Parameters
    ----------
    problems : list of Problem
        What the gate has found.
    """
    pages = report(app)
    counts = [page["counts"] for page in pages.values()]
    verification = {
        "$schema": SCHEMA,
        "schema": rec.SCHEMA_VERSION,
        "project": app.config.project,
        "version": app.config.release,
        "passed": not problems,
        "problems": [problem._asdict() for problem in problems],
        "pages": pages,
        "totals": {key: sum(c[key] for c in counts) for key in (counts[0] if counts else ())},
    }
    schema = record_fields.schema()
    path = Path(app.outdir, FILE)
    # Another builder may write into the same folder, but not the pages that the file describes.
    if app.builder.format == "html":
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(
            verification, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False
        )
        path.write_text(text + "\n", "utf-8")
        text = json.dumps(schema, ensure_ascii=False, indent=2)
        path.with_name(SCHEMA).write_text(text + "\n", "utf-8")
    errors = jsonschema.Draft202012Validator(schema).iter_errors(verification)
    return [
        (f"{path}:1", f"{FILE} violates its schema at {error.json_path}: {error.message}")
        for error in errors
    ]


def resolve(app, doctree, docname):
    """Fill the ledgers of a page."""
    places = list(doctree.findall(ledger))
    if places:
        pages = report(app)
        for place in places:
            place.replace_self(_tables(app, docname, pages, place["only"]))


def _tables(app, docname, pages, only):
    if only is None:
        return claims(app, docname, pages)
    if only == "totals":
        return [_totals(app, docname, pages)]
    found = []
    for name, page in pages.items():
        uri = page_uri(app.builder, docname, name)
        rows = [
            record_row(record, uri=uri)
            for record in page["records"]
            if record["kind"] != "inline" and only == rec.level(record)
        ]
        if only == "argued":
            rows += [_argued_row(box, uri) for box in page["argued"]]
        if rows:
            found += [page_heading(app, name, uri), table(COLUMNS, rows, ["evidence"])]
    return found


def page_heading(app, name, uri):
    """Return a line with a page's title, which leads there."""
    return nodes.paragraph("", "", _link(app, name, uri), classes=["ledger-page"])


def _link(app, name, uri):
    title = app.env.titles[name].deepcopy().children
    if uri is None:
        return nodes.inline("", "", *title)
    return nodes.reference("", "", *title, internal=True, refuri=uri, told=True)


def _totals(app, docname, pages):
    rows = []
    for name, page in pages.items():
        count = page["counts"]
        keys = ("equations", "checks", "proofs", "refutations", "measured", "argued")
        numbers = [str(count[key]) for key in keys]
        numbers.append(f"{count['inline_evaluated']} / {count['inline_unread']}")
        link = _link(app, name, page_uri(app.builder, docname, name))
        rows.append(row([[link], *([nodes.Text(number)] for number in numbers)]))
    return table(TOTALS, rows, ["evidence-totals"])


def _argued_row(box, uri):
    name = claim_link(box["id"], uri, box["id"])
    words = both("只有论证，没有机器检验。", "Argued in words; no machine checks it.")
    return row([[badge("argued")], [name], words])


def setup(app):
    """Register the directive and the two files."""
    LEDGERS.connect(app)
    app.add_node(ledger)
    app.add_directive("ledger", LedgerDirective)
    app.connect("env-updated", outdated_ledgers)
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
