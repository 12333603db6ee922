"""Permanent tags: four characters for each answer, labelled equation and box, given once.

The file ``tags.toml`` lies beside the register.  A tag never changes its meaning: a renamed claim
keeps its tag and its earlier name is listed under ``[formerly]``, a withdrawn one is listed under
``[withdrawn]`` with its reason.
"""

import hashlib
import json
import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

FILE = "tags.toml"
TABLES = ("tags", "formerly", "withdrawn")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
LENGTH = 4
SHAPE = re.compile(f"(?=.*[0-9])(?=.*[A-Z])[{ALPHABET}]{{{LENGTH}}}")  # never a word or a number
_READ_AS = str.maketrans("ILO", "110")
HEAD = """\
# Permanent tags, one for each answer, labelled equation and box.
#
# `nndl-notes record` adds what is missing; nothing is ever taken out.  When a label changes, its
# tag takes the new label here and the old one goes to [formerly]; when a claim is given up, its
# tag moves to [withdrawn] with the reason, which the page of the tag then shows.
"""


@dataclass(frozen=True)
class Tags:
    """What each tag stands for.

    Attributes
    ----------
    names : dict
        Tag to the key of an answer or the label of a claim.
    formerly : dict
        Earlier name to tag.
    withdrawn : dict
        Tag to a dict with ``was``, ``zh`` and ``en``: its last name, and why it was given up.
    """

    names: dict = field(default_factory=dict)
    formerly: dict = field(default_factory=dict)
    withdrawn: dict = field(default_factory=dict)

    def of(self, name):
        """Return the tag of an answer or a claim, None if it has none."""
        return next((tag for tag, bearer in self.names.items() if bearer == name), None)


def load(folder):
    """Return the tags of a documentation folder; without a file there are none.

    Raises
    ------
    ValueError
        If the file is not TOML, as when a tag stands in it twice, or has another table or field:
        whoever writes the file anew would lose it.
    """
    path = Path(folder, FILE)
    if not path.is_file():
        return Tags()
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}; is a tag used twice?") from None
    for table, entries in content.items():
        if table not in TABLES or not isinstance(entries, dict):
            raise ValueError(f"{path}: {table} is not one of the tables {', '.join(TABLES)}")
        for key, entry in entries.items():
            words = entry if table == "withdrawn" else {table: entry}
            if not isinstance(words, dict) or not all(isinstance(x, str) for x in words.values()):
                raise ValueError(f"{path}: [{table}] {key} = {entry!r}, expected "
                                 f"{'`was`, `zh` and `en` in words' if words is entry else 'text'}")
    return Tags(*(content.get(table, {}) for table in TABLES))


def normal(text):
    """Return a tag as it is written, of what a reader typed: ``"2k7o"`` gives ``"2K70"``."""
    return unicodedata.normalize("NFKC", text).upper().translate(_READ_AS)


def assign(tags, names):
    """Return tags with one for each name that has none.

    A tag follows from its name, so that two branches give the same one without knowing of each
    other; where it is taken, the next one is used.

    Parameters
    ----------
    tags : Tags
    names : iterable of str
        All answers and claims, in the order of the book.

    Raises
    ------
    ValueError
        For a name that was another claim's before, or is a withdrawn one's.
    """
    names = list(names)
    found = {bearer: tag for tag, bearer in tags.names.items()}
    gone = {entry["was"]: tag for tag, entry in tags.withdrawn.items()}
    taken = {*tags.names, *tags.withdrawn}
    for name in names:
        if name in found:
            continue
        if tag := tags.formerly.get(name, gone.get(name)):
            raise ValueError(f"label: {name} was the label of {tag} and is not used again")
        found[name] = next(tag for tag in candidates(name) if tag not in taken)
        taken.add(found[name])
    order = {name: place for place, name in enumerate(names)}
    ordered = sorted(found.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))
    return Tags({tag: name for name, tag in ordered}, tags.formerly, tags.withdrawn)


def candidates(name):
    """Yield the tags that a name may have, the first one first."""
    attempt = 0
    while True:
        number = int.from_bytes(hashlib.sha256(f"{name}/{attempt}".encode()).digest()[:4])
        tag = "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH))
        if SHAPE.fullmatch(tag):
            yield tag
        attempt += 1


def problems(tags, names):
    """Yield what is wrong with tags, in words.

    Parameters
    ----------
    tags : Tags
    names : iterable of str
        All answers and claims that the pages have now.
    """
    names = set(names)
    bearers = list(tags.names.values())
    for tag in (*tags.names, *tags.withdrawn):
        if not SHAPE.fullmatch(tag):
            yield f"{tag} is no tag: {LENGTH} of {ALPHABET}, with a digit and a letter"
    for tag, name in tags.names.items():
        if tag in tags.withdrawn:
            yield f"{tag} is withdrawn and cannot stand for {name}"
        if name not in names:
            yield (f"{tag} stands for {name}, which is on no page: under a new label keep the tag "
                   "and list the old one under [formerly]; else move the tag to [withdrawn]")
        if bearers.count(name) > 1:
            yield f"{name} has two tags"
    for name in sorted(names - {*bearers}):
        yield f"{name} has no tag; run nndl-notes record"
    for name, tag in tags.formerly.items():
        if tag not in tags.names and tag not in tags.withdrawn:
            yield f"[formerly] {name}: there is no tag {tag}"
        if name in names:
            yield f"{name} was the label of {tag} and is not used again"
    for tag, entry in tags.withdrawn.items():
        missing = [key for key in ("was", "zh", "en") if not entry.get(key)]
        if missing:
            yield f"{tag} is withdrawn: `{'`, `'.join(missing)}` is missing"
        if entry.get("was") in names:
            yield f"{entry['was']} was withdrawn with {tag} and is not used again"


def text(tags):
    """Return the file of tags."""
    lines = [HEAD, "[tags]"]
    lines += [f'{tag} = "{name}"' for tag, name in tags.names.items()]
    if tags.formerly:
        lines += ["", "[formerly]"]
        lines += [f'"{name}" = "{tag}"' for name, tag in tags.formerly.items()]
    for tag, entry in tags.withdrawn.items():
        lines += ["", f"[withdrawn.{tag}]"]
        lines += [f"{key} = {json.dumps(words, ensure_ascii=False)}"  # a string of TOML as well
                  for key, words in entry.items()]
    return "\n".join(lines) + "\n"
