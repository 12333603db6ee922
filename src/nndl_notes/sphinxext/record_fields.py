"""What each field of ``verification.json`` means: ``{record-fields}``, made of its schema.

The schema describes every field in English (``description``) and in Chinese
(``x-description-zh``), and every kind of object has a title in both.
"""

import json
import re
from importlib import resources

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from .evidence import both, row, table

FILE = "verification-1.schema.json"
COLUMNS = (("字段", "Field", 24), ("类型", "Type", 20), ("含义", "Meaning", 56))
CODE = re.compile(r"`([^`]+)`")


def schema():
    """Return the schema as a dictionary."""
    return json.loads(resources.files(__package__).joinpath(FILE).read_text("utf-8"))


def objects(schema):
    """Yield every kind of object that has named fields: the file itself, then its parts."""
    for part in (schema, *schema["$defs"].values()):
        if "properties" in part:
            yield part


class record_fields(nodes.General, nodes.Element):
    """Place of the tables."""


class RecordFieldsDirective(SphinxDirective):
    """Show one table for each kind of object."""

    def run(self):
        """Return the place of the tables."""
        self.env.note_dependency(str(resources.files(__package__).joinpath(FILE)))
        node = record_fields()
        self.set_source_info(node)
        return [node]


def fill(app, doctree, docname):
    """Put titles and tables in their place."""
    for place in list(doctree.findall(record_fields)):
        found = []
        for part in objects(schema()):
            title = _languages(part["x-title-zh"], part["title"])
            found.append(nodes.paragraph("", "", nodes.strong("", "", *title)))
            rows = [_row(name, field) for name, field in part["properties"].items()]
            found.append(table(COLUMNS, rows, ["record-fields"]))
        place.replace_self(found)


def _row(name, field):
    meaning = _languages(field["x-description-zh"], field["description"])
    return row([[nodes.literal("", name)], [nodes.literal("", type_of(field))], meaning])


def type_of(field):
    """Return the type of a field in a word or two, as JSON names it."""
    if "$ref" in field:
        return "string" if field["$ref"].endswith("/sha256") else "object"
    if "anyOf" in field:
        return " | ".join(dict.fromkeys(type_of(choice) for choice in field["anyOf"]))
    if "const" in field:
        return "object" if field["const"] == {} else json.dumps(field["const"])
    if "enum" in field:
        return " | ".join("null" if value is None else value for value in field["enum"])
    named = field["type"]
    return named if isinstance(named, str) else " | ".join(named)


def _languages(zh, en):
    """Return words in both languages; what stands in backquotes is code."""
    halves = both("", "")
    for half, words in ((halves[0], zh), (halves[2], en)):
        half.children = []
        for place, piece in enumerate(CODE.split(words)):
            if piece:
                half += nodes.literal("", piece) if place % 2 else nodes.Text(piece)
    return halves


def setup(app):
    """Register the directive."""
    app.add_node(record_fields)
    app.add_directive("record-fields", RecordFieldsDirective)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
