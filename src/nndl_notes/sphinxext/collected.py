"""Boxes from all over the site on one page: wrong answers, errata of the book, what is only argued.

``{collection} refuted`` shows each box as its own page does, with its counterexample and a link to
where it stands.
"""

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from nndl_notes.verification import records as rec

from .displayed import GENERATED
from .evidence import BUNDLES, both, counterexample, page_uri
from .ledger import LEDGERS, page_heading
from .registry import in_order
from .statements import TITLES, statement, statements

# Of a link to a label, the target is the same from every page; a path would have to be mended.
EVERYWHERE = {"eq", "ref", "numref"}
PLACE = ("在原页查看", "See it in its place")


class collection(nodes.General, nodes.Element):
    """Place of the boxes of one ``kind``; it is filled when all pages are known."""


class CollectionDirective(SphinxDirective):
    """Show all boxes of a kind."""

    required_arguments = 1

    def run(self):
        """Return the place of the boxes."""
        kind = directives.choice(self.arguments[0], tuple(TITLES))
        LEDGERS.of(self.env)[self.env.docname] = "ledger"
        node = collection(kind=kind)
        self.set_source_info(node)
        return [node]


class Collect(SphinxPostTransform):
    """Fill the collections before references are resolved."""

    default_priority = 5

    def run(self, **kwargs):
        """Replace each place by the boxes."""
        for place in list(self.document.findall(collection)):
            place.replace_self(self.gathered(place["kind"]) or nodes.paragraph("", "—"))

    def gathered(self, kind):
        """Return headings and boxes, in the order of the register."""
        found, docname = [], self.env.current_document.docname
        for name in in_order(self.app, statements(self.env)):
            doctree = self.env.get_doctree(name)
            boxes = [box for box in doctree.findall(statement) if box["kind"] == kind]
            if not boxes:
                continue
            uri = page_uri(self.app.builder, docname, name)
            found.append(page_heading(self.app, name, uri))
            examples = {
                record["id"]: record["counterexample"]
                for record in rec.final_records(BUNDLES.of(self.env).get(name, []))
                if record["counterexample"]
            }
            found += [detached(box, docname, uri, examples.get(box["label"])) for box in boxes]
        return found


def detached(box, docname, uri, example):
    """Return a copy of a box for another page.

    Parameters
    ----------
    box : statement
    docname : str
        The page for which the copy is.
    uri : str or None
        Address of the box's own page, None in formats without addresses.
    example : dict or None
        The counterexample.
    """
    copy = box.deepcopy()
    copy[GENERATED] = True
    for node in copy.findall(nodes.Element):
        node["ids"] = []
        if isinstance(node, nodes.math_block):
            node["label"] = node["number"] = None
    for link in list(copy.findall(addnodes.pending_xref)):
        if link["reftype"] in EVERYWHERE:
            link["refdoc"] = docname
        else:
            link.replace_self(link.children)
    if example:
        copy += counterexample(example)
    if uri is not None:
        address = f"{uri}#{box['label']}"
        link = nodes.reference("", "", *both(*PLACE), internal=True, refuri=address, told=True)
        copy += nodes.paragraph("", "", link)
    return copy


def setup(app):
    """Register the directive; the ledger says when its pages are written again."""
    app.add_node(collection)
    app.add_directive("collection", CollectionDirective)
    app.add_post_transform(Collect)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
