"""The role ``value``: a number in a sentence, which a cell of the page has given.

The cells come after the sentences, so the numbers are put in when the page has been read.
"""

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxRole

from nndl_notes.verification.values import given, shown

from .evidence import BUNDLES

ABSENT = "??"


class ValueRole(SphinxRole):
    """A number that a cell has given: its node has the text of the role as ``value``."""

    def run(self):
        """Return the place of the number."""
        node = nodes.inline("", ABSENT, value=self.text, classes=["value"])
        self.set_source_info(node)
        return [node], []


class Values(SphinxTransform):
    """Put the numbers in their places, before anybody looks at the words."""

    default_priority = 5

    def apply(self, **kwargs):
        """Fill the roles of this page."""
        numbers = given(BUNDLES.of(self.env).get(self.env.docname, []))
        for node in places(self.document):
            try:
                number = nodes.Text(shown(node["value"], numbers))
            except ValueError as error:
                node["problem"] = str(error)
            else:
                node.replace(node.children[0], number)


def places(node):
    """Yield the places of numbers below a node."""
    return (found for found in node.findall(nodes.inline) if "value" in found)


def setup(app):
    """Register the role."""
    app.add_role("value", ValueRole())
    app.add_transform(Values)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
