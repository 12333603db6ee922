"""What the built site offers to programs: every address in it leads somewhere.

No browser is needed, but the site that the browser reads.
"""

import json
import re
import tomllib
from functools import cache
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from sphinx.util.inventory import InventoryFile

from conftest import ROOT, SITE
from nndl_notes.citing import tags

pytestmark = pytest.mark.browser

REGISTER = tomllib.loads((ROOT / "docs" / "registry.toml").read_text("utf-8"))["exercises"]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
BASE = PYPROJECT["project"]["urls"]["Documentation"]


@cache
def anchors(path):
    return set(re.findall(r'\sid="([^"]+)"', (SITE / path).read_text("utf-8")))


def is_there(address):
    path, _, anchor = unquote(address.removeprefix(BASE)).partition("#")
    return (SITE / path).is_file() and (not anchor or anchor in anchors(path))


def test_every_label_of_the_inventory_leads_to_its_place():
    inventory = InventoryFile.loads((SITE / "objects.inv").read_bytes(), uri="").data
    labels = inventory["std:label"]
    assert [item.uri for item in labels.values() if not is_there(item.uri)] == []
    numbered = {name for name in REGISTER if re.fullmatch(r"(alg-)?\d+-\d+", name)}
    assert {f"ex-{name}" for name in numbered} <= set(labels)
    assert (labels["ex-2-4"].display_name, labels["2-4-gradient"].display_name) == (
        "NNDL 2-4", "NNDL 2-4 (2)"
    )
    assert set(tags.load(ROOT / "docs").names) <= set(labels)


def test_the_sitemap_lists_pages_that_are_there():
    tree = ElementTree.parse(SITE / "sitemap.xml")
    listed = [element.text for element in tree.iter() if element.tag.endswith("}loc")]
    assert [address for address in listed if not is_there(address)] == []
    answers = {BASE + entry["path"].removesuffix("md") + "html" for entry in REGISTER.values()}
    assert answers <= set(listed)


def test_llms_txt_lists_every_answer_as_markdown():
    listed = re.findall(r"\]\((\S+?)\)", (SITE / "llms.txt").read_text("utf-8"))
    assert [address for address in listed if not is_there(address)] == []
    assert {BASE + entry["path"] for entry in REGISTER.values()} <= set(listed)


@pytest.mark.parametrize("name", REGISTER)
def test_an_answer_describes_itself(name):
    path = REGISTER[name]["path"].removesuffix("md") + "html"
    head = (SITE / path).read_text("utf-8").partition("</head>")[0]
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', head)
    data = json.loads(script)
    assert data["url"] == BASE + path
    assert f'<link rel="canonical" href="{data["url"]}"' in head
    assert head.count('name="citation_title"') == 1
    # A permanent address is a folder with an index.
    permanent = data["@id"].removeprefix(BASE) + "index.html" * data["@id"].endswith("/")
    assert (SITE / permanent).is_file()


def test_the_documented_example_reads_the_record(monkeypatch, capsys):
    text = (ROOT / "docs" / "verification" / "data.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(SITE)
    exec(compile(code, "data.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(
        str(page["exercise"])
        for page in json.loads((SITE / "verification.json").read_text("utf-8"))["pages"].values()
    )
    assert any("'proved'" in line for line in lines)
