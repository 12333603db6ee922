"""What a page says, section by section and language by language: the material of the search."""

import unicodedata
from dataclasses import dataclass, field

from docutils import nodes
from math_core import LatexError
from sphinx import addnodes
from sphinx.application import Sphinx

from ..bilingual import LANGUAGE_TAGS
from ..chinese_spacing import GAP
from ..displayed import GENERATED
from ..mathml import MathMLWriter
from ..pagedata import PageData
from ..parity import language_of, page_language
from .plain_math import plain_math

TEXTS = PageData("nndl_search_texts")
# Code and its output are not indexed; the library's functions are, under their names.
LEFT_OUT = (
    nodes.Invisible,
    nodes.literal_block,
    nodes.raw,
    nodes.system_message,
    nodes.field_name,
    addnodes.toctree,
    addnodes.index,
)
BREAKS = (nodes.paragraph, nodes.entry, nodes.term, nodes.caption, nodes.attribution)


@dataclass
class Words:
    """Words by language; ``both`` holds what every reader sees."""

    zh: str = ""
    en: str = ""
    both: str = ""

    def add(self, language: str | None, text: str) -> None:
        """Append words in a language, or for both."""
        name = language if language in LANGUAGE_TAGS else "both"
        setattr(self, name, getattr(self, name) + text)

    def tidy(self) -> None:
        """Close gaps that Chinese has not, and make every other one a single space."""
        for name in ("zh", "en", "both"):
            text = unicodedata.normalize("NFC", getattr(self, name)).strip()
            setattr(self, name, " ".join(GAP.sub("", text).split()))

    def half(self, language: str) -> str:
        """Return the words as the readers of one language see them."""
        return getattr(self, language) or self.both


@dataclass
class Section:
    """A heading and what follows it up to the next one.

    ``anchor`` is empty for the section of the page's own title.  ``labels`` names the equations
    and statements that stand in it.
    """

    anchor: str
    title: Words = field(default_factory=Words)
    text: Words = field(default_factory=Words)
    labels: list[str] = field(default_factory=list)


class Reader:
    """Reads the sections of one page.

    Parameters
    ----------
    writer : MathMLWriter
        Writes the inline formulas.
    language : str or None
        Language of a page that is in one language.
    """

    def __init__(self, writer: MathMLWriter, language: str | None) -> None:
        self.writer = writer
        self.sections: list[Section] = []
        self.language = language

    def read(self, doctree: nodes.document) -> list[Section]:
        """Return the sections of a page in the order in which they stand."""
        self._visit(doctree, self.language)
        for section in self.sections:
            section.title.tidy()
            section.text.tidy()
        return self.sections

    def _open(self, anchor: str) -> Section:
        self.sections.append(Section(anchor if self.sections else ""))
        return self.sections[-1]

    def _visit(self, node: nodes.Node, language: str | None) -> None:
        if isinstance(node, nodes.Text):
            self._add(language, node.astext())
        elif isinstance(node, nodes.math):
            self._add(language, self._formula(node.astext()))
        elif isinstance(node, nodes.math_block):
            self._label(node.get("label"))
        elif not self._is_left_out(node):
            self._visit_element(node, language_of(node) or language)

    def _visit_element(self, node: nodes.Element, language: str | None) -> None:
        if isinstance(node, nodes.section):
            self._open(node["ids"][0])
        elif isinstance(node, nodes.title):
            words = self.sections[-1].title
            for child in node.children:
                words.add(language_of(child) or language, child.astext())
            return
        elif isinstance(node, addnodes.desc_signature):
            if node["ids"]:
                section = self._open(node["ids"][0])
                section.title.add(language, node.get("fullname") or node.astext())
            return
        self._label(node.get("label"))
        for child in node.children:
            self._visit(child, language)
        if isinstance(node, BREAKS):
            # What is in neither language may hold words of both.
            for name in (language,) if language else (*LANGUAGE_TAGS, None):
                self._add(name, " ")

    def _is_left_out(self, node: nodes.Element) -> bool:
        return (
            isinstance(node, LEFT_OUT)
            or GENERATED in node.get("classes", ())
            or node.get("nb_element", "").startswith("cell_code")
        )

    def _formula(self, latex: str) -> str:
        try:
            return plain_math(self.writer.convert(latex, display=False))
        except LatexError:
            return "…"  # the writer of the page reports it

    def _add(self, language: str | None, text: str) -> None:
        if self.sections:
            self.sections[-1].text.add(language, text)

    def _label(self, label: str | None) -> None:
        if label and self.sections and label not in self.sections[-1].labels:
            self.sections[-1].labels.append(label)


def note(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the text of the page that has just been read."""
    docname = app.env.current_document.docname
    language = page_language(app, docname)
    # A page that is in English only is found, and shown, in both languages.
    reader = Reader(app.builder.nndl_mathml, None if language == "en" else language)
    TEXTS.of(app.env)[docname] = reader.read(doctree)
