"""What each page costs to load, compressed; a page over the budget fails the build.

A first visit loads everything.  On the next page the reader has the site's own files already, and
loads the page and its figures.
"""

import gzip
import re
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from .ledger import LEDGERS

logger = logging.getLogger(__name__)

LIMITS = {"first": 250_000, "next": 60_000}
COLLECTIONS = {"first": 500_000, "next": 300_000}  # what grows with the number of exercises
SHARED = "_static"
URL = re.compile(r"""url\(\s*["']?(?!data:|#)([^"')]+)""")


TAG = re.compile(r"""</?[A-Za-z](?:[^>"']|"[^"]*"|'[^']*')*>""")
LOADING = re.compile(r"</?(?:no)?script|<link|.*\ssrc\s*=", re.IGNORECASE | re.DOTALL)


class Weight(NamedTuple):
    """Compressed bytes of a page on a first visit and on the next, and what it loads."""

    first: int
    next: int
    loads: dict[str, int]
    foreign: list[str]


class Loads(HTMLParser):
    """The addresses that a browser with JavaScript loads for a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self._without_scripts = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note the address of what an element loads."""
        given = dict(attributes)
        self._without_scripts |= tag == "noscript"
        if self._without_scripts:
            return
        if tag == "link":
            kinds = (given.get("rel") or "").split()
            loaded = {"stylesheet", "preload", "modulepreload", "icon"} & set(kinds)
            address = given.get("href") if loaded else None
        else:
            address = given.get("src")
        if address and not address.startswith("data:"):
            self.addresses.append(address)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        """Leave what is for browsers without JavaScript."""
        self._without_scripts &= tag != "noscript"


class Scales:
    """Weighs the pages of a site, each file once.

    Parameters
    ----------
    site : Path
        The folder with the site.
    """

    def __init__(self, site: Path) -> None:
        self.site = site.resolve()
        self._files: dict[Path, File] = {}

    def file(self, path: Path) -> "File":
        """Return a file of the site."""
        return self._files.setdefault(path, File(path))

    def weigh(self, page: str) -> Weight:
        """Return what a page costs, given its path in the site.

        Raises
        ------
        FileNotFoundError
            The page names a file that the site does not have.
        """
        start = (self.site / page).resolve()
        found, foreign, waiting = {start: None}, [], [start]
        while waiting:
            origin = waiting.pop()
            for address in self.file(origin).addresses:
                parts = urlsplit(address)
                if parts.netloc:
                    foreign.append(address)
                    continue
                path = (origin.parent / unquote(parts.path)).resolve()
                if path not in found:
                    found[path] = None
                    waiting.append(path)
        loads = {
            path.relative_to(self.site).as_posix(): self.file(path).size for path in sorted(found)
        }
        own = {name: size for name, size in loads.items() if not name.startswith(f"{SHARED}/")}
        return Weight(sum(loads.values()), sum(own.values()), loads, sorted(foreign))


class File:
    """A file of the site."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def size(self) -> int:
        """The bytes that a server sends; what is compressed already is sent as it is."""
        content = self.path.read_bytes()
        return min(len(content), len(gzip.compress(content, mtime=0)))

    @cached_property
    def addresses(self) -> list[str]:
        """What the file makes a browser load."""
        if self.path.suffix == ".css":
            return URL.findall(self.path.read_text("utf-8"))
        if self.path.suffix == ".html":
            # Formulas are ten thousands of tags, none of which loads anything.
            tags = TAG.findall(self.path.read_text("utf-8"))
            reader = Loads()
            reader.feed("".join(tag for tag in tags if LOADING.match(tag)))
            return reader.addresses
        return []


def table(weights: dict[str, Weight]) -> str:
    """Return the weights as lines of text, the heaviest page first."""
    lines = [f"{'first':>9} {'next':>9}  page (kB, compressed)"]
    for page, weight in sorted(weights.items(), key=lambda item: (-item[1].first, item[0])):
        lines.append(f"{weight.first / 1000:9.1f} {weight.next / 1000:9.1f}  {page}")
    return "\n".join(lines)


def complaints(weight: Weight, limits: dict[str, int] = LIMITS) -> list[str]:
    """Return what is wrong with what a page loads, in words."""
    found = [f"loads {address} from another host" for address in weight.foreign]
    for visit, limit in limits.items():
        size = getattr(weight, visit)
        if size > limit:
            heaviest = sorted(
                (-size, name)
                for name, size in weight.loads.items()
                if visit == "first" or not name.startswith(f"{SHARED}/")
            )
            parts = ", ".join(f"{name} {-size / 1000:.1f}" for size, name in heaviest[:3])
            found.append(
                f"weighs {size / 1000:.1f} kB on the {visit} visit, "
                f"{limit / 1000:.0f} kB is the limit; the heaviest: {parts}"
            )
    return found


def check(app: Sphinx, exception: Exception | None) -> None:
    """Weigh the pages, and report those that are too heavy."""
    if exception is not None or app.builder.name != "html":
        return
    scales = Scales(Path(app.outdir))
    weights = {}
    for docname in sorted(app.env.found_docs):
        weights[docname] = scales.weigh(app.builder.get_target_uri(docname))
        limits = COLLECTIONS if LEDGERS.of(app.env).get(docname) == "ledger" else LIMITS
        for complaint in complaints(weights[docname], limits):
            logger.error(
                "the page %s", complaint, location=docname, type="nndl", subtype="weight"
            )
    name, heaviest = max(weights.items(), key=lambda item: item[1].first)
    logger.info(
        "the heaviest page is %s: %.0f kB at first, %.0f kB after another page",
        name,
        heaviest.first / 1000,
        heaviest.next / 1000,
    )
    logger.verbose("%s", table(weights))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect the scales, which need what is to be removed to be gone."""
    app.connect("build-finished", check, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
