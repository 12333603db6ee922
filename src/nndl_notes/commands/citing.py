"""``nndl-notes cite``: an answer or one of its equations, in a form to paste."""

from datetime import date

from nndl_notes.citing.citation import citation
from nndl_notes.citing.formats import FORMATS, together
from nndl_notes.citing.identifiers import Catalogue

from .options import IDENTIFIER, add_language, day

NAME = "cite"
HELP = "cite an answer or an equation"


def add_arguments(parser):
    """Add identifiers, form, language and day."""
    parser.add_argument("id", nargs="+", help=IDENTIFIER)
    parser.add_argument("--format", choices=[*FORMATS], default="plain",
                        help="form, %(default)s by default")
    add_language(parser)
    parser.add_argument("--accessed", type=day, default=date.today(),
                        metavar="YYYY-MM-DD", help="day of access, today by default")


def run(options):
    """Print the citations, each once."""
    form, catalogue = FORMATS[options.format], Catalogue()
    names = dict.fromkeys(catalogue.find(text).claim.name for text in options.id)
    cited = [form(citation(catalogue.item(name), catalogue.record), options.lang,
                  options.accessed.isoformat()) for name in names]
    print(together(options.format, cited))
    return 0
