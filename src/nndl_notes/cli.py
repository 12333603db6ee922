"""The command line, ``nndl-notes``."""

import argparse
import sys

from . import __version__
from .commands import citing, exporting, listing, mutating, recording, showing, verifying

COMMANDS = (listing, showing, verifying, citing, exporting, mutating, recording)
DESCRIPTION = """\
Answers to the exercises of NNDL (Qiu Xipeng, first edition): list, show, verify, cite, export.
邱锡鹏《神经网络与深度学习》（第一版）习题解答：列出、显示、重新检验、引用、导出。
"""
STATUS = """\
exit status: 0 all is well; 1 a claim does not hold; 2 wrong usage or an unknown identifier;
3 everything holds, but not as it was published
"""


def main(arguments=None):
    """Run the command line; return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except (ValueError, FileNotFoundError) as error:
        print(f"nndl-notes: {error}", file=sys.stderr)
        return 2


def _parser():
    parser = argparse.ArgumentParser(
        prog="nndl-notes", description=DESCRIPTION, epilog=STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for command in COMMANDS:
        subparser = commands.add_parser(command.NAME, help=command.HELP, description=command.HELP)
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
