"""Errors of the equation language; each points at a place in the LaTeX source."""


class TexMathError(ValueError):
    """A display that cannot be read or evaluated.

    Parameters
    ----------
    message : str
        What was given and what was expected.
    start, end : int, optional
        Character range in the LaTeX source that the message is about.
    """

    def __init__(self, message, start=None, end=None):
        super().__init__(message)
        self.message, self.start, self.end, self.source = message, start, end, None

    def locate(self, start, end):
        """Remember a position, unless a more precise one is known already."""
        if self.start is None:
            self.start, self.end = start, end
        return self

    def within(self, source):
        """Remember the LaTeX source so that the message can quote it."""
        if self.source is None:
            self.source = source
        return self

    def __str__(self):
        if self.source is None or self.start is None:
            return self.message
        start = min(self.start, len(self.source))
        first = self.source.rfind("\n", 0, start) + 1
        last = self.source.find("\n", start)
        last = len(self.source) if last < 0 else last
        width = max(1, min(self.end or start + 1, last) - start)
        line = self.source.count("\n", 0, start) + 1
        return (
            f"{self.message}\n  line {line}, column {start - first + 1}:\n"
            f"    {self.source[first:last]}\n    {' ' * (start - first)}{'^' * width}"
        )


class ParseError(TexMathError):
    """The LaTeX is not a sentence of the equation language."""


class UnknownSymbol(ParseError):
    """A symbol that the page's notation does not declare."""


class AmbiguousNotation(ParseError):
    """LaTeX that has more than one reading; brackets or commas decide."""


class EvaluationError(TexMathError):
    """A sentence that has no value on an instance."""


class ShapeError(EvaluationError):
    """Operands whose shapes do not fit by the rules of matrix algebra."""


class ShapeMismatch(ShapeError):
    """Operands or sides of known shapes that cannot be combined, so that the formula is false.

    Parameters
    ----------
    message : str
    chinese : str
        The same in Chinese: a wrong answer that fails in this way shows it to its reader.
    """

    def __init__(self, message, chinese):
        super().__init__(message)
        self.chinese = chinese


class NotDifferentiable(EvaluationError):
    """The numerical derivative does not converge: a kink, or a step outside the domain."""
