"""A release is refused where its number, its tag and its site disagree, and is the same twice."""

import hashlib
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

import release

ROOT = Path(__file__).resolve().parents[1]
CHANGELOG = """\
# Changelog

## [1.2.0] - 2026-01-31

### Added

- Something.

## [1.1.0] - 2025-12-24

- Before.

[1.2.0]: https://example.org/v1.2.0
"""


def git(folder, *arguments):
    person = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    subprocess.run(["git", *person, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n', "utf-8")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, "utf-8")
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    return tmp_path


def commit(checkout):
    git(checkout, "add", "-A")
    git(checkout, "commit", "-q", "--allow-empty", "-m", "All")


def edit(checkout, name, old, new):
    path = checkout / name
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


@pytest.mark.parametrize("tags", [[], ["v1.2.0"], ["v1.2.0", "a-note"]])
def test_a_checkout_that_agrees_is_released(checkout, tags):
    for tag in tags:
        git(checkout, "tag", tag)
    assert list(release.problems(checkout)) == []


def test_a_changed_checkout_is_not(checkout):
    (checkout / "new.txt").write_text("", "utf-8")
    (problem,) = release.problems(checkout)
    assert problem == "the checkout differs from its commit: new.txt; commit or remove them"


def test_the_changelog_has_to_begin_with_the_version(checkout):
    edit(checkout, "pyproject.toml", "1.2.0", "1.3.0")
    commit(checkout)
    assert list(release.problems(checkout)) == [
        "CHANGELOG.md begins with 1.2.0, pyproject.toml says 1.3.0"
    ]


@pytest.mark.parametrize("tags", [["v1.2.1"], ["v1.2.0", "v1.2.1"]])
def test_the_tag_has_to_be_that_of_the_version(checkout, tags):
    for tag in tags:
        git(checkout, "tag", tag)
    assert list(release.problems(checkout)) == [
        f"the commit bears the tag {', '.join(tags)}, pyproject.toml says 1.2.0"
    ]


def test_a_tagged_version_has_a_date(checkout):
    edit(checkout, "CHANGELOG.md", "2026-01-31", "Unreleased")
    commit(checkout)
    assert list(release.problems(checkout)) == []
    git(checkout, "tag", "v1.2.0")
    (problem,) = release.problems(checkout)
    assert problem.startswith("CHANGELOG.md says “Unreleased” of 1.2.0")


def test_the_notes_are_what_the_changelog_says_of_the_version(checkout):
    assert release.entry(checkout) == ("1.2.0", "2026-01-31", "### Added\n\n- Something.\n")


def test_the_notes_of_our_own_changelog_end_before_its_links():
    number, _, text = release.entry()
    assert number == release.version()
    assert text.startswith("### Added\n") and "releases/tag" not in text


def built(folder, **changes):
    """Write something like a site."""
    (folder / "ch02").mkdir(parents=True)
    record = {"passed": True, "version": "1.2.0", "problems": []} | changes
    (folder / "verification.json").write_text(json.dumps(record), "utf-8")
    (folder / "index.html").write_text("home", "utf-8")
    (folder / "ch02" / "2-4.html").write_text("岭回归", "utf-8")
    times = '<p>Times</p><table class="table"><tr><td>{}</td></tr>\n</table><p>end</p>'
    (folder / "execution-times.html").write_text(times.format(len(str(folder))), "utf-8")
    (folder / "execution-times.json").write_text("{}", "utf-8")
    return folder


def test_a_green_site_of_the_version_is_bundled(tmp_path):
    assert list(release.site_problems(built(tmp_path / "site"), "1.2.0")) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"passed": False, "problems": [{}]}, "found 1 problem(s)"),
        ({"version": "1.1.0"}, "the site is of version 1.1.0, pyproject.toml says 1.2.0"),
    ],
)
def test_another_site_is_not(tmp_path, changes, words):
    (problem,) = release.site_problems(built(tmp_path / "site", **changes), "1.2.0")
    assert words in problem


def test_without_a_site_there_is_no_bundle(tmp_path):
    (problem,) = release.site_problems(tmp_path, "1.2.0")
    assert "`nox -s release` builds one" in problem


def test_the_zip_of_a_site_is_the_same_wherever_and_whenever(tmp_path):
    zips = []
    for name in ("one", "another-place"):
        site = built(tmp_path / name / "html")
        zips.append(tmp_path / name / "notes-1.2.0-site.zip")
        release.bundle(site, zips[-1], epoch=1_580_702_706)
    assert zips[0].read_bytes() == zips[1].read_bytes()
    with zipfile.ZipFile(zips[0]) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            f"notes-1.2.0-site/{name}"
            for name in ("ch02/2-4.html", "execution-times.html", "index.html", "verification.json")
        ]
        assert {info.date_time for info in archive.infolist()} == {(2020, 2, 3, 4, 5, 6)}
        assert archive.read("notes-1.2.0-site/ch02/2-4.html").decode() == "岭回归"
        times = archive.read("notes-1.2.0-site/execution-times.html").decode()
    assert times == "<p>Times</p><p>end</p>"


def test_the_checksums_are_those_that_sha256sum_reads(tmp_path):
    (tmp_path / "b.whl").write_bytes(b"b")
    (tmp_path / "a.zip").write_bytes(b"a")
    (tmp_path / "SHA256SUMS").write_text("old", "utf-8")
    digests = [hashlib.sha256(content).hexdigest() for content in (b"a", b"b")]
    assert release.checksums(tmp_path) == f"{digests[0]}  a.zip\n{digests[1]}  b.whl\n"


def test_the_page_of_times_is_the_one_that_the_site_has():
    """The bundle blanks what progress.py writes."""
    source = (ROOT / "src/nndl_notes/sphinxext/progress.py").read_text("utf-8")
    assert re.search(r'PAGE = "(.+)"', source)[1] == "execution-times"
    assert release.TIMES.search(re.search(r'<table class="table">.*</table>', source)[0].encode())
