"""``nndl-notes record``: for authors; give tags and write the record that goes with the pages."""

from pathlib import Path

from nndl_notes.citing import record, tags
from nndl_notes.citing.identifiers import Catalogue
from nndl_notes.verification import registry
from nndl_notes.verification.running import run as run_page

from .options import IDENTIFIER

NAME = "record"
HELP = "for authors: give new claims their tags, and record what the pages verify"


def add_arguments(parser):
    """Add the identifiers."""
    parser.add_argument("id", nargs="*", help=f"{IDENTIFIER}; all by default")


def run(options):
    """Write the tags and the record; return 1 if a page fails, which is left as it was."""
    folder = _own_pages()
    catalogue = Catalogue(folder)
    assigned = tags.assign(catalogue.tags, catalogue.claims)
    if found := list(tags.problems(assigned, catalogue.claims)):
        raise ValueError(f"{tags.FILE}: " + "; ".join(found))
    chosen = {catalogue.find(text).claim.page for text in options.id}
    Path(folder, tags.FILE).write_text(tags.text(assigned), "utf-8")
    order = list(dict.fromkeys(claim.page for claim in catalogue.claims.values()))
    recorded, shown, failed = catalogue.record, catalogue.values, False
    for name in order:
        if chosen and name not in chosen:
            continue
        outcome = run_page(name)
        if outcome.error is not None:
            print(f"{name}: FAILED, not recorded; nndl-notes verify {name} says why")
            failed = True
            continue
        recorded[name] = record.of_page(outcome.collected.bundles, catalogue.argued(name))
        shown[name] = outcome.values
        print(f"{name}: {len(recorded[name])} claims")
    pages = {name: recorded[name] for name in order if name in recorded}
    values = {name: shown[name] for name in order if name in shown}
    path = Path(folder, record.FILE)
    path.parent.mkdir(exist_ok=True)
    path.write_text(record.text(pages, values), "utf-8")
    return 1 if failed else 0


def _own_pages():
    folder = registry.documents()
    if folder == registry.INSTALLED[0]:
        raise ValueError(f"{folder} came with the installed package, and its record stays as it "
                         "was published; run this in a checkout of the project")
    return folder
