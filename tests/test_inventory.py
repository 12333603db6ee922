"""Another Sphinx project links an exercise, an equation and a box by ``objects.inv``."""

import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.util.inventory import InventoryFile

from small_site import PROSE, SmallSite, cell, equation, page, start

pytestmark = pytest.mark.site

HOME = "https://example.org/notes/"
INDEX = """\
# {zh}`首页` {en}`Home`

```{toctree}
ch02/2-1
algorithms/alg-4-1
notes
```
"""
EXERCISE = page(
    "2-1",
    equation("2-1-nine", "f(3) = 9")
    + equation("2-1-four", "f(2) = 4")
    + "::::{refuted} 2-1-wrong\n" + PROSE + equation("2-1-wrong", "f(2) = 5") + "::::\n\n"
    + "::::{argued} 2-1-why\n" + PROSE + "::::\n\n"
    + start("ch02/2-1.md", "2-1")
    + cell("page.check('2-1-nine', {'f': f})\npage.check('2-1-four', {'f': f})")
    + cell("page.show(page.run('refute', '2-1-wrong', {'f': f}))"),
)
ALGORITHM = page(
    "alg-4-1",
    equation("alg-4-1-a", "f(1) = 1")
    + start("algorithms/alg-4-1.md", "alg-4-1")
    + cell("page.check('alg-4-1-a', {'f': f})"),
)
NOTES = """\
(notes)=
# {zh}`笔记` {en}`Notes`

:::{zh}
见 {ref}`ex-2-1`、{ref}`2-1-why` 与 {eq}`2-1-nine`。
:::
:::{en}
See {ref}`ex-2-1`, {ref}`2-1-why` and {eq}`2-1-nine`.
:::
"""

# What a reader of the other project sees, and where it leads.
LINKS = {
    "ex-2-1": ("NNDL 2-1", "ch02/2-1.html#ex-2-1"),
    "2-1-nine": ("NNDL 2-1 (1)", "ch02/2-1.html#2-1-nine"),
    "2-1-four": ("NNDL 2-1 (2)", "ch02/2-1.html#2-1-four"),
    "2-1-wrong": ("NNDL 2-1 (3)", "ch02/2-1.html#2-1-wrong"),
    "2-1-why": ("NNDL 2-1-why", "ch02/2-1.html#2-1-why"),
    "alg-4-1-a": ("NNDL Alg. 4.1 (1)", "algorithms/alg-4-1.html#alg-4-1-a"),
    "notes": ("笔记 Notes", "notes.html#notes"),
    "A7BC": ("NNDL 2-1", "ch02/2-1.html#ex-2-1"),
    "9XYZ": ("NNDL 2-1 (1)", "ch02/2-1.html#2-1-nine"),
}
TAGS = """\
[tags]
A7BC = "2-1"
9XYZ = "2-1-nine"
"""
CONF = """
extensions = ["myst_parser", "sphinx.ext.intersphinx"]
project = "lecture"
html_theme = "basic"
intersphinx_mapping = {{"nndl": ("{home}", "{inventory}")}}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = SmallSite(tmp_path_factory.mktemp("inventory"))
    site.write("docs/index.md", INDEX)
    site.write("docs/ch02/2-1.md", EXERCISE.replace("# {zh}`习题", "(ex-2-1)=\n# {zh}`习题", 1))
    site.write("docs/algorithms/alg-4-1.md", ALGORITHM)
    site.write("docs/notes.md", NOTES)
    site.write("docs/tags.toml", TAGS)
    status, errors, _ = site.build("-W")
    assert status == 0, errors
    return site


def links(path):
    html = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    return {a["href"]: a.get_text() for a in html.select("div.body a.reference.external")}


@pytest.fixture(scope="module")
def lecture(site, tmp_path_factory):
    """Build another project that knows nothing of ours but the inventory."""
    root = tmp_path_factory.mktemp("lecture")
    inventory = (site.out / "objects.inv").as_posix()
    (root / "conf.py").write_text(CONF.format(home=HOME, inventory=inventory), "utf-8")
    names = list(LINKS)
    rst = [f":external+nndl:ref:`{name}`" for name in names]
    rst.append(":ref:`in our words <nndl:2-1-four>`")
    (root / "index.rst").write_text(
        "Lecture\n=======\n\n" + "\n\n".join(rst) + "\n\n.. toctree::\n\n   other\n", "utf-8"
    )
    myst = [f"{{external+nndl:std:ref}}`{name}`" for name in names]
    myst.append("[in our words](inv:nndl:std:label#2-1-four)")
    (root / "other.md").write_text("# Other\n\n" + "\n\n".join(myst) + "\n", "utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", str(root), str(root / "html")],
        capture_output=True,
        text=True,
        cwd=root,
    )
    assert result.returncode == 0, result.stderr
    return root / "html"


@pytest.mark.parametrize("name", LINKS)
def test_another_project_links_it(lecture, name):
    shown, address = LINKS[name]
    if name == "2-1-four":  # also linked in the other author's words
        shown = "in our words"
    assert links(lecture / "index.html")[HOME + address] == shown
    assert links(lecture / "other.html")[HOME + address] == shown


def test_names_for_guests_tell_exercise_and_number(site):
    with Path(site.out, "objects.inv").open("rb") as stream:
        labels = InventoryFile.loads(stream.read(), uri="").data["std:label"]
    found = {name: (labels[name].display_name, labels[name].uri) for name in LINKS}
    assert found == LINKS


def test_every_label_leads_to_an_anchor(site):
    with Path(site.out, "objects.inv").open("rb") as stream:
        labels = InventoryFile.loads(stream.read(), uri="").data["std:label"]
    for item in labels.values():
        path, _, anchor = item.uri.partition("#")
        if anchor:
            html = BeautifulSoup((site.out / path).read_text("utf-8"), "html.parser")
            assert html.find(id=anchor) is not None, item.uri


def test_on_the_site_links_say_what_they_said(site):
    html = BeautifulSoup((site.out / "notes.html").read_text("utf-8"), "html.parser")
    shown = [a.get_text() for a in html.select("div.body div.zh a.reference.internal")]
    assert shown == ["习题 2-1", "2-1-why", "习题 2-1 (1)"]
