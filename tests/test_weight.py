"""The budget: what pages cost to load, on a small site with the real theme and configuration."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nndl_notes.sphinxext import icons
from nndl_notes.sphinxext.weight import COLLECTIONS, LIMITS, Scales, Weight, complaints, table

ROOT = Path(__file__).parents[1]

INDEX = """\
# {zh}`首页` {en}`Home`

```{toctree}
page
```
"""
PAGE = """\
---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---
# {zh}`一页` {en}`A page`

:::{zh}
设 $\\hat{x}$。
:::
:::{en}
Let $\\hat{x}$ be given.
:::

```{code-cell}
---
mystnb:
  image:
    alt: "A line"
---
import matplotlib.pyplot as plt

figure, axes = plt.subplots()
axes.plot([0, 1], [0, 1])
plt.show()
```
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build two pages as the site is built; return the folder."""
    folder = tmp_path_factory.mktemp("site")
    docs, out = folder / "docs", folder / "html"
    docs.mkdir()
    (docs / "index.md").write_text(INDEX, "utf-8")
    (docs / "page.md").write_text(PAGE, "utf-8")
    (docs / "registry.toml").write_text("[exercises]\n", "utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-c", str(ROOT)]
    result = subprocess.run(
        [*command, "-d", str(folder / "doctrees"), str(docs), str(out)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "JUPYTER_PLATFORM_DIRS": "1"},
    )
    assert result.returncode == 0, result.stderr
    return out


@pytest.fixture(scope="module")
def weights(site):
    scales = Scales(site)
    pages = ("index.html", "page.html", "genindex.html", "search.html")
    return {page: scales.weigh(page) for page in pages}


@pytest.mark.site
def test_pages_keep_to_the_budget(weights):
    print(table(weights))
    over = {page: found for page, weight in weights.items() if (found := complaints(weight))}
    assert over == {}, f"\n{table(weights)}"


@pytest.mark.site
def test_the_figure_is_weighed(weights):
    (figure,) = [name for name in weights["page.html"].loads if name.startswith("_images/")]
    assert weights["page.html"].loads[figure] > 1000
    assert weights["page.html"].next > weights["page.html"].loads[figure]


@pytest.mark.site
def test_pages_load_font_and_icons_but_neither_search_nor_the_icon_script(weights):
    loads = weights["page.html"].loads
    assert 20_000 < loads["_static/nndl-maths.js"] < 65_000
    fonts = [size for name, size in loads.items() if name.endswith(".woff2")]
    assert len(fonts) == 3
    assert sum(fonts) < 10_000
    assert not [name for name in loads if re.search("search(index|tools)|fontawesome.js", name)]


@pytest.mark.site
def test_nothing_is_published_that_no_page_loads(site):
    names = [path.name for path in site.rglob("*") if path.is_file()]
    stray = re.compile(r".*\.map|.*webpack-macros\.html|fontawesome\.js.*")
    assert [name for name in names if stray.fullmatch(name)] == []


@pytest.mark.site
def test_icons_that_are_shown_are_in_the_fonts(site):
    from fontTools.ttLib import TTFont

    static = site / "_static"
    fonts = [set(TTFont(path).getBestCmap()) for path in sorted(static.glob(icons.FONTS))]
    pages = [site / "index.html", site / "page.html"]
    wanted = icons.used(static, pages)
    assert {0xF002, 0xF0C9, 0xF09B, 0xF053} - wanted == {0xF053}  # search, bars, github; no chevron
    assert wanted - set().union(*fonts) == set()
    assert sum(map(len, fonts)) < 100


@pytest.fixture
def folder(tmp_path):
    """A site of one page, whose scripts and pictures cannot be compressed."""
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "a.js").write_bytes(os.urandom(2000))
    (tmp_path / "_static" / "a.css").write_text("p{background:url('b.png')} i{src:url(data:,x)}")
    (tmp_path / "_static" / "b.png").write_bytes(os.urandom(300))
    (tmp_path / "figure.png").write_bytes(os.urandom(500))
    (tmp_path / "a.html").write_text(
        '<link rel="stylesheet" href="_static/a.css?v=1"><link rel="next" href="b.html">'
        '<script src="_static/a.js"></script><script src="_static/a.js?x"></script>'
        '<img src="figure.png"/><noscript><img src="d.png"></noscript>'
        '<a href="c.html">c</a><img src="data:,x">' + "abc" * 1000
    )
    return tmp_path


def test_a_page_loads_what_it_names_once(folder):
    weight = Scales(folder).weigh("a.html")
    assert sorted(weight.loads) == [
        "_static/a.css",
        "_static/a.js",
        "_static/b.png",
        "a.html",
        "figure.png",
    ]
    assert weight.loads["_static/a.js"] == 2000
    assert weight.loads["a.html"] < 400  # of 3 kB
    assert weight.next == weight.loads["a.html"] + 500
    assert weight.first == weight.next + 2300 + weight.loads["_static/a.css"]


def test_a_page_names_a_file_that_is_not_there(folder):
    (folder / "figure.png").unlink()
    with pytest.raises(FileNotFoundError, match="figure"):
        Scales(folder).weigh("a.html")


def test_another_host_is_found(folder):
    page = folder / "a.html"
    page.write_text(page.read_text() + '<script src="https://cdn.example.org/x.js"></script>')
    (complaint,) = complaints(Scales(folder).weigh("a.html"))
    assert complaint == "loads https://cdn.example.org/x.js from another host"


def test_too_heavy_a_page_is_found_with_what_is_heavy():
    loads = {"_static/a.css": 190_000, "a.html": 10_000, "figure.svg": 60_000}
    weight = Weight(LIMITS["first"] + 10_000, LIMITS["next"] + 10_000, loads, [])
    first, second = complaints(weight)
    assert complaints(weight, COLLECTIONS) == []
    assert first.startswith("weighs 260.0 kB on the first visit, 250 kB is the limit")
    assert "figure.svg 60.0" in first
    assert second.startswith("weighs 70.0 kB on the next visit, 60 kB is the limit")
    assert second.endswith("the heaviest: figure.svg 60.0, a.html 10.0")


def test_the_table_begins_with_the_heaviest_page():
    lines = table({"a": Weight(1000, 500, {}, []), "b": Weight(2000, 100, {}, [])}).splitlines()
    assert [line.split()[-1] for line in lines[1:]] == ["b", "a"]
    assert lines[1].split() == ["2.0", "0.1", "b"]
