"""``nndl-notes cite``: an answer or one of its equations, in a form to paste."""

from datetime import date

from nndl_notes.citing.citation import citation
from nndl_notes.citing.formats import FORMATS
from nndl_notes.citing.identifiers import Catalogue

from .options import IDENTIFIER, add_language

NAME = "cite"
HELP = "cite an answer or an equation"


def add_arguments(parser):
    """Add identifiers, form, language and day."""
    parser.add_argument("id", nargs="+", help=IDENTIFIER)
    parser.add_argument("--format", choices=[*FORMATS], default="plain",
                        help="form, %(default)s by default")
    add_language(parser)
    parser.add_argument("--accessed", type=date.fromisoformat, default=date.today(),
                        metavar="YYYY-MM-DD", help="day of access, today by default")


def run(options):
    """Print the citations, an empty line between two."""
    form, catalogue = FORMATS[options.format], Catalogue()
    cited = [form(citation(catalogue.find(text), catalogue.record), options.lang,
                  options.accessed.isoformat()) for text in options.id]
    print("\n\n".join(cited))
    return 0
