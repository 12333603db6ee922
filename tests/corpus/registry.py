"""The list of the corpus's instance builders."""

from nndl_notes.verification.instance import Declaration

DECLARATIONS = []


def instance(*labels, **options):
    """Register a function that draws instances for the labelled displays; a decorator."""
    def register(build):
        DECLARATIONS.append(Declaration(build, labels, **options))
        return build
    return register


def columns(matrix):
    """Return the columns of a matrix, numbered from 1."""
    return {n + 1: matrix[:, [n]] for n in range(matrix.shape[1])}


def numbered(values, start=1):
    """Return scalars as floats, numbered from `start`."""
    return {start + n: float(value) for n, value in enumerate(values)}

