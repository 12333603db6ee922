"""Reading and evaluating one formula, for the tests of the equation language."""

import numpy as np
import pytest

from nndl_notes.texmath import Interpreter, NumericArithmetic, parse
from nndl_notes.verification import Instance


def column(*entries):
    """Return a column vector."""
    return np.array(entries, dtype=float).reshape(-1, 1)


def read(latex, bindings=(), letters=(), ranges=()):
    """Return the syntax tree of an expression."""
    notation = Instance(dict(bindings), ranges=dict(ranges)).notation()
    statement, = parse(f"{latex} = 0", notation, letters)
    return statement.args[0].args[0]


def evaluate(latex, bindings=(), letters=(), arithmetic=None, **options):
    """Return the value of an expression; `letters` maps index letters to integers."""
    instance, letters = Instance(dict(bindings), **options), dict(letters)
    statement, = parse(f"{latex} = 0", instance.notation(), letters)
    interpreter = Interpreter(arithmetic or NumericArithmetic(), instance.elementwise)
    try:
        return interpreter.value(statement.args[0].args[0], instance.environment(), letters)
    except Exception as error:
        if hasattr(error, "within"):
            error.within(f"{latex} = 0")
        raise


def refused(kind, latex, bindings=(), *, match, at=None, letters=(), **options):
    """Require an error of exactly this kind whose caret underlines the text `at`."""
    with pytest.raises(kind, match=match) as caught:
        evaluate(latex, bindings, letters, **options)
    assert type(caught.value) is kind, type(caught.value)
    if at is not None:
        assert underlined(caught.value) == at
    return caught.value


def underlined(error):
    """Return the text above the carets of an error message."""
    *_, line, carets = str(error).splitlines()
    assert set(carets) <= {" ", "^"}
    return line[carets.index("^"):len(carets)]
