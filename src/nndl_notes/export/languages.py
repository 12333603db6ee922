r"""One language of a page, or both with each paragraph beside its twin.

What remains of MyST in the text goes: ``{zh}`…` `` and ``{en}`…` `` become their words,
``{given}`b = 0` `` becomes ``$b = 0$``, a reference becomes an ordinary link or its text.
"""

import re
from dataclasses import replace
from itertools import groupby

from .reading import Box, Cell, Heading, Prose
from .wording import SEPARATOR

_LANGUAGE = re.compile(r"\{(?P<name>zh|en)\}(?P<ticks>`+)(?P<text>.+?)(?P=ticks)", re.DOTALL)
_PAIR = re.compile(rf"(?P<zh>{_LANGUAGE.pattern.replace('P<', 'P<zh_').replace('P=', 'P=zh_')}) ?"
                   rf"(?P<en>{_LANGUAGE.pattern.replace('P<', 'P<en_').replace('P=', 'P=en_')})",
                   re.DOTALL)
_ROLE = re.compile(r"\{(?P<name>[\w:-]+)\}(?P<ticks>`+)(?P<text>.+?)(?P=ticks)", re.DOTALL)
_TITLED = re.compile(r"(?P<text>.*\S) *<(?P<target>[^<>]+)>", re.DOTALL)
_FORMULAS = ("math", "given")
_REFERENCES = ("ref", "doc", "eq")


def choose(blocks, language, labels=()):
    """Yield the blocks of a page in one language, or in both.

    Parameters
    ----------
    blocks : iterable
        As ``reading.Page`` has them.
    language : {"zh", "en", "both"}
    labels : container of str, optional
        Names on the page, to which a reference becomes a link.

    Yields
    ------
    Heading, Prose, Target, Cell, Box or Display
        Their texts are Markdown without roles.
    """
    for run in _runs(blocks):
        if language == "both":
            run = _interleaved(run)
        for block in run:
            if language != "both" and getattr(block, "language", None) not in (None, language):
                continue
            if isinstance(block, Heading):
                yield replace(block, text=plain(block.text, language, labels))
            elif isinstance(block, Prose):
                listing = block.kind == "listing"
                text = block.text if listing else plain(block.text, language, labels)
                yield replace(block, text=text)
            elif isinstance(block, Cell):
                yield replace(block, alt=of_pair(block.alt, language))
            elif isinstance(block, Box):
                yield replace(block, blocks=tuple(choose(block.blocks, language, labels)))
            else:
                yield block


def of_pair(text, language):
    """Return the wanted part of "中文 · English"."""
    zh, separator, en = text.partition(SEPARATOR)
    return {"zh": zh, "en": en}.get(language, text) if separator else text


def plain(text, language, labels=()):
    """Return Markdown without roles, in one language or in both."""

    def pair(match):
        words = {"zh": match["zh_text"], "en": match["en_text"]}
        return SEPARATOR.join(words.values()) if language == "both" else words[language]

    def alone(match):
        return match["text"] if language in ("both", match["name"]) else ""

    def role(match):
        name, words = match["name"], match["text"]
        if name in _FORMULAS:
            return f"${words}$"
        titled = _TITLED.fullmatch(words)
        if name not in _REFERENCES:
            return words
        shown = titled["text"] if titled else f"({words})" if name == "eq" else words
        target = titled["target"] if titled else words
        return f"[{shown}](#{target})" if target in labels else shown

    return _ROLE.sub(role, _LANGUAGE.sub(alone, _PAIR.sub(pair, text)))


def _runs(blocks):
    """Yield lists of blocks: neighbours that are in a language, or what is in none."""
    for _, run in groupby(blocks, lambda block: getattr(block, "language", None) is not None):
        yield list(run)


def _interleaved(run):
    """Put each paragraph beside its twin, where both halves are built alike."""
    halves = [list(half) for _, half in groupby(run, lambda b: getattr(b, "language", None))]
    result = []
    while halves:
        first, *halves = halves
        if halves and getattr(first[0], "language", None) == "zh" and _alike(first, halves[0]):
            second, *halves = halves
            for zh, en in zip(first, second, strict=True):
                if isinstance(zh, Heading):
                    result.append(Heading(zh.level, f"{zh.text}{SEPARATOR}{en.text}"))
                else:
                    result += [zh, en]
        else:
            result += first
    return result


def _alike(zh, en):
    def shape(half):
        return [b.level if isinstance(b, Heading) else b.kind for b in half]

    return shape(zh) == shape(en)
