"""``{cite-example} ID`` shows how an answer or an equation is cited, as this build has it."""

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from nndl_notes.citing.citation import LANGUAGES, citation
from nndl_notes.citing.formats import FORMATS
from nndl_notes.citing.identifiers import Catalogue

from .citations import answers, found
from .ledger import LEDGERS

logger = logging.getLogger(__name__)
ACCESSED = {"zh": "年-月-日", "en": "YYYY-MM-DD"}


class cite_example(nodes.General, nodes.Element):
    """Place of a citation; it is filled when the evidence of all pages is known."""


class CiteExampleDirective(SphinxDirective):
    """Show a citation."""

    required_arguments = 1
    option_spec = {  # noqa: RUF012
        "format": lambda text: directives.choice(text, tuple(FORMATS)),
        "lang": lambda text: directives.choice(text, LANGUAGES),
    }

    def run(self):
        """Return the place of the citation."""
        LEDGERS.of(self.env)[self.env.docname] = "citations"
        form, language = self.options.get("format", "plain"), self.options.get("lang", "zh")
        node = cite_example(identifier=self.arguments[0], form=form, language=language)
        self.set_source_info(node)
        return [node]


def fill(app, doctree, docname):
    """Write the citations of a page."""
    places = list(doctree.findall(cite_example))
    if not places:
        return
    catalogue = Catalogue(app.srcdir)
    catalogue.record = {name: found(app, page) for page, name, _ in answers(app)}
    for place in places:
        language = place["language"]
        try:
            cited = citation(catalogue.find(place["identifier"]), catalogue.record)
            text = FORMATS[place["form"]](cited, language, ACCESSED[language])
        except ValueError as error:  # an exception would leave parallel writers waiting for ever
            text = str(error)
            logger.warning(text, location=place, type="nndl", subtype="citation")
        place.replace_self(nodes.literal_block(text, text, language="none"))


def setup(app):
    """Register the directive."""
    app.add_node(cite_example)
    app.add_directive("cite-example", CiteExampleDirective)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
