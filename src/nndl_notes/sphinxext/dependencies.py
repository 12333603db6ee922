"""Which answers use which: ``{dependencies}``, a picture and the same in words.

It is computed from the references of the pages and the imports of their cells, which are in
``verification.json``; the page is written again when either changes.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from nndl_notes.verification import records as rec

from . import book
from .dependency_picture import Module, Page, picture
from .equation_names import page_name
from .evidence import both, page_uri, row, table
from .exercises import prevailing
from .language_switch import plain_title
from .ledger import LEDGERS, report
from .parity import TWIN
from .registry import by_folder, by_path
from .verdicts import tally, tally_words

SCRIPT, STYLE = "dependencies.js", "dependencies.css"
LABEL = "哪些解答用到哪些 · Which answers use which"
COLUMNS = (
    ("页", "Page", 25),
    ("引用", "Refers to", 25),
    ("被引用于", "Is referred to by", 25),
    ("程序库的模块", "Modules of the library", 25),
)
NONE = "—"


class dependencies(nodes.General, nodes.Element):
    """Place of the picture; it is filled when all pages are known."""


class DependenciesDirective(SphinxDirective):
    """Show which pages build on which, and on which modules."""

    def run(self):
        """Return the place of the picture."""
        LEDGERS.of(self.env)[self.env.docname] = "dependencies"
        node = dependencies()
        self.set_source_info(node)
        return [node]


def fill(app, doctree, docname):
    """Fill the places of a page."""
    places = list(doctree.findall(dependencies))
    if places:
        pages = report(app)
        for place in places:
            svg = picture(*_drawn(app, docname, pages))
            box = f'<div class="dependencies-box" tabindex="0" role="region" aria-label="{LABEL}">'
            drawn = nodes.raw("", f"{box}\n{svg}\n</div>", format="html")
            place.replace_self([_legend(), drawn, _table(app, docname, pages)])


def _drawn(app, docname, pages):
    """Return what `picture` draws."""
    used = [(name, module) for name, page in pages.items() for module in page["imports"]]
    referring = [(name, other) for name, page in pages.items() for other in page["references"]]
    entries = by_path(app)
    groups = []
    for index, names in by_folder(app.env, pages).items():
        titles = None if index in names else _halves(app.env, index)
        listed = [
            _page(app, docname, name, entries.get(pages[name]["source"], (None, {}))[1])
            for name in names
        ]
        groups.append((titles, listed))
    modules = []
    for name in sorted({module for _, module in used}):
        count = sum(module == name for _, module in used)
        words = f"{name}：{count} 页使用 · {name}: used by {count} page{'s' * (count > 1)}"
        modules.append(Module(name, _module_uri(app, docname, name), words))
    return groups, modules, referring, used


def _page(app, docname, name, entry):
    env = app.env
    count, exercise = tally(env, name), env.metadata[name].get("exercise") or ""
    full, words = _halves(env, name), tally_words(count)
    return Page(
        name=name,
        # The key of a page that answers no exercise consists of words.
        number=book.Exercise(exercise, (), name).number if exercise[-1:].isdigit() else "",
        titles=entry.get("title") or full,
        level=prevailing(count),
        href=page_uri(app.builder, docname, name) or "",
        words=f"{full['zh']}：{words[0]} · {full['en']}: {words[1]}",
    )


def _halves(env, docname):
    return {language: plain_title(env.titles[docname], language) for language in TWIN}


def _module_uri(app, docname, module):
    known = app.env.domains.python_domain.modules.get(module)
    if known is None:
        return None
    return f"{page_uri(app.builder, docname, known.docname)}#{known.node_id}"


def _legend():
    line = nodes.paragraph(classes=["dependencies-legend"])
    for level in ("proved", "checked", "measured", "argued"):
        line += nodes.inline("", "", *both(*rec.LEVELS[level]), classes=["verdict", level])
        line += nodes.Text(" ")
    line += both(
        "颜色是一页中多数结论的等级。左边的箭头从引用者指向被引用者，右边的线连到单元格导入的模块。"
        "突出显示时，实线通向它用到的，虚线来自用到它的。",
        "The colour is the level of most claims of a page. Arrows on the left lead from the page "
        "that refers to the one that it refers to; lines on the right, to the modules that its "
        "cells import. Of what stands out, solid lines lead to what it uses, and dashed ones "
        "come from what uses it.",
    )
    return line


def _table(app, docname, pages):
    users = {name: [] for name in pages}
    for name, page in pages.items():
        for other in page["references"]:
            users[other].append(name)
    order = list(pages)
    rows = []
    for name, page in pages.items():
        links = [
            _joined([_link(app, docname, other) for other in sorted(found, key=order.index)])
            for found in (page["references"], users[name])
        ]
        modules = _joined([_module_link(app, docname, module) for module in page["imports"]])
        rows.append(row([[_link(app, docname, name, full=True)], *links, modules]))
    return table(COLUMNS, rows, ["dependencies-table"])


def _joined(links):
    cell = []
    for link in links:
        cell += [link, nodes.Text(", ")]
    return cell[:-1] or [nodes.Text(NONE)]


def _link(app, docname, name, full=False):
    exercise = app.env.metadata[name].get("exercise") or ""
    short = exercise[:1].isdigit() and not full  # "2-4"; "algorithm" and "quiz" have to be said
    words = [nodes.Text(exercise)] if short else page_name(app.env, name, None)
    uri = page_uri(app.builder, docname, name)
    if uri is None:
        return nodes.inline("", "", *words)
    return nodes.reference("", "", *words, internal=True, refuri=uri, told=True)


def _module_link(app, docname, module):
    uri = _module_uri(app, docname, module)
    name = nodes.literal("", module.removeprefix("nndl_notes."))
    return name if uri is None else nodes.reference("", "", name, internal=True, refuri=uri)


def add_files(app, pagename, templatename, context, doctree):
    """Load script and style where the picture is."""
    if doctree is not None and LEDGERS.of(app.env).get(pagename) == "dependencies":
        app.add_css_file(STYLE)
        app.add_js_file(SCRIPT, loading_method="defer")


def setup(app):
    """Register the directive."""
    app.add_node(dependencies)
    app.add_directive("dependencies", DependenciesDirective)
    app.connect("doctree-resolved", fill)
    app.connect("html-page-context", add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
