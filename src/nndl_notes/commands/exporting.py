"""``nndl-notes export``: an answer as Markdown, as LaTeX or as a notebook, with its citation."""

import sys
from datetime import date

from nndl_notes.export.files import FORMS, Answer, target, write

from .options import IDENTIFIER, add_language
from .verifying import explained

NAME = "export"
HELP = "write an answer as Markdown (Obsidian), LaTeX (Overleaf) or a notebook (Jupyter)"


def add_arguments(parser):
    """Add the identifier, the language, the form, and where to write."""
    parser.add_argument("id", help=IDENTIFIER)
    add_language(parser, "both")
    parser.add_argument("--to", choices=[*FORMS], required=True,
                        help="form; md and tex run the cells for their output and figures, "
                             "tex needs the extra nndl-notes[export]")
    parser.add_argument("-o", "--output", metavar="PATH",
                        help="a file of that form, or a folder; nndl-ID by default")
    parser.add_argument("--force", action="store_true", help="replace a file that is there already")


def run(options):
    """Write the files and say which; return 1 if a cell of the answer fails."""
    answer = Answer(options.id)
    path = target(options.output, answer.name, options.to)
    try:
        written = write(answer, options.to, options.lang, path, date.today().isoformat(),
                        options.force)
    except ModuleNotFoundError as error:
        raise ValueError(str(error)) from None
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    for path in written.paths:
        print(f"{'replaced' if path in written.replaced else 'wrote'} {path}")
    if answer.citation is None:
        print(f"nndl-notes: {answer.name} is not published yet, so that there is no citation",
              file=sys.stderr)
    if written.error is not None:
        print(f"nndl-notes: a cell failed, and what follows it has no output: "
              f"{explained(written.error)}", file=sys.stderr)
        return 1
    return 0
