"""A page as a notebook without outputs: it runs wherever the package is installed."""

import json

from .markdown import pieces

NOTE = {
    "zh": "> 需要安装 nndl-notes：`python -m pip install {requirement}`。"
    "单元格检验的是所装版本中这一页的公式，改动这里的文字不影响它们。",
    "en": "> Needs nndl-notes: `python -m pip install {requirement}`. "
    "The cells verify the formulas of this page as the installed version has them; "
    "editing the text here does not change them.",
}
REQUIREMENT = '"nndl-notes[notebooks] @ git+{repository}"'


def note(language, address, release, repository):
    """Return where a page comes from and what its cells need, as Markdown.

    Parameters
    ----------
    language : {"zh", "en", "both"}
    address : str
        Of the published page.
    release : str
        Version of the package.
    repository : str
        Address from which pip installs it.
    """
    requirement = REQUIREMENT.format(repository=repository)
    texts = NOTE.values() if language == "both" else [NOTE[language]]
    head = f"> [{address}]({address}) · nndl-notes {release}"
    return "\n>\n".join([head, *(text.format(requirement=requirement) for text in texts)])


def notebook(page, language, base, extras=None):
    """Return a page as a notebook (nbformat 4.5), the same every time.

    Parameters
    ----------
    page : Page
    language : {"zh", "en", "both"}
    base : str
        Address of the published site, with a final slash.
    extras : Extras, optional

    Returns
    -------
    dict
    """
    cells, text = [], []
    for piece in pieces(page, language, base, extras):
        if isinstance(piece, str):
            text.append(piece)
            continue
        cells += [_markdown_cell(text)] if text else []
        text = []
        cells.append(
            {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {},
                "outputs": [],
                "source": piece.code.splitlines(keepends=True),
            }
        )
    cells += [_markdown_cell(text)] if text else []
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def written(content):
    """Return a notebook as the text of its file."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _markdown_cell(texts):
    source = "\n\n".join(texts).splitlines(keepends=True)
    return {"cell_type": "markdown", "metadata": {}, "source": source}
