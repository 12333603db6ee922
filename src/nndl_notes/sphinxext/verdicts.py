"""The verdict at each claim: a badge that opens its evidence in words.

It is a ``details`` element, so that it opens without JavaScript and by keyboard.  The evidence in
full, with every instance and counterexample, is the row of the table to which it links.
"""

from collections import Counter

from docutils import nodes

from nndl_notes.verification import records as rec

from .evidence import BUNDLES, badge, both, record_anchors
from .statements import equation_labels, statement, statements

LINKS = {"refuted": ("看反例", "See the counterexample")}
SHORT = 40  # characters; matrices are for the table
LINK = ("完整的记录", "The full record")
TALLY = (
    ("proved", "个结论已证", "proved"),
    ("checked", "个已验", "checked"),
    ("measured", "个实测", "measured"),
    ("argued", "个仅论证", "argued only"),
    ("refuted", "个错误说法已驳", "false statements refuted"),
    ("failed", "个不成立", "failed"),
)


class verdict(nodes.General, nodes.Element):
    """A badge, its first child, and the evidence that it opens; ``meaning`` explains the level."""


def decided_claims(bundles):
    """Return what stands behind each claim of a page.

    Returns
    -------
    dict
        Identifier of a claim to its standing records, the one that decides its badge first, and
        the anchor of that record's row in the page's tables.
    """
    anchors = record_anchors(bundles)
    standing = rec.final_records(bundles)
    claims = {}
    for name, first in rec.strongest(standing).items():
        others = [r for r in standing if r["id"] == name and r is not first]
        claims[name] = ([first, *others], anchors[name, first["verb"]])
    return claims


def tally(env, docname):
    """Return how many claims of a page have each level, as a counter."""
    records = rec.final_records(BUNDLES.of(env).get(docname, []))
    claims = rec.strongest(record for record in records if record["kind"] != "inline")
    boxes = statements(env).get(docname, ())
    argued = sum(box["kind"] == "argued" for box in boxes)
    return Counter(map(rec.level, claims.values())) + Counter(argued=argued)


def tally_words(count):
    """Return a tally in words, in Chinese and in English."""
    zh = [f"{count[level]} {what}" for level, what, _ in TALLY if count[level]]
    en = [f"{count[level]} {what}" for level, _, what in TALLY if count[level]]
    if count["refuted"] == 1:
        en = [words.replace("statements", "statement") for words in en]
    return "，".join(zh) or "没有检验记录", ", ".join(en) or "nothing is recorded"


def add_verdicts(app, doctree, docname):
    """Put a verdict after each claim of a page."""
    claims = decided_claims(BUNDLES.of(app.env).get(docname, []))
    if not claims:
        return
    for node in list(doctree.findall(nodes.Element)):
        name = claim_name(node)
        if name in claims:
            found = made(*claims[name])
            if isinstance(node, nodes.math_block):
                node.parent.insert(node.parent.index(node) + 1, found)
            else:
                node += found


def made(records, anchor):
    """Return the verdict of a claim, given its records and the anchor of its row."""
    level = rec.level(records[0])
    node = verdict(meaning=rec.MEANINGS[level], classes=["verdict-line"])
    node += badge(level)
    for record in records:
        node += nodes.paragraph("", "", *both(*words(record)))
    link = nodes.reference("", "", *both(*LINKS.get(level, LINK)), internal=True, refid=anchor)
    node += nodes.paragraph("", "", link)
    return node


def words(record):
    """Return the evidence of a record in a sentence or two, in Chinese and in English."""
    zh, en = record["summary"]["zh"], record["summary"]["en"]
    shown = record["counterexample"]
    sides = [shown["left"], shown["right"]] if shown else []
    if all(sides) and 0 < len("".join(sides)) <= SHORT:
        sides = [side.replace("-", "−") for side in sides]
        zh += f"左边是 {sides[0]}，右边是 {sides[1]}。"
        en += f" The left side is {sides[0]}, the right side {sides[1]}."
    return zh, en


def claim_name(node):
    """Return the label of an equation or the identifier of a prose claim, or None."""
    if isinstance(node, nodes.math_block):
        return node.get("label")
    if isinstance(node, statement) and node["label"] not in equation_labels(node):
        return node["label"]
    return None


def visit_verdict(translator, node):
    """Write the badge as what opens the rest."""
    translator.body.append(translator.starttag(node, "div", ""))
    meaning = translator.attval(node["meaning"])
    translator.body.append(f'<details><summary title="{meaning}">')
    node[0].walkabout(translator)
    translator.body.append("</summary>\n<div>")
    for child in node[1:]:
        child.walkabout(translator)
    translator.body.append("</div></details></div>\n")
    raise nodes.SkipNode


def pass_through(translator, node):
    """Show badge and evidence one after the other, in formats where nothing opens."""


def setup(app):
    """Show verdicts."""
    plain = (pass_through, pass_through)
    app.add_node(
        verdict,
        html=(visit_verdict, None),
        **{name: plain for name in ("latex", "text", "man", "texinfo")},
    )
    app.connect("doctree-resolved", add_verdicts)
    # From the folder that language_switch serves.
    app.add_css_file("verdicts.css")
    app.add_js_file("equations.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
