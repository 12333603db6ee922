r"""Pages as plain Markdown, which Jupyter and other programs show without MyST.

The fences of the two languages go and their text stays; a labelled display becomes ``$$ … $$``
with its label as ``\tag``; a box begins with its title; links lead to the published site.
"""

import re
from posixpath import dirname, join, normpath

from .mathml import prepare

FENCE = re.compile(r"^ *(?P<fence>:{3,}|`{3,}|~{3,})(?:\{(?P<name>[\w-]+)\})?[^`]*$")
OPTION = re.compile(r"^:([\w-]+): *(.*)$")
TARGET = re.compile(r"^\([\w-]+\)=$")
PAIR = re.compile(r"(?<=`) (?=\{en\}`)")
ROLE = re.compile(r"\{(?P<name>[\w:-]+)\}(?P<ticks>`+)(?P<text>.+?)(?P=ticks)")
LINK = re.compile(r"(\]\()(?!https?:)([^)#\s]*?)(?:\.md)?(#[\w-]+)?(\))")
FORMULAS = ("math", "given")
TITLED = re.compile(r"(?P<text>.*\S) *<(?P<target>[^<>]+)>")


def convert(text, titles, docname, base):
    """Return MyST Markdown as plain Markdown.

    Parameters
    ----------
    text : str
        Without front matter and code cells.
    titles : dict
        Kind of box to its title in both languages.
    docname : str
        The page, to which its links are relative.
    base : str
        Address of the published site, with a final slash.
    """
    lines, result, verbatim = iter(text.splitlines()), [], None
    for line in lines:
        fence = FENCE.match(line)
        if verbatim:
            result.append(line)
            verbatim = None if line.strip() == verbatim else verbatim
        elif fence and fence["name"] == "math":
            result += display(lines, fence["fence"])
        elif fence and fence["fence"][0] != ":":
            verbatim = fence["fence"]
            result.append(line)
        elif fence:
            if fence["name"] in titles:
                result += ["", f"**{' · '.join(titles[fence['name']].values())}**", ""]
            elif not fence["name"]:
                result.append("")
        elif not TARGET.match(line):
            result.append(inline(line, docname, base))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(result)).strip()


def display(lines, closing):
    """Return the lines of a display formula, up to the end of its fence."""
    options, latex = {}, []
    for line in lines:
        if line.strip() == closing:
            break
        option = OPTION.match(line)
        if option and not latex:
            options[option[1]] = option[2]
        else:
            latex.append(line)
    tag = [rf"\tag{{{options['label']}}}"] if "label" in options else []
    return ["", "$$", prepare("\n".join(latex)), *tag, "$$", ""]


def inline(line, docname, base):
    """Return a line without roles, its links leading to the published site."""

    def role(match):
        text = match["text"]
        if match["name"] in FORMULAS:
            return f"${text}$"
        titled = TITLED.fullmatch(text)
        if match["name"] in ("ref", "doc", "eq") and titled:
            return titled["text"]
        return f"({text})" if match["name"] == "eq" else text

    def link(match):
        opening, path, anchor, closing = match.groups()
        target = normpath(join(dirname(docname), path)) if path else docname
        if "." not in target.rpartition("/")[2]:
            target += ".html"
        return f"{opening}{base}{target}{anchor or ''}{closing}"

    line = ROLE.sub(role, PAIR.sub(" · ", line))
    return LINK.sub(link, line)
