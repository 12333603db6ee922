"""The two languages of a page say the same: each half has its twin, with the same formulas.

Every finding is a warning of type ``bilingual.parity`` at its line, and a run lists them all.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

HAN = re.compile(r"[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# In English the punctuation of Chinese is out of place as well.
CHINESE = re.compile(HAN.pattern[:-1] + r"\u3000-\u303f\uff01-\uff60]")

TWIN = {"zh": "en", "en": "zh"}
HEADINGS = (nodes.title, nodes.rubric)
# Code, raw output, generated reference entries and bibliographies are in no language of ours.
NOT_PROSE = (
    nodes.literal,
    nodes.FixedTextElement,
    nodes.raw,
    nodes.citation,
    nodes.docinfo,
    nodes.system_message,
    nodes.Invisible,
    addnodes.desc,
    addnodes.toctree,
)


def check_page(app: Sphinx, doctree: nodes.document) -> None:
    """Check the page that has just been read."""
    language = page_language(app, app.env.current_document.docname)
    if language is None:
        check_children(doctree)
    else:
        for section in doctree.children:
            if isinstance(section, nodes.section):
                section["classes"].append(f"language-{language}")


def page_language(app: Sphinx, docname: str) -> str | None:
    """Return the language of a page in one language, or None for a bilingual page.

    A page says ``language: en`` in its front matter, or lies under a prefix that the
    configuration names in ``nndl_english_pages``.
    """
    if docname.startswith(tuple(app.config.nndl_english_pages)):
        return "en"
    return app.env.metadata[docname].get("language")


def check_children(parent: nodes.Element) -> None:
    """Check the languages of everything below ``parent``, which itself is in none."""
    siblings = [child for child in parent.children if not is_gap(child)]
    stray = None
    position = 0
    while position < len(siblings):
        node = siblings[position]
        following = siblings[position + 1] if position + 1 < len(siblings) else None
        position += 1
        language = language_of(node)
        if language in TWIN:
            check_half(node, language)
            if language_of(following) == TWIN[language]:
                check_half(following, TWIN[language])
                compare(node, following, "inline formulas", inline_formulas)
                compare(node, following, "links", links)
                position += 1
            else:
                warn(node, f"{{{language}}} without its {{{TWIN[language]}}} twin beside it")
        elif isinstance(node, nodes.Text):
            if stray is None and HAN.search(node.astext()):
                stray = node.astext()
        elif isinstance(node, HEADINGS):
            check_heading(node)
        elif is_formula(node):
            check_shared_formula(node)
        elif isinstance(node, nodes.Element) and not is_exempt(node):
            check_children(node)
    if stray is not None:
        warn(parent, f"Chinese outside {{zh}}: {excerpt(stray)}")


def check_heading(heading: nodes.Element) -> None:
    """A heading is in both languages."""
    languages = {language_of(node) for node in heading.children} & set(TWIN)
    if len(languages) == 2:
        check_children(heading)
    elif languages:
        (language,) = languages
        warn(heading, f"heading in {{{language}}} only: {excerpt(heading.astext())}")
    else:
        warn(heading, f"heading without {{zh}} and {{en}}: {excerpt(heading.astext())}")


def check_half(half: nodes.Element, language: str) -> None:
    """One half holds its own language, and no formula that the two languages share."""
    for node in half.findall(nodes.math_block):
        warn(node, f"display formula inside {{{language}}}: place it outside, for both languages")
    for node in half.findall(nodes.Element):
        if node is not half and language_of(node) in TWIN:
            warn(node, f"{{{language_of(node)}}} inside {{{language}}}")
    words = list(prose(half))
    if language == "en":
        for text in words:
            if CHINESE.search(text.astext()):
                warn(text.parent, f"Chinese characters in {{en}}: {excerpt(text.astext())}")
    elif not any(HAN.search(text.astext()) for text in words):
        warn(half, f"no Chinese characters in {{zh}}: {excerpt(half.astext())}")


def compare(
    first: nodes.Element,
    second: nodes.Element,
    what: str,
    collect: Callable[[nodes.Element], Iterable[str]],
) -> None:
    """Twins have the same formulas and links, in whatever order their sentences need."""
    found = {language_of(half): Counter(collect(half)) for half in (first, second)}
    only_zh = found["zh"] - found["en"]
    only_en = found["en"] - found["zh"]
    if only_zh or only_en:
        parts = [
            f"only in {{{language}}}: " + ", ".join(sorted(surplus.elements()))
            for language, surplus in (("zh", only_zh), ("en", only_en))
            if surplus
        ]
        warn(first, f"{what} of the twins differ; " + "; ".join(parts))


def inline_formulas(half: nodes.Element) -> Iterator[str]:
    """Yield the inline formulas, and the numbers that cells give, as their source has them."""
    for node in half.findall(nodes.math):
        latex = node.astext().strip()
        yield f"{{given}}`{latex}`" if "given" in node["classes"] else f"${latex}$"
    for node in half.findall(nodes.inline):
        if "value" in node:
            yield f"{{value}}`{node['value']}`"


def links(half: nodes.Element) -> set[str]:
    """Return where the links within the site lead; another site may have pages of each language."""
    return {node["reftarget"] for node in half.findall(addnodes.pending_xref)}


def check_shared_formula(node: nodes.Element) -> None:
    """A formula outside the halves is read by both languages."""
    if HAN.search(node.astext()):
        warn(node, f"Chinese in a formula for both languages: {excerpt(node.astext())}")


def prose(half: nodes.Element) -> Iterator[nodes.Text]:
    """Yield the text of a half without code, formulas and what belongs to another language."""
    for child in half.children:
        if isinstance(child, nodes.Text):
            yield child
        elif not (is_exempt(child) or is_formula(child) or language_of(child) in TWIN):
            yield from prose(child)


def language_of(node: nodes.Node | None) -> str | None:
    """Return "zh" or "en" for a half, "quoted" for Chinese words for everybody, or None."""
    return node.get("bilingual") if isinstance(node, nodes.Element) else None


def is_gap(node: nodes.Node) -> bool:
    """Say whether twins may have this node between them."""
    if isinstance(node, nodes.Text):
        return not re.search(r"\w", node.astext())
    return isinstance(node, nodes.Invisible | nodes.system_message)


def is_formula(node: nodes.Node) -> bool:
    """Say whether the node is a formula, inline or displayed."""
    return isinstance(node, nodes.math | nodes.math_block)


def is_exempt(node: nodes.Element) -> bool:
    """Say whether the node holds no prose of the page; notebook cells hold code and output."""
    if is_formula(node):
        return False
    return isinstance(node, NOT_PROSE) or "nb_element" in node or language_of(node) == "quoted"


def excerpt(text: str, length: int = 40) -> str:
    """Shorten a text for a message."""
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1] + "…"


def warn(node: nodes.Node, message: str) -> None:
    """Report a finding at the line of the node, or of the nearest ancestor that has one."""
    while node.line is None and node.parent is not None:
        node = node.parent
    logger.warning(message, type="bilingual", subtype="parity", location=node)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Check each page as soon as Sphinx has collected its front matter."""
    app.add_config_value("nndl_english_pages", ("api/",), "env", (list, tuple))
    app.connect("doctree-read", check_page, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
