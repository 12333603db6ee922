"""Evidence records: what a build keeps of each verification, in plain data."""

import platform
import sys
from importlib import metadata

from .modules import PACKAGE, sha256
from .source import digest

MIME_TYPE = "application/vnd.nndl-notes.evidence+json"
SCHEMA_VERSION = 1
VERSIONED = ("numpy", "scipy", "sympy", "mpmath", PACKAGE)


def versions():
    """Return the versions of Python and of what a result depends on."""
    found = {"python": platform.python_version()}
    for name in VERSIONED:
        found[name] = metadata.version(name)
    return found


def loaded_modules():
    """Return ``{module: SHA-256}`` of the package's modules loaded in this process."""
    return {name: sha256(module.__file__) for name, module in sorted(sys.modules.items())
            if (name == PACKAGE or name.startswith(PACKAGE + "."))
            and getattr(module, "__file__", None)}


def bundle(page, records, evaluated=0, unread=()):
    """Return the JSON object that a cell emits."""
    return {
        "schema": SCHEMA_VERSION, "page": page.id, "source": page.relative_path,
        "source_sha256": page.source.sha256, "modules": loaded_modules(),
        "versions": versions(), "records": records,
        "inline": {"evaluated": evaluated, "unread": list(unread)},
    }


def record(report, *, id, kind, latex, line, verb, level, seed=0, claim=None, summary=None):
    """Return the record of one claim.

    Parameters
    ----------
    report : Report
    id, kind, latex, verb, level : str
        See the schema, ``verification.schema.json``.
    line : int
    seed : int
    claim : str, optional
        Identifier of the published claim that is refuted.
    summary : dict, optional
        Evidence in words, ``{"zh": …, "en": …}``; derived from the report by default.
    """
    refuted = verb == "refute"
    example = report.counterexample if refuted and report.passed else None
    return {
        "id": id, "kind": kind, "latex": latex, "latex_sha256": digest(latex), "line": line,
        "verb": verb, "passed": report.passed, "level": level if report.passed else None,
        "summary": summary or summarise(report, verb),
        "links": [{"relation": link.relation, "passed": link.passed, "gap": link.gap,
                   "tolerance": link.tolerance, "instances": link.instances}
                  for link in report.links],
        "strata": report.strata, "seed": seed, "sizes": report.sizes, "claim": claim,
        "counterexample": None if example is None else _example(example),
        "message": report.message,
    }


def _example(example):
    if example.shape_error:
        zh = f"形状不符，等式两边无法计算：{example.shape_error}"
        en = f"The shapes do not fit: {example.shape_error}"
    else:
        zh = "在这个实例上，所写的关系不成立。"
        en = "On this instance the relation fails."
    return {"zh": zh, "en": en, "left": example.left, "right": example.right,
            "instance": example.instance}


_STRATA = {"generic": "一般", "near zero": "近零", "saturated": "饱和", "symbolic": "符号"}


def summarise(report, verb):
    """Say in both languages what was compared and how well it agreed."""
    if not report.passed:
        return {"zh": "验证失败。", "en": "Verification failed."}
    if verb == "refute":
        return {"zh": "找到反例，结论不成立。", "en": "Refuted by a counterexample."}
    bounds = [link for link in report.links if link.slack is not None]
    if verb == "prove" and bounds:
        return {"zh": "两边之差经符号计算：等式恒为零，不等式的符号恒定。",
                "en": "The difference of the two sides, symbolically, is identically zero in "
                      "equations and of constant sign in inequalities."}
    if verb == "prove":
        return {"zh": "两边之差经符号计算恒为零。",
                "en": "The difference of the two sides is identically zero, symbolically."}
    if report.exact:
        return {"zh": "两边都是数，用有理数精确计算，完全相等。",
                "en": "Both sides are numbers; exact rational arithmetic gives equality."}
    strata = "、".join(f"{_STRATA.get(s, s)} {t['accepted']}" for s, t in report.strata.items())
    named = ", ".join(f"{s} {t['accepted']}" for s, t in report.strata.items())
    gaps = [link.gap for link in report.links if link.gap is not None]
    zh = f"在随机实例上比较两边（{strata}）"
    en = f"The sides were compared on random instances ({named})"
    if gaps:
        zh += f"，最大相对误差 {max(gaps):.1e}"
        en += f"; largest relative gap {max(gaps):.1e}"
    if any(link.attained for link in bounds):
        zh += "；不等式另以边界实例验证取等"
        en += "; equality is attained on a declared boundary case"
    if not all(link.attained for link in bounds):
        zh += "；声明有不等式不取等号"
        en += "; some inequality is declared not to be attained"
    if any(link.hunted for link in report.links):
        zh += "，并用优化搜索反例未果"
        en += ", and a search for a counterexample found none"
    return {"zh": zh + "。", "en": en + "."}
