"""``nndl-notes mutate``: damage the displayed equations and see whether each damage is noticed."""

from nndl_notes.citing.identifiers import Catalogue

from .options import IDENTIFIER, positive

NAME = "mutate"
HELP = "mutate the displayed equations of answers; each mutant must fail"


def add_arguments(parser):
    """Add the identifiers, the size of a sample, and a file for the report."""
    parser.add_argument("id", nargs="*", help=f"{IDENTIFIER}; all by default")
    parser.add_argument("--sample", type=positive, help="at most this many mutants per equation")
    parser.add_argument("--json", metavar="FILE", help="write the full report to this file")


def run(options):
    """Mutate, print the report, and return 1 if a mutant survives."""
    from nndl_notes.verification.mutation import main
    catalogue = Catalogue()
    items = [catalogue.find(text) for text in options.id] or catalogue.items()
    pages = list(dict.fromkeys(item.claim.page for item in items))
    return main(pages, sample=options.sample, json_path=options.json)
