"""The theme's icon fonts, cut to the icons that the site shows: 4 kB instead of 240."""

import io
import re
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = "vendor/fontawesome/webfonts/*.woff2"
# .fa-xmark,.fa-close{--fa:"\f00d"}
DEFINITION = re.compile(r'((?:\.fa-[\w-]+,?)+)\{--fa:"([^"]+)"\}')
ICON = re.compile(r"\bfa-[a-z0-9]+(?:-[a-z0-9]+)*")
ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6}) ?")


def cut(static: Path, pages: Iterable[Path]) -> None:
    """Cut the icon fonts in the folder of static files.

    Parameters
    ----------
    static : Path
        The site's ``_static``.
    pages : iterable of Path
        Its pages in HTML.
    """
    wanted = used(static, pages)
    for path in sorted(static.glob(FONTS)):
        font = TTFont(io.BytesIO(path.read_bytes()), recalcTimestamp=False)
        options = subset.Options(hinting=False, layout_features=[], drop_tables=["GSUB", "GPOS"])
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=wanted)
        subsetter.subset(font)
        font.flavor = "woff2"
        font.save(path)


def used(static: Path, pages: Iterable[Path]) -> set[int]:
    """Return the code points of the icons that pages, scripts and style sheets ask for."""
    styles = "".join(path.read_text("utf-8") for path in sorted(static.rglob("*.css")))
    texts = [path.read_text("utf-8") for path in (*pages, *static.rglob("*.js"))]
    names = {name for text in texts for name in ICON.findall(text)}
    icons = {
        ord(unescape(character))
        for selectors, character in DEFINITION.findall(styles)
        if names & set(ICON.findall(selectors))
    }
    others = unescape(DEFINITION.sub("", styles))
    return icons | {ord(character) for character in re.findall("[\ue000-\uf8ff]", others)}


def unescape(text: str) -> str:
    r"""Return the text of a CSS string, in which ``\f00d`` is a character."""
    return ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
