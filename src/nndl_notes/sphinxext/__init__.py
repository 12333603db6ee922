"""The Sphinx extension behind the site: the only part of the package that knows Sphinx."""

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from nndl_notes import __version__

from . import (
    answers,
    assets,
    bilingual,
    book,
    chinese_spacing,
    citations,
    cite_examples,
    collected,
    dependencies,
    discovery,
    downloads,
    equation_names,
    evidence,
    exercises,
    field_names,
    freshness,
    gate,
    glossary,
    hidden_code,
    inventory,
    language_switch,
    ledger,
    ledger_table,
    mathml,
    page_links,
    page_metadata,
    permanent,
    previews,
    progress,
    record_fields,
    references,
    search,
    shares,
    statements,
    values,
    verdicts,
    warm,
    weight,
)

MODULES = (
    bilingual,
    chinese_spacing,
    statements,
    answers,
    mathml,
    equation_names,
    inventory,
    language_switch,
    hidden_code,
    evidence,
    values,
    verdicts,
    references,
    previews,
    glossary,
    field_names,
    freshness,
    gate,
    ledger,
    ledger_table,
    collected,
    book,
    exercises,
    dependencies,
    page_links,
    page_metadata,
    citations,
    cite_examples,
    permanent,
    downloads,
    discovery,
    progress,
    record_fields,
    references,
    search,
    shares,
    warm,
    assets,
    weight,
)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Set up every module of the extension."""
    for module in MODULES:
        module.setup(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
