"""Formulas as one line of plain text, for what a search page shows around a match."""

import html
import re
import unicodedata
from xml.etree import ElementTree

SPACED = frozenset("=≠≈≡≤≥<>≪≫∈∉⊂⊆→↦⇒⇔∼∝+−×±←")
ACCENTS = {"ˆ": "\u0302", "^": "\u0302", "˜": "\u0303", "~": "\u0303", "¯": "\u0304", "˙": "\u0307"}
# The names that HTML has and XML lacks.
ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)\w+;")
BRACKETED = re.compile(r"\([^()]*\)$")
INVISIBLE = re.compile("[\u2061-\u2064\ufe00\ufe01]")


def plain_math(mathml: str) -> str:
    """Return a ``<math>`` element in the linear form of a typewriter: ``(X^⊤ w)_i/2``.

    A matrix is shown as an ellipsis.
    """
    named = ENTITY.sub(lambda match: html.unescape(match[0]), mathml)
    text = linear(ElementTree.fromstring(named))
    return re.sub(r" (?=[)\],.;])", "", " ".join(text.split()))


def linear(element: ElementTree.Element) -> str:
    """Return one element in linear form."""
    tag = element.tag
    if tag == "mo":
        text = INVISIBLE.sub("", element.text or "")
        return f" {text} " if text in SPACED else text
    if tag in ("mi", "mn", "mtext"):
        # Bold, blackboard and the like are letters of their own in Unicode; no one types them.
        return unicodedata.normalize("NFKC", INVISIBLE.sub("", element.text or ""))
    if tag == "mtable":
        return "…"
    parts = [linear(child) for child in element]
    if tag == "mfrac":
        return f"{grouped(parts[0])}/{grouped(parts[1])} "
    if tag == "msqrt":
        return "√" + grouped("".join(parts))
    if tag == "mroot":
        return f"{grouped(parts[1])}√{grouped(parts[0])}"
    if tag in ("msub", "munder"):
        return f"{parts[0]}_{grouped(parts[1])}"
    if tag == "mover" and parts[1].strip() in ACCENTS:
        return unicodedata.normalize("NFC", parts[0] + ACCENTS[parts[1].strip()])
    if tag in ("msup", "mover"):
        return parts[0] + power(parts[1])
    if tag in ("msubsup", "munderover"):
        return f"{parts[0]}_{grouped(parts[1])}{power(parts[2])}" + " " * (tag == "munderover")
    return "".join(parts)


def power(text: str) -> str:
    """Return a superscript; primes need no mark."""
    return text if set(text) <= set("′″‴") else "^" + grouped(text)


def grouped(text: str) -> str:
    """Return a part of a fraction or a script, in brackets unless it is one symbol or number."""
    text = text.replace(" ", "")
    return text if len(text) <= 1 or text.isalnum() or BRACKETED.match(text) else f"({text})"
