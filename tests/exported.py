"""Pages of the site and small pages, read for taking away."""

import tomllib
from functools import cache
from pathlib import Path

from nndl_notes.citing import record
from nndl_notes.export.reading import Page

ROOT = Path(__file__).parents[1]
BASE = "https://example.org/notes/"
REGISTER = tomllib.loads((ROOT / "docs" / "registry.toml").read_text("utf-8"))["exercises"]
LANGUAGES = ("zh", "en", "both")


@cache
def answer(name):
    """Return a page of the site."""
    source = REGISTER[name]["path"]
    values = record.load_values(ROOT / "docs").get(name, {})
    return Page(ROOT / "docs" / source, source.removesuffix(".md"), values)


def small_page(folder, text):
    """Return a page with the given text."""
    path = folder / "2-4.md"
    path.write_text(text, "utf-8")
    return Page(path, "ch02/2-4")
