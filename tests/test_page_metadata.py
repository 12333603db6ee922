"""What a page says of itself to search engines and reference managers."""

import gzip
import json
import re
import tomllib
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from nndl_notes.citing import tags
from nndl_notes.citing.embedded import BOOK, description, head
from nndl_notes.citing.provenance import Provenance
from small_site import CONF, SmallSite, cell, equation, page, start

ROOT = Path(__file__).resolve().parents[1]
REGISTER = tomllib.loads((ROOT / "docs" / "registry.toml").read_text("utf-8"))["exercises"]
TAGS = tags.load(ROOT / "docs")
BASE = "https://nndl-notes.github.io/nndl-notes/"
KNOWN = Provenance("1.2.3", "a" * 40, "2026-01-31")

# What schema.org lets the types have that we use; those of Thing and CreativeWork in one set.
WORK = set(
    "@context @type @id url identifier name inLanguage author datePublished dateModified version "
    "license isBasedOn isPartOf".split()
)
ALLOWED = {
    ("LearningResource", "Article"): WORK | {"educationalUse", "learningResourceType"},
    ("Book",): WORK | {"isbn"},
    ("WebSite",): WORK,
    ("Organization",): {"@type", "name", "url"},
}
# Of Zotero's translator "Embedded Metadata": Highwire's names, and what it reads as RDF.
HIGHWIRE = {
    "citation_title": "title",
    "citation_publication_date": "date",
    "citation_public_url": "url",
    "citation_language": "language",
}
RDF = {"z:itemType": "itemType", "og:site_name": "websiteTitle", "dc.rights": "rights"}


def address(name):
    return BASE + REGISTER[name]["path"].removesuffix(".md") + ".html"


def of(name, known=KNOWN):
    return name, REGISTER[name], TAGS.of(name), address(name), known


def parsed(html):
    return BeautifulSoup(f"<html><head>{html}</head></html>", "html.parser")


def linked_data(html):
    (script,) = html.select('script[type="application/ld+json"]')
    return json.loads(script.string)


def zotero(html):
    """Read a page as Zotero does."""
    item = {"itemType": "journalArticle", "creators": []}
    for meta in html.select("meta[content]"):
        name = meta.get("name") or meta.get("property")
        if name == "citation_author":
            first, _, last = meta["content"].rpartition(" ")
            item["creators"].append((first, last))
        elif field := HIGHWIRE.get(name) or RDF.get(name):
            item[field] = " ".join(meta["content"].split())
    return item


def objects(data):
    """Yield every typed object of JSON-LD."""
    if isinstance(data, list):
        for part in data:
            yield from objects(part)
    elif isinstance(data, dict):
        if "@type" in data:
            yield data
        for part in data.values():
            yield from objects(part)


@pytest.mark.parametrize("name", REGISTER)
def test_types_have_the_properties_that_schema_org_gives_them(name):
    for part in objects(description(*of(name))):
        types = part["@type"] if isinstance(part["@type"], list) else [part["@type"]]
        assert set(part) <= ALLOWED[tuple(types)]
        assert part["name"]
        assert all(part.values())


@pytest.mark.parametrize("name", REGISTER)
def test_a_page_is_described_in_both_languages(name):
    data = linked_data(parsed(head(*of(name))))
    assert data == description(*of(name))
    names = {part["@language"]: part["@value"] for part in data["name"]}
    assert list(names) == data["inLanguage"] == ["zh-CN", "en"]
    assert REGISTER[name]["title"]["zh"].split()[-1] in names["zh-CN"]
    assert REGISTER[name]["title"]["en"] in names["en"]
    assert set(REGISTER[name]["aliases"]) <= set(data["identifier"])
    assert TAGS.of(name) in data["identifier"]
    assert data["@id"] == f"{BASE}t/{TAGS.of(name)}/" and data["url"] == address(name)


def test_version_date_licence_and_book():
    data = description(*of("2-4"))
    assert (data["version"], data["datePublished"]) == ("1.2.3", "2026-01-31")
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    cff = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f'isbn: "{BOOK["isbn"]}"' in cff and BOOK["name"] in cff
    assert data["isBasedOn"] == BOOK


def test_without_a_known_commit_no_date_is_stated():
    html = head(*of("2-4", Provenance("1.2.3")))
    assert "date" not in html


def test_zotero_finds_a_web_page_with_everything_that_a_citation_needs():
    assert zotero(parsed(head(*of("2-4")))) == {
        "itemType": "webpage",
        "title": "《神经网络与深度学习》（第一版）习题 2-4：岭回归与结构风险最小化 = "
        "NNDL (first edition), exercise 2-4: Ridge regression as structural risk minimisation",
        # One field: the name of an organisation is not split into a person's.
        "creators": [("", "The\N{NO-BREAK SPACE}nndl-notes\N{NO-BREAK SPACE}contributors")],
        "date": "2026/01/31",
        "language": "zh-CN",
        "url": f"{BASE}t/{TAGS.of('2-4')}/",
        "websiteTitle": "nndl-notes",
        "rights": "CC BY 4.0",
    }


def test_titles_cannot_break_out():
    words = '</script><!--<b a="1">&amp;'
    entry = {"kind": "quiz", "title": {"zh": words, "en": words}}
    html = parsed(head("quiz-x", entry, None, f"{BASE}quiz/x.html", KNOWN))
    data = linked_data(html)
    assert data["name"][1]["@value"].endswith(words)
    assert words in zotero(html)["title"]
    assert (data["@id"], data["identifier"]) == (f"{BASE}quiz/x.html", ["quiz-x"])
    assert data["educationalUse"] == "self-assessment"
    assert html.find("b") is None


@pytest.mark.parametrize("name", REGISTER)
def test_it_adds_little_to_a_page(name):
    """Beside a page's own bytes, whose words it repeats, it is less yet."""
    assert len(gzip.compress(head(*of(name)).encode(), mtime=0)) < 900


@pytest.mark.site
def test_it_stands_in_the_head_of_registered_pages(tmp_path):
    site = SmallSite(tmp_path)
    base = 'html_theme = "basic"\nhtml_baseurl = "https://example.org/notes/"'
    site.write("docs/conf.py", CONF.replace('html_theme = "basic"', base))
    site.write("docs/index.md", "# {zh}`首页` {en}`Home`\n\n```{toctree}\nch02/2-1\n```\n")
    site.write(
        "docs/registry.toml",
        '[exercises.2-1]\npath = "ch02/2-1.md"\nkind = "analysis"\naliases = ["1e:2-1"]\n'
        'title.zh = "平方损失"\ntitle.en = "Squared loss"\n',
    )
    body = equation("2-1-nine", "f(3) = 9") + start("ch02/2-1.md", "2-1")
    site.write("docs/ch02/2-1.md", page("2-1", body + cell("page.check('2-1-nine', {'f': f})")))
    status, errors, _ = site.build("-W")
    assert status == 0, errors
    html = BeautifulSoup((site.out / "ch02" / "2-1.html").read_text("utf-8"), "html.parser")
    url = "https://example.org/notes/ch02/2-1.html"
    assert linked_data(html.head)["url"] == zotero(html.head)["url"] == url
    assert html.head.select_one("link[rel=canonical]")["href"] == url
    offered = {link["type"]: link["href"] for link in html.head.select("link[rel=alternate]")}
    assert offered == {"text/markdown": "2-1.md", "application/x-ipynb+json": "2-1.ipynb"}
    assert all((site.out / "ch02" / name).is_file() for name in offered.values())
    home = (site.out / "index.html").read_text("utf-8")
    assert not re.search(r"ld\+json|citation_", home)
