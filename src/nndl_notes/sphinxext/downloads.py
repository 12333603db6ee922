"""Every page with cells to take away: as a notebook without outputs, and as plain Markdown.

Both lie beside the page, ``ch02/2-4.ipynb`` and ``ch02/2-4.md``.  The notebook runs as it is
wherever the package is installed.
"""

from pathlib import Path

import nbformat
from myst_nb.core.read import read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig

from . import answers, statements
from .plain_markdown import convert

TITLES = {**statements.TITLES, "answer": answers.TITLE}
NOTE = """\
> [{address}]({address}) · nndl-notes {release}
>
> 需要安装 nndl-notes：`python -m pip install {requirement}`。\
单元格检验的是所装版本中这一页的公式，改动这里的文字不影响它们。
>
> Needs nndl-notes: `python -m pip install {requirement}`. \
The cells verify the formulas of this page as the installed version has them; \
editing the text here does not change them."""
REQUIREMENT = '"nndl-notes[notebooks] @ git+{repository}"'
BUTTONS = (
    (".ipynb", "fas fa-code", "下载笔记本 · Download as a notebook", "download-notebook-button"),
    (".md", "fas fa-file", "下载 Markdown · Download as Markdown", "download-source-button"),
)


def notebook(text, docname, base, note, extensions):
    """Return a page as a notebook of plain Markdown and code, the same in every build.

    Parameters
    ----------
    text : str
        The source of the page.
    docname : str
    base : str
        Address of the published site, with a final slash.
    note : str
        Markdown that follows the title.
    extensions : iterable of str
        MyST's extensions of Markdown.

    Returns
    -------
    nbformat.NotebookNode
    """
    page = read_myst_markdown_notebook(text, MdParserConfig(enable_extensions=set(extensions)))
    cells = []
    for cell in page.cells:
        if cell.cell_type == "code":
            cells.append(nbformat.v4.new_code_cell(cell.source))
            continue
        plain = convert(cell.source, TITLES, docname, base)
        if not cells:
            title, _, rest = plain.partition("\n")
            plain = f"{title}\n\n{note}\n{rest}"
        cells.append(nbformat.v4.new_markdown_cell(plain))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def note(app, docname):
    """Return where a page comes from and what it needs, as Markdown."""
    repository = app.config.html_theme_options.get("repository_url", "")
    return NOTE.format(
        address=app.config.html_baseurl + app.builder.get_target_uri(docname),
        release=app.config.release,
        requirement=REQUIREMENT.format(repository=repository),
    )


def markdown(page):
    """Return a notebook as one text."""
    parts = [
        cell.source if cell.cell_type == "markdown" else f"```python\n{cell.source}\n```"
        for cell in page.cells
    ]
    return "\n\n".join(parts) + "\n"


def offer(app, pagename, templatename, context, doctree):
    """Write the two files of a page, and let the theme's download button lead to them."""
    if doctree is None or not app.env.metadata.get(pagename, {}).get("exercise"):
        return
    page = notebook(
        Path(app.env.doc2path(pagename)).read_text("utf-8"),
        pagename,
        app.config.html_baseurl,
        note(app, pagename),
        app.config.myst_enable_extensions,
    )
    path = Path(app.outdir, pagename)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(f"{path.name}.ipynb").write_text(nbformat.writes(page) + "\n", "utf-8")
    path.with_name(f"{path.name}.md").write_text(markdown(page), "utf-8")
    for group in context.get("header_buttons", ()):
        if group.get("label") == "download-buttons":
            kept = [b for b in group["buttons"] if b["label"] == "download-pdf-button"]
            name = pagename.rpartition("/")[2]
            group["buttons"] = [
                {
                    "type": "link",
                    "url": name + suffix,
                    "text": suffix,
                    "icon": icon,
                    "tooltip": tooltip,
                    "label": label,
                }
                for suffix, icon, tooltip, label in BUTTONS
            ] + kept


def setup(app):
    """Offer the files after the theme has made its buttons."""
    app.connect("html-page-context", offer, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
