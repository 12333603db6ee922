"""What a reader means by ``2-4``, ``习题2-4``, ``1e:2-4``, ``2-4-gradient`` or a tag."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches

from nndl_notes.verification.registry import documents, exercises

from . import record
from . import tags as tag_file
from .claims import Claim, all_claims

_WORDS = re.compile(
    r"^(?:nndl)?[\s:,]*(?:习题|练习|exercise|ex\b\.?|算法|algorithm|alg\b\.?)?\s*")
_ALGORITHM = re.compile(r"算法|algorithm|alg\b")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−﹣－.。"), "-")
# Of an address that stays, or of the key in BibTeX, what follows.
_PERMANENT = re.compile(r"(?:^nndl-notes:|(?:^|/)t/)([^/#?\s]+)")
_PAGE = re.compile(r"(?P<path>[^#?]*)\.(?:html|md|ipynb)(?:#(?:equation-)?(?P<label>.+))?")
SUGGESTIONS = 5


class UnknownIdentifier(ValueError):
    """No answer and no claim has this identifier."""


@dataclass(frozen=True)
class Item:
    """What an identifier stands for.

    Attributes
    ----------
    claim : Claim
    entry : dict
        What the register says of the page: ``path``, ``kind``, ``aliases``, ``title``.
    tag : str
        Empty for a claim that has none yet.
    """

    claim: Claim
    entry: dict
    tag: str


class Catalogue:
    """Everything that can be cited, read once.

    Parameters
    ----------
    folder : path-like, optional
        The documentation folder; found by ``registry.documents`` by default.

    Attributes
    ----------
    answers : dict
        The register.
    claims : dict
        Name to ``claims.Claim``, in the order of the book.
    tags : tags.Tags
    record, values : dict
        The published record: of claims, and of the numbers in sentences.
    """

    def __init__(self, folder=None):
        folder = folder or documents()
        self.answers, self.claims = exercises(folder), all_claims(folder)
        self.tags = tag_file.load(folder)
        self.record, self.values = record.load(folder), record.load_values(folder)
        self._names = _names(self.answers, self.claims)

    def find(self, text):
        """Return what an identifier stands for.

        Parameters
        ----------
        text : str
            A key of the register, an alias (``1e:2-4`` is exercise 2-4 of the first edition), a
            number with a word (``习题2-4``, ``Exercise 2-4``, ``Algorithm 4.1``), a label, a
            tag, or an address of the site.

        Returns
        -------
        Item

        Raises
        ------
        UnknownIdentifier
            A ``ValueError`` that suggests near identifiers, or says why one was withdrawn.
        """
        names, tags = self._names, self.tags
        if permanent := _PERMANENT.search(text.strip()):
            text = permanent[1]
        elif page := _PAGE.fullmatch(text.strip()):
            text = self._at(page["path"], page["label"]) or text
        name = names.get(text) or _of_tag(text, tags) or names.get(_plain(text))
        name = name or _renamed(text, tags)
        if name is None:
            raise UnknownIdentifier(_unknown(text, names, self.answers))
        return self.item(name)

    def _at(self, path, label):
        """Return the name of what is at an address: of the label, else of the page."""
        return label if label in self.claims else next(
            (name for name, entry in self.answers.items()
             if f"/{path}".endswith(f"/{entry['path'].removesuffix('.md')}")), None)

    def argued(self, page):
        """Return the labels of what a page only argues; nothing of that is run."""
        claims = self.claims.values()
        return [claim.name for claim in claims if (claim.page, claim.kind) == (page, "argued")]

    def items(self):
        """Return everything, in the order of the book."""
        return [self.item(name) for name in self.claims]

    def item(self, name):
        """Return the item of a claim's name."""
        claim = self.claims[name]
        return Item(claim, self.answers[claim.page], self.tags.of(name) or "")


def _names(known, claims):
    names = {name: name for name in claims}
    for name, entry in known.items():
        for alias in entry.get("aliases", ()) if name in claims else ():
            names.setdefault(alias, name)
    return names


def _of_tag(text, tags):
    tag = tag_file.normal(text.strip())
    if gone := tags.withdrawn.get(tag):
        raise UnknownIdentifier(
            f"identifier: {tag} ({gone['was']}) was withdrawn: {gone['zh']} · {gone['en']}")
    return tags.names.get(tag)


def _renamed(text, tags):
    tag = tags.formerly.get(text.strip())
    return tag and _of_tag(tag, tags)


def _plain(text):
    """Return ``"习题 2–4"`` as ``"2-4"``, ``"算法4.1"`` as ``"alg-4-1"``."""
    text = unicodedata.normalize("NFKC", text).casefold().strip()
    edition, colon, rest = _WORDS.sub("", text).rpartition(":")
    number = _WORDS.sub("", rest).translate(_DASHES).strip()
    if _ALGORITHM.search(text) and not number.startswith("alg-"):
        number = f"alg-{number.lstrip('-')}"
    return f"{edition.strip()}{colon}{number}"


def _unknown(text, names, known):
    message = f"identifier: there is no {text!r} here"
    answers = {*known, *(alias for entry in known.values() for alias in entry.get("aliases", ()))}
    plain = _plain(text)
    titled = [name for name, entry in known.items() if len(plain) > 1 and any(
        plain in title.casefold() for title in entry.get("title", {}).values())]
    near = [*titled, *get_close_matches(plain, sorted(answers), SUGGESTIONS, 0.6),
            *get_close_matches(plain, sorted(names), SUGGESTIONS, 0.7)]
    if re.fullmatch(r"([\w-]+:)?(alg-)?\d+-\d+", plain):
        message += " (an exercise without an answer yet?)"
    if near:
        message += f"; near: {', '.join(list(dict.fromkeys(near))[:SUGGESTIONS])}"
    return f"{message}; `nndl-notes list` shows all"
