"""The exercises of the book, each in one line: ``book.toml`` beside the pages."""

import tomllib
from pathlib import Path
from typing import NamedTuple

from . import registry


class Exercise(NamedTuple):
    """An exercise of the book.

    Attributes
    ----------
    name : str
        Its number, ``"2-4"``; ``"alg-4-1"`` for Algorithm 4.1.
    question : tuple of str
        One line in Chinese and one in English; empty if only the number is known.
    docname : str or None
        The page that answers it.
    """

    name: str
    question: tuple
    docname: str | None

    @property
    def number(self):
        """The number as the book prints it."""
        return self.name.removeprefix("alg-").replace("-", "." if "alg" in self.name else "-")


class Chapter(NamedTuple):
    """A chapter of the book: its key, its titles, its own page or None, and its exercises."""

    key: str
    title: tuple
    docname: str | None
    exercises: list


def path(app):
    """Return the file."""
    return Path(app.srcdir, app.config.nndl_book)


def chapters(app):
    """Return the chapters of the book in order; none if the site has no ``book.toml``."""
    if not path(app).is_file():
        return []
    answers = {
        name: source.rpartition(".")[0] for source, (name, _) in registry.by_path(app).items()
    }
    pages = app.env.found_docs
    result = []
    for key, table in tomllib.loads(path(app).read_text("utf-8")).items():
        title = tuple(table.pop("title"))
        folder = f"ch{key:0>2}" if key.isdigit() else key
        docname = f"{folder}/index"
        listed = []
        for name, question in table.items():
            answer = answers.get(name)
            listed.append(Exercise(name, tuple(question), answer if answer in pages else None))
        result.append(Chapter(key, title, docname if docname in pages else None, listed))
    return result


def questions(app):
    """Return ``{number: its line in Chinese and in English}``."""
    return {e.name: e.question for chapter in chapters(app) for e in chapter.exercises}


def setup(app):
    """Add the name of the file to the configuration."""
    app.add_config_value("nndl_book", "book.toml", "env", str)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
