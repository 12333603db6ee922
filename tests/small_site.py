"""Small sites for the tests of the Sphinx extension, with a toy package behind them.

The extension is the real one.  The package has two functions, and a checker that evaluates
``f(3) = 9`` with Python instead of the verification proper, so that a page costs a second.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from nndl_notes.kernels.server import WarmKernels

PACKAGE = Path(__file__).parents[1] / "src" / "nndl_notes"

CONF = """
extensions = ["myst_nb", "nndl_notes.sphinxext"]
project, release = "small", "1"
html_theme = "basic"
root_doc = "index"
myst_enable_extensions = ["colon_fence", "dollarmath"]
nb_execution_mode = "force"
nb_execution_show_tb = True
"""

CHECKER = '''
import hashlib, os, platform, re, sys
from importlib import metadata
from pathlib import Path
from IPython.display import display

MIME = "application/vnd.nndl-notes.evidence+json"

def sha(data):
    return hashlib.sha256(data).hexdigest()

class Page:
    def __init__(self, source, name):
        self.source, self.name = source, name
        self.path = Path(os.environ["NNDL_NOTES_DOCS"], source)
        with open(os.environ["SMALL_SITE_LOG"], "a") as log:
            print(source, file=log)

    def run(self, verb, label, functions, kind="equation", passed=None, **changes):
        text = self.path.read_text("utf-8")
        line, latex = 1, ""
        if kind == "equation":
            found = re.search(rf":label: {label}\\n(.*?)\\n```", text, re.DOTALL)
            line, latex = text.count("\\n", 0, found.start()) + 1, found[1]
        elif kind == "inline":
            line, latex, label = 1, label, f"{self.name}-inline-1"
        if passed is None:
            left, right = latex.split("=")
            holds = eval(left, dict(functions)) == eval(right, dict(functions))
            passed = holds if verb != "refute" else not holds
        level = {"check": "checked", "prove": "proved", "refute": "refuted"}.get(verb, "measured")
        shown = {"zh": "反例", "en": "counterexample", "left": "1", "right": "2",
                 "instance": {"x": "3"}}
        record = {
            "id": label, "kind": kind, "latex": latex,
            "latex_sha256": sha(latex.strip().encode()), "line": line, "verb": verb,
            "passed": passed, "level": level if passed else None,
            "summary": {"zh": "一个实例", "en": "one instance"},
            "links": [{"relation": "=", "passed": passed, "gap": 0.0, "tolerance": 1e-10,
                       "instances": 1}],
            "strata": {"generic": {"accepted": 1, "rejected": 0}}, "seed": 0, "sizes": None,
            "claim": None, "counterexample": shown if verb == "refute" else None,
            "message": "" if passed else f"left {latex} differs from right",
        }
        return record | changes

    def show(self, *records, evaluated=0, unread=(), **changes):
        modules = {name: sha(Path(module.__file__).read_bytes())
                   for name, module in sorted(sys.modules.items())
                   if name.split(".")[0] == "nndl_notes"}
        versions = {name: metadata.version(name) for name in ("numpy", "scipy", "sympy")}
        bundle = {
            "schema": 1, "page": self.name, "source": self.source,
            "source_sha256": sha(self.path.read_bytes()), "modules": modules,
            "versions": {"python": platform.python_version(), **versions},
            "records": list(records),
            "inline": {"evaluated": evaluated, "unread": list(unread)},
        }
        display({MIME: bundle | changes, "text/plain": "evidence"}, raw=True)

    def check(self, label, functions):
        record = self.run("check", label, functions)
        self.show(record)
        assert record["passed"], "no, " + record["message"]
'''

HEADER = """\
---
file_format: mystnb
kernelspec: {{name: python3, display_name: Python 3}}
exercise: "{name}"
---
# {{zh}}`习题 {name}` {{en}}`Exercise {name}`

"""
PROSE = ":::{zh}\n中文。\n:::\n:::{en}\nEnglish.\n:::\n\n"


def page(name, body, prose=PROSE):
    """Return the source of an exercise page."""
    return HEADER.format(name=name) + prose + body


def equation(label, latex):
    """Return a labelled display."""
    return f"```{{math}}\n:label: {label}\n{latex}\n```\n\n"


def cell(code, tags=""):
    """Return a code cell."""
    option = f":tags: [{tags}]\n" if tags else ""
    return f"```{{code-cell}}\n{option}{code}\n```\n\n"


def start(source, name):
    """Return the cell with which a page begins."""
    return cell(
        "from nndl_notes.verification import Page\n"
        f"from nndl_notes.square import f\npage = Page({source!r}, {name!r})"
    )


class SmallSite:
    """A source folder with a toy package, built by ``sphinx-build`` in another process."""

    def __init__(self, root):
        self.root, self.docs, self.out = root, root / "docs", root / "html"
        self.package = root / "src" / "nndl_notes"
        self.log = root / "executed.log"
        ignore = shutil.ignore_patterns("__pycache__")
        for name in ("citing", "export", "sphinxext", "kernels"):
            shutil.copytree(PACKAGE / name, self.package / name, ignore=ignore)
        self.write("src/nndl_notes/__init__.py", '__version__ = "1"\n')
        self.write("src/nndl_notes/texmath/__init__.py", "")
        self.write("src/nndl_notes/verification/__init__.py", CHECKER)
        for name in ("modules.py", "records.py", "registry.py", "source.py", "stated.py",
                     "values.py"):
            shutil.copy(PACKAGE / "verification" / name, self.package / "verification")
        self.write("src/nndl_notes/square.py", "def f(x):\n    return x * x\n")
        self.write("src/nndl_notes/cube.py", "def g(x):\n    return x ** 3\n")
        # MyST-NB finds the renderer of the copied extension even if nothing is installed.
        self.write(
            "src/small_site-1.dist-info/entry_points.txt",
            "[myst_nb.mime_renderers]\nevidence = nndl_notes.sphinxext.evidence:EvidenceRenderer\n",
        )
        self.write("src/small_site-1.dist-info/METADATA", "Name: small-site\nVersion: 1\n")
        self.write("docs/conf.py", CONF)

    def write(self, path, text):
        """Write a file, with parents."""
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def replace(self, path, old, new):
        """Edit a file but leave its time of modification alone."""
        path = self.root / path
        before = path.stat()
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def build(self, *options):
        """Build incrementally.

        Returns
        -------
        status : int
        errors : str
            What ``sphinx-build`` wrote to standard error, without colours.
        executed : list of str
            Pages whose cells ran.
        """
        self.log.write_text("")
        result = subprocess.run(
            [sys.executable, "-m", "sphinx", "-q", *options, str(self.docs), str(self.out)],
            capture_output=True,
            text=True,
            env=os.environ | self.environment,
            cwd=self.root,
        )
        errors = re.sub(r"\x1b\[[0-9;]*m", "", result.stderr)
        if "ZMQError: Address already in use" in errors:
            # Jupyter chose a TCP port for a kernel, and another process took it in between.
            return self.build(*options)
        return result.returncode, errors, sorted(self.log.read_text().split())

    @property
    def environment(self):
        """What the builds' environment has beside our own."""
        return {
            "PYTHONPATH": str(self.root / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NNDL_NOTES_DOCS": str(self.docs),
            "SMALL_SITE_LOG": str(self.log),
            "JUPYTER_PATH": str(Path(sys.prefix, "share", "jupyter")),
            "JUPYTER_PLATFORM_DIRS": "1",
            "IPYTHONDIR": str(self.root / "ipython"),
        }

    @contextmanager
    def warm_kernels(self):
        """Return a context in which builds use one warm process, which stands between them."""
        modules = ("ipykernel_launcher", "ipykernel.kernelapp")
        with mock.patch.dict(os.environ, self.environment), WarmKernels(2, modules):
            yield

    @property
    def verification(self):
        """The content of ``verification.json``."""
        return json.loads((self.out / "verification.json").read_text("utf-8"))
