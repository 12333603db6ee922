"""Arguments that several commands have."""

import argparse
import os

LANGUAGES = ("zh", "en")
IDENTIFIER = "an answer (2-4, 习题2-4, 1e:2-4), a label (2-4-gradient) or a tag"


def add_language(parser, *more):
    """Add ``--lang``; its default follows the reader's locale."""
    parser.add_argument("--lang", choices=(*LANGUAGES, *more), default=default_language(),
                        help="language, here %(default)s by default")


def natural(text):
    """Return the whole number that an argument gives, from 0 upwards."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"expected 0 or more, got {text}")
    return number


def default_language(environment=os.environ):
    """Return ``"zh"`` in a Chinese locale, otherwise ``"en"``."""
    names = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, names), "").lower().startswith("zh") else "en"
