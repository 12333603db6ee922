"""An answer in a form to take away, with its citation, written to files."""

import glob
from dataclasses import dataclass
from pathlib import Path

from nndl_notes.citing.citation import citation
from nndl_notes.citing.formats import FORMATS
from nndl_notes.citing.identifiers import Catalogue
from nndl_notes.citing.provenance import addresses, provenance
from nndl_notes.verification.registry import documents
from nndl_notes.verification.running import require

from . import markdown, notebook, tex
from .links import address
from .markdown import Extras
from .outputs import collect
from .reading import Page
from .texprose import escape, listing
from .wording import CITATION, LANGUAGES, say

# Form to the suffix of the figures in it; a notebook draws its own.
FORMS = {"md": ".png", "tex": ".pdf", "ipynb": None}


@dataclass
class Written:
    """What an export has done: files written, which of them replaced others, what failed."""

    paths: list
    replaced: list
    error: BaseException = None


class Answer:
    """One answer, of which everything is known that an export or the terminal shows.

    Parameters
    ----------
    identifier : str
        As for ``citing.identifiers.Catalogue``; a claim stands for the answer with it.
    """

    def __init__(self, identifier):
        folder = documents()
        catalogue = Catalogue(folder)
        self.item = catalogue.find(identifier)
        self.name = self.item.claim.page
        recorded = catalogue.record.get(self.name, {})
        self.levels = {label: entry["levels"] for label, entry in recorded.items()}
        path = Path(self.item.entry["path"])
        values = catalogue.values.get(self.name, {})
        self.page = Page(folder / path, path.with_suffix("").as_posix(), values)
        self.base = addresses()["Documentation"]
        self.url = address("#", self.page.docname, self.base).removesuffix("#")
        try:
            self.citation = citation(catalogue.item(self.name), catalogue.record)
        except ValueError:  # an author's page of which nothing is published yet
            self.citation = None

    def cite(self, form, language, accessed):
        """Return the citation in a language, or in both; nothing of an answer that has none.

        Parameters
        ----------
        form : str
            One of ``citing.formats.FORMATS``.
        language : {"zh", "en", "both"}
        accessed : str
            Day of access, ``YYYY-MM-DD``.
        """
        if self.citation is None:
            return []
        wanted = LANGUAGES if language == "both" else (language,)
        return [FORMATS[form](self.citation, each, accessed) for each in wanted]


def target(path, name, form):
    """Return the file to write: `path` itself, or a file named after the answer in that folder.

    Parameters
    ----------
    path : path-like or None
        By default the folder ``nndl-2-4`` for answer 2-4.
    name : str
        Key of the answer.
    form : str
        One of `FORMS`.

    Raises
    ------
    ValueError
        If `path` has the suffix of another form, and no folder has that name.
    """
    path = Path(path or f"nndl-{name}")
    suffix = path.suffix.lower().removeprefix(".")
    if suffix == form:
        return path
    if suffix in FORMS and not path.is_dir():
        raise ValueError(f"{path} is a name for {suffix}, but --to asks for {form}")
    return path / f"{name}.{form}"


def write(answer, form, language, path, accessed, force=False):
    """Write an answer, its figures beside it.

    Parameters
    ----------
    answer : Answer
    form : {"md", "tex", "ipynb"}
    language : {"zh", "en", "both"}
    path : Path
        The file; its folder is made.
    accessed : str
        Day of access in the citation, ``YYYY-MM-DD``.
    force : bool
        Whether files that are there already are replaced.

    Returns
    -------
    Written

    Raises
    ------
    ValueError
        If the file or one of its figures is there and is not to be replaced.
    ModuleNotFoundError
        If the form or the cells need what is not installed.
    """
    suffix = FORMS[form]
    if not force and (there := _there(path, suffix)):
        raise ValueError(f"{there[0]} is there already; --force replaces it")
    tex.require(form)
    if suffix:
        require(answer.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = {child.name for child in path.parent.iterdir()}
    outcome, outputs = None, {}
    if suffix:
        outcome, outputs = collect(answer.name, path.with_suffix(""), suffix)
    text = {"md": _markdown, "tex": _tex, "ipynb": _notebook}[form](
        answer, language, accessed, outputs)
    path.write_text(text, "utf-8")
    names = [path.name, *(name for output in outputs.values() for name in output.figures)]
    return Written(
        [path.with_name(name) for name in names],
        [path.with_name(name) for name in names if name in before],
        outcome and outcome.error,
    )


def _there(path, suffix):
    """Return the files there that an export may replace; how many figures, only the cells know."""
    pattern = f"{glob.escape(path.stem)}-figure-*{suffix}"
    figures = sorted(path.parent.glob(pattern)) if suffix else []
    return [path, *figures] if path.exists() else figures


def _strongest(answer):
    return {label: levels[0] for label, levels in answer.levels.items()}


def _release():
    known = provenance()
    return ", ".join(filter(None, [known.version, known.commit[:7], known.date]))


def _markdown(answer, language, accessed, outputs):
    note = f"> [{answer.url}]({answer.url}) · nndl-notes {_release()}"
    extras = Extras(note, _ending(answer, language, accessed), _strongest(answer), outputs)
    return markdown.text(answer.page, language, answer.base, extras, callouts=True)


def _notebook(answer, language, accessed, outputs):
    note = notebook.note(language, answer.url, _release(), addresses()["Source"])
    extras = Extras(note, _ending(answer, language, accessed), _strongest(answer))
    return notebook.written(notebook.notebook(answer.page, language, answer.base, extras))


def _ending(answer, language, accessed):
    texts = answer.cite("markdown", language, accessed)
    if not texts:
        return ""
    entries = answer.cite("bibtex", "en" if language == "en" else "zh", accessed)
    return "\n\n".join([f"## {say(CITATION, language)}", *texts, f"```bibtex\n{entries[0]}\n```"])


def _tex(answer, language, accessed, outputs):
    note = rf"\url{{{answer.url}}}\\{escape(f'nndl-notes {_release()}')}"
    texts = answer.cite("latex", language, accessed)
    ending = ""
    if texts:
        entries = answer.cite("bibtex", "en" if language == "en" else "zh", accessed)
        title = rf"\section{{{escape(say(CITATION, language))}}}"
        ending = "\n\n".join([title, *texts, listing(entries[0])])
    extras = Extras(note, ending, _strongest(answer), outputs)
    return tex.document(answer.page, language, answer.base, extras)
