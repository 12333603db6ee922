"""Builds of a small site: the same bytes from each, and what they tell while they run."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from types import SimpleNamespace
from urllib.request import urlopen

import pytest
import sphinx.builders
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from sphinx.util.parallel import make_chunks

from nndl_notes.sphinxext.shares import runs, share
from processes import processes, wait_until
from small_site import CONF, PACKAGE, SmallSite, cell, equation, page, start

pytestmark = pytest.mark.site

INDEX = "# {zh}`首页` {en}`Home`\n\n```{toctree}\n:glob:\n\n*\n```\n"
LEDGER = "# {zh}`账本` {en}`Ledger`\n\n```{ledger}\n```\n"
FIGURE = """---
mystnb: {image: {alt: "一条曲线 · A curve"}}
---
import matplotlib.pyplot as plt
plt.plot([f(x) for x in range(5)]);"""
CAPTION = ":::{zh}\n图：一条曲线。\n:::\n:::{en}\nFigure: a curve.\n:::\n"
KERNEL = "c.InlineBackend.figure_formats = {'svg'}\nc.InlineBackend.print_figure_kwargs = "
KERNEL += "{'bbox_inches': 'tight', 'metadata': {'Date': None}}\n"


def write_sources(site):
    """Write two exercises with a figure each, and two pages without cells that show code."""
    for name in ("one", "two"):
        body = equation(f"{name}-nine", "f(3) = 9") + start(f"{name}.md", name)
        body += cell(f"page.check('{name}-nine', {{'f': f}})") + cell(FIGURE) + CAPTION
        site.write(f"docs/{name}.md", page(name, body))
    site.write("docs/index.md", INDEX)
    site.write("docs/ledger.md", LEDGER + "\n````text\n" + cell("1 + 1") + "````\n")
    site.write("docs/conf.py", CONF + "nndl_warm_kernels = True\n")
    site.write("matplotlibrc", "svg.hashsalt: small\n")
    site.write("ipython/profile_default/ipython_kernel_config.py", KERNEL)


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """Two cold builds, one by two processes: their folders and what they printed."""
    site = SmallSite(tmp_path_factory.mktemp("b"))
    write_sources(site)
    environment = os.environ | site.environment | {"MATPLOTLIBRC": str(site.root / "matplotlibrc")}
    found = []
    for jobs in ("1", "2"):
        out = site.root / f"html{jobs}"
        command = [sys.executable, "-m", "sphinx", "-j", jobs, str(site.docs), str(out)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr
        found.append((out, done.stdout))
    return found


# -- The same bytes ------------------------------------------------------------------------------

# The times of this build, which are nowhere else.
DIFFERENT = {"execution-times.html", "execution-times.json"}


def published(folder):
    """Return ``{path: bytes}`` of what a build publishes."""
    paths = [p for p in folder.rglob("*") if p.is_file() and ".doctrees" not in p.parts]
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


def test_two_cold_builds_give_the_same_bytes(builds):
    first, second = (published(folder) for folder, _ in builds)
    assert first.keys() == second.keys()
    assert {name for name in first if first[name] != second[name]} <= DIFFERENT
    assert {"one.html", "verification.json", "searchindex.js", "objects.inv"} <= first.keys()
    assert [name for name in first if name.endswith(".svg")]


# -- What they tell ------------------------------------------------------------------------------


@pytest.mark.parametrize("which", [0, 1])
def test_progress(builds, which):
    printed = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", builds[which][1])  # Sphinx colours and erases
    told = re.findall(r"^(\S+) executed in \d+\.\d s; (\d) to go after \d+ s$", printed, re.M)
    assert sorted(name for name, _ in told) == ["one", "two"]
    assert [left for _, left in told] == ["1", "0"]
    assert "2 page(s) executed" in printed
    slowest = re.findall(r"^ +(\d+\.\d) s  (\S+)$", printed, re.M)
    assert sorted(name for _, name in slowest) == ["one", "two"]
    assert slowest == sorted(slowest, key=lambda line: -float(line[0]))


def test_table_of_execution_times(builds):
    out, _ = builds[0]
    seconds = json.loads((out / "execution-times.json").read_text("utf-8"))
    assert seconds.keys() == {"one", "two"}
    html = BeautifulSoup((out / "execution-times.html").read_text("utf-8"), "html.parser")
    assert {a["href"] for a in html.select("td a")} == {"one.html", "two.html"}


# -- Shares of the pages -------------------------------------------------------------------------


@given(
    seconds=st.dictionaries(st.text("ab", min_size=1), st.floats(0.01, 9), min_size=1, max_size=60),
    readers=st.integers(2, 4),
)
def test_readers_end_together(seconds, readers):
    planned = runs(seconds, readers)
    assert sorted(name for run in planned for name in run) == sorted(seconds)
    free = [0.0] * readers
    for run in planned:
        free[free.index(min(free))] += sum(seconds[name] for name in run)
    # No order of pages does better than this by more than the longest page.
    assert max(free) <= sum(seconds.values()) / readers + max(seconds.values()) + 1e-9


def test_runs_are_few_and_become_shorter():
    planned = [len(run) for run in runs(dict.fromkeys(map(str, range(40)), 2.0), 2)]
    assert planned == [10, 7, 5, 4, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1]
    pages = {f"ch{n // 10}/{n % 10}": 2.0 if n % 10 > 5 else 0.05 for n in range(60)}
    executed = [sum(pages[name] == 2.0 for name in run) for run in runs(pages, 2)]
    assert executed[:3] == [6, 4, 3] and sum(executed) == 24


def test_sphinx_reads_in_the_runs_that_are_planned(tmp_path):
    assert "make_chunks" in sphinx.builders.Builder._read_parallel.__code__.co_names
    (tmp_path / "page.md").write_text("# Page\n", "utf-8")
    names = [f"p{n}" for n in range(40)]
    app = SimpleNamespace(parallel=2, outdir=tmp_path)
    env = SimpleNamespace(doc2path=lambda name: tmp_path / "page.md")
    share(app, env, names)
    planned = [len(run) for run in sphinx.builders.make_chunks(names, 2)]
    assert planned == [10, 7, 5, 4, 3, 2, 2, *[1] * 7]
    assert sphinx.builders.make_chunks(list(names), 2) == make_chunks(names, 2)


# -- The edit loop -------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path, monkeypatch):
    """A process that serves a built site, its address, and what its processes have in common."""
    site = SmallSite(tmp_path)
    write_sources(site)
    marker = f"SERVED={tmp_path}"
    command = [sys.executable, str(PACKAGE / "sphinxext" / "serve.py"), "--port", "0", "-q"]
    process = subprocess.Popen(
        [*command, "--watch", str(site.root / "src"), str(site.docs), str(site.out)],
        env=os.environ | site.environment | {"SERVED": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    with process:
        try:
            line = process.stdout.readline()
            yield site, process, re.fullmatch(r"built in .* s, status 0: (.*)\n", line)[1], marker
        finally:
            process.kill()
    wait_until(lambda: not processes(marker))


def get(address):
    with urlopen(address, timeout=120) as answer:
        return answer.read().decode()


def test_a_saved_page_is_in_the_browser(served):
    """A browser that waits is told; the page is executed, with the package as it is now."""
    site, process, address, _ = served
    assert "English." in get(f"{address}one.html")
    assert "/_built" in get(address)
    assert get(f"{address}_built?") == "1"
    waiting = []
    thread = threading.Thread(target=lambda: waiting.append(get(f"{address}_built?1")))
    thread.start()
    site.write("docs/one.md", (site.docs / "one.md").read_text("utf-8").replace("English", "New"))
    thread.join()
    assert waiting == ["2"]
    assert "New." in get(f"{address}one.html")

    assert "status 0" in process.stdout.readline()

    site.write("src/nndl_notes/square.py", "def f(x):\n    return x + x\n")
    assert "status 1" in process.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_stays_of_the_server(served, number):
    _, process, _, marker = served
    wait_until(lambda: any(b"zygote" in command for command in processes(marker)))
    process.send_signal(number)
    process.wait(60)
    wait_until(lambda: not processes(marker))
