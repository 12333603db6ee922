"""Statements that are not one equation: ``refuted``, ``erratum``, ``claim``, ``argued`` boxes.

Each takes its permanent label as its argument, is linked by it, and is listed for the gate::

    :::::{refuted} 2-4-minus
    ::::{zh}
    …
    ::::
    :::::
"""

from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from nndl_notes.export.wording import BOXES

from .bilingual import language_classes, parse_blocks

logger = logging.getLogger(__name__)

TITLES = {kind: BOXES[kind] for kind in ("refuted", "erratum", "claim", "argued")}


class statement(nodes.General, nodes.Element):
    """A labelled box; ``kind`` is one of `TITLES`."""


class StatementDirective(SphinxDirective):
    """A box of the kind that the directive is named after."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = False

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        label = self.arguments[0]
        box = statement(kind=self.name, label=label, ids=[label], classes=["statement", self.name])
        self.set_source_info(box)
        box += self.title()
        parse_blocks(self, box)
        self.env.domains.standard_domain.note_hyperlink_target(
            label, self.env.current_document.docname, label, label
        )
        return [box]

    def title(self) -> nodes.paragraph:
        """Return the bilingual title line of the box."""
        line = nodes.paragraph(classes=["statement-title"])
        self.set_source_info(line)
        for language, words in TITLES[self.name].items():
            line += nodes.inline("", words, bilingual=language, classes=language_classes(language))
            line += nodes.Text(" ")
        line.pop()
        return line


def statements(env: BuildEnvironment) -> dict[str, list[dict[str, Any]]]:
    """Return the statements of each page.

    Returns
    -------
    dict
        Page name to its statements in order, each with ``id``, ``kind``, ``line`` (1-based),
        ``math_labels`` (labels of the equations inside) and ``has_math``: whether an equation
        inside bears the statement's own label, so that the statement is that equation.
    """
    if not hasattr(env, "nndl_statements"):
        env.nndl_statements = {}
    return env.nndl_statements


def equation_labels(node: nodes.Element) -> Iterator[str]:
    """Yield the labels of the display equations in a node."""
    for formula in node.findall(nodes.math_block):
        if formula.get("label"):
            yield formula["label"]


def register(app: Sphinx, doctree: nodes.document) -> None:
    """List the statements of the page that has just been read."""
    entries = []
    for node in doctree.findall(statement):
        labels = list(equation_labels(node))
        entries.append(
            {
                "id": node["label"],
                "kind": node["kind"],
                "line": node.line,
                "has_math": node["label"] in labels,
                "math_labels": labels,
            }
        )
    if entries:
        statements(app.env)[app.env.current_document.docname] = entries


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget the statements of a page that is read again or gone."""
    statements(env).pop(docname, None)


def merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    """Take over the statements that a parallel process has read."""
    found = statements(other)
    statements(env).update({name: found[name] for name in docnames if name in found})


def report_duplicates(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of a label that two statements bear, or a statement and an equation elsewhere."""
    equations = env.domains.math_domain.equations
    first: dict[str, str] = {}
    for docname, entries in sorted(statements(env).items()):
        for entry in entries:
            label = entry["id"]
            place = f"{env.doc2path(docname)}:{entry['line']}"
            other = first.setdefault(label, place)
            if other == place and label in equations and not entry["has_math"]:
                other = f"an equation in {env.doc2path(equations[label][0])}"
            if other != place:
                logger.warning(
                    "duplicate label of statement %s, other instance in %s",
                    label,
                    other,
                    type="nndl",
                    subtype="statement",
                    location=(docname, entry["line"]),
                )


def visit_statement(translator: Any, node: statement) -> None:
    """Open the box."""
    translator.body.append(translator.starttag(node, "div", role="group"))


def depart_statement(translator: Any, node: statement) -> None:
    """Close the box."""
    translator.body.append("</div>\n")


def pass_through(translator: Any, node: statement) -> None:
    """Formats without boxes show the content alone."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the boxes and their list."""
    plain = (pass_through, pass_through)
    app.add_node(
        statement,
        html=(visit_statement, depart_statement),
        latex=plain,
        text=plain,
        man=plain,
        texinfo=plain,
    )
    for kind in TITLES:
        app.add_directive(kind, StatementDirective)
    app.connect("doctree-read", register)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", report_duplicates)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
