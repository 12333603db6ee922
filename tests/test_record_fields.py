"""``verification.json`` is described field by field, and the example that reads it runs."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import pytest
from bs4 import BeautifulSoup

from nndl_notes.sphinxext.record_fields import FILE, objects, schema, type_of
from nndl_notes.verification.records import LEVELS, SCHEMA_VERSION
from small_site import SmallSite, cell, equation, page, start

PAGE = Path(__file__).resolve().parents[1] / "docs" / "verification" / "data.md"
HAN = re.compile(r"[\u4e00-\u9fff]")
SCHEMA = schema()
INDEX = """\
# {zh}`首页` {en}`Home`

```{toctree}
2-1
verification/data
```
"""
EXERCISE = page(
    "2-1",
    equation("2-1-nine", "f(3) = 9")
    + equation("2-1-four", "f(2) = 4")
    + start("2-1.md", "2-1")
    + cell("page.check('2-1-nine', {'f': f})\npage.check('2-1-four', {'f': f})")
    + cell("page.show(page.run('prove', '2-1-four', {'f': f}))"),
)


def nested(part):
    """Yield every schema in a schema."""
    yield part
    for value in part.values() if isinstance(part, dict) else part:
        if isinstance(value, dict | list):
            yield from nested(value)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_version_is_in_field_file_name_and_identifier():
    assert SCHEMA["properties"]["schema"]["const"] == SCHEMA_VERSION
    assert FILE == f"verification-{SCHEMA_VERSION}.schema.json"
    assert urlsplit(SCHEMA["$id"]).path.rpartition("/")[2] == FILE


def test_every_object_stands_where_the_page_shows_it():
    """An object described inside another would have no table."""
    shown = [part["properties"] for part in objects(SCHEMA)]
    every = [
        part["properties"]
        for part in nested(SCHEMA)
        if isinstance(part, dict) and "properties" in part and part.get("type") == "object"
    ]
    assert [p for p in every if p not in shown] == []


@pytest.mark.parametrize("part", [*objects(SCHEMA)], ids=lambda part: part["title"])
def test_every_field_is_described_in_both_languages(part):
    assert HAN.search(part["x-title-zh"]) or part["x-title-zh"] == part["title"]
    for name, field in part["properties"].items():
        assert HAN.search(field["x-description-zh"]), name
        assert field["x-description-zh"].endswith("。"), name
        assert re.fullmatch(r"[A-Z].*\.", field["description"]), name
        assert not HAN.search(field["description"]), name


def test_the_levels_are_those_of_the_records():
    levels = {*SCHEMA["$defs"]["record"]["properties"]["level"]["enum"], "argued", "failed"}
    assert levels == {*LEVELS, None}


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"type": "integer"}, "integer"),
        ({"type": ["string", "null"]}, "string | null"),
        ({"$ref": "#/$defs/sha256"}, "string"),
        ({"$ref": "#/$defs/record"}, "object"),
        ({"const": 1}, "1"),
        ({"enum": ["check", None]}, "check | null"),
        ({"anyOf": [{"$ref": "#/$defs/counts"}, {"const": {}}]}, "object"),
        ({"anyOf": [{"$ref": "#/$defs/link"}, {"type": "null"}]}, "object | null"),
    ],
)
def test_types_are_named_as_json_names_them(field, words):
    assert type_of(field) == words


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = SmallSite(tmp_path_factory.mktemp("data"))
    site.write("docs/index.md", INDEX)
    site.write("docs/2-1.md", EXERCISE)
    site.write("docs/verification/data.md", PAGE.read_text("utf-8"))
    status, errors, _ = site.build("-W")
    assert status == 0, errors
    return site


@pytest.mark.site
def test_the_page_shows_every_field(site):
    html = BeautifulSoup(
        (site.out / "verification" / "data.html").read_text("utf-8"), "html.parser"
    )
    tables = html.select("table.record-fields")
    shown = [[row.td.get_text() for row in table.select("tbody tr")] for table in tables]
    assert shown == [list(part["properties"]) for part in objects(SCHEMA)]
    cells = tables[0].select("tbody tr")[5].select("td")[2]
    assert cells.select_one(".en code").get_text() == "passed"
    assert cells.select_one(".zh").get_text() == "发现的问题；passed 为 true 时为空。"


@pytest.mark.site
def test_the_example_reads_what_the_build_wrote(site, monkeypatch, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(code.splitlines()) <= 10
    monkeypatch.chdir(site.out)
    exec(compile(code, str(PAGE), "exec"), {})
    assert capsys.readouterr().out == f"2-1 {dict(Counter(checked=2, proved=1))}\n"


@pytest.mark.site
def test_the_published_schema_is_the_one_that_the_data_name(site):
    found = site.verification
    published = (site.out / found["$schema"]).read_text("utf-8")
    assert found["$schema"] == FILE
    assert published == Path(
        PAGE.parents[2], "src/nndl_notes/sphinxext", FILE
    ).read_text("utf-8")
