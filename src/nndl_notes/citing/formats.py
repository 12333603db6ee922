"""The forms in which a citation is copied.

Each is a function of a citation, a language and the day of access.  A page has them as templates,
made by giving the functions words in ``{{…}}``, which its script replaces; nothing that is replaced
needs quoting in any of the forms.
"""

import json
from dataclasses import replace

from .citation import AUTHOR, LANGUAGES

# What a template leaves open: what differs between the answer and its equations, and today.
OPEN = ("name", "tag", "part", "url", "levels", "digest", "latex", "accessed")
_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
        **{mark: f"\\{mark}" for mark in "&%$#_{}"}}


def bibtex(cited, language, accessed):
    """Return an entry for BibTeX and biblatex, as the styles for GB/T 7714 read it too."""
    year, month, _ = _day(cited.date)
    fields = {
        "author": f"{{{_tex(AUTHOR[language])}}}",
        "title": f"{{{_tex(cited.title[language])}}}{cited.part[language]}",
        "year": year,
        "month": month,
        "version": cited.version,
        "url": cited.url,
        "urldate": accessed,
        "language": {"zh": "chinese", "en": "english"}[language],
        "note": _note(cited, language),
    }
    lines = [f"  {name:8} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@online{{nndl-notes:{cited.tag},", *lines, "}"])


def gbt7714(cited, language, accessed):
    """Return an electronic resource as GB/T 7714 numbers them (顺序编码制)."""
    edition = {"zh": f"版本 {cited.version}", "en": f"version {cited.version}"}[language]
    mark = {"zh": "（{}）", "en": " ({})"}[language].format(_note(cited, language))
    updated = f"({cited.date})" if cited.date else ""
    return (f"{AUTHOR[language]}. {cited.title[language]}{cited.part[language]}{mark}[EB/OL]. "
            f"{edition}. {updated}[{accessed}]. {cited.url}.")


def markdown(cited, language, accessed):
    """Return a link."""
    text = f"{cited.title[language]}{cited.part[language]}"
    return f"[{text}]({cited.url}){_bracketed(cited, language, accessed)}"


def latex(cited, language, accessed):
    """Return the equation with its source in a footnote, or a sentence with the address."""
    words = f"{_tex(cited.title[language])}{cited.part[language]}"
    source = rf"{words}{_bracketed(cited, language, accessed)}: \url{{{cited.url}}}"
    if cited.kind != "equation":
        return source
    return "\n".join([r"\begin{equation}", rf"\label{{nndl:{cited.name}}}", cited.latex,
                      r"\end{equation}", rf"\footnote{{{source}}}"])


def csl_json(cited, language, accessed):
    """Return an item for citation processors (Zotero, pandoc)."""
    item = {
        "id": f"nndl-notes:{cited.tag}",
        "type": "webpage",
        "title": f"{cited.title[language]}{cited.part[language]}",
        "author": [{"literal": AUTHOR[language]}],
        "container-title": "nndl-notes",
        "issued": {"date-parts": [[int(part) for part in _day(cited.date) if part]]},
        "accessed": {"raw": accessed},
        "URL": cited.url,
        "version": cited.version,
        "language": {"zh": "zh-CN", "en": "en"}[language],
        "note": _note(cited, language),
    }
    if not cited.date:
        del item["issued"]
    return _array([item])


def plain(cited, language, accessed):
    """Return a sentence."""
    return (f"{cited.title[language]}{cited.part[language]}"
            f"{_bracketed(cited, language, accessed)}{_comma(language)}{cited.url}")


FORMATS = {
    "bibtex": bibtex,
    "gbt7714": gbt7714,
    "markdown": markdown,
    "latex": latex,
    "csl-json": csl_json,
    "plain": plain,
}


def together(name, texts):
    """Return citations of one form as one text: CSL-JSON is one array, others have an empty line
    between two.

    Parameters
    ----------
    name : str
        One of `FORMATS`.
    texts : list of str
        As that form gives them.
    """
    if name != "csl-json":
        return "\n\n".join(texts)
    return _array([item for text in texts for item in json.loads(text)])


def templates(cited):
    """Return every form with what differs within a page left open, for the page's script.

    Parameters
    ----------
    cited : Citation
        Of the page's answer.

    Returns
    -------
    dict
        Language to name of the form to text with ``{{name}}``; ``latex-equation`` is the form
        ``latex`` of an equation.
    """
    opened = {name: f"{{{{{name}}}}}" for name in OPEN}
    accessed = opened.pop("accessed")
    for name in ("part", "levels"):
        opened[name] = dict.fromkeys(LANGUAGES, opened[name])
    answer = replace(cited, **opened, kind="answer")
    equation = replace(cited, **opened, kind="equation")
    return {
        language: {name: form(answer, language, accessed) for name, form in FORMATS.items()}
        | {"latex-equation": latex(equation, language, accessed)}
        for language in LANGUAGES
    }


def _note(cited, language):
    """Return tag, verdicts and digest, and the commit if it is known."""
    parts = {
        "zh": [f"标签 {cited.tag}", cited.levels["zh"], f"证据 {cited.digest}",
               cited.commit and f"提交 {cited.commit}"],
        "en": [f"tag {cited.tag}", cited.levels["en"], f"evidence {cited.digest}",
               cited.commit and f"commit {cited.commit}"],
    }[language]
    return {"zh": "；", "en": "; "}[language].join(filter(None, parts))


def _bracketed(cited, language, accessed):
    known = f"nndl-notes {cited.version}"
    if language == "zh":
        dated = cited.date and f"，{cited.date}"
        return f"（{known}{dated}；{_note(cited, language)}；访问于 {accessed}）"
    dated = cited.date and f", {cited.date}"
    return f" ({known}{dated}; {_note(cited, language)}; accessed {accessed})"


def _array(items):
    return json.dumps(items, ensure_ascii=False, indent=1)


def _comma(language):
    return {"zh": "，", "en": ", "}[language]


def _tex(words):
    return "".join(_TEX.get(mark, mark) for mark in words)


def _day(date):
    return date.split("-") if date else ("", "", "")
