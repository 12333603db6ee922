"""Where evidence goes: into the cell's output in a notebook, to the collector elsewhere."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from .records import MIME_TYPE


@dataclass
class Collected:
    """Evidence and pages gathered while cells run outside a notebook."""

    bundles: list = field(default_factory=list)
    pages: list = field(default_factory=list)


_collectors = []


@contextmanager
def collecting():
    """Gather evidence instead of displaying it.

    Yields
    ------
    Collected
    """
    _collectors.append(Collected())
    try:
        yield _collectors[-1]
    finally:
        _collectors.pop()


def opened(page):
    """Tell the collector that a page asked for its equations."""
    if _collectors:
        _collectors[-1].pages.append(page)


def emit(bundle):
    """Hand over a bundle of records."""
    if _collectors:
        _collectors[-1].bundles.append(bundle)
        return
    text = "\n".join(
        f"{r['id']}: {r['level'] or 'FAILED'}. {r['summary']['en']}" for r in bundle["records"])
    shell = _shell()
    if shell is None:
        if text:
            print(text)
        return
    from IPython.display import display
    display({MIME_TYPE: bundle} | ({"text/plain": text} if text else {}), raw=True)


def _shell():
    try:
        from IPython import get_ipython
    except ModuleNotFoundError:
        return None
    return get_ipython()
