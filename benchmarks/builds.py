"""Cold builds and the edit loop: this project's warm kernels beside stock MyST-NB.

Run ``python benchmarks/builds.py`` in an environment with the project's ``docs`` group: about
twenty minutes on two cores, or less with ``--sizes 10 20``.  Each site of generated pages (NumPy,
SymPy and Matplotlib imported, one identity, one small plot) is built from nothing by

stock
    MyST-NB with ``nb_execution_mode = "force"``, ordinary kernels and ``-j auto``;
warm
    the same with warm kernels and the runs of pages that this project's extension adds;

one after the other, so that what else the machine does slows both.  The floor is the computing of
the cells in one process that has imported everything, one page after the other, plus a build that
executes nothing.  Compare ratios, not seconds, between machines; on a busy machine those of the
processors' time, in the second table, are the ones to trust.  Nothing fails on a time.
"""

import argparse
import filecmp
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from nndl_notes.kernels.server import MODULES, PINNED
from nndl_notes.sphinxext import serve

CONF = """
extensions = ["myst_nb", *{extensions}]
project, html_theme = "benchmark", "sphinx_book_theme"
nb_execution_mode, nndl_warm_kernels = "{mode}", True
nndl_warm_modules = {modules}
nb_execution_raise_on_error, nb_execution_timeout = True, 300
suppress_warnings = ["config.cache", "myst-nb.lexer"]
"""
MODULES_USED = [name for name in MODULES if not name.startswith("scipy")]
BUILDS = {
    "stock": CONF.format(extensions=[], modules=[], mode="force"),
    "warm": CONF.format(
        extensions=["nndl_notes.sphinxext.warm", "nndl_notes.sphinxext.shares"],
        modules=MODULES_USED,
        mode="force",
    ),
    "rendering": CONF.format(extensions=[], modules=[], mode="off"),
}
HEADER = """\
---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---
"""
CELLS = (
    "import matplotlib.pyplot as plt\nimport numpy as np\nimport sympy as sp",
    "x = sp.symbols('x')\n"
    "assert sp.simplify((sp.sin(x) + {n}) ** 2 + sp.cos(x) ** 2 - 2 * {n} * sp.sin(x)) "
    "== {n} ** 2 + 1",
    "t = np.linspace(0, 1, 50)\nfigure, axes = plt.subplots()\naxes.plot(t, np.sin({n} * t))\n"
    "axes.set_xlabel('$t$');",
)
# The same cells in one process; saving is what Jupyter's inline backend does after a cell.
FLOOR = """
import io, sys, time
import matplotlib
matplotlib.use("agg")
{imports}

def run(n):
    for cell in {cells!r}:
        exec(cell.replace("{{n}}", str(n)), globals())
    figure.savefig(io.BytesIO(), bbox_inches="tight")
    plt.close("all")

run(1000)  # fonts, and what SymPy imports when it is first used
start = time.perf_counter()
for n in range({size}):
    run(n + 1)
print(time.perf_counter() - start)
"""


def write_site(folder, size):
    """Write the sources of a site with so many pages."""
    folder.mkdir()
    names = [f"page{n + 1:03}" for n in range(size)]
    for n, name in enumerate(names):
        cells = "\n".join(f"```{{code-cell}}\n{c.replace('{n}', str(n + 1))}\n```\n" for c in CELLS)
        (folder / f"{name}.md").write_text(f"{HEADER}# Page {n + 1}\n\nProse.\n\n{cells}", "utf-8")
    toc = "\n".join(names)
    (folder / "index.md").write_text(f"# Pages\n\n```{{toctree}}\n{toc}\n```\n", "utf-8")


def build(source, kind):
    """Build a site and return the seconds that it took, and those of all its processes."""
    conf = source.parent / f"conf-{kind}"
    conf.mkdir(exist_ok=True)
    (conf / "conf.py").write_text(BUILDS[kind], "utf-8")
    out = source.parent / f"{source.name}-{kind}"
    start, busy = time.perf_counter(), processor_time()
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-j", "auto", "-c", conf, source, out],
        env=os.environ | PINNED,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return time.perf_counter() - start, processor_time() - busy


def processor_time():
    """Return the seconds that all child processes so far have computed."""
    times = os.times()
    return times.children_user + times.children_system


def cells_alone(size):
    """Return the seconds of all cells in one process."""
    code = FLOOR.format(imports=CELLS[0], cells=CELLS[1:], size=size)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | PINNED,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def differing_pages(source):
    """Return the pages whose HTML is not the same, byte for byte, from both builds."""
    pages = [f"{page.stem}.html" for page in source.glob("page*.md")]
    folders = [source.parent / f"{source.name}-{kind}" for kind in ("stock", "warm")]
    _, mismatch, errors = filecmp.cmpfiles(*folders, pages, shallow=False)
    return mismatch + errors


def edit(source):
    """Add a word to the prose of one page."""
    page = source / "page001.md"
    page.write_text(page.read_text("utf-8").replace("Prose", "Prose prose"), "utf-8")


def per_page(sizes, seconds):
    """Return slope and intercept of the seconds over the number of pages."""
    if len(sizes) < 2:
        return float("nan"), float("nan")
    return tuple(statistics.linear_regression(sizes, seconds))


def cold_builds(root, sizes, repeat):
    """Print the tables of cold builds and return the last site."""
    kinds = (*BUILDS, "cells")
    table = {name: [] for name in kinds}
    for size in sizes:
        runs = {name: [] for name in kinds}
        for number in range(repeat):
            source = root / f"site{size}-{number}"
            write_site(source, size)
            for kind in BUILDS:
                runs[kind].append(build(source, kind))
            alone = cells_alone(size)
            runs["cells"].append((alone, alone))
        for name, measured in runs.items():
            medians = [statistics.median(c) for c in zip(*measured, strict=True)]
            table[name].append(medians)
        same = "differs" if differing_pages(source) else "is the same"
        print(f"{size} pages: the HTML of stock and warm builds {same}", flush=True)
    for column, title in enumerate(("seconds", "seconds of the processors, all together")):
        print(f"\n{title}\n{'pages':>9} {'stock':>8} {'warm':>8} {'ratio':>7} "
              f"{'rendering':>10} {'cells':>7} {'warm/floor':>11}")
        of = {name: [row[column] for row in rows] for name, rows in table.items()}
        for size, stock, warm, rendering, cells in zip(sizes, *of.values(), strict=True):
            print(f"{size:9} {stock:8.1f} {warm:8.1f} {stock / warm:7.1f} "
                  f"{rendering:10.1f} {cells:7.1f} {warm / (rendering + cells):11.2f}")
        for name, values in of.items():
            slope, intercept = per_page(sizes, values)
            print(f"{name:>9}: {slope:6.3f} s per page, {intercept:5.1f} s besides")
    return source


def edit_loop(source, repeat):
    """Print the time of a rebuild after an edit of prose."""
    times = {"stock": [], "warm": [], "served": []}
    for _ in range(repeat):
        for kind in ("stock", "warm"):
            edit(source)
            times[kind].append(build(source, kind)[0])
    with served(source) as built:
        for _ in range(repeat):
            time.sleep(5)  # a person types, and the warm process imports
            edit(source)
            times["served"].append(built())
    print(f"\none edited page of {len(list(source.glob('page*.md')))}:")
    for kind, label in (
        ("stock", "stock"),
        ("warm", "warm kernels"),
        ("served", "`nox -s serve`: Sphinx and the warm process stand from build to build"),
    ):
        print(f"{statistics.median(times[kind]):6.1f} s  {label}")


@contextmanager
def served(source):
    """Serve a site; the value waits for the next build and returns the seconds that it took."""
    out, conf = (source.parent / name for name in (f"{source.name}-warm", "conf-warm"))
    process = subprocess.Popen(
        [sys.executable, serve.__file__, "--port", "0", "-q", "-c", conf, source, out],
        env=os.environ | PINNED,
        stdout=subprocess.PIPE,
        text=True,
    )

    def built():
        return float(re.match(r"built in ([\d.]+) s, status 0", process.stdout.readline())[1])

    try:
        built()
        yield built
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 20, 40, 80])
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as root:
        source = cold_builds(Path(root), options.sizes, options.repeat)
        edit_loop(source, max(3, options.repeat))


if __name__ == "__main__":
    main()
