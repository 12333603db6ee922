"""The bundle of a release, unzipped and opened from disk."""

import zipfile

import pytest

import release
from conftest import SITE, visits
from search_corpus import QUERIES
from test_search_page import first, search

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def unzipped(tmp_path_factory):
    """Bundle the site that has been built, and unzip it elsewhere."""
    folder = tmp_path_factory.mktemp("下载 downloads")
    release.bundle(SITE, folder / "site.zip", epoch=1_580_702_706)
    with zipfile.ZipFile(folder / "site.zip") as archive:
        archive.extractall(folder)
    return (folder / "site").as_uri()


def test_the_bundle_opens_from_disk_and_its_search_finds_pages(chromium, unzipped):
    with visits(chromium, unzipped) as enter:
        visitor = enter()
        page = visitor.open("index.html")
        assert page.locator("article h1").is_visible()
        page = search(visitor, "岭回归")
        assert first(page) == QUERIES["岭回归"]
        page.locator("#search-results .search-result-title").first.click()
        page.wait_for_url("**/ch02/2-4.html*")
        assert page.locator("div.math math").first.is_visible()
        assert page.evaluate("document.fonts.ready.then(() => document.fonts.size)") > 0


def test_the_bundle_states_no_execution_times(chromium, unzipped):
    with visits(chromium, unzipped) as enter:
        page = enter().open("execution-times.html")
        assert page.locator("article h1").is_visible() and page.locator("table").count() == 0
