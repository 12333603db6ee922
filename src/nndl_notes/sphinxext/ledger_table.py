"""The one table of all claims of the site, and what sorts and filters it in the browser.

``ledger.js`` finds a row's level in its class, its page in its first cell, and what a column is
sorted by in the class of the column's head.  Without JavaScript the table is complete, in the
order of the register.
"""

from html import escape

from docutils import nodes

from nndl_notes.citing import tags
from nndl_notes.verification import records as rec

from .citations import found as recorded
from .displayed import GENERATED
from .evidence import (
    BUNDLES,
    badge,
    both,
    claim_link,
    page_uri,
    record_anchors,
    row,
    target_id,
)
from .language_switch import plain_title
from .parity import TWIN
from .permanent import FOLDER
from .registry import by_folder

SCRIPT, STYLE = "ledger.js", "ledger.css"
CLASS = "claims"
# Name of the column, what the reader sees, and whether its cells begin with a number.
COLUMNS = (
    ("exercise", ("习题", "Exercise"), False),
    ("claim", ("命题", "Claim"), False),
    ("level", ("等级", "Level"), False),
    ("method", ("方法", "Method"), False),
    ("instances", ("实例", "Instances"), True),
    ("gap", ("最大误差", "Largest gap"), True),
    ("tolerance", ("容差", "Tolerance"), True),
    ("digest", ("证据摘要", "Digest"), False),
    ("tag", ("标签", "Tag"), False),
)
METHODS = {
    "check": ("代入", "evaluation"),
    "prove": ("证明", "proof"),
    "refute": ("反驳", "refutation"),
    "measure": ("抽样", "sample"),
    "enumerate": ("穷举", "enumeration"),
}
STRATA = {
    "generic": ("一般", "generic"),
    "near zero": ("近零", "near zero"),
    "saturated": ("饱和", "saturated"),
    "symbolic": ("符号", "symbolic"),
    "cases": ("种情形", "cases"),
    "observations": ("个样本", "observations"),
    "given": ("给定", "given"),
}
UNREAD = ("未验", "untested")
EVERYWHERE = ("全部", "All")
NONE = "—"


def claims(app, docname, pages):
    """Return the controls and the table as nodes.

    Parameters
    ----------
    docname : str
        The page that shows them.
    pages : dict
        What ``verification.json`` says of each page.
    """
    rows, levels = [], set()
    tag_of = {bearer: tag for tag, bearer in tags.load(app.srcdir).names.items()}
    for name, page in pages.items():
        uri = page_uri(app.builder, docname, name)
        entries = recorded(app, name)
        for claim, level, cells in _claims_of(BUNDLES.of(app.env).get(name, []), page, uri):
            levels.add(level)
            digest = [nodes.Text(entries.get(claim, {}).get("digest", NONE))]
            tag = _tag(app, docname, tag_of.get(claim))
            found = [_exercise(name, page, uri), *cells, digest, tag]
            rows.append(row(found, classes=[f"level-{level}"]))
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in COLUMNS), cols=len(COLUMNS))
    group += nodes.thead("", _heads())
    group += nodes.tbody("", *rows)
    table = nodes.table("", group, classes=[CLASS], **{GENERATED: True})
    return [nodes.raw("", _controls(app, pages, levels), format="html"), table]


def _heads():
    heads = row([both(*words) for _, words, _ in COLUMNS])
    for head, (name, _, numeric) in zip(heads, COLUMNS, strict=True):
        head["classes"] = [f"by-{name}", *["number"] * numeric]
    return heads


def _exercise(name, page, uri):
    text = page["exercise"] or name
    if uri is None:
        return [nodes.inline("", text)]
    return [nodes.reference("", text, internal=True, refuri=uri, told=True)]


def _tag(app, docname, tag):
    """Return the tag of a claim, which leads to the address that stays."""
    uri = tag and page_uri(app.builder, docname, f"{FOLDER}/{tag}/index")
    if not uri or not app.config.nndl_cite:
        return [nodes.Text(tag or NONE)]
    return [nodes.reference("", tag, internal=True, refuri=uri, told=True)]


def _claims_of(bundles, page, uri):
    """Yield label, level and first cells of each claim of a page, as they stand in its source."""
    anchors = record_anchors(bundles)
    found = []
    for record in page["records"]:
        anchor = anchors[record["id"], record["verb"]]
        cells = _record(record, uri, anchor)
        found.append((record["line"], record["id"], rec.level(record), cells))
    for box in page["argued"]:
        cells = [[claim_link(box["id"], uri, box["id"])], [badge("argued")], *_blank(4)]
        found.append((box["line"], box["id"], "argued", cells))
    for formula in page["unread"]:
        claim = [_tex(formula["latex"]), nodes.inline("", formula["reason"], classes=["note"])]
        found.append((formula["line"], None, "unread", [claim, both(*UNREAD), *_blank(4)]))
    for _, claim, level, cells in sorted(found, key=lambda item: item[0]):
        yield claim, level, cells


def _record(record, uri, anchor):
    level = rec.level(record)
    if record["kind"] == "inline":  # it has neither a label nor a row in its page's tables
        claim, verdict = [_tex(record["latex"])], [badge(level)]
    else:
        claim = [claim_link(record["id"], uri, target_id(record))]
        if record["latex"]:
            claim += [nodes.Text(" "), _tex(record["latex"])]
        verdict = [_evidence(level, uri, anchor)]
    method = both(*METHODS[record["verb"]])
    return [claim, verdict, method, _instances(record), *_gap(record["links"])]


def _tex(latex):
    """Return LaTeX on one line; the style sheet cuts what is too long."""
    return nodes.inline("", " ".join(latex.split()), classes=["tex"])


def _evidence(level, uri, anchor):
    if uri is None:
        return badge(level)
    address = {"refuri": f"{uri}#{anchor}", "classes": ["level"]}
    return nodes.reference("", "", badge(level), internal=True, told=True, **address)


def _blank(count):
    return [[nodes.Text(NONE)] for _ in range(count)]


def _instances(record):
    """Return how many instances were accepted; of each sort, unless all are generic."""
    accepted = {name: tally["accepted"] for name, tally in record["strata"].items()}
    if not accepted:  # an equation between numbers
        return [nodes.Text(str(max((link["instances"] for link in record["links"]), default=1)))]
    cell = [nodes.Text(str(sum(accepted.values())))]
    if set(accepted) != {"generic"}:
        words = [STRATA.get(name, (name, name)) for name in accepted]
        if len(accepted) > 1:
            pairs = zip(words, accepted.values(), strict=True)
            words = [(f"{zh} {count}", f"{en} {count}") for (zh, en), count in pairs]
        halves = both("、".join(zh for zh, _ in words), ", ".join(en for _, en in words))
        cell += [nodes.Text(" "), nodes.inline("", "", *halves, classes=["note"])]
    return cell


def _gap(links):
    """Return the largest gap of a claim's equations, and what it had to stay below."""
    measured = [link for link in links if link["gap"] is not None]
    if not measured:
        return _blank(2)
    link = max(measured, key=lambda link: link["gap"])
    # An approximation agrees to the digits that it states, not to a tolerance.
    bound = NONE if link["relation"] == r"\approx" else _number(link["tolerance"])
    return [[nodes.Text(_number(link["gap"]))], [nodes.Text(bound)]]


def _number(value):
    if value is None:
        return NONE
    return f"{value:.2g}".replace("e-0", "e-")


# -- Controls -----------------------------------------------------------------------------------


def _controls(app, pages, levels):
    boxes = "".join(
        f'<label><input type="checkbox" name="level" value="{level}" />'
        f'<span class="verdict {level}">{_words(*words)}</span> <span class="count"></span></label>'
        for level, words in {**rec.LEVELS, "unread": UNREAD}.items()
        if level in levels
    )
    return (
        '<form class="claims-filter pst-js-only d-print-none" autocomplete="off">'
        f"<fieldset><legend>{_words('等级', 'Level')}</legend>{boxes}</fieldset>"
        f"<label>{_words('章或页', 'Chapter or page')} "
        f'<select name="page">{_options(app.env, pages)}</select></label>'
        f"<label>{_words('命题、习题、LaTeX 或标签', 'Claim, exercise, LaTeX or tag')} "
        '<input type="search" name="q" spellcheck="false" autocapitalize="off" /></label>'
        f'<button type="reset">{_words("清除", "Clear")}</button>'
        '<p role="status"></p></form>'
    )


def _words(zh, en):
    return f'<span class="zh" lang="zh-CN">{zh}</span> <span class="en" lang="en">{en}</span>'


def _options(env, pages):
    """Return what to choose from: all, each folder with its pages, pages that are in none."""
    options = [_option("", _alternatives(*EVERYWHERE))]
    for index, names in by_folder(env, pages).items():
        folder = index.rpartition("/")[0] if index not in names else ""
        if folder:
            options.append(_option(folder, _title(env, index)))
        for name in names:
            key = pages[name]["exercise"] or name
            options.append(_option(key, _title(env, name), folder))
    return "".join(options)


def _option(value, words, folder=""):
    inside = f' data-in="{escape(folder)}"' if folder else ""
    return f'<option value="{escape(value)}"{inside}>{words}</option>'


def _title(env, docname):
    return _alternatives(*(plain_title(env.titles[docname], name) for name in TWIN))


def _alternatives(zh, en):
    """Return words in two languages as plain text, of which the script shows the reader's."""
    return escape(zh if zh == en else f"{zh} · {en}")


def add_files(app, pagename, templatename, context, doctree):
    """Load script and style where the table is."""
    if doctree is not None and any(CLASS in t["classes"] for t in doctree.findall(nodes.table)):
        app.add_css_file(STYLE)
        app.add_js_file(SCRIPT, loading_method="defer")


def setup(app):
    """Connect to the writing of pages."""
    app.connect("html-page-context", add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
