"""Pages as LaTeX documents, compiled: every formula, in every language.

``nox -s tex`` runs this with the system's TeX distribution (on Debian: texlive-xetex,
texlive-lang-chinese, texlive-latex-extra).
"""

import re
import shutil
import subprocess

import pytest
from matplotlib.figure import Figure

from exported import BASE, LANGUAGES, REGISTER, answer
from nndl_notes.export.markdown import Extras
from nndl_notes.export.outputs import CellOutput
from nndl_notes.export.reading import Cell, walk
from nndl_notes.export.tex import document

pytestmark = pytest.mark.tex
# English documents are for pdfLaTeX too, which Overleaf takes unless told otherwise.
CASES = [("xelatex", language) for language in LANGUAGES] + [("pdflatex", "en")]


@pytest.mark.parametrize(("engine", "language"), CASES)
@pytest.mark.parametrize("name", REGISTER)
def test_a_page_compiles(tmp_path, name, engine, language):
    if shutil.which(engine) is None:
        pytest.fail(f"there is no {engine} here", pytrace=False)
    page = answer(name)
    Figure().savefig(tmp_path / "figure.pdf")
    cells = [block for block in walk(page.blocks) if isinstance(block, Cell)]
    outputs = {c.number: CellOutput("α ≤ 1", ("figure.pdf",) if c.alt else ()) for c in cells}
    levels = dict.fromkeys(page.labels(), "measured")
    extras = Extras(r"\url{https://example.org/a_b}", "", levels, outputs)
    (tmp_path / "page.tex").write_text(document(page, language, BASE, extras), "utf-8")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    for _ in range(2):  # references are known the second time
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout[-3000:]
    log = (tmp_path / "page.log").read_text("utf-8", "replace")
    assert re.findall(r"Missing character.*|.* undefined.*|.*multiply.*", log) == []
