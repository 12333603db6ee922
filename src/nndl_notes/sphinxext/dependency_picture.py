"""The picture of what builds on what, as SVG.  Plain data in, text out; knows no Sphinx.

The pages stand in the order of the book, one below the other.  Arcs on their left are references,
from the page that refers to the page that it builds on; lines on their right lead to the modules
that its cells import.  Colours are classes, for a style sheet that knows of dark mode.
"""

import math
from html import escape
from typing import NamedTuple

ROW, HEADING, BOX = 30, 30, 26  # heights; the pages' distance is also what a finger needs
LEFT, PAGES, GAP, MODULES, EDGE = 160, 380, 150, 176, 4  # widths
NUMBER = 40
LENGTH = {"zh": 26, "en": 46}  # of a title that fits its box
MODULE_DISTANCE = 44


class Page(NamedTuple):
    """A page of the picture.

    Attributes
    ----------
    name : str
        Its key; arcs are found by it.
    number : str
        What stands before the title, or "".
    titles : dict
        The title in ``zh`` and ``en``.
    level : str
        What colours it.
    href, words : str
        Where it leads, and what is told when it is pointed at.
    """

    name: str
    number: str
    titles: dict
    level: str
    href: str
    words: str


class Module(NamedTuple):
    """A module of the library: dotted name, the page to which it leads or None, what is told."""

    name: str
    href: str | None
    words: str


def picture(groups, modules, references, imports):
    """Return the picture.

    Parameters
    ----------
    groups : list of (titles, pages)
        `titles` is a dict of the languages; `pages` a list of Page.
    modules : list of Module
    references, imports : list of (page, page or module)
        By name; who builds on whom.

    Returns
    -------
    str
        An ``svg`` element.
    """
    heads, places, height = _rows(groups)
    height = max(height, len(modules) * MODULE_DISTANCE + EDGE)
    order = {page.name: places[page.name] for _, pages in groups for page in pages}
    beside = _modules(modules, imports, order, height)
    furthest = max((abs(order[a] - order[b]) for a, b in references), default=1)
    edges = [_arc(one, other, order, furthest) for one, other in references]
    edges += [_line(page, module, order, beside) for page, module in imports]
    shapes = [_heading(titles, y) for titles, y in heads]
    shapes += [_page(page, order[page.name]) for _, pages in groups for page in pages]
    shapes += [_module(module, beside[module.name]) for module in modules]
    width = LEFT + PAGES + GAP + MODULES + EDGE
    return (
        f'<svg class="dependencies" xmlns="http://www.w3.org/2000/svg" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        + "\n".join([f'<g class="edges">{"".join(edges)}</g>', *shapes])
        + "\n</svg>"
    )


def _rows(groups):
    """Return the headings with their heights, ``{page: height of its middle}`` and the total."""
    heads, places, y = [], {}, 0
    for titles, pages in groups:
        if titles:
            heads.append((titles, y + HEADING - 9))
            y += HEADING
        for page in pages:
            places[page.name] = y + ROW / 2
            y += ROW
    return heads, places, y + EDGE


def _modules(modules, imports, order, height):
    """Return ``{module: height of its middle}``: near those who import it, and not on another."""
    wanted = {}
    for module in modules:
        users = [order[page] for page, name in imports if name == module.name]
        wanted[module.name] = sum(users) / len(users)
    names = sorted(wanted, key=lambda name: (wanted[name], name))
    lowest = height - EDGE - ROW / 2
    places = {}
    above = ROW / 2 - MODULE_DISTANCE
    for name in names:
        above = places[name] = max(wanted[name], above + MODULE_DISTANCE)
    below = lowest + MODULE_DISTANCE
    for name in reversed(names):
        below = places[name] = min(places[name], below - MODULE_DISTANCE)
    return places


def _edge(kind, one, other, path):
    return (
        f'<path class="{kind}" data-from="{escape(one)}" data-to="{escape(other)}" d="{path}" />'
    )


def _arc(one, other, order, furthest):
    # Out of the lower half of a page's edge and into the upper half: the two do not touch.
    start, end = order[one] + 4, order[other] - 4
    reach = (LEFT - 4) * 4 / 3 * math.sqrt(abs(order[one] - order[other]) / furthest)
    bend = f"{LEFT - reach:.1f}"
    path = f"M{LEFT} {start:g}C{bend} {start:g} {bend} {end:g} {LEFT - 6} {end:g}"
    return _edge("reference", one, other, f"{path}M{LEFT - 7} {end - 3:g}l6 3l-6 3z")


def _line(page, module, order, beside):
    start, end = LEFT + PAGES, LEFT + PAGES + GAP
    middle = (start + end) / 2
    a, b = f"{order[page]:g}", f"{beside[module]:.1f}"
    path = f"M{start} {a}C{middle:g} {a} {middle:g} {b} {end} {b}"
    return _edge("import", page, module, path)


def _text(words, x, y, kind="title"):
    """Return words in two languages, in one place; the style sheet parts those who want both."""
    return "".join(
        f'<text class="{name} {kind}" lang="{tag}" x="{x}" y="{y:g}">{escape(words[name])}'
        "</text>"
        for name, tag in (("zh", "zh-CN"), ("en", "en"))
    )


def _heading(titles, y):
    return _text(titles, LEFT, y, "heading")


def _page(page, y):
    fitting = {
        name: title if len(title) <= LENGTH[name] else f"{title[: LENGTH[name] - 1].rstrip()}…"
        for name, title in page.titles.items()
    }
    number = f'<text class="number" x="10" y="17.5">{escape(page.number)}</text>'
    inside = (
        f"<title>{escape(page.words)}</title>"
        f'<rect x="{LEFT}" y="{y - BOX / 2:g}" width="{PAGES}" height="{BOX}" rx="4" />'
        # What a wide font makes too long is cut.
        f'<svg x="{LEFT}" y="{y - BOX / 2:g}" width="{PAGES - 4}" height="{BOX}">'
        f"{number if page.number else ''}"
        f"{_text(fitting, 10 + NUMBER * bool(page.number), 17.5)}</svg>"
    )
    return (
        f'<a class="page {page.level}" data-name="{escape(page.name)}" '
        f'href="{escape(page.href)}">{inside}</a>'
    )


def _module(module, y):
    x = LEFT + PAGES + GAP
    inside = (
        f"<title>{escape(module.words)}</title>"
        f'<rect x="{x}" y="{y - BOX / 2:.1f}" width="{MODULES}" height="{BOX}" rx="13" />'
        f'<text x="{x + 10}" y="{y + 4:.1f}">{escape(module.name.partition(".")[2])}</text>'
    )
    name = f'class="module" data-name="{escape(module.name)}"'
    if module.href is None:
        return f"<g {name}>{inside}</g>"
    return f'<a {name} href="{escape(module.href)}">{inside}</a>'
