"""``nndl-notes show``: an answer in short, or one of its equations, in the terminal."""

import os
import shutil
import sys

from nndl_notes.citing.citation import address
from nndl_notes.export.files import Answer
from nndl_notes.export.terminal import Terminal

from .options import IDENTIFIER, add_language

NAME = "show"
HELP = "show an answer in short, or one of its equations with its level"


def add_arguments(parser):
    """Add the identifier and the language."""
    parser.add_argument("id", help=IDENTIFIER)
    add_language(parser)


def run(options):
    """Print what the identifier stands for, as wide as the terminal."""
    answer = Answer(options.id)
    tag = answer.item.tag
    bold = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    terminal = Terminal(answer.page, options.lang, answer.levels,
                        shutil.get_terminal_size().columns, bold)
    if answer.item.claim.kind == "answer":
        print(terminal.answer(address(tag) if tag else answer.url), end="")
    else:
        label = answer.item.claim.name
        url = address(tag) if tag else f"{answer.url}#{label}"
        print(terminal.claim(label, url), end="")
    return 0
