"""Links of a page, which lead to the published site when the page is read elsewhere."""

import re
from posixpath import dirname, join, normpath

# Code and formulas may contain what looks like a link.
_CODE = re.compile(r"(`+).+?\1|(?<!\\)\$[^$]+\$", re.DOTALL)
_WHOLE_LINK = re.compile(
    rf"{_CODE.pattern}|\[(?P<words>(?:`[^`]*`|\$[^$]*\$|[^\]`$])+)\]\([^)\s]+\)", re.DOTALL
)
_LINK = re.compile(r"(?<=\]\()(?P<href>[^)\s]+)(?=\))")


def address(href, docname, base):
    """Return where a link leads on the published site.

    Parameters
    ----------
    href : str
        As the page has it, such as ``"../ch02/2-2.md#2-2-normal"`` or ``"#2-4-gradient"``.
    docname : str
        The page with the link, such as ``"ch02/2-4"``.
    base : str
        Address of the published site, with a final slash.
    """
    if re.match(r"[a-z]+:", href):
        return href
    path, hash_sign, anchor = href.partition("#")
    target = normpath(join(dirname(docname), path)).removesuffix(".md") if path else docname
    if "." not in target.rpartition("/")[2]:
        target += ".html"
    return f"{base}{target}{hash_sign}{anchor}"


def published(text, docname, base):
    """Return Markdown whose links lead to the published site."""

    def lead(match):
        return address(match["href"], docname, base)

    parts, place = [], 0
    for code in _CODE.finditer(text):
        parts += [_LINK.sub(lead, text[place : code.start()]), code[0]]
        place = code.end()
    return "".join([*parts, _LINK.sub(lead, text[place:])])


def unlinked(text):
    """Return Markdown with the words of each link in its place."""
    return _WHOLE_LINK.sub(lambda match: match["words"] or match[0], text)
