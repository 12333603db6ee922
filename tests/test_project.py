"""The house is in order: one version, arrows that point one way, rooms of a readable size."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PACKAGE = ROOT / "src" / "nndl_notes"
SPHINX = {"docutils", "myst_nb", "myst_parser", "sphinx", "sphinx_book_theme"}
TEXTS = (".py", ".md", ".toml", ".txt", ".yml", ".cff", ".json", ".css", ".js", ".html")
ENTRY_POINTS = {"__init__.py", "__main__.py", "cli.py"}
MODULES = sorted(PACKAGE.rglob("*.py"))
FIELD_MODULES = [p for p in MODULES if p.parent == PACKAGE and p.name not in ENTRY_POINTS]

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXERCISES = tomllib.loads((DOCS / "registry.toml").read_text("utf-8"))["exercises"]
KINDS = {"derivation", "computation", "design", "analysis", "algorithm", "reference", "quiz"}
NO_EXERCISE = {"reference", "quiz"}


def read(name):
    return (ROOT / name).read_text("utf-8")


def relative(path):
    return path.relative_to(ROOT).as_posix()


def imported(path):
    """Return the absolute names that a module imports, wherever in it the import stands."""
    package = path.relative_to(PACKAGE.parent).with_suffix("").parts[:-1]
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            names |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return names


def reaches(path, *targets):
    """Return what a module imports of the given modules or of what lies in them."""
    return {
        name
        for name in imported(path)
        if any(name == target or name.startswith(f"{target}.") for target in targets)
    }


def inside(room):
    return [p for p in MODULES if p.is_relative_to(PACKAGE / room)]


def front_matter(page):
    """Return a page's front matter as lines of text."""
    text = page.read_text("utf-8")
    assert text.startswith("---\n"), f"{relative(page)} has no front matter"
    return text.split("---\n", 2)[1].splitlines()


# -- What the README promises --------------------------------------------------------------------


@pytest.mark.parametrize("command", ["nox -s docs", "nox -s tests", "python -m pip install nox"])
def test_readme_names_the_commands(command):
    assert command in read("README.md")


def test_readme_fits_a_screenful():
    assert len(read("README.md").splitlines()) <= 50


@pytest.mark.parametrize("session", re.findall(r"nox -s ([a-z]+)", read("README.md")))
def test_commands_of_the_readme_are_nox_sessions(session):
    assert f"@nox.session\ndef {session}(" in read("noxfile.py")


@pytest.mark.parametrize("target", re.findall(r"\]\(([^):]+)\)", read("README.md")))
def test_links_of_the_readme_lead_somewhere(target):
    assert (ROOT / target).is_file()


# -- One version ---------------------------------------------------------------------------------


def test_citation_file_has_the_version():
    assert re.search(r"^version: (.+)$", read("CITATION.cff"), re.M)[1] == PROJECT["version"]


def test_changelog_begins_with_the_version():
    assert re.search(r"^## \[(.+?)\]", read("CHANGELOG.md"), re.M)[1] == PROJECT["version"]


def test_package_has_the_version():
    import nndl_notes

    assert nndl_notes.__version__ == PROJECT["version"]


def test_citing_examples_have_the_version():
    assert re.findall(r"nndl-notes (\d[\d.]*\d)", read("README.md")) == [PROJECT["version"]]


# -- Arrows point one way ------------------------------------------------------------------------


@pytest.mark.parametrize("path", inside("texmath"), ids=relative)
def test_the_equation_language_knows_no_pages(path):
    assert not reaches(path, "nndl_notes.verification", "nndl_notes.sphinxext", "nndl_notes.cli")


@pytest.mark.parametrize("path", inside("verification"), ids=relative)
def test_verification_knows_no_sphinx(path):
    rooms = ("citing", "commands", "export", "sphinxext", "cli")
    assert not reaches(path, *(f"nndl_notes.{room}" for room in rooms))


@pytest.mark.parametrize("path", inside("citing"), ids=relative)
def test_citing_needs_neither_sphinx_nor_the_command_line(path):
    assert not reaches(path, "nndl_notes.sphinxext", "nndl_notes.commands", "nndl_notes.cli")


@pytest.mark.parametrize("path", inside("commands") + inside("export"), ids=relative)
def test_commands_and_exports_know_no_sphinx(path):
    assert not reaches(path, "nndl_notes.sphinxext")


@pytest.mark.parametrize("path", FIELD_MODULES, ids=relative)
def test_field_modules_know_nothing_of_verification(path):
    rooms = ("texmath", "verification", "citing", "commands", "export", "sphinxext", "cli")
    assert not reaches(path, *(f"nndl_notes.{room}" for room in rooms))


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p not in inside("sphinxext")], ids=relative
)
def test_only_the_extension_imports_sphinx(path):
    assert not reaches(path, *SPHINX)


def test_package_itself_imports_nothing_heavy():
    top = ast.parse((PACKAGE / "__init__.py").read_text("utf-8")).body
    names = {a.name for node in top if isinstance(node, ast.Import) for a in node.names}
    names |= {node.module for node in top if isinstance(node, ast.ImportFrom)}
    assert not names & {"numpy", "scipy", "sympy", "mpmath", "matplotlib"}


# -- Readable rooms ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_files_stay_short(path):
    assert len(path.read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("module", [p for p in FIELD_MODULES if p.name[0] != "_"], ids=relative)
def test_field_modules_are_in_the_reference(module):
    page = DOCS / "api" / f"{module.stem}.md"
    assert f"automodule:: nndl_notes.{module.stem}" in page.read_text("utf-8")
    assert f"\n{module.stem}\n" in read("docs/api/index.md")


def test_no_paths_of_one_machine():
    # Spelled apart, so that this file does not find itself.
    home = re.compile("|".join(["/" + "home/", "/" + "Users/", "/" + "root/", "/" + "work/"]))
    # Absolute paths into a temporary folder, but not a shell's own mktemp.
    found = [
        f"{name}:{number}: {line.strip()}"
        for name in tracked_texts()
        for number, line in enumerate(read(name).splitlines(), 1)
        if home.search(line) or ("/" + "tmp/") in line
    ]
    assert found == []


def tracked_texts():
    """Return the text files that git has or would take; in an archive, those of the sources."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listing.returncode == 0:
        names = listing.stdout.splitlines()
        endings = (*TEXTS, "LICENSE", ".ci/run")
    else:
        names = [relative(p) for room in ("src", "docs", "tests") for p in (ROOT / room).rglob("*")]
        endings = TEXTS
    return [
        name
        for name in names
        if name.endswith(endings)
        and not name.startswith("docs/_build/")
        and (ROOT / name).is_file()  # git still lists what has just been deleted
    ]


# -- The register --------------------------------------------------------------------------------


@pytest.mark.parametrize("exercise", EXERCISES)
def test_registered_pages_exist_and_name_their_exercise(exercise):
    page = DOCS / EXERCISES[exercise]["path"]
    assert page.is_file()
    assert f'exercise: "{exercise}"' in front_matter(page)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_registered_pages_are_in_their_chapter(exercise):
    page = DOCS / EXERCISES[exercise]["path"]
    # A reference page belongs to no chapter; the home page lists it.
    folder = DOCS if EXERCISES[exercise]["kind"] == "reference" else page.parent
    name = page.relative_to(folder).with_suffix("").as_posix()
    assert f"\n{name}\n" in (folder / "index.md").read_text("utf-8")


@pytest.mark.parametrize("exercise", EXERCISES)
def test_register_is_complete(exercise):
    entry = EXERCISES[exercise]
    assert entry["kind"] in KINDS
    assert all(entry["title"][language].strip() for language in ("zh", "en"))
    number, word = r"(?:\d+|alg-\d+)-\d+", r"[a-z]+(?:-[a-z]+)*"
    named = entry["kind"] in NO_EXERCISE
    assert re.fullmatch(word if named else number, exercise)
    assert bool(entry["aliases"]) != named


def test_aliases_name_one_exercise():
    aliases = [alias for entry in EXERCISES.values() for alias in entry["aliases"]]
    assert len(aliases) == len(set(aliases))
    assert all(re.match("(1e|2e|2019-04|2020-03):", alias) for alias in aliases)
