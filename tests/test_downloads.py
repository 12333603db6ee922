"""Pages to take away: plain Markdown, and a notebook that runs where the package is installed."""

import json
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient

from nndl_notes.sphinxext.downloads import markdown, notebook
from nndl_notes.sphinxext.plain_markdown import convert
from small_site import CONF, SmallSite, cell, equation, page, start

ROOT = Path(__file__).parents[1]
BASE = "https://example.org/notes/"
EXTENSIONS = ["attrs_inline", "colon_fence", "deflist", "dollarmath", "fieldlist"]
TITLES = {"refuted": {"zh": "已驳", "en": "Refuted"}}
REGISTER = tomllib.loads((ROOT / "docs" / "registry.toml").read_text("utf-8"))["exercises"]


@pytest.mark.parametrize(
    ("myst", "plain"),
    [
        (":::{zh}\n中文。\n:::\n:::{en}\nEnglish.\n:::", "中文。\n\nEnglish."),
        ("# {zh}`题` {en}`Exercise`", "# 题 · Exercise"),
        ("(ex-2-4)=\n# {zh}`题` {en}`E`", "# 题 · E"),
        ("设 {given}`b = 0`，即 {math}`c`。", "设 $b = 0$，即 $c$。"),
        ("{han}`术语`", "术语"),
        ("```{math}\n:label: 2-4-a\na = b\n```", "$$\na = b\n\\tag{2-4-a}\n$$"),
        (
            "```{math}\n:class: illustration\n\na &= b \\\\\n  &= c\n```",
            "$$\n\\begin{aligned}a &= b \\\\\n  &= c\\end{aligned}\n$$",
        ),
        (
            "::::{refuted} 2-4-b\n:::{zh}\n错。\n:::\n:::{en}\nNo.\n:::\n::::",
            "**已驳 · Refuted**\n\n错。\n\nNo.",
        ),
        ("```text\n:::{zh}\n(a)=\n```", "```text\n:::{zh}\n(a)=\n```"),
        ("[2-2](2-2.md), [c](../cite.md#how)", f"[2-2]({BASE}ch02/2-2.html), "
         f"[c]({BASE}cite.html#how)"),
        ("[here](#a-b), [out](https://x.org/y.md)",
         f"[here]({BASE}ch02/2-4.html#a-b), [out](https://x.org/y.md)"),
        ("[data](../verification.json)", f"[data]({BASE}verification.json)"),
        ("由 {eq}`2-4-a`，见 {ref}`岭 <ex-2-4>`", "由 (2-4-a)，见 岭"),
    ],
)
def test_mark_up_becomes_plain(myst, plain):
    assert convert(myst, TITLES, "ch02/2-4", BASE) == plain


def downloaded(name):
    source = REGISTER[name]["path"]
    text = (ROOT / "docs" / source).read_text("utf-8")
    return notebook(text, source.removesuffix(".md"), BASE, "> A note.", EXTENSIONS)


@pytest.mark.parametrize("name", REGISTER)
def test_nothing_of_myst_is_left_in_a_page(name):
    text = markdown(downloaded(name))
    lines = text.splitlines()
    assert lines[0].startswith("# ") and lines[2] == "> A note."
    assert [line for line in lines if ":::" in line or "{math}" in line or "{zh}" in line] == []
    assert "exercise:" not in text and "mystnb" not in text
    assert text.count("\n$$\n") % 2 == 0


def test_a_notebook_is_valid_and_the_same_in_every_build():
    first, second = downloaded("2-4"), downloaded("2-4")
    nbformat.validate(first)
    assert nbformat.writes(first) == nbformat.writes(second)
    assert not any(cell.get("outputs") for cell in first.cells)


@pytest.mark.site
def test_a_notebook_runs_as_it_is_away_from_the_sources(tmp_path, monkeypatch):
    monkeypatch.delenv("NNDL_NOTES_DOCS", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.setenv("JUPYTER_PATH", str(Path(sys.prefix, "share", "jupyter")))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    result = NotebookClient(
        downloaded("8-1"), timeout=300, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    outputs = [output for cell in result.cells for output in cell.get("outputs", ())]
    bundles = [
        output["data"]["application/vnd.nndl-notes.evidence+json"]
        for output in outputs
        if "application/vnd.nndl-notes.evidence+json" in output.get("data", {})
    ]
    assert sum(len(bundle["records"]) for bundle in bundles) > 5
    assert all(record["passed"] for bundle in bundles for record in bundle["records"])


@pytest.mark.site
def test_the_page_offers_both(tmp_path):
    site = SmallSite(tmp_path)
    theme = """
html_theme = "sphinx_book_theme"
html_baseurl = "https://example.org/notes/"
"""
    site.write("docs/conf.py", CONF.replace('html_theme = "basic"', theme))
    site.write("docs/index.md", "# {zh}`首页` {en}`Home`\n\n```{toctree}\nch02/2-1\n```\n")
    site.write("docs/registry.toml", '[exercises.2-1]\npath = "ch02/2-1.md"\n')
    body = equation("2-1-nine", "f(3) = 9") + start("ch02/2-1.md", "2-1")
    site.write("docs/ch02/2-1.md", page("2-1", body + cell("page.check('2-1-nine', {'f': f})")))
    status, errors, _ = site.build("-W")
    assert status == 0, errors
    html = BeautifulSoup((site.out / "ch02" / "2-1.html").read_text("utf-8"), "html.parser")
    links = [a["href"] for a in html.select(".dropdown-download-buttons a")]
    assert links == ["2-1.ipynb", "2-1.md"]
    found = json.loads((site.out / "ch02" / links[0]).read_text("utf-8"))
    assert [cell["cell_type"] for cell in found["cells"]] == ["markdown", "code", "code"]
    text = (site.out / "ch02" / links[1]).read_text("utf-8")
    assert "https://example.org/notes/ch02/2-1.html" in text
    assert "```python\npage.check(" in text
