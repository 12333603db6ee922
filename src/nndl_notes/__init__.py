"""Worked, verified answers to the exercises of *Neural Networks and Deep Learning* (NNDL).

The functions behind the answers are in modules named for their subject, for example
:mod:`nndl_notes.linear_regression`; a page verifies its own equations with :func:`page`.
"""

__version__ = "0.1.0"
__all__ = ["page"]


def __getattr__(name):
    if name == "page":
        from .verification import page
        return page
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
