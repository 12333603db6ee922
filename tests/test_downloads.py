"""Pages to take away: plain Markdown, and a notebook that runs where the package is installed."""

import json
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient

from exported import BASE, LANGUAGES, ROOT, answer
from nndl_notes.export.markdown import Extras
from nndl_notes.export.notebook import note, notebook, written
from small_site import CONF, SmallSite, cell, equation, page, start


def downloaded(name, language="both"):
    extras = Extras(note("both", f"{BASE}x.html", "1.0", "https://example.org/r"), "Cite me.")
    return notebook(answer(name), language, BASE, extras)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["2-4", "4-6", "12-6", "alg-4-1", "quiz-choice", "convolution"])
def test_a_notebook_is_valid_and_written_as_jupyter_would(name, language):
    text = written(downloaded(name, language))
    assert text == written(downloaded(name, language))
    found = nbformat.reads(text, as_version=4)
    nbformat.validate(found)
    assert nbformat.writes(found) + "\n" == text
    assert not any(cell.get("outputs") for cell in found.cells)
    first, last = found.cells[0].source, found.cells[-1].source
    assert first.startswith("# ") and 'install "nndl-notes[notebooks] @ git+https' in first
    assert last.endswith("Cite me.")


@pytest.mark.site
def test_a_notebook_runs_as_it_is_away_from_the_sources(tmp_path, monkeypatch):
    monkeypatch.delenv("NNDL_NOTES_DOCS", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.setenv("JUPYTER_PATH", str(Path(sys.prefix, "share", "jupyter")))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    content = nbformat.reads(written(downloaded("8-1", "en")), as_version=4)
    result = NotebookClient(
        content, timeout=300, resources={"metadata": {"path": str(tmp_path)}}
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
