"""What a link leads to, shown beside it while it is pointed at or has the focus.

An equation or a box on the same page is there already.  Of other pages, the page carries what its
own links need, hidden: a browser that reads it from a folder of files could fetch nothing.
"""

from docutils import nodes

from nndl_notes.verification import records as rec

from . import book
from .displayed import PAGES
from .equation_names import page_name
from .evidence import BUNDLES, badge, both, page_uri
from .ledger import changed_pages
from .pagedata import file_changed
from .references import LINKS, referred_pages
from .verdicts import decided_claims, tally, tally_words


class previews(nodes.General, nodes.Element):
    """The previews of a page, hidden until a script shows one."""


class preview(nodes.General, nodes.Element):
    """What the links to ``href`` show."""


def outdated(app, env):
    """Rewrite the pages with links to what has other evidence, or another question, than before."""
    everything = file_changed(env, book.path(app))
    changed = changed_pages(app)
    return [
        docname
        for docname, links in LINKS.of(env).items()
        if (everything and links) or changed & referred_pages(env, docname)
    ]


def add_previews(app, doctree, docname):
    """Append what the links of a page need, unless they are ``told``: beside what it would say."""
    if app.builder.format != "html":
        return
    pages = {page_uri(app.builder, docname, name): name for name in app.env.all_docs}
    pages.pop(page_uri(app.builder, docname, docname), None)
    found, questions = {}, book.questions(app)
    for reference in doctree.findall(nodes.reference):
        address = reference.get("refuri", "")
        place, _, anchor = address.partition("#")
        if place in pages and address not in found and not reference.get("told"):
            content = of_claim(app, pages[place], anchor) or of_exercise(
                app, pages[place], questions
            )
            if content:
                found[address] = preview("", *content, href=address)
    if found:
        doctree += previews("", *found.values())


def of_claim(app, docname, anchor):
    """Return the preview of an equation as nodes, or None if the anchor is not that of one."""
    for equation in PAGES.of(app.env)[docname]["equations"]:
        label, latex = equation["label"], equation["latex"]
        if label and anchor in (label, nodes.make_id(f"equation-{label}")):
            number = app.env.domains.math_domain.equations[label][1]
            head = nodes.paragraph("", "", *page_name(app.env, docname, None))
            head += nodes.Text(f" ({number}) ")
            claims = decided_claims(BUNDLES.of(app.env).get(docname, []))
            if label in claims:
                head += badge(rec.level(claims[label][0][0]))
            return [head, nodes.math_block(latex, latex, nowrap=False, number=None)]
    return None


def of_exercise(app, docname, questions):
    """Return the preview of an exercise as nodes, or None for other pages."""
    name = app.env.metadata[docname].get("exercise")
    if not name:
        return None
    title = [node.deepcopy() for node in app.env.titles[docname].children]
    lines = [questions.get(name), tally_words(tally(app.env, docname))]
    return [
        nodes.paragraph("", "", nodes.strong("", "", *title)),
        *(nodes.paragraph("", "", *both(*line)) for line in lines if line),
    ]


def visit_previews(translator, node):
    """Open the hidden part."""
    translator.body.append('<div class="previews" hidden>\n')


def visit_preview(translator, node):
    """Open one preview."""
    translator.body.append(f'<div data-href="{translator.attval(node["href"])}">\n')


def close(translator, node):
    """Close the element."""
    translator.body.append("</div>\n")


def setup(app):
    """Show previews, once all links are resolved."""
    app.add_node(previews, html=(visit_previews, close))
    app.add_node(preview, html=(visit_preview, close))
    app.connect("env-updated", outdated)
    app.connect("doctree-resolved", add_previews, priority=800)
    app.add_css_file("previews.css")
    app.add_js_file("previews.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
