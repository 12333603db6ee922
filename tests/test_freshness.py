"""The fingerprint of a page, and which pages a warning concerns."""

import os
import shutil
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nndl_notes.sphinxext import freshness, redlist
from nndl_notes.verification.modules import Package
from small_site import CONF, SmallSite, cell, equation
from small_site import page as source_of


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("```{code-cell}\nimport nndl_notes\n```\n")
    return path


def test_a_fingerprint_depends_on_content_only(page):
    first = freshness.fingerprint(page, Package())
    page.touch()
    assert freshness.fingerprint(page, Package()) == first
    page.write_text(page.read_text() + "More words.\n")
    assert freshness.fingerprint(page, Package()) != first


def test_a_fingerprint_changes_with_a_dependency(page, monkeypatch):
    first = freshness.fingerprint(page, Package())
    newer = freshness.versions() | {"numpy": "99"}
    monkeypatch.setattr(freshness, "versions", lambda: newer)
    assert freshness.fingerprint(page, Package()) != first


def test_a_fingerprint_changes_with_what_lies_beside_and_configures(page, tmp_path):
    configuration = tmp_path / "elsewhere" / "matplotlibrc"
    configuration.parent.mkdir()
    configuration.write_text("figure.figsize: 6, 3.4\n")

    def taken():
        return freshness.fingerprint(page, Package(), [configuration])

    seen = [taken()]
    (tmp_path / "data.csv").write_text("1\n")
    seen.append(taken())
    (tmp_path / "data.csv").write_text("2\n")
    seen.append(taken())
    configuration.write_text("figure.figsize: 6, 4\n")
    seen.append(taken())
    assert all(seen.count(one) == 1 for one in seen)
    (tmp_path / "other.md").write_text("Another page.\n")
    (tmp_path / ".page.md.swp").write_text("")
    assert taken() == seen[-1]


def test_versions_are_those_of_this_interpreter():
    import numpy
    import sympy

    found = freshness.versions()
    assert (found["numpy"], found["sympy"]) == (numpy.__version__, sympy.__version__)


@pytest.mark.parametrize(
    ("location", "pages"),
    [
        ("/site/docs/a.md:3", {"a"}),
        ("/site/docs/b.md", {"b"}),
        ("/site/src/x.py:docstring of x.f:2", {"api"}),
        ("/elsewhere/conf.py:1", {"*"}),
        ("", {"*"}),
    ],
)
def test_a_warning_concerns_pages(location, pages):
    env = SimpleNamespace(
        srcdir="/site/docs",
        found_docs={"a", "b", "api"},
        doc2path=lambda name: f"/site/docs/{name}.md",
        dependencies={"api": {"../src/x.py"}},
    )
    assert redlist.pages_of(env, location) == pages


# -- Any edit: exactly the pages that must, and no broken page is green ----------------------------

HALVES = ":::{{zh}}\n中文 {0}。\n:::\n:::{{en}}\nWord {0}.\n:::\n\n"
# Of each module: two that are right, and one that is not.
MODULES = {
    "square": ("def f(x):\n    return x * x\n", "def f(x):\n    return x**2\n", "f = int\n"),
    "cube": ("def g(x):\n    return x**3\n", "def g(x):\n    return x * x * x\n", "g = int\n"),
    "unused": ("def h(x):\n    return x\n", "def h(x):\n    return -x\n", "h = None\n"),
}
# Of each page: formulas, all but the last right, and the modules that it reaches.
FORMULAS = {
    "squares": (("f(3) = 9", "f(4) = 16", "f(3) = 8"), ("square",)),
    "cubes": (("g(2) = 8", "g(3) = 27", "g(2) = 9"), ("cube",)),
    "both": (("f(2) + g(2) = 12", "g(2) - f(2) = 4", "f(2) + g(2) = 13"), ("square", "cube")),
}
CONFIGURATION = "c.InteractiveShell.cache_size = {}\n"
WRONG = 2  # the index of what does not hold

EDITS = st.one_of(
    st.tuples(st.just("prose"), st.sampled_from([*FORMULAS, "plain"]), st.integers(0, 2)),
    st.tuples(st.just("formula"), st.sampled_from([*FORMULAS]), st.integers(0, 2)),
    st.tuples(st.just("cell"), st.sampled_from([*FORMULAS]), st.integers(0, 2)),
    st.tuples(st.just("module"), st.sampled_from([*MODULES]), st.integers(0, 2)),
    st.tuples(st.just("version"), st.just("numpy"), st.integers(1, 3)),
    st.tuples(st.just("configuration"), st.just("kernel"), st.integers(1000, 1002)),
)
START = {
    **{("prose", name): 0 for name in [*FORMULAS, "plain"]},
    **{(kind, name): 0 for kind in ("formula", "cell") for name in FORMULAS},
    **{("module", name): 0 for name in MODULES},
    ("version", "numpy"): 1,
    ("configuration", "kernel"): 1000,
}


def key(state, name):
    """Return all that the result of a page can depend on."""
    kinds = ("prose", "formula", "cell")
    places = [*((k, name) for k in kinds), *(("module", m) for m in FORMULAS[name][1])]
    return [state[place] for place in (*places, ("version", "numpy"), ("configuration", "kernel"))]


def is_broken(state, name):
    wrong = {state["formula", name], *(state["module", module] for module in FORMULAS[name][1])}
    return WRONG in wrong


def write(site, state):
    """Write the sources of a state; times of modification do not tell what is new."""
    files = {
        f"src/nndl_notes/{name}.py": texts[state["module", name]] for name, texts in MODULES.items()
    }
    for name, (formulas, modules) in FORMULAS.items():
        imports = "".join(f"from nndl_notes.{module} import *\n" for module in modules)
        body = (
            equation(name, formulas[state["formula", name]])
            + cell(f"from nndl_notes.verification import Page\n{imports}")
            + cell(f"page = Page('{name}.md', '{name}')  # {state['cell', name]}")
            + cell(f"page.check('{name}', globals())")
        )
        files[f"docs/{name}.md"] = source_of(name, body, HALVES.format(state["prose", name]))
    files["docs/plain.md"] = "# {zh}`题` {en}`Title`\n\n" + HALVES.format(state["prose", "plain"])
    version = state["version", "numpy"]
    files["src/numpy-0.dist-info/METADATA"] = f"Name: numpy\nVersion: {version}\n"
    files["ipython/profile_default/ipython_kernel_config.py"] = CONFIGURATION.format(
        state["configuration", "kernel"]
    )
    for path, text in files.items():
        if not (site.root / path).exists() or (site.root / path).read_text("utf-8") != text:
            site.write(path, text)
            os.utime(site.root / path, ns=(0, 0))


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    """A built site, kernels that stand from build to build, and a copy of its files."""
    site = SmallSite(tmp_path_factory.mktemp("edited"))
    index = "# {zh}`首页` {en}`Home`\n\n```{toctree}\n:glob:\n\n*\n```\n"
    site.write("docs/index.md", index)
    files = '["../ipython/profile_default/ipython_kernel_config.py"]'
    site.write("docs/conf.py", CONF + f"nndl_kernel_files = {files}\n")
    write(site, START)
    copy = tmp_path_factory.mktemp("copy") / "site"
    with site.warm_kernels():
        assert site.build() == (0, "", sorted(f"{name}.md" for name in FORMULAS))
        shutil.copytree(site.root, copy)
        yield site, copy


@pytest.mark.site
@settings(max_examples=settings.default.max_examples // 25)
@example([[("version", "numpy", 2)], [("module", "unused", 1), ("prose", "plain", 1)]])
@example([[("module", "square", 2)], [("prose", "cubes", 1)], [("module", "square", 0)]])
@example([[("configuration", "kernel", 1001)], [("formula", "both", 2)], [("cell", "both", 1)]])
@given(batches=st.lists(st.lists(EDITS, min_size=1, max_size=3), min_size=2, max_size=3))
def test_edits_execute_what_they_must_and_nothing_broken_is_green(edited, batches):
    site, copy = edited
    shutil.rmtree(site.root)
    shutil.copytree(copy, site.root)
    built, red = START, set()
    for batch in batches:
        state = built | {(kind, name): value for kind, name, value in batch}
        write(site, state)
        status, errors, executed = site.build()
        must = {name for name in FORMULAS if key(state, name) != key(built, name)} | red
        assert executed == sorted(f"{name}.md" for name in must), errors
        built, red = state, {name for name in FORMULAS if is_broken(state, name)}
        assert status == (1 if red else 0), errors
        assert {problem["docname"] for problem in site.verification["problems"]} == red
