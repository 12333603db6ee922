"""Terms in two languages: ``{glossary-table}`` lists them, and pages link to it.

On every bilingual page the first occurrence of a term, in each language, leads to the glossary and
shows its translation when it is pointed at or has the focus.  The terms are in ``glossary.toml``.
"""

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from .bilingual import language_block
from .displayed import GENERATED
from .evidence import page_uri, row, table
from .pagedata import PageData, file_changed
from .parity import TWIN

PLACES = PageData("nndl_glossaries")  # the pages that show the table
COLUMNS = (("中文", "Chinese", 22), ("英文", "English", 28), ("含义", "Meaning", 50))
TAGS = {"zh": "language-zh-CN", "en": "language-en"}
# A term in these is a heading, a link or a formula already, or it is code.
NOT_MARKED = (nodes.reference, nodes.literal, nodes.math, nodes.math_block, nodes.Titular,
              nodes.FixedTextElement)


class Term(NamedTuple):
    """A term, its spellings in each language, and its meaning in each."""

    name: str
    spellings: dict
    meaning: dict

    @property
    def anchor(self):
        """The identifier of its row in the table."""
        return f"term-{self.name}"


def path(app):
    """Return the file with the terms."""
    return Path(app.srcdir, app.config.nndl_glossary)


def terms(app):
    """Return the terms of the site; none if it has no ``glossary.toml``."""
    if not path(app).is_file():
        return []
    return [
        Term(
            name,
            {"zh": [entry["zh"]], "en": [entry["en"], *entry.get("also", ())]},
            entry["meaning"],
        )
        for name, entry in tomllib.loads(path(app).read_text("utf-8")).items()
    ]


def pattern(language, known):
    """Return the pattern of all terms in a language, the longest first."""
    spellings = sorted((s for term in known for s in term.spellings[language]), key=len)
    alternatives = "|".join(re.escape(s) for s in reversed(spellings))
    if language == "zh":
        return re.compile(f"({alternatives})")
    # A capital at the beginning of a sentence, a wider space between words, a plural.
    alternatives = alternatives.replace(r"\ ", r"\s+")
    return re.compile(rf"(?<![\w-])((?:{alternatives})(?:e?s)?)(?![\w-])", re.IGNORECASE)


def by_spelling(language, known):
    """Return ``{spelling in lower case: term}``."""
    return {s.lower(): term for term in known for s in term.spellings[language]}


class TableDirective(SphinxDirective):
    """Show all terms, in the order of the English ones."""

    def run(self):
        """Return the table."""
        app = self.env.app
        self.env.note_dependency(str(path(app)))
        PLACES.of(self.env)[self.env.docname] = True
        rows = []
        for term in sorted(terms(app), key=lambda t: t.spellings["en"][0].lower()):
            names = [
                nodes.inline("", term.spellings[lang][0], bilingual="quoted", classes=[TAGS[lang]])
                for lang in TWIN
            ]
            meaning = [
                nodes.inline("", term.meaning[lang], bilingual=lang, classes=[lang, TAGS[lang]])
                for lang in TWIN
            ]
            meaning.insert(1, nodes.Text(" "))
            rows.append(row([[names[0]], [names[1]], meaning], ids=[term.anchor]))
        result = table(COLUMNS, rows, ["glossary"])
        del result[GENERATED]  # it is to be searched, and read in two languages, like any text
        for words in result.findall(nodes.inline):
            if words["classes"][0] in TWIN:
                words["bilingual"] = words["classes"][0]
        return [result]


def mark(app, doctree, docname):
    """Mark the first occurrence of each term in each language."""
    places = sorted(PLACES.of(app.env))
    known = terms(app) if places and docname not in places else []
    if not known or app.builder.format != "html":
        return
    uri = page_uri(app.builder, docname, places[0])
    for language in TWIN:
        search, names, seen = pattern(language, known), by_spelling(language, known), set()
        for block in doctree.findall(language_block):
            if block["bilingual"] == language:
                for text in list(block.findall(nodes.Text)):
                    if not _is_exempt(text, block):
                        _mark_text(text, language, search, names, seen, uri)


def _is_exempt(text, block):
    node = text.parent
    while node is not block:
        if isinstance(node, NOT_MARKED) or node.get("nb_element"):
            return True
        node = node.parent
    return False


def _mark_text(text, language, search, names, seen, uri):
    pieces, place, whole = [], 0, text.astext()
    for match in search.finditer(whole):
        found = " ".join(match[0].lower().split())
        term = next((names[s] for s in (found, found[:-1], found[:-2]) if s in names), None)
        if term is None or term.name in seen:
            continue
        seen.add(term.name)
        pieces.append(nodes.Text(whole[place : match.start()]))
        pieces.append(
            nodes.reference(
                "",
                match[0],
                internal=True,
                refuri=f"{uri}#{term.anchor}",
                reftitle=term.spellings[TWIN[language]][0],
                classes=["term"],
            )
        )
        place = match.end()
    if pieces:
        pieces.append(nodes.Text(whole[place:]))
        parent = text.parent
        index = next(i for i, child in enumerate(parent.children) if child is text)
        pieces = [piece for piece in pieces if piece.astext()]
        for piece in pieces:
            parent.setup_child(piece)
        parent.children[index : index + 1] = pieces


def outdated(app, env):
    """Rewrite every page when the terms have changed."""
    return sorted(env.all_docs) if file_changed(env, path(app)) else []


def setup(app):
    """Register the table, and mark terms after the links of the page are resolved."""
    PLACES.connect(app)
    app.add_config_value("nndl_glossary", "glossary.toml", "env", str)
    app.add_directive("glossary-table", TableDirective)
    app.connect("env-updated", outdated)
    app.connect("doctree-resolved", mark, priority=850)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
