"""Arguments that several commands have."""

import argparse
import json
import os
import sys
from datetime import date

LANGUAGES = ("zh", "en")
IDENTIFIER = "an answer (2-4, 习题2-4, 1e:2-4), a label (2-4-gradient) or a tag"


def add_language(parser, *more):
    """Add ``--lang``; its default follows the reader's locale."""
    parser.add_argument("--lang", choices=(*LANGUAGES, *more), default=default_language(),
                        help="language, here %(default)s by default")


def natural(text):
    """Return the whole number that an argument gives, from 0 upwards."""
    return _whole(text, 0)


def positive(text):
    """Return the whole number that an argument gives, from 1 upwards."""
    return _whole(text, 1)


def _whole(text, least):
    try:
        number = int(text)
    except ValueError:
        number = None
    if number is None or number < least:
        raise argparse.ArgumentTypeError(f"expected a whole number from {least} up, got {text!r}")
    return number


def day(text):
    """Return the date that an argument gives."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"expected a day such as 2026-01-31, got {text!r}") from None


def print_json(content):
    """Print JSON, in ASCII where the output may lack characters."""
    ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    print(json.dumps(content, ensure_ascii=ascii_only, indent=1))


def default_language(environment=os.environ):
    """Return ``"zh"`` in a Chinese locale, otherwise ``"en"``."""
    names = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, names), "").lower().startswith("zh") else "en"
