"""Evidence of a page: collected from its cells, shown as a table.

The cells' outputs carry bundles of records (see ``records``).  They are kept on the environment
for the gate, the ledger and the badges (see ``verdicts``), and each is rendered where its cell
stands.
"""

import re
from collections import Counter

from docutils import nodes
from sphinx.errors import NoUri
from sphinx.util import logging

from nndl_notes.verification import records as rec

from .displayed import GENERATED
from .pagedata import PageData

logger = logging.getLogger(__name__)

BUNDLES = PageData("nndl_evidence")

COLUMNS = (("结论", "Verdict", 10), ("命题", "Claim", 22), ("证据", "Evidence", 68))
# A scalar, or the rows of a matrix, as ``verification.report.shown`` writes them.
_NUMBER = r"[-+]?[\d.]+(?:e[-+]?\d+)?"
_CONSTANT = re.compile(r"(\S+ )?\\mathbf\{[01I]\}(\^\\top)?")  # of a size that the context decides
_MATRIX = re.compile(rf"\[({_NUMBER}(?:[,;] {_NUMBER})*)\]")


class EvidenceRenderer:
    """MyST-NB's plugin for the evidence mime type."""

    mime_priority_overrides = (("*", rec.MIME_TYPE, 1),)

    @staticmethod
    def handle_mime(renderer, data, inline):
        """Store the bundle and return its table, or None for another mime type."""
        if inline or data.mime_type != rec.MIME_TYPE:
            return None
        env = renderer.renderer.sphinx_env
        try:
            bundle = rec.check_bundle(data.content)
        except ValueError as error:
            # A warning, so the page is red; without records the gate rejects it as well.
            where = (env.docname, data.line) if env else None
            logger.warning("%s", error, location=where, type="nndl", subtype="evidence")
            return []
        if env is None:
            return evidence_table(bundle, row_ids([bundle]))
        bundles = BUNDLES.of(env).setdefault(env.docname, [])
        earlier = len(rec.all_records(bundles))
        bundles.append(bundle)
        return evidence_table(bundle, row_ids(bundles)[earlier:])


def both(zh, en):
    """Return the same words in two languages as inline nodes."""
    return [
        nodes.inline("", zh, classes=["zh", "language-zh-CN"]),
        nodes.Text(" "),
        nodes.inline("", en, classes=["en", "language-en"]),
    ]


def badge(level):
    """Return the badge of a level as an inline node."""
    zh, en = rec.LEVELS[level]
    return nodes.inline("", "", *both(zh, en), classes=["verdict", level])


def row_ids(bundles):
    """Return the anchor of each record's row, in the order of ``records.all_records``."""
    seen, anchors = Counter(), []
    for record in rec.all_records(bundles):
        name = f"evidence-{record['id']}-{record['verb']}"
        seen[name] += 1
        anchors.append(nodes.make_id(name if seen[name] == 1 else f"{name}-{seen[name]}"))
    return anchors


def record_anchors(bundles):
    """Return ``{(id, verb): anchor}`` of the rows of the records that stand."""
    rows = zip(rec.all_records(bundles), row_ids(bundles), strict=True)
    return {(record["id"], record["verb"]): anchor for record, anchor in rows}


def target_id(record):
    """Return the anchor of the claim itself."""
    if record["kind"] == "equation":
        return nodes.make_id(f"equation-{record['id']}")
    return record["id"]


def table(columns, rows, classes):
    """Return a table with bilingual column heads.

    Parameters
    ----------
    columns : sequence of (zh, en, width)
    rows : iterable of docutils row
    classes : list of str
    """
    group = nodes.tgroup(cols=len(columns))
    group += [nodes.colspec(colwidth=width) for *_, width in columns]
    group += nodes.thead("", row([both(zh, en) for zh, en, _ in columns]))
    group += nodes.tbody("", *rows)
    return nodes.table("", group, classes=classes, **{GENERATED: True})


def row(cells, **attributes):
    """Return a table row; a cell is a list of inline nodes, or of blocks."""
    result = nodes.row("", **attributes)
    for cell in cells:
        if isinstance(cell[0], nodes.Inline | nodes.Text):
            cell = [nodes.paragraph("", "", *cell)]
        result += nodes.entry("", *cell)
    return result


def evidence_table(bundle, anchors):
    """Return the table of one bundle in a list, which is empty if it only gives values.

    Parameters
    ----------
    bundle : dict
        Its inline formulas are summed up in one row, unless they fail.
    anchors : list of str
        Identifiers of the records' rows.
    """
    rows = [
        record_row(record, anchor)
        for record, anchor in zip(bundle["records"], anchors, strict=True)
        if record["kind"] != "inline" or not record["passed"]
    ]
    evaluated, unread = rec.inline_formulas([bundle])
    if evaluated or unread:
        rows.append(inline_row(evaluated, unread))
    return [table(COLUMNS, rows, ["evidence"])] if rows else []


def record_row(record, anchor=None, uri=""):
    """Return the row of one record.

    Parameters
    ----------
    record : dict
    anchor : str, optional
        Identifier of the row.
    uri : str or None
        Address of the record's page, empty on that page, None in formats without addresses.
    """
    if record["kind"] == "inline":
        name = nodes.literal("", record["latex"])
    else:
        name = claim_link(record["id"], uri, target_id(record))
    level = rec.level(record)
    if record["counterexample"]:
        evidence = [counterexample(record["counterexample"])]
    else:
        evidence = [nodes.paragraph("", "", *_words(record["summary"]))]
    if record["message"]:
        evidence.append(nodes.literal_block(record["message"], record["message"], language="none"))
    cells = [[badge(level)], [name], evidence]
    return row(cells, ids=[anchor] if anchor else [], classes=[f"level-{level}"])


def claim_link(name, uri, anchor):
    """Return a link to a claim; `uri` is as for `record_row`."""
    if uri is None:
        return nodes.inline("", name)
    # From other pages there are hundreds: no page carries a preview of them all.
    place = {"refuri": f"{uri}#{anchor}", "told": True} if uri else {"refid": anchor}
    return nodes.reference("", name, internal=True, **place)


def _words(summary):
    return both(summary["zh"], summary["en"])


def counterexample(shown):
    """Return the counterexample of a refutation: the instance and the two sides."""
    block = nodes.container(classes=["counterexample"])
    block += nodes.paragraph("", "", *_words(shown))
    items = nodes.bullet_list()
    for symbol, value in shown["instance"].items():
        items += _item([nodes.math(symbol, symbol)], value)
    for zh, en, value in (("左边", "left", shown["left"]), ("右边", "right", shown["right"])):
        if value:  # the shapes fit, and the claim is a relation
            items += _item(both(zh, en), value)
    block += items
    return block


def _item(name, value):
    return nodes.list_item("", nodes.paragraph("", "", *name, nodes.Text(" = "), _value(value)))


def _value(text):
    if re.fullmatch(_NUMBER, text):
        latex = _number(text)
    elif _CONSTANT.fullmatch(text):
        latex = text
    elif matrix := _MATRIX.fullmatch(text):
        rows = (line.split(", ") for line in matrix[1].split("; "))
        entries = r" \\ ".join(" & ".join(map(_number, line)) for line in rows)
        latex = rf"\begin{{pmatrix}} {entries} \end{{pmatrix}}"
    else:
        return nodes.literal("", text)
    return nodes.math(latex, latex)


def _number(text):
    mantissa, _, exponent = text.partition("e")
    if exponent:
        return rf"{mantissa} \times 10^{{{int(exponent)}}}"
    # As in the formulas of the pages.
    return f"{int(text):,}".replace(",", r"\,") if re.fullmatch(r"-?\d{5,}", text) else text


def inline_row(evaluated, unread):
    """Return the row that counts inline formulas and lists those that nobody evaluated."""
    zh = f"正文中陈述等式或不等式的行内公式：{evaluated} 个已求值，成立"
    en = f"Inline formulas that state a relation: {evaluated} evaluated, and all hold"
    if evaluated == 1:
        en = "One inline formula states a relation; it was evaluated and holds"
    if unread:
        zh += f"；{len(unread)} 个程序读不懂，没有检验"
        en += f"; {len(unread)} cannot be read and were not tested"
    blocks = [nodes.paragraph("", "", *both(zh + "。", en + "."))]
    if unread:
        items = nodes.bullet_list()
        for formula in unread:
            text = [nodes.literal("", formula["latex"]), nodes.Text(f" — {formula['reason']}")]
            items += nodes.list_item("", nodes.paragraph("", "", *text))
        blocks.append(items)
    verdict = [badge("checked")] if evaluated else [nodes.Text("–")]
    return row([verdict, both("行内公式", "inline formulas"), blocks])


def page_uri(builder, from_docname, docname):
    """Return the address of one page as seen from another, or None where there are none."""
    try:
        return builder.get_relative_uri(from_docname, docname)
    except NoUri:
        return None


def setup(app):
    """Keep the evidence on the environment."""
    BUNDLES.connect(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
