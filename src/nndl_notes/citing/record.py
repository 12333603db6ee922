"""The published record: of each claim its levels and a digest of the evidence, and the numbers
that sentences show.

``verification/record.json`` lies beside the pages and goes with them into the package, so that
whoever verifies an answer anew can compare.  The build fails when it does not say what the build
found.  The digest covers what was claimed and how it was tested, not the last digits of a gap,
which differ between processors; so may the last digit of a number in a sentence.
"""

import hashlib
import json
from pathlib import Path

from nndl_notes.verification.records import final_records, level, strongest
from nndl_notes.verification.values import agree

FILE = "verification/record.json"
SCHEMA = 1
DIGITS = 12  # of a digest, in hexadecimal


def of_page(bundles, argued=()):
    """Return the record of one page.

    Parameters
    ----------
    bundles : list of dict
        Its evidence, in the order of the cells.
    argued : iterable of str
        Labels of what is only argued.

    Returns
    -------
    dict
        Label to ``{"levels": [strongest first], "digest": …}``; inline formulas are left out.
    """
    by_claim = {}
    for record in final_records(bundles):
        if record["kind"] != "inline":
            by_claim.setdefault(record["id"], []).append(record)
    found = {label: _entry(records) for label, records in by_claim.items()}
    found |= {label: {"levels": ["argued"], "digest": _digest([label])}
              for label in argued if label not in found}
    return found


def _entry(records):
    first = level(strongest(records)[records[0]["id"]])
    levels = [first, *sorted({level(record) for record in records} - {first})]
    return {"levels": levels, "digest": _digest([_essence(record) for record in records])}


def _essence(record):
    keys = ("id", "kind", "verb", "passed", "level", "latex_sha256", "seed", "sizes", "claim")
    links = [[link["relation"], link["passed"], link["instances"]] for link in record["links"]]
    strata = sorted([name, counts["accepted"]] for name, counts in record["strata"].items())
    return [*(record[key] for key in keys), links, strata]


def _digest(content):
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def digest_of_answer(page):
    """Return one digest of all claims of a page."""
    return _digest(sorted([label, entry["digest"]] for label, entry in page.items()))


def load(folder):
    """Return the record of all pages: key of the answer to what `of_page` gives.

    Empty if nothing was recorded.

    Raises
    ------
    ValueError
        If the file is of another schema.
    """
    return _content(folder).get("pages", {})


def load_values(folder):
    """Return the recorded numbers of all pages: key of the answer to ``{role: what it shows}``.

    Roles are as for ``verification.values.of_page``.

    Raises
    ------
    ValueError
        If the file is of another schema.
    """
    return _content(folder).get("values", {})


def _content(folder):
    path = Path(folder, FILE)
    if not path.is_file():
        return {}
    content = json.loads(path.read_text("utf-8"))
    if content.get("schema") != SCHEMA:
        raise ValueError(f"{path}: schema {content.get('schema')}, expected {SCHEMA}")
    return content


def text(pages, values=None):
    """Return the file of a record, a line for each entry so that differences can be read.

    Parameters
    ----------
    pages : dict
        As `load` returns it.
    values : dict, optional
        As `load_values` returns it.
    """
    parts = {"pages": pages}
    if shown := {name: page for name, page in (values or {}).items() if page}:
        parts["values"] = shown
    blocks = ",\n".join(f' "{key}": {{\n{_lines(part)}\n }}' for key, part in parts.items())
    return f'{{\n "schema": {SCHEMA},\n{blocks}\n}}\n'


def _lines(pages):
    blocks = []
    for name, page in pages.items():
        entries = ",\n".join(f"    {json.dumps(key)}: {json.dumps(entry, ensure_ascii=False)}"
                             for key, entry in sorted(page.items()))
        blocks.append(f"  {json.dumps(name)}: {{\n{entries}\n  }}")
    return ",\n".join(blocks)


def differences(recorded, found, digests=True):
    """Yield ``(label, recorded, found)`` where two records of a page disagree, None for absent.

    Parameters
    ----------
    recorded, found : dict
        As `of_page` gives them.
    digests : bool
        Whether to compare digests too; on other instances they differ.
    """
    def seen(entry):
        return entry if digests or entry is None else entry["levels"]

    for label in sorted({*recorded, *found}):
        old, new = recorded.get(label), found.get(label)
        if seen(old) != seen(new):
            yield label, old, new


def value_differences(recorded, found):
    """Yield ``(role, recorded, found)`` where two pages show different numbers, None for absent.

    Parameters
    ----------
    recorded, found : dict of str to str
        As ``verification.values.of_page`` gives them.
    """
    for role in sorted({*recorded, *found}):
        old, new = recorded.get(role), found.get(role)
        if old is None or new is None or not agree(old, new):
            yield role, old, new
