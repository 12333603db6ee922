"""The packages: what is in them, of which commit they are, and that they work far from here."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOP = ("src", "docs", "tools", "hatch_build.py", "pyproject.toml", "README.md", "LICENSE",
       "conf.py", "noxfile.py", "constraints.txt", "CHANGELOG.md", "CITATION.cff", ".gitignore")
PROVENANCE = "nndl_notes/provenance.json"
DATE = "2020-02-03T04:05:06+00:00"

pytestmark = pytest.mark.site  # seconds rather than milliseconds


def run(*command, cwd, **environment):
    result = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, env=os.environ | environment
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def git(folder, *arguments):
    person = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    dates = {"GIT_AUTHOR_DATE": DATE, "GIT_COMMITTER_DATE": DATE}
    return run("git", *person, *arguments, cwd=folder, **dates).strip()


def copy_to(folder):
    """Copy what the packages are made of."""
    ignore = shutil.ignore_patterns("__pycache__", "_build", "jupyter_execute")
    folder.mkdir(parents=True)
    for name in TOP:
        if not (ROOT / name).exists():  # not everything is in an unpacked source distribution
            continue
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name, **({"ignore": ignore} if copy is shutil.copytree else {}))
    (folder / "src" / PROVENANCE).unlink(missing_ok=True)
    return folder


def build(folder, target):
    """Build without installing what builds; return the file."""
    place = folder / "built"
    run(sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(place), cwd=folder)
    (package,) = place.glob("*.whl" if target == "wheel" else "*.tar.gz")
    moved = package.rename(folder.parent / package.name)
    place.rmdir()
    return moved


def provenance(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return json.loads(archive.read(PROVENANCE)) if PROVENANCE in archive.namelist() else None


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """Return a checkout with one commit."""
    folder = copy_to(tmp_path_factory.mktemp("checkout") / "nndl-notes")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Everything")
    return folder


@pytest.fixture(scope="module")
def wheel(checkout):
    return build(checkout, "wheel")


def test_a_wheel_knows_its_commit_and_the_checkout_stays_clean(checkout, wheel):
    commit = git(checkout, "rev-parse", "HEAD")
    assert provenance(wheel) == {"commit": commit, "date": DATE[:10]}
    assert git(checkout, "status", "--porcelain") == ""


def test_a_wheel_of_the_source_distribution_is_the_same_wheel(checkout, wheel, tmp_path):
    archive = build(checkout, "sdist")
    # In somebody else's repository, whose commit must not be taken for ours.
    (tmp_path / "theirs").mkdir()
    git(tmp_path / "theirs", "init", "-q")
    git(tmp_path / "theirs", "commit", "-q", "--allow-empty", "-m", "Theirs")
    with tarfile.open(archive) as unpacked:
        unpacked.extractall(tmp_path / "theirs", filter="data")
    (folder,) = (path for path in (tmp_path / "theirs").iterdir() if path.name != ".git")
    assert build(folder, "wheel").read_bytes() == wheel.read_bytes()


def test_the_same_commit_gives_the_same_wheel(checkout, wheel, tmp_path):
    again = tmp_path / "again" / "nndl-notes"
    again.parent.mkdir()
    git(tmp_path, "clone", "-q", str(checkout), str(again))
    assert build(again, "wheel").read_bytes() == wheel.read_bytes()


@pytest.mark.parametrize("change", ["changed", "added"])
def test_a_changed_checkout_claims_no_commit(checkout, tmp_path, change):
    folder = tmp_path / "nndl-notes"
    git(tmp_path, "clone", "-q", str(checkout), str(folder))
    name = "src/nndl_notes/rectifiers.py" if change == "changed" else "docs/new.md"
    with (folder / name).open("a") as stream:
        stream.write("\n")
    assert provenance(build(folder, "wheel")) is None


def test_without_git_a_wheel_claims_no_commit(tmp_path):
    assert provenance(build(copy_to(tmp_path / "nndl-notes"), "wheel")) is None


def test_an_editable_install_asks_git_each_time(checkout):
    place = checkout.parent / "editable"
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel:editable", "-d", str(place),
        cwd=checkout)
    (package,) = place.glob("*.whl")
    with zipfile.ZipFile(package) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
    assert names == ["_nndl_notes.pth"]


def test_a_wheel_takes_the_documents_along(checkout, wheel):
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("nndl_notes/docs/")}
    tracked = git(checkout, "ls-files", "docs").splitlines()
    assert packed == {f"nndl_notes/{name}" for name in tracked}
    register = tomllib.loads((ROOT / "docs" / "registry.toml").read_text("utf-8"))["exercises"]
    assert {f"nndl_notes/docs/{entry['path']}" for entry in register.values()} <= packed


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Return the unpacked wheel; what it needs besides comes from here, without a network."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def environment(installed):
    """Return the environment in which only the installed package is found."""
    return {
        name: value for name, value in os.environ.items() if name != "NNDL_NOTES_DOCS"
    } | {"PYTHONPATH": str(installed)}


def command(*arguments):
    code = f"from nndl_notes.cli import main; raise SystemExit(main({arguments!r}))"
    return [sys.executable, "-P", "-c", code]


def test_the_installed_command_verifies_a_page_in_an_empty_folder(
    installed, environment, tmp_path
):
    empty = tmp_path / "empty"
    empty.mkdir()
    result = subprocess.run(
        command("verify", "2-4"), cwd=empty, env=environment, capture_output=True, text=True
    )
    assert (result.returncode, result.stderr) == (0, ""), result.stdout + result.stderr
    assert result.stdout.startswith("2-4: ok")
    where = subprocess.run(
        [sys.executable, "-P", "-c", "import nndl_notes.verification.registry as r; "
         "print(r.__file__); print(r.documents())"],
        cwd=empty, env=environment, capture_output=True, text=True, check=True,
    )
    assert all(Path(line).is_relative_to(installed) for line in where.stdout.splitlines())
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_exported_notebook_runs_in_an_empty_folder(environment, tmp_path, language):
    result = subprocess.run(
        command("export", "2-4", "--to", "ipynb", "--lang", language, "-o", "2-4.ipynb"),
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )
    assert (result.returncode, result.stdout) == (0, "wrote 2-4.ipynb\n"), result.stderr
    cells = json.loads((tmp_path / "2-4.ipynb").read_text("utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    (tmp_path / "cells.py").write_text("\n\n".join(code), "utf-8")
    result = subprocess.run(
        [sys.executable, "-P", "cells.py"], cwd=tmp_path, env=environment | {"MPLBACKEND": "Agg"},
        capture_output=True, text=True,
    )
    assert result.returncode == 0, result.stderr
    assert "2-4-gradient: checked." in result.stdout
    assert any("/t/" in line for line in cells[-1]["source"])


@pytest.mark.parametrize("form", ["md", "tex"])
def test_an_export_from_the_package_has_the_figures_of_the_site(environment, tmp_path, form):
    result = subprocess.run(
        command("export", "2-4", "--to", form, "--lang", "both"),
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )
    assert result.returncode == 0, result.stderr
    text = (tmp_path / "nndl-2-4" / f"2-4.{form}").read_text("utf-8")
    figures = [path.name for path in (tmp_path / "nndl-2-4").iterdir() if "figure" in path.name]
    assert figures and all(f"{{{name}}}" in text or f"({name})" in text for name in figures)
