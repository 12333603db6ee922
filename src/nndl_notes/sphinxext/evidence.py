"""Evidence of a page: collected from its cells, shown as a table and as badges.

The cells' outputs carry bundles of records (see ``records``).  They are kept on the environment
for the gate and the ledger, and each is rendered where its cell stands.
"""

from collections import Counter

from docutils import nodes
from sphinx.errors import NoUri
from sphinx.util import logging

from . import records as rec
from .displayed import GENERATED
from .pagedata import PageData
from .statements import equation_labels, statement

logger = logging.getLogger(__name__)

BUNDLES = PageData("nndl_evidence")

VERBS = {
    "check": ("检验", "check"),
    "prove": ("证明", "proof"),
    "refute": ("反驳", "refutation"),
    "measure": ("测量", "measurement"),
    "enumerate": ("枚举", "enumeration"),
}
COLUMNS = (
    ("命题", "Claim", 24),
    ("结论", "Verdict", 10),
    ("关系数", "Relations", 8),
    ("实例（分层）", "Instances (strata)", 20),
    ("最大偏差／容差", "Largest gap / tolerance", 14),
    ("证据", "Evidence", 40),
)
STRATA = {
    "generic": "一般",
    "near zero": "近零",
    "saturated": "饱和",
    "boundary": "边界",
    "tie": "并列",
    "symbolic": "符号",
}


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
            return [evidence_table(bundle, row_ids([bundle]))]
        bundles = BUNDLES.of(env).setdefault(env.docname, [])
        earlier = len(rec.all_records(bundles))
        bundles.append(bundle)
        return [evidence_table(bundle, row_ids(bundles)[earlier:])]


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
    return nodes.table("", group, classes=[*classes, GENERATED])


def row(cells, **attributes):
    """Return a table row; a cell is a list of inline nodes, or of blocks."""
    result = nodes.row("", **attributes)
    for cell in cells:
        if isinstance(cell[0], nodes.Inline | nodes.Text):
            cell = [nodes.paragraph("", "", *cell)]
        result += nodes.entry("", *cell)
    return result


def evidence_table(bundle, anchors):
    """Return the table of one bundle.

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
    return table(COLUMNS, rows, ["evidence"])


def record_row(record, anchor=None, uri="", details=True):
    """Return the row of one record.

    Parameters
    ----------
    record : dict
    anchor : str, optional
        Identifier of the row.
    uri : str or None
        Address of the record's page, empty on that page, None in formats without addresses.
    details : bool
        Whether to show the counterexample of a refutation.
    """
    if record["kind"] == "inline":
        name = nodes.literal("", record["latex"])
    else:
        name = claim_link(record["id"], uri, target_id(record))
    level = rec.level(record)
    evidence = [nodes.paragraph("", "", *_words(record["summary"]))]
    if record["sizes"]:
        evidence[0] += [nodes.Text(" "), nodes.literal("", record["sizes"])]
    if record["counterexample"] and details:
        evidence.append(counterexample(record["counterexample"]))
    if record["message"]:
        evidence.append(nodes.literal_block(record["message"], record["message"], language="none"))
    cells = [
        [name, nodes.Text(" "), *both(*VERBS[record["verb"]])],
        [badge(level)],
        [nodes.Text(str(len(record["links"])) if record["links"] else "–")],
        _instances(record),
        [nodes.Text(_gap(record))],
        evidence,
    ]
    return row(cells, ids=[anchor] if anchor else [], classes=[f"level-{level}"])


def _gap(record):
    link = rec.largest_gap(record)
    if link is None:
        return "–"
    if link["gap"] == link["tolerance"] == 0:  # exact arithmetic
        return "0"
    tolerance = "" if link["tolerance"] is None else f" / {link['tolerance']:.1e}"
    return f"{link['gap']:.1e}{tolerance}"


def claim_link(name, uri, anchor):
    """Return a link to a claim; `uri` is as for `record_row`."""
    if uri is None:
        return nodes.inline("", name)
    place = {"refuri": f"{uri}#{anchor}"} if uri else {"refid": anchor}
    return nodes.reference("", name, internal=True, **place)


def _words(summary):
    return both(summary["zh"], summary["en"])


def _instances(record):
    if not record["strata"]:
        return [nodes.Text(str(rec.instances(record)) if record["links"] else "–")]
    zh, en = [], []
    for name, drawn in record["strata"].items():
        count = str(drawn["accepted"])
        rejected = drawn["rejected"]
        chinese = f"{STRATA.get(name, name)} {count}"
        zh.append(chinese + (f"（弃 {rejected}）" if rejected else ""))
        en.append(f"{name} {count}" + (f" ({rejected} rejected)" if rejected else ""))
    total = nodes.Text(f"{rec.instances(record)} ")
    return [total, *both(f"（{'，'.join(zh)}）", f"({', '.join(en)})")]


def counterexample(shown):
    """Return the counterexample of a refutation: the instance and the two sides."""
    block = nodes.container(classes=["counterexample"])
    block += nodes.paragraph("", "", *_words(shown))
    sides = [("左边", "left", shown["left"]), ("右边", "right", shown["right"])]
    items = nodes.bullet_list()
    for zh, en, value in sides:
        if not value:  # the shapes do not fit, or the claim is in words
            continue
        line = [*both(zh, en), nodes.Text(" = "), nodes.literal("", value)]
        items += nodes.list_item("", nodes.paragraph("", "", *line))
    for symbol, value in shown["instance"].items():
        line = [nodes.math(symbol, symbol), nodes.Text(" = "), nodes.literal("", value)]
        items += nodes.list_item("", nodes.paragraph("", "", *line))
    block += items
    return block


def inline_row(evaluated, unread):
    """Return the row that counts inline formulas and lists those that nobody evaluated."""
    blocks = [
        nodes.paragraph(
            "",
            "",
            *both(
                f"陈述关系的行内公式：{evaluated} 个已求值，{len(unread)} 个未求值。",
                f"Inline formulas that state a relation: {evaluated} evaluated, "
                f"{len(unread)} not.",
            ),
        )
    ]
    if unread:
        items = nodes.bullet_list()
        for formula in unread:
            items += nodes.list_item(
                "",
                nodes.paragraph(
                    "",
                    "",
                    nodes.literal("", formula["latex"]),
                    nodes.Text(f" — {formula['reason']}"),
                ),
            )
        blocks.append(items)
    head = both("行内公式", "inline formulas")
    verdict = [badge("checked")] if evaluated else [nodes.Text("–")]
    return row([head, verdict, *([nodes.Text("–")] for _ in range(3)), blocks])


def page_uri(builder, from_docname, docname):
    """Return the address of one page as seen from another, or None where there are none."""
    try:
        return builder.get_relative_uri(from_docname, docname)
    except NoUri:
        return None


def deciding_rows(bundles):
    """Return ``{id: (record, anchor of its row)}`` for each claim's deciding record."""
    last = {(r["id"], r["verb"]): anchor for r, anchor in _rows(bundles)}
    return {
        name: (record, last[name, record["verb"]])
        for name, record in rec.strongest(rec.final_records(bundles)).items()
    }


def _rows(bundles):
    return zip(rec.all_records(bundles), row_ids(bundles), strict=True)


def add_badges(app, doctree, docname):
    """Put a verdict that links to its evidence after each claim of a page."""
    decided = deciding_rows(BUNDLES.of(app.env).get(docname, []))
    if not decided:
        return
    for node in list(doctree.findall(nodes.Element)):
        name = claim_name(node)
        if name in decided:
            record, anchor = decided[name]
            link = nodes.reference("", "", badge(rec.level(record)), internal=True, refid=anchor)
            verdict = nodes.paragraph("", "", link, classes=["verdict-line", GENERATED])
            if isinstance(node, nodes.math_block):
                node.parent.insert(node.parent.index(node) + 1, verdict)
            else:
                node += verdict


def claim_name(node):
    """Return the label of an equation or the identifier of a prose claim, or None."""
    if isinstance(node, nodes.math_block):
        return node.get("label")
    if isinstance(node, statement) and node["label"] not in equation_labels(node):
        return node["label"]
    return None


def setup(app):
    """Keep the evidence on the environment and show badges."""
    BUNDLES.connect(app)
    app.connect("doctree-resolved", add_badges)
    app.add_css_file("verdicts.css")  # from the folder that language_switch serves
    return {"parallel_read_safe": True, "parallel_write_safe": True}
