"""GB/T 7714 as the citation processor sets it from our CSL-JSON."""

import json
import re

import pytest

from nndl_notes.citing.citation import citation
from nndl_notes.citing.formats import FORMATS
from nndl_notes.citing.identifiers import Catalogue

citeproc = pytest.importorskip("citeproc", reason="citeproc-py is the oracle of this file")

pytestmark = pytest.mark.oracle

STYLE = "china-national-standard-gb-t-7714-2015-numeric"


@pytest.mark.parametrize("name", ["2-4", "2-4-gradient", "alg-4-1"])
def test_our_entry_is_built_as_the_style_builds_it(name):
    from citeproc.source.json import CiteProcJSON

    catalogue = Catalogue()
    cited = citation(catalogue.find(name), catalogue.record)
    items = json.loads(FORMATS["csl-json"](cited, "en", "2026-05-06"))
    style = citeproc.CitationStylesStyle(STYLE, validate=False)
    source = CiteProcJSON(items)
    bibliography = citeproc.CitationStylesBibliography(style, source, citeproc.formatter.plain)
    bibliography.register(citeproc.Citation([citeproc.CitationItem(items[0]["id"])]))
    theirs = str(bibliography.bibliography()[0])
    ours = FORMATS["gbt7714"](cited, "en", "2026-05-06")
    # The style sets names in capitals and does not know of version, note and raw dates of access.
    ours = re.sub(r" \(tag [^)]*\)|\[2026-05-06\]|version [\d.]+ ", "", ours)
    assert theirs.removeprefix("[1]").casefold() == ours.casefold()
