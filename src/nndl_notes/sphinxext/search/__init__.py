"""Search in two languages, in the reader's browser: from a server and from a folder of files.

The index is the text of the pages itself, not a list of words.  Chinese has no spaces to cut at,
so whatever cuts it beforehand decides what can be found; here a run of Chinese characters is
looked for as it was typed, and, where that fails, by its pairs of characters.  The text also
gives every hit its excerpt, which a page opened as a file could not fetch.

The index and its scripts are loaded by the search page and by no other.
"""

import hashlib
import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.typing import ExtensionMetadata

from .. import registry
from ..parity import page_language
from . import page_text
from .page_text import TEXTS, Section

HERE = Path(__file__).parent
INDEX = "searchindex.js"
TITLE = {"zh": "搜索", "en": "Search"}
# Who asks for a subject wants the exercise, then what is said about it, then the function.
WEIGHTS = {"exercise": 1, "text": 0.8, "reference": 0.5}


def index(app: Sphinx) -> dict[str, Any]:
    """Return the search index of the pages that have been read.

    Returns
    -------
    dict
        ``pages``: for each page its address ``url``, the exercise ``ids`` that it answers,
        the ``keywords`` of its front matter, its ``weight`` and its ``sections``: lists of
        anchor, the heading in Chinese and in English, the text in Chinese, in English and in
        neither, and the labels of its equations.
    """
    by_path, env = registry.by_path(app), app.env
    pages = []
    for docname, sections in sorted(TEXTS.of(env).items()):
        if not sections:
            continue
        source = env.doc2path(docname).relative_to(env.srcdir).as_posix()
        name, entry = by_path.get(source, (None, {}))
        aliases = [alias.rpartition(":")[2] for alias in entry.get("aliases", ())]
        pages.append(
            {
                "url": app.builder.get_target_uri(docname),
                "ids": sorted({name, *aliases} - {None}),
                "keywords": env.metadata[docname].get("keywords", ""),
                "weight": WEIGHTS[kind_of(app, docname, name)],
                "sections": [packed(section) for section in sections],
            }
        )
    return {"pages": pages}


def kind_of(app: Sphinx, docname: str, exercise: str | None) -> str:
    """Return the key of ``WEIGHTS`` that applies to a page."""
    if exercise:
        return "exercise"
    return "text" if page_language(app, docname) is None else "reference"


def packed(section: Section) -> list[Any]:
    """Return a section as the index has it; empty fields at its end are left out."""
    title, text = section.title, section.text
    fields = [section.anchor, title.half("zh"), title.half("en")]
    fields += [text.zh, text.en, text.both, section.labels]
    while fields and not fields[-1]:
        fields.pop()
    return fields


def write(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Write the index, and give Sphinx the page that searches it."""
    content = json.dumps(index(app), ensure_ascii=False, separators=(",", ":"))
    script = f"nndlSearchIndex={content};\n".encode()
    (Path(app.outdir) / INDEX).write_bytes(script)
    metatags = "".join(
        f'\n    <meta name="title-{language}" content="{escape(text)}" />'
        for language, text in TITLE.items()
    )
    yield (
        "search",
        {
            "title": " · ".join(TITLE.values()),
            "metatags": metatags + '\n    <meta name="robots" content="noindex" />',
            # A changed index is fetched anew, whatever a server says of how long to keep it.
            "search_index": f"{INDEX}?v={hashlib.sha256(script).hexdigest()[:8]}",
        },
        "search.html",
    )


def replace_search(app: Sphinx) -> None:
    """Switch off Sphinx's own search, whose script has no working Chinese (sphinx#14229)."""
    if app.builder.format == "html":
        app.builder.search = False


def add_paths(app: Sphinx, config: Config) -> None:
    """Serve the files of the search; a site's own templates come first."""
    # New lists: the defaults are shared by all applications of a process.
    config.html_static_path = [*config.html_static_path, str(HERE / "static")]
    config.templates_path = [*config.templates_path, str(HERE / "templates")]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Collect what pages say as they are read, and write the search page."""
    TEXTS.connect(app)
    app.connect("config-inited", add_paths)
    app.connect("builder-inited", replace_search)
    app.connect("doctree-read", page_text.note, priority=700)
    app.connect("html-collect-pages", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
