"""``nndl-notes list``: the answers, how strongly they are verified, and their tags."""

import sys

from nndl_notes.citing import record, tags
from nndl_notes.citing.citation import LANGUAGES, address, tally
from nndl_notes.citing.identifiers import Catalogue, UnknownIdentifier
from nndl_notes.verification.records import LEVELS
from nndl_notes.verification.registry import documents, exercises

from .options import print_json

NAME = "list"
HELP = "answers, their titles, verdicts and tags"


def add_arguments(parser):
    """Add filters and ``--json``."""
    parser.add_argument("text", nargs="?", default="",
                        help="only titles and names with this text, or the answer it stands for")
    parser.add_argument("--chapter", help="only this chapter, such as 4")
    parser.add_argument("--kind", help="only this kind, such as derivation")
    parser.add_argument("--level", choices=[level for level in LEVELS if level != "failed"],
                        help="only answers with a claim of this level")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options):
    """Print a line for each answer that passes the filters."""
    known = answers()
    kinds = sorted({entry["kind"] for entry in known})
    if options.kind not in (None, *kinds):
        raise ValueError(f"--kind: there is no {options.kind!r}; there are {', '.join(kinds)}")
    named = _named(options.text)
    found = [entry for entry in known if _wanted(entry, options, named)]
    if not found:
        print("nndl-notes: no answer fits; `nndl-notes list` shows all", file=sys.stderr)
    if options.json:
        print_json(found)
        return 0
    for entry in found:
        titles = " · ".join(" ".join(entry["title"][language].split()) for language in LANGUAGES)
        print(f"{entry['id']:15} {entry['tag'] or '-':4}  {entry['kind']:11} {titles}")
        print(f"{'':22} {entry['verdicts']['en'] or 'nothing is published'}")
    return 0


def answers():
    """Return what is known of each answer, in the order of the register, as plain data."""
    folder = documents()
    known, recorded = tags.load(folder), record.load(folder)
    found = []
    for name, entry in exercises(folder).items():
        page, tag = recorded.get(name, {}), known.of(name)
        found.append({
            "id": name, "aliases": entry.get("aliases", []), "tag": tag,
            "kind": entry.get("kind", ""), "path": entry["path"],
            "title": entry.get("title", dict.fromkeys(LANGUAGES, "")),
            "url": tag and address(tag), "verdicts": tally(page),
            "digest": record.digest_of_answer(page) if page else None,
            "claims": {label: claim["levels"] for label, claim in page.items()},
        })
    return found


def _named(text):
    """Return the answer for which a text stands, such as ``习题2-4`` or a tag, if for any."""
    try:
        return text and Catalogue().find(text).claim.page
    except UnknownIdentifier:
        return None


def _wanted(entry, options, named):
    chapter = entry["id"].removeprefix("alg-").partition("-")[0]
    words = " ".join([entry["id"], *entry["aliases"], *entry["title"].values()]).casefold()
    return (
        options.chapter in (None, chapter)
        and options.kind in (None, entry["kind"])
        and (options.level is None
             or any(levels[0] == options.level for levels in entry["claims"].values()))
        and (entry["id"] == named or options.text.casefold() in words)
    )
