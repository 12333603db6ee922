"""A page as blocks: headings, prose in each language, formulas, boxes and code cells."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from nndl_notes.verification.modules import code_cells
from nndl_notes.verification.source import Source
from nndl_notes.verification.values import replaced

from .wording import BOXES

_FENCE = re.compile(
    r"^ *(?P<fence>:{3,}|`{3,}|~{3,}) *(?:\{(?P<name>[\w:-]+)\})? *(?P<rest>[^`]*)$"
)
_HEADING = re.compile(r"^(#{1,6}) +(.*?) *$")
_TARGET = re.compile(r"^\(([\w-]+)\)=$")
_ITEM = re.compile(r"^(?:[-*+]|\d+[.)]) ")
_ALT = re.compile(r"^ +alt: *(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (the title) to 6."""

    level: int
    text: str
    language: str = None


@dataclass(frozen=True)
class Prose:
    """A paragraph, list, table or listing of Markdown; ``language`` is None for both readers."""

    text: str
    language: str = None

    @property
    def kind(self):
        """What it is: ``list``, ``table``, ``listing`` or ``paragraph``."""
        if _FENCE.match(self.text.partition("\n")[0]):
            return "listing"
        if _ITEM.match(self.text):
            return "list"
        return "table" if self.text.startswith("|") else "paragraph"


@dataclass(frozen=True)
class Target:
    """A name by which links find what follows."""

    name: str


@dataclass(frozen=True)
class Cell:
    """A code cell: its number (from 1), Python text, and the description of its figure."""

    number: int
    code: str
    alt: str


@dataclass(frozen=True)
class Box:
    """A box: its kind, one of ``wording.BOXES``; its label, if it has one; its blocks."""

    kind: str
    label: str
    blocks: tuple


class Page:
    """A page of the book's answers.

    Parameters
    ----------
    path : path-like
        The page's file.
    docname : str
        Its name in the site, such as ``"ch02/2-4"``.
    values : dict of str to str, optional
        The recorded numbers of its sentences.

    Attributes
    ----------
    blocks : list
        Of `Heading`, `Prose`, `Target`, `Cell`, `Box` and ``verification.source.Display``.

    Raises
    ------
    ValueError
        For mark-up that no format would show, with its line, and for a number that is missing.
    """

    def __init__(self, path, docname, values=None):
        self.path, self.docname = Path(path), docname
        source = Source(path)
        self.equations = source.equations
        self._displays = {display.line: display for display in source.displays}
        self._lines = replaced(source.text, values or {}).splitlines()
        self._place, self._cells = self._after_front_matter(), 0
        self.blocks = list(self._read(None, None))

    @property
    def title(self):
        """The text of its first heading, in both languages."""
        titles = [block.text for block in self.blocks if isinstance(block, Heading)]
        if not titles:
            raise ValueError(f"{self.path.name} has no heading")
        return titles[0]

    def labels(self):
        """Yield the names that links on this page may lead to."""
        for block in walk(self.blocks):
            name = getattr(block, "label", None) or getattr(block, "name", None)
            if name:
                yield name

    def _after_front_matter(self):
        if self._lines and self._lines[0].strip() == "---":
            return [line.strip() for line in self._lines].index("---", 1) + 1
        return 0

    def _read(self, language, closing):
        """Yield blocks up to the fence that closes them, and step behind it."""
        prose = []
        while self._place < len(self._lines):
            line = self._lines[self._place]
            fence, heading, target = (p.match(line) for p in (_FENCE, _HEADING, _TARGET))
            if closing and line.strip() == closing:
                break
            if not ((fence and fence["name"]) or heading or target):
                prose += self._verbatim(fence["fence"]) if fence else [line]
                self._place += 1
                continue
            yield from _paragraphs(prose, language)
            prose = []
            if heading:
                yield Heading(len(heading[1]), heading[2], language)
            elif target:
                yield Target(target[1])
            else:
                yield from self._directive(fence, language)
            self._place += 1
        yield from _paragraphs(prose, language)

    def _directive(self, fence, language):
        start, name, rest = self._place, fence["name"], fence["rest"].strip()
        if name == "math":
            self._verbatim(fence["fence"])
            yield self._displays[start + 1]
        elif name == "code-cell":
            lines = self._verbatim(fence["fence"])
            self._cells += 1
            code = "\n".join(code_cells("\n".join(lines))).strip("\n")
            yield Cell(self._cells, code, _alternative_text("\n".join(lines)))
        elif name in ("zh", "en"):
            self._place += 1
            yield from self._read(name, fence["fence"])
        elif name in BOXES:
            self._place += 1
            yield Box(name, rest or None, tuple(self._read(language, fence["fence"])))
        else:
            raise ValueError(
                f"{self.path.name}, line {start + 1}: pages for taking away have no {{{name}}}; "
                f"they have math, code-cell, zh, en, {', '.join(BOXES)}"
            )

    def _verbatim(self, fence):
        """Return the lines of a fence, and step to its last one."""
        start = self._place
        for place in range(start + 1, len(self._lines)):
            line = self._lines[place].strip()
            if line.startswith(fence) and not line.strip(fence[0]):
                self._place = place
                return self._lines[start : place + 1]
        raise ValueError(f"{self.path.name}, line {start + 1}: the fence {fence} is not closed")


def walk(blocks):
    """Yield blocks and those in boxes."""
    for block in blocks:
        yield block
        if isinstance(block, Box):
            yield from walk(block.blocks)


def _paragraphs(lines, language):
    """Yield what empty lines separate; the items of a list belong together."""
    parts, fence = [[]], None
    for line in lines:
        match = _FENCE.match(line)
        if fence is None and match:
            fence = match["fence"]
        elif fence and line.strip() == fence:
            fence = None
        if fence or line.strip():
            parts[-1].append(line)
        elif parts[-1]:
            parts.append([])
    texts = []
    for part in filter(None, parts):
        continues = texts and _ITEM.match(texts[-1]) and re.match(r"^ {2,}", part[0])
        if continues or (texts and _ITEM.match(texts[-1]) and _ITEM.match(part[0])):
            texts[-1] += "\n\n" + "\n".join(part)
        else:
            texts.append("\n".join(part))
    for text in texts:
        yield Prose(text, language)


def _alternative_text(cell):
    found = _ALT.search(cell)
    if found is None:
        return ""
    return json.loads(found[1]) if found[1].startswith('"') else found[1].strip()
