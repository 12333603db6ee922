"""Warm kernels: nothing leaks, edits are seen, what fails falls back, and nothing stays behind."""

import filecmp
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from nbclient import execute

from nndl_notes.kernels import ADDRESS
from nndl_notes.kernels.provisioner import WarmProcess
from nndl_notes.kernels.server import PINNED, WarmKernels
from processes import processes, wait_until
from small_site import SmallSite

pytestmark = [
    pytest.mark.site,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere pages run in ordinary kernels"),
]

MODULES = ("numpy", "matplotlib.pyplot", "ipykernel_launcher", "ipykernel.kernelapp")
ORDINARY = "Pages run in ordinary kernels, which start slowly"


def run(*cells):
    """Execute a notebook in a new kernel and return what its cells printed."""
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    new_cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    notebook = nbformat.v4.new_notebook(cells=new_cells, metadata=metadata)
    execute(notebook, timeout=120)
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    return "".join(output.get("text", "") for output in outputs).splitlines()


@pytest.fixture
def scratch(monkeypatch):
    """A folder for temporary files with a short path, as sockets need, empty at the end."""
    folder = Path(tempfile.mkdtemp(prefix="nn"))
    (folder / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(folder / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("IPYTHONDIR", str(folder / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    for name, value in PINNED.items():
        monkeypatch.setenv(name, value)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def package(scratch, monkeypatch):
    """A folder with a package of our name, where the pages find it."""
    (scratch / "src" / "nndl_notes").mkdir(parents=True)
    monkeypatch.setenv("PYTHONPATH", str(scratch / "src"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    return scratch / "src" / "nndl_notes"


@pytest.fixture
def warm(package):
    """A running warm process."""
    with WarmKernels(modules=MODULES) as kernels:
        yield kernels


# -- Pages know nothing of each other ------------------------------------------------------------

STAIN = """
import builtins, decimal, json, os, random, sys, warnings
import matplotlib.pyplot as plt
import numpy as np
builtins.stain = json.stain = np.stain = 1
os.environ["STAIN"] = "1"
os.chdir("/")
sys.path.insert(0, "stain")
sys.modules["stain"] = json
plt.rcParams["lines.linewidth"] = 17
plt.figure()
np.set_printoptions(precision=2)
np.random.seed(1)
random.seed(1)
decimal.getcontext().prec = 3
warnings.simplefilter("error")
get_ipython().user_ns["x"] = 1
"""
SHOW = """
import builtins, decimal, json, os, random, sys, warnings
import matplotlib.pyplot as plt
import numpy as np
print([hasattr(holder, "stain") for holder in (builtins, json, np)], "STAIN" in os.environ)
print(os.getcwd(), sys.path, "stain" in sys.modules, "x" in globals())
print(plt.rcParams["lines.linewidth"], plt.get_fignums(), np.array([1 / 3]))
print(decimal.getcontext().prec, sorted(f[0] for f in warnings.filters), len(In))
print(sorted({*os.environ} - {"JPY_PARENT_PID"}))
print({"nndl", "notes", "set", "order"}, __name__, sys.flags)
print(sorted(os.listdir("/proc/self/fd"))[:3], os.getpgid(0) == os.getpid())
"""


def test_a_page_sees_nothing_of_the_page_before(warm):
    first = run(SHOW)
    run(STAIN)
    assert run(SHOW) == first


def test_a_kernel_may_end_while_it_is_being_ended():
    """It answers a request to shut down by itself; its end may be seen later than its number."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:
        kernel = WarmProcess(ended.pid, ours)
        kernel.kill()
        assert kernel.poll() is None
        theirs.close()
        assert kernel.poll() == 0
        kernel.kill()


def test_unseeded_random_numbers_differ(warm):
    draw = "import random, numpy as np; print(np.random.rand(), random.random())"
    assert run(draw) != run(draw)


def test_an_ordinary_kernel_sees_the_same(warm, monkeypatch):
    found = run(SHOW)
    with monkeypatch.context() as patched:
        patched.setenv(ADDRESS, str(warm.directory / "nowhere"))
        assert run(SHOW) == found


def test_a_process_that_has_run_kernels_before_comes_by_warm_ones(package):
    assert run("print(1)") == ["1"]
    parent = "import os; print(os.getppid())"
    with WarmKernels(modules=MODULES) as kernels:
        assert run(parent) == [str(kernels.process.pid)]
    assert run(parent) == [str(os.getpid())]


def test_an_edit_of_the_package_is_seen(warm, package):
    (package / "__init__.py").write_text("")
    module = package / "square.py"
    show = "from nndl_notes.square import f\nprint(f(3))"
    module.write_text("def f(x): return x * x\n")
    assert run(show) == ["9"]
    module.write_text("def f(x): return x + x\n")
    assert run(show) == ["6"]
    module.unlink()
    with pytest.raises(Exception, match=r"No module named 'nndl_notes\.square'"):
        run(show)


# -- What stands in the way of a warm kernel -----------------------------------------------------


def test_pages_run_on_when_the_warm_process_is_killed(warm, caplog):
    # By its number: the parent of an ordinary kernel would be the process of the tests.
    kill = f"import os, signal\nos.kill({warm.process.pid}, signal.SIGKILL)"
    shown = "print('still here', os.getppid())"
    first, parent = run(kill, shown)[0].rsplit(" ", 1)
    assert first == "still here" and int(parent) != os.getpid(), caplog.text
    for _ in range(2):
        assert run("print(1 + 1)") == ["2"]
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == 1
    assert messages[0].startswith(ORDINARY)
    assert "the warm process has ended" in messages[0]


def test_no_fork_without_purity(package):
    """A module that imports the package before the fork, or starts a thread, is refused."""
    (package / "__init__.py").write_text("")
    with WarmKernels(modules=("nndl_notes",)) as kernels:
        assert run("print(1)") == ["1"]
        assert kernels.process.wait(60) == 1


def test_changed_modules_are_not_forked(scratch, package, caplog):
    (scratch / "src" / "heavy.py").write_text("VALUE = 1\n")
    with WarmKernels(modules=("heavy", *MODULES)):
        assert run("import heavy; print(heavy.VALUE)") == ["1"]
        (scratch / "src" / "heavy.py").write_text("VALUE = 22\n")
        # Files are looked at once a second.
        wait_until(lambda: run("import heavy; print(heavy.VALUE)") == ["22"])
    assert "heavy.py has changed since it was imported" in caplog.text


def test_a_changed_environment_is_not_forked(warm, monkeypatch, caplog):
    with monkeypatch.context() as patched:
        patched.setenv("MPLBACKEND", "agg")
        assert run("import matplotlib; print(matplotlib.get_backend())") == ["agg"]
    assert "MPLBACKEND has changed" in caplog.text


def test_without_fork_there_are_ordinary_kernels(scratch, monkeypatch):
    monkeypatch.delattr(os, "fork")
    with pytest.raises(OSError, match="cannot fork"):
        WarmKernels().start()
    assert not list((scratch / "tmp").iterdir())


# -- Nothing stays behind ------------------------------------------------------------------------


def test_nothing_stays_when_it_is_stopped(scratch, package, monkeypatch):
    monkeypatch.setenv("MARK", str(scratch))
    with WarmKernels(spares=2, modules=MODULES) as kernels:
        assert run("print(1)") == ["1"]
        wait_until(lambda: len(os.listdir(kernels.directory)) == 1 + 2 * 6)  # those of two spares
        assert processes(f"MARK={scratch}")
    wait_until(lambda: not processes(f"MARK={scratch}"))
    assert not list((scratch / "tmp").iterdir())
    assert "JUPYTER_DEFAULT_PROVISIONER_NAME" not in os.environ


CONF = """
extensions = ["myst_nb", "nndl_notes.sphinxext.warm"]
html_theme = "basic"
nb_execution_mode, nndl_warm_kernels = "force", True
suppress_warnings = ["config.cache"]
"""
CELL = "```{{code-cell}}\n{}\n```\n"
HEADER = "---\nfile_format: mystnb\nkernelspec: {{name: python3, display_name: Python 3}}\n---\n"


@pytest.fixture
def site(scratch):
    """A site of plain executed pages."""
    site = SmallSite(scratch)
    site.write("docs/conf.py", CONF)
    site.write("docs/index.md", "# Pages\n\n```{toctree}\n:glob:\n\npage*\n```\n")
    return site


def write_pages(site, *cells):
    """Write one page for each cell."""
    for number, cell in enumerate(cells):
        text = HEADER.format() + f"# Page {number}\n\n" + CELL.format(cell)
        site.write(f"docs/page{number}.md", text)


# It has started a process of its own, as a page may do.
SLOW = """\
import os, subprocess, time
subprocess.Popen(["sleep", "600"])
open(os.path.join(os.environ["STARTED"], str(os.getpid())), "w").close()
time.sleep(600)"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("jobs", [1, 2])
def test_nothing_stays_when_a_build_is_interrupted(site, scratch, monkeypatch, number, jobs):
    write_pages(site, SLOW, SLOW, "print(1)", "print(2)")
    started = scratch / "started"
    started.mkdir()
    monkeypatch.setenv("STARTED", str(started))
    build = subprocess.Popen(
        [sys.executable, "-m", "sphinx", "-q", "-j", str(jobs), site.docs, site.out],
        env=os.environ | site.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: len(list(started.iterdir())) == jobs)
    assert len(processes(f"STARTED={started}")) > jobs
    build.send_signal(number)
    assert build.wait(60) != 0
    wait_until(lambda: not processes(f"STARTED={started}"))
    wait_until(lambda: not list((scratch / "tmp").glob("nndl-*")))


# -- The same bytes ------------------------------------------------------------------------------

FIGURE = """\
import matplotlib.pyplot as plt, numpy as np
print({"nndl", "notes", "a", "set"}, np.arange(3) / 7)
plt.plot(np.sin(np.arange(9)))
plt.title("$x_1^2$");"""


def test_builds_are_the_same_bytes(site):
    """Cold, by one process or by two, in whatever order, in warm or in ordinary kernels."""
    write_pages(site, *(FIGURE.replace("9", str(9 + k)) for k in range(3)), "1 + 1")
    folders = {}
    for name, options in {
        "warm": (),
        "parallel": ("-j", "2"),
        "ordinary": ("-D", "nndl_warm_kernels=0"),
    }.items():
        site.out = site.root / name
        status, errors, _ = site.build(*options, "-d", str(site.root / f"{name}-doctrees"))
        assert status == 0, errors
        folders[name] = site.out
    files = [p.relative_to(folders["warm"]) for p in folders["warm"].rglob("*") if p.is_file()]
    assert len({file for file in files if file.parts[0] == "_images"}) == 3
    for name in ("parallel", "ordinary"):
        _, different, missing = filecmp.cmpfiles(
            folders["warm"], folders[name], map(str, files), shallow=False
        )
        assert (name, different, missing) == (name, [], [])
