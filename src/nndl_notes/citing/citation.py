"""A citation: what it names, where it is, and how strongly it is verified."""

import re
from collections import Counter
from dataclasses import dataclass

from nndl_notes.verification.records import LEVELS

from . import record
from .provenance import addresses, provenance

LANGUAGES = ("zh", "en")
AUTHOR = {"zh": "nndl-notes 贡献者", "en": "The nndl-notes contributors"}
BOOK = {"zh": "《神经网络与深度学习》（第一版）", "en": "NNDL (first edition)"}
_EXERCISE = re.compile(r"\d+-\d+")
_ALGORITHM = re.compile(r"alg-(\d+)-(\d+)")
# How a box or an equation is named beside its label.
_KINDS = {
    "equation": ("公式", "equation"),
    "refuted equation": ("被反驳的公式", "refuted equation"),
    "claim": ("论断", "claim"),
    "argued": ("仅论证的论断", "claim that is only argued"),
    "refuted": ("被反驳的答案", "refuted answer"),
    "erratum": ("书中的勘误", "erratum of the book"),
}


@dataclass(frozen=True)
class Citation:
    """What every form of a citation is made of.

    Attributes
    ----------
    name, tag, kind, latex : str
        As in ``claims.Claim``.
    title : dict
        Language to the title of the answer, with the book.
    part : dict
        Language to what of the answer is cited, empty for all of it.
    url : str
        Permanent address.
    version, commit, date : str
        Of the package; the date is the commit's, ``YYYY-MM-DD``.
    levels : dict
        Language to the verdicts in words.
    digest : str
        Of the evidence.
    """

    name: str
    tag: str
    kind: str
    latex: str
    title: dict
    part: dict
    url: str
    version: str
    commit: str
    date: str
    levels: dict
    digest: str


def citation(item, recorded):
    """Return the citation of an answer or a claim.

    Parameters
    ----------
    item : identifiers.Item
    recorded : dict
        The published record, or that of a build.

    Raises
    ------
    ValueError
        For a claim without a tag or without a record.
    """
    claim, page = item.claim, recorded.get(item.claim.page, {})
    whole = claim.kind == "answer"
    if not item.tag or not page or not (whole or claim.name in page):
        raise ValueError(f"identifier: {claim.name} has no tag or no published record yet; "
                         "nndl-notes record makes both")
    known = provenance()
    return Citation(
        name=claim.name,
        tag=item.tag,
        kind=claim.kind,
        latex=claim.latex,
        title=title(claim.page, item.entry),
        part=part(claim),
        url=address(item.tag),
        version=known.version,
        commit=known.commit[:7] + ("+" if known.modified else ""),
        date=known.date,
        levels=tally(page) if whole else levels(page[claim.name]),
        digest=record.digest_of_answer(page) if whole else page[claim.name]["digest"],
    )


def address(tag):
    """Return the permanent address of a tag."""
    return f"{addresses()['Documentation']}t/{tag}/"


def title(name, entry):
    """Return the title of an answer in both languages, beginning with the book."""
    words = {language: " ".join(entry["title"][language].split()) for language in LANGUAGES}
    if _EXERCISE.fullmatch(name):
        return {"zh": f"{BOOK['zh']}习题 {name}：{words['zh']}",
                "en": f"{BOOK['en']}, exercise {name}: {words['en']}"}
    if _ALGORITHM.fullmatch(name):
        return {"zh": f"{BOOK['zh']}{words['zh']}", "en": f"{BOOK['en']}, {words['en']}"}
    return {"zh": f"{BOOK['zh']}习题解答：{words['zh']}",
            "en": f"Answers to {BOOK['en']}: {words['en']}"}


def part(claim):
    """Return what of an answer a claim is, in both languages; empty for the answer itself."""
    if claim.kind == "answer":
        return dict.fromkeys(LANGUAGES, "")
    wrong = claim.kind == "equation" and claim.refuted
    zh, en = _KINDS["refuted equation" if wrong else claim.kind]
    return {"zh": f"，{zh} {claim.name}", "en": f", {en} {claim.name}"}


def levels(entry):
    """Return the levels of a claim in words, in both languages."""
    named = [LEVELS[level] for level in entry["levels"]]
    return {"zh": "、".join(zh for zh, _ in named), "en": ", ".join(en for _, en in named)}


def tally(page):
    """Return how many claims of an answer have each level, in words, in both languages."""
    count = Counter(entry["levels"][0] for entry in page.values())
    found = [(LEVELS[level], count[level]) for level in LEVELS if count[level]]
    return {"zh": "、".join(f"{n} 个{zh}" for (zh, _), n in found),
            "en": ", ".join(f"{n} {en}" for (_, en), n in found)}
