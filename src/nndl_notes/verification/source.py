"""What a page displays, read from its MyST source: labelled equations and inline formulas."""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from .values import ROLE

_OPEN = re.compile(r"^(?P<indent> {0,3})(?P<fence>`{3,}|:{3,}|~{3,})\s*"
                   r"(?:\{(?P<name>[\w:-]+)\})?\s*(?P<rest>.*)$")
_OPTION = re.compile(r"^:(?P<name>[\w-]+):\s*(?P<value>.*)$")
_INLINE = re.compile(r"(?<![\\$])\$(?!\$)((?:[^$\\]|\\.)+?)(?<!\\)\$(?!\$)", re.S)
_CODE = re.compile(r"(?P<role>\{[\w-]+\})?(?P<ticks>`+)(?P<body>.+?)(?P=ticks)", re.S)
_NESTING_ROLES = {"{zh}", "{en}"}
WRONG = ("refuted", "erratum")  # boxes that show what is false: in an answer, in the book
_STATEMENTS = ("claim", "argued", *WRONG)
# What stands in these is shown as it is, not read as Markdown.
_VERBATIM = {"code", "code-block", "code-cell", "literalinclude", "raw", "toctree", "mermaid",
             "bibliography", "eval-rst", "autosummary", "automodule"}
_ELSEWHERE = re.compile(r"(?:`{3,}|:{3,}|~{3,})\s*\{math\}")


@dataclass(frozen=True)
class Display:
    """A display equation: its label (or None), LaTeX, first line, and enclosing directives."""

    label: str
    latex: str
    line: int
    options: dict = field(compare=False, default_factory=dict)
    inside: tuple = ()

    @property
    def refuted(self):
        """Whether it stands in a box that shows what is false."""
        return any(name in WRONG for name, _ in self.inside)


@dataclass(frozen=True)
class Inline:
    """An inline formula, its first line, and whether it is marked as given, not asserted."""

    latex: str
    line: int
    given: bool


def digest(latex):
    """Return the SHA-256 of a formula, surrounding white space aside."""
    return hashlib.sha256(latex.strip().encode()).hexdigest()


class Source:
    """A page's Markdown.

    Parameters
    ----------
    path : path-like
    """

    def __init__(self, path):
        self.path = Path(path)
        data = self.path.read_bytes()
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.text = data.decode()
        self.displays, self.inlines, self.statements, self.values = [], [], {}, []
        self._scan(self.text.splitlines())
        labels = [d.label for d in self.displays if d.label]
        for label in labels:
            if labels.count(label) > 1:
                raise ValueError(f"{self.path.name}: the label {label} is used twice")

    @property
    def equations(self):
        """Labelled displays by label."""
        return {d.label: d for d in self.displays if d.label}

    def _scan(self, lines):
        stack, prose, i = [], [], self._after_front_matter(lines)
        while i < len(lines):
            line, match = lines[i], _OPEN.match(lines[i])
            inside = tuple((name, argument) for _, name, argument, _ in stack)
            if match and stack and not match["name"] and not match["rest"] and (
                    match["fence"].startswith(stack[-1][0])):
                stack.pop()
            elif match and match["name"] and match["name"] not in _VERBATIM | {"math"}:
                self._open_directive(match, i, stack, prose)
            elif match and (match["name"] or match["fence"][0] != ":"):
                end = self._closing(lines, i, match["fence"])
                if match["name"] == "math":
                    if match["rest"]:
                        self._refuse(i, "a formula begins on the line behind {math}")
                    self._display(lines, i, end, inside)
                i = end
            elif line.lstrip().startswith("$$"):
                i = self._dollar_display(lines, i, inside)
            elif _ELSEWHERE.search(line):
                self._refuse(i, "{math} must begin its line, indented by three spaces at most")
            else:
                prose.append((i + 1, line))
            i += 1
        if stack:
            self._refuse(stack[-1][3], f"the fence {stack[-1][0]} is not closed")
        self._inline(prose)

    def _open_directive(self, match, i, stack, prose):
        fence, name, rest = match["fence"], match["name"], match["rest"].strip()
        if stack and fence.startswith(stack[-1][0]):
            self._refuse(i, f"{fence}{{{name}}} would close the fence around it; "
                            "give that one more characters")
        stack.append((fence, name, rest, i))
        if name not in _STATEMENTS:
            prose.append((i + 1, rest))  # a title
            return
        if rest in self.statements:
            self._refuse(i, f"the label {rest} is used twice")
        self.statements[rest] = (name, i + 1)

    def _refuse(self, i, reason):
        raise ValueError(f"{self.path.name}, line {i + 1}: {reason}")

    @staticmethod
    def _after_front_matter(lines):
        if lines and lines[0].strip() == "---":
            for i, line in enumerate(lines[1:], 1):
                if line.strip() == "---":
                    return i + 1
        return 0

    def _closing(self, lines, start, fence):
        for i in range(start + 1, len(lines)):
            stripped = lines[i].strip()
            if stripped and set(stripped) == {fence[0]} and len(stripped) >= len(fence):
                return i
        return self._refuse(start, f"the fence {fence} is not closed")

    def _display(self, lines, start, end, inside):
        body, options = lines[start + 1:end], {}
        while body and not body[0].strip():
            body.pop(0)
        if body and body[0].strip() == "---":
            self._refuse(start + 1, "write options of {math} as :name: value")
        while body and (match := _OPTION.match(body[0].strip())):
            body.pop(0)
            options[match["name"]] = match["value"]
        self.displays.append(Display(options.get("label") or None, "\n".join(body).strip(),
                                     start + 1, options, inside))

    def _dollar_display(self, lines, start, inside):
        end = start
        if lines[start].strip().count("$$") < 2:
            end = next((i for i in range(start + 1, len(lines)) if "$$" in lines[i]), None)
            if end is None:
                self._refuse(start, "$$ is not closed")
        body = "\n".join(lines[start:end + 1]).strip()
        latex = body[2:body.rindex("$$")]
        self.displays.append(Display(None, latex.strip(), start + 1, {}, inside))
        return end

    def _inline(self, prose):
        paragraph = []
        for number, line in [*prose, (None, "")]:
            if line.strip() and (not paragraph or number == paragraph[-1][0] + 1):
                paragraph.append((number, line))
                continue
            if paragraph:
                self._inline_of(paragraph[0][0], "\n".join(text for _, text in paragraph))
            paragraph = [(number, line)] if line.strip() else []

    def _inline_of(self, first, text):
        def place(match, offset=0):
            return first + text.count("\n", 0, match.start() + offset)

        def role(match):
            if match["role"] in _NESTING_ROLES:
                return match.group().replace("`", " ")
            if match["role"] in ("{given}", "{math}"):
                self.inlines.append(Inline(_flat(match["body"]), place(match),
                                           match["role"] == "{given}"))
            return re.sub(r"[^\n]", " ", match.group())

        self.values += [(match["text"], place(match)) for match in ROLE.finditer(text)]
        remaining = _CODE.sub(role, text)
        for match in _INLINE.finditer(remaining):
            line = first + remaining.count("\n", 0, match.start())
            self.inlines.append(Inline(_flat(match.group(1)), line, False))


def _flat(latex):
    return latex.strip()
