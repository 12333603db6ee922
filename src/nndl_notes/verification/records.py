"""Evidence bundles as plain data: final records, verdicts and counts."""

import math

MIME_TYPE = "application/vnd.nndl-notes.evidence+json"
SCHEMA_VERSION = 1

LEVELS = {
    "proved": ("已证", "proved"),
    "checked": ("已验", "checked"),
    "measured": ("实测", "measured"),
    "argued": ("论证", "argued"),
    "refuted": ("已驳", "refuted"),
    "failed": ("不成立", "failed"),
}
# What a reader sees who points at a badge.
MEANINGS = {
    "proved": "精确证明：符号计算、有理数运算或穷举 · proved exactly, at the sizes that are named",
    "checked": "代入多组数值，两边相等 · both sides agree on many sets of values",
    "measured": "统计结论，给出误报率 · statistical, with its false-alarm rate",
    "argued": "只有文字论证 · argued in words only",
    "refuted": "错误答案，附有反例 · a wrong answer, with a counterexample",
    "failed": "检验未通过 · the test failed",
}
# Strongest first: a claim that is checked and proved is shown as proved, a failure beats all.
_ORDER = ("failed", "refuted", "proved", "checked", "measured")


def level(record):
    """Return the level of a record, ``"failed"`` if it did not pass."""
    return record["level"] if record["passed"] and record["level"] else "failed"


def all_records(bundles):
    """Return every record of a page's bundles, in the order of the cells."""
    return [record for bundle in bundles for record in bundle["records"]]


def final_records(bundles):
    """Return the records that stand: of each claim and verb the last one.

    Parameters
    ----------
    bundles : list of dict
        The page's bundles in the order of its cells.

    Returns
    -------
    list of dict
        Sorted by source line, then by identifier and verb.
    """
    last = {(record["id"], record["verb"]): record for record in all_records(bundles)}
    return sorted(last.values(), key=lambda r: (r["line"], r["id"], r["verb"]))


def strongest(records):
    """Return ``{id: record}`` with the record that decides each claim's badge."""
    best = {}
    for record in sorted(records, key=lambda r: _ORDER.index(level(r))):
        best.setdefault(record["id"], record)
    return best


def inline_formulas(bundles):
    """Return how many inline formulas were evaluated, and the unread ones in page order.

    Returns
    -------
    evaluated : int
    unread : list of dict
        With the keys ``latex``, ``line`` and ``reason``; each formula once per line.
    """
    evaluated = max((bundle["inline"]["evaluated"] for bundle in bundles), default=0)
    unread = {(u["line"], u["latex"]): u for bundle in bundles for u in bundle["inline"]["unread"]}
    return evaluated, [unread[key] for key in sorted(unread)]


def check_bundle(bundle):
    """Return a bundle as the gate wants it, or raise ``ValueError`` naming what is wrong."""
    if not isinstance(bundle, dict) or bundle.get("schema") != SCHEMA_VERSION:
        raise ValueError(f"evidence is not of schema {SCHEMA_VERSION}")
    keys = ("page", "source", "source_sha256", "modules", "versions", "records", "inline")
    missing = [key for key in keys if key not in bundle]
    for record in bundle.get("records", ()):
        missing += [
            f"{record.get('id', 'a record')}.{key}" for key in _RECORD_KEYS if key not in record
        ]
    if missing:
        raise ValueError(f"evidence lacks {', '.join(missing)}")
    return _finite(bundle)


_RECORD_KEYS = (
    *("id", "kind", "latex", "latex_sha256", "line", "verb", "passed", "level", "summary"),
    *("links", "strata", "seed", "sizes", "claim", "counterexample", "message"),
)


def _finite(value):
    """Replace infinities and NaN, which JSON does not have, by None."""
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
