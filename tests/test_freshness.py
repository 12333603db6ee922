"""The fingerprint of a page, and which pages a warning concerns."""

from types import SimpleNamespace

import pytest

from nndl_notes.sphinxext import freshness, redlist
from nndl_notes.verification.modules import Package


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
