r"""A page as plain Markdown, which Obsidian, Jupyter and other programs show without MyST.

A display is ``$$ … $$`` with its label as ``\tag``; a box begins with its title; links lead to
the published site.
"""

import re
from dataclasses import dataclass, field

from nndl_notes.verification.records import LEVELS
from nndl_notes.verification.source import Display

from .formulas import by_itself
from .languages import choose
from .links import published
from .reading import Box, Cell, Heading, Prose
from .wording import BOXES, LANGUAGES, OUTPUT, say

# Obsidian's callouts; an answer is folded until the reader opens it.
CALLOUTS = {"refuted": "failure", "erratum": "warning", "claim": "abstract", "argued": "info",
            "answer": "question"}
FOLDED = ("answer",)
MEASURED = ("claim",)  # boxes whose title does not tell the level


@dataclass(frozen=True)
class Extras:
    """What a page gains on its way out.

    Parameters
    ----------
    note : str
        Markdown that follows the title.
    ending : str
        Markdown after the last block, such as the citation.
    levels : dict of str to str
        Label to verification level; shown below each equation.
    outputs : dict of int to CellOutput
        Number of a cell to what it printed and drew.
    """

    note: str = ""
    ending: str = ""
    levels: dict = field(default_factory=dict)
    outputs: dict = field(default_factory=dict)

    def level(self, label, language):
        """Return the level of a label in words, empty if it is not known."""
        if label not in self.levels:
            return ""
        return say(dict(zip(LANGUAGES, LEVELS[self.levels[label]], strict=True)), language)


def pieces(page, language, base, extras=None, *, callouts=False):
    """Yield a page as Markdown texts and code cells.

    Parameters
    ----------
    page : Page
    language : {"zh", "en", "both"}
    base : str
        Address of the published site, with a final slash.
    extras : Extras, optional
    callouts : bool
        Whether a box is a callout, which Obsidian frames, or begins with its title in bold.

    Yields
    ------
    str or Cell
    """
    extras = extras or Extras()
    writer = _Writer(page, language, base, extras, callouts)
    for piece in writer.write(choose(page.blocks, language, set(page.labels()))):
        yield piece
        if extras.note and isinstance(piece, str) and piece.startswith("# "):
            yield extras.note
    if extras.ending:
        yield extras.ending


def text(page, language, base, extras=None, *, callouts=False):
    """Return a page as one Markdown text; the parameters are those of :func:`pieces`."""
    extras = extras or Extras()
    parts = [
        piece if isinstance(piece, str) else code(piece, language, extras.outputs)
        for piece in pieces(page, language, base, extras, callouts=callouts)
    ]
    return "\n\n".join(parts) + "\n"


def code(cell, language, outputs):
    """Return a code cell with what it printed and drew."""
    parts = [f"```python\n{cell.code}\n```"]
    output = outputs.get(cell.number)
    if output and output.text.strip():
        lines = output.text.rstrip().splitlines()
        printed = "\n".join(line.rstrip() for line in lines)
        parts += [f"{say(OUTPUT, language)}:", f"```text\n{printed}\n```"]
    if output:
        alt = re.sub(r"([\[\]])", r"\\\1", cell.alt)
        parts += [f"![{alt}]({figure})" for figure in output.figures]
    return "\n\n".join(parts)


def _other_marks(items):
    """Return a list that does not continue the one before it: Markdown goes by the marks."""
    return re.sub(r"^(-|\d+\.)(?= )", lambda m: f"{m[1][:-1]})" if m[1] != "-" else "*", items,
                  flags=re.MULTILINE)


class _Writer:
    def __init__(self, page, language, base, extras, callouts):
        self.page, self.language, self.base = page, language, base
        self.extras, self.callouts = extras, callouts

    def write(self, blocks):
        previous = None
        for block in blocks:
            if isinstance(block, Heading):
                yield f"{'#' * block.level} {self.links(block.text)}"
            elif isinstance(block, Prose):
                markdown = block.text if block.kind == "listing" else self.links(block.text)
                apart = block.kind == "list" == getattr(previous, "kind", None)
                yield _other_marks(markdown) if apart else markdown
            elif isinstance(block, Display):
                yield from self.display(block)
            elif isinstance(block, Box):
                yield from self.callout(block) if self.callouts else self.box(block)
            elif isinstance(block, Cell):
                yield block
            previous = block

    def links(self, markdown):
        return published(markdown, self.page.docname, self.base)

    def display(self, display):
        tag = [rf"\tag{{{display.label}}}"] if display.label else []
        yield "\n".join(["$$", by_itself(display.latex), *tag, "$$"])
        yield from self.verdict(display.label)

    def verdict(self, label):
        if level := self.extras.level(label, self.language):
            yield f"*{label}: {level}*"

    def title(self, box):
        return say(BOXES[box.kind], self.language)

    def box(self, box):
        yield f"**{self.title(box)}**"
        yield from self.inside(box)

    def inside(self, box):
        yield from self.write(box.blocks)
        if box.kind in MEASURED:
            yield from self.verdict(box.label)

    def callout(self, box):
        parts = [
            piece if isinstance(piece, str) else code(piece, self.language, self.extras.outputs)
            for piece in self.inside(box)
        ]
        fold = "-" if box.kind in FOLDED else ""
        title = f"[!{CALLOUTS[box.kind]}]{fold} {self.title(box)}"
        lines = "\n\n".join(parts).split("\n")
        yield "\n".join(f"> {line}".rstrip() for line in [title, *lines])
