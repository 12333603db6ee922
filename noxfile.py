"""What can be run here; ``nox --list`` shows it.  Needs nothing but Python and nox."""

import os
import shutil
import subprocess
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["tests", "docs"]

ROOT = Path(__file__).resolve().parent
BUILD = ROOT / "docs" / "_build"
PYPROJECT = nox.project.load_toml("pyproject.toml")
CONSTRAINTS = "constraints.txt"
LOCKED_PYTHON = "3.11"


def install(session, group):
    """Install the project, editable, with one of its dependency groups."""
    requirements = nox.project.dependency_groups(PYPROJECT, group)
    session.install("-c", CONSTRAINTS, "-e", ".", *requirements)


def reproducible():
    """Environment in which two runs on one commit give the same bytes."""
    env = {
        "PYTHONHASHSEED": "0",
        # Pages and test workers share the cores; BLAS threads would fight over them.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }
    if "SOURCE_DATE_EPOCH" not in os.environ:
        commit = subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True
        )
        if commit.returncode == 0:  # not in an unpacked archive
            env["SOURCE_DATE_EPOCH"] = commit.stdout.strip()
    return env


def sphinx(session, *command):
    session.run(
        *command,
        *("-W", "--keep-going", "-b", "html", "-j", "auto", "-c", "."),
        *("-d", str(BUILD / "doctrees")),
        *session.posargs,
        "docs",
        str(BUILD / "html"),
        env=reproducible(),
    )


@nox.session
def docs(session):
    """Build the site into docs/_build/html; a claim that fails, fails the build."""
    install(session, "docs")
    sphinx(session, "sphinx-build")


@nox.session
def tests(session):
    """Run the test suite on all cores; arguments after -- go to pytest."""
    install(session, "test")
    session.run("pytest", "-n", "auto", *session.posargs, env=reproducible())


@nox.session
def browser(session):
    """Read the site that `docs` built with a real browser; Chromium has to be installed."""
    install(session, "browser")
    pages = ("-n", "auto", "-m", "browser", *session.posargs, "tests/browser")
    session.run("pytest", *pages, env=reproducible())


@nox.session
def tex(session):
    """Compile every page as `nndl-notes export --to tex` writes it; needs XeLaTeX and ctex."""
    install(session, "test")
    session.run("pytest", "-n", "auto", "-m", "tex", *session.posargs, env=reproducible())


@nox.session
def oracles(session):
    """Compare with scikit-learn, statsmodels and PyTorch as well (a large download)."""
    install(session, "oracles")
    session.run("pytest", "-m", "oracle", *session.posargs, env=reproducible())


@nox.session
def lint(session):
    """Check the code's style; `nox -s lint -- --fix` mends what can be mended."""
    session.install("-c", CONSTRAINTS, *nox.project.dependency_groups(PYPROJECT, "lint"))
    session.run("ruff", "check", ".", *session.posargs)


@nox.session
def release(session):
    """Make dist/: the site as a zip that opens from disk, the packages, and their checksums."""
    # First what costs nothing; then everything anew, as whoever downloads it would have to.
    session.run("python", "tools/release.py", "check")
    for folder in (BUILD, ROOT / "dist"):
        shutil.rmtree(folder, ignore_errors=True)
    install(session, "docs")
    session.install("-c", CONSTRAINTS, "hatchling")
    sphinx(session, "sphinx-build")
    for target in ("sdist", "wheel"):
        session.run("hatchling", "build", "-t", target, "-d", "dist", env=reproducible())
    session.run("python", "tools/release.py", "bundle", env=reproducible())


@nox.session
def mutate(session):
    """Mutate the checked equations of every page and report which mutants survive."""
    install(session, "docs")
    session.run("python", "-m", "nndl_notes", "mutate", *session.posargs, env=reproducible())


@nox.session
def serve(session):
    """Serve the site on this machine and rebuild it on every save."""
    install(session, "docs")
    watch = ("--watch", "src", "--watch", "conf.py")
    sphinx(session, "python", "src/nndl_notes/sphinxext/serve.py", *watch)


@nox.session(python=LOCKED_PYTHON, venv_backend="virtualenv", reuse_venv=False)
def lock(session):
    """Resolve the dependencies anew and write constraints.txt."""
    groups = nox.project.dependency_groups(PYPROJECT, "browser", "lint")  # browser includes test
    session.install(*PYPROJECT["project"]["dependencies"], *groups)
    pins = session.run("python", "-m", "pip", "freeze", "--local", silent=True)
    header = (
        "# The exact versions with which the published site is built and tested.\n"
        f"# Resolved on Python {LOCKED_PYTHON}; written by `nox -s lock`, not by hand.\n"
    )
    (ROOT / CONSTRAINTS).write_text(header + pins, "utf-8")
