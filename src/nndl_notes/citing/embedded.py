"""What a page says of itself to programs: JSON-LD of schema.org, and the tags that Zotero reads.

Zotero's translator of embedded metadata takes ``citation_title`` for a journal's article unless
``z:itemType`` says otherwise, and knows Highwire's names of the other fields; the site's name and
the rights it takes from Open Graph and Dublin Core.
"""

import json
from html import escape

from .citation import AUTHOR, LANGUAGES, address, title
from .provenance import addresses

CODES = {"zh": "zh-CN", "en": "en"}
LICENCE = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
BOOK = {
    "@type": "Book",
    "name": "神经网络与深度学习",
    "isbn": "9787111649687",
}
USES = {"quiz": "self-assessment"}
USE = "worked solution"
# Beside the page, and named after it.
ENCODINGS = {".md": "text/markdown", ".ipynb": "application/x-ipynb+json"}


def description(name, entry, tag, page, known):
    """Return a page as schema.org's ``LearningResource``.

    Parameters
    ----------
    name : str
        Key of the register.
    entry : dict
        What the register says: ``title``, ``kind``, ``aliases``.
    tag : str or None
    page : str
        Address of the page.
    known : provenance.Provenance
    """
    titles = title(name, entry)
    dates = {"datePublished": known.date, "dateModified": known.date} if known.date else {}
    return {
        "@context": "https://schema.org",
        "@type": ["LearningResource", "Article"],
        "@id": address(tag) if tag else page,
        "url": page,
        "identifier": [*entry.get("aliases", ()), *([tag] if tag else ())] or [name],
        "name": [{"@language": CODES[x], "@value": titles[x]} for x in LANGUAGES],
        "inLanguage": list(CODES.values()),
        "author": {"@type": "Organization", "name": AUTHOR["en"]},
        **dates,
        "version": known.version,
        "license": LICENCE[1],
        "educationalUse": USES.get(entry["kind"], USE),
        "learningResourceType": entry["kind"],
        "isBasedOn": BOOK,
        "isPartOf": {"@type": "WebSite", "name": "nndl-notes", "url": addresses()["Documentation"]},
    }


def fields(name, entry, tag, page, known):
    """Return pairs of name and content of the page's ``meta`` elements; as for `description`."""
    titles = title(name, entry)
    found = [
        ("z:itemType", "webpage"),
        # Parallel titles, as GB/T 3792 and ISBD separate them.
        ("citation_title", " = ".join(titles[x] for x in LANGUAGES)),
        # At a space, Zotero would take the last word for a family name.
        ("citation_author", AUTHOR["en"].replace(" ", "\N{NO-BREAK SPACE}")),
        ("citation_language", CODES["zh"]),
        ("citation_public_url", address(tag) if tag else page),
        ("citation_fulltext_html_url", page),
        ("og:site_name", "nndl-notes"),
        ("dc.rights", LICENCE[0]),
    ]
    if known.date:
        found.append(("citation_publication_date", known.date.replace("-", "/")))
    return found


def head(name, entry, tag, page, known):
    """Return all of it as HTML for the ``head`` of the page; as for `description`."""
    stem = page.rpartition("/")[2].removesuffix(".html")
    lines = [
        f'<meta {"property" if key.startswith("og:") else "name"}="{key}"'
        f' content="{escape(content)}" />'
        for key, content in fields(name, entry, tag, page, known)
    ]
    lines += [
        f'<link rel="alternate" type="{kind}" href="{escape(stem + suffix)}" />'
        for suffix, kind in ENCODINGS.items()
    ]
    described = description(name, entry, tag, page, known)
    text = json.dumps(described, ensure_ascii=False, separators=(",", ":"))
    # Inside JSON, "<" occurs in strings only; "</script>" and "<!--" would end or hide the element.
    text = text.replace("<", "\\u003c")
    lines.append(f'<script type="application/ld+json">{text}</script>')
    return "".join(f"\n    {line}" for line in lines)
