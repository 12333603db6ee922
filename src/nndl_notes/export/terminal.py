"""An answer, or one of its equations, as lines for the terminal."""

import re
import unicodedata

from nndl_notes.verification.records import LEVELS
from nndl_notes.verification.source import WRONG, Display

from .languages import choose, plain
from .links import unlinked
from .reading import Box, Cell, Heading, Prose, walk
from .wording import BOXES, LANGUAGES

# The parts of a page that answer in short, by their English headings.
SHORT = ("Question", "What this page is about", "The answer in a sentence")
LAST = "Verification"  # what follows is about the tests
CLAIMS = {"zh": "结论", "en": "Claims"}
REFUTED = {"zh": "有反例的说法", "en": "Refuted, with a counterexample"}
MORE = {"zh": "全文", "en": "In full"}
UNPUBLISHED = {"zh": "尚未发布", "en": "not published yet"}
NARROW, WIDE = 40, 100  # a line is readable between these
_NEVER_FIRST = set("，。；：！？、）》」』”’】…·,.;:!?)]}")
_NEVER_LAST = set("（《「『“‘【([{")


class Terminal:
    """Writes for a terminal.

    Parameters
    ----------
    page : Page
    language : {"zh", "en"}
    levels : dict of str to list of str
        Label to its verification levels, the strongest first.
    width : int, optional
        Columns; a Chinese character takes two.
    bold : bool
        Whether headings may be bold, with the codes of terminals.
    """

    def __init__(self, page, language, levels, width=80, bold=False):
        self.page, self.language, self.levels = page, language, levels
        self.width, self.bold = min(max(width, NARROW), WIDE), bold
        self.lines = []

    def answer(self, url):
        """Return an answer in short: question, answer, claims, refuted answers, address."""
        self.heading(plain(self.page.title, self.language))
        sections = self.sections()
        short = [section for section in sections if section[0] in SHORT]
        if short:
            for _, heading, blocks in short:
                self.heading(heading)
                self.blocks(blocks)
            everything = list(self.chosen(self.page.blocks))
            self.claims(everything)
            self.refuted(everything)
        else:  # questions with their answers below each other
            for name, heading, blocks in sections:
                if name == LAST:
                    break
                self.heading(heading)
                self.blocks(blocks)
        return self.end(url)

    def claim(self, label, url):
        """Return one labelled equation or box: the words before it, itself, its level, address."""
        self.heading(plain(self.page.title, self.language))
        before, found = self.find(list(self.chosen(self.page.blocks)), label)
        if before is not None:
            self.text(before.text)
        self.blocks([found])
        return self.end(url)

    def find(self, blocks, label):
        """Return the prose before what bears a label, and the latter; a box comes whole."""
        before = None
        for block in blocks:
            if getattr(block, "label", None) == label:
                return (None if isinstance(block, Box) else before), block
            if isinstance(block, Prose):
                before = block
            elif isinstance(block, Box):
                inside, found = self.find(block.blocks, label)
                if found is not None:
                    whole = block.kind in WRONG
                    return (None, block) if whole else (inside or before, found)
        return None, None

    def chosen(self, blocks):
        """Return blocks in the reader's language."""
        return choose(blocks, self.language)

    def sections(self):
        """Return the parts of the page: English heading, heading, blocks."""
        found = []
        for block in self.page.blocks:
            if isinstance(block, Heading) and block.level == 2:
                names = [plain(block.text, language) for language in ("en", self.language)]
                found.append((*names, []))
            elif found:
                found[-1][2].append(block)
        return [(name, heading, list(self.chosen(blocks))) for name, heading, blocks in found]

    def end(self, url):
        """Close with the address, and return all lines as a text."""
        self.heading(MORE[self.language])
        self.lines.append(f"  {url}")
        return "\n".join(self.lines) + "\n"

    # parts ----------------------------------------------------------------------------------
    def heading(self, words):
        if self.lines:
            self.lines.append("")
        words = " ".join(readable(words).split())
        lines = wrapped(words, self.width)
        self.lines += [f"\x1b[1m{line}\x1b[0m" for line in lines] if self.bold else lines

    def blocks(self, blocks, indent=2):
        for block in blocks:
            if isinstance(block, Prose):
                self.text(block.text, indent)
            elif isinstance(block, Display):
                self.equation(block, indent)
            elif isinstance(block, Box):
                self.box(block, indent)
            elif isinstance(block, Heading):
                self.text(block.text, indent)
            elif isinstance(block, Cell) and block.alt:
                self.text(f"[{block.alt}]", indent)

    def text(self, markdown, indent=2):
        """Add a paragraph; an item of a list hangs behind its mark."""
        margin = " " * indent
        if markdown.startswith(("```", "~~~")):
            self.lines += [f"{margin}  {line}" for line in markdown.splitlines()[1:-1]]
            return
        if markdown.startswith("|"):
            self.lines += [f"{margin}{readable(line)}" for line in markdown.splitlines()]
            return
        for part in re.split(r"\n(?=[-*+] |\d+[.)] )", markdown):
            mark = re.match(r"(?:[-*+]|\d+[.)]) +", part)
            hanging = " " * (len(mark[0]) if mark else 0)
            self.lines += wrapped(readable(part), self.width, margin, margin + hanging)

    def equation(self, display, indent=2):
        """Add an equation: label, level, LaTeX."""
        margin = " " * indent
        if display.label:
            self.lines.append(f"{margin}{display.label}  [{self.level(display.label)}]")
        self.lines += [f"{margin}    {line}" for line in display.latex.splitlines()]

    def box(self, box, indent=2):
        """Add a box: its kind, its label and level, what is inside."""
        title = BOXES[box.kind][self.language]
        if box.label:
            title += f"  {box.label}  [{self.level(box.label)}]"
        self.lines.append(" " * indent + title)
        inside = [b for b in box.blocks if getattr(b, "label", None) != box.label or not box.label]
        self.blocks(inside, indent + 2)
        for block in box.blocks:
            if isinstance(block, Display) and block.label and block.label == box.label:
                self.lines += [" " * (indent + 6) + line for line in block.latex.splitlines()]

    def claims(self, blocks):
        """Add every equation and every statement that is not a refuted one."""
        right = [b for b in walk_right(blocks)
                 if isinstance(b, Box) or (isinstance(b, Display) and b.label)]
        if right:
            self.heading(CLAIMS[self.language])
            self.blocks(right)

    def refuted(self, blocks):
        """Add the wrong answers, each with its counterexample."""
        wrong = [b for b in walk(blocks) if isinstance(b, Box) and b.kind in WRONG]
        if wrong:
            self.heading(REFUTED[self.language])
            self.blocks(wrong)

    def level(self, label):
        """Return the levels of a claim in words."""
        found = self.levels.get(label)
        if not found:
            return UNPUBLISHED[self.language]
        separator = {"zh": "、", "en": ", "}[self.language]
        return separator.join(LEVELS[name][LANGUAGES.index(self.language)] for name in found)


def walk_right(blocks):
    """Yield blocks, without boxes that show what is wrong; other boxes come whole."""
    for block in blocks:
        if not (isinstance(block, Box) and block.kind in WRONG):
            yield block


def readable(markdown):
    """Return Markdown without marks of emphasis and without addresses."""
    return re.sub(r"\*\*(.+?)\*\*", r"\1", unlinked(markdown), flags=re.DOTALL)


def columns(text):
    """Return how many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def wrapped(text, width, first="", rest=None):
    """Return a text as lines of at most `width` columns, unless one word is longer.

    Parameters
    ----------
    text : str
    width : int
    first, rest : str
        What the first line and the others begin with; `rest` is `first` by default.
    """
    rest = first if rest is None else rest
    lines, line, empty = [], first, True
    for space, word in pieces(text):
        if not empty and columns(line + space + word) > width:
            lines.append(line)
            line, space = rest, ""
        line += ("" if empty else space) + word
        empty = False
    return [*lines, line] if not empty else lines


def pieces(text):
    """Yield what must not be broken, each with the white space before it (empty or a blank)."""
    space, word = "", ""
    # Not at a thin space, which groups digits.
    for character in re.sub(r"[^\S\u202f]+", " ", text.strip()):
        if character == " ":
            if word:
                yield space, word
            space, word = " ", ""
            continue
        chinese = word and "WF".count(unicodedata.east_asian_width(character))
        after = word and "WF".count(unicodedata.east_asian_width(word[-1]))
        breakable = (chinese or after) and not (
            character in _NEVER_FIRST or word[-1] in _NEVER_LAST)
        if breakable:
            yield space, word
            space, word = "", ""
        word += character
    if word:
        yield space, word
