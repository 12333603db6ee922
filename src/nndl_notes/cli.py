"""The command line, ``nndl-notes``."""

import argparse
import os
import sys

from . import __version__
from .commands import citing, exporting, listing, mutating, recording, showing, verifying

COMMANDS = (listing, showing, verifying, citing, exporting, mutating, recording)
DESCRIPTION = """\
Answers to the exercises of NNDL (Qiu Xipeng, first edition): list, show, verify, cite, export.
邱锡鹏《神经网络与深度学习》（第一版）习题解答：列出、显示、重新检验、引用、导出。
"""
STATUS = """\
exit status: 0 all is well; 1 a claim does not hold; 2 wrong usage, an unknown
identifier, or something to install is missing; 3 everything holds, but not as it was published
"""
# What a shell reports of a program that these signals end.
INTERRUPTED, PIPE_CLOSED = 130, 141


def main(arguments=None):
    """Run the command line; return its exit status."""
    if hasattr(sys.stdout, "reconfigure"):  # what the terminal cannot show is escaped
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return _run(arguments)
    except BrokenPipeError:
        # The reader, such as head, has enough; Python must not write the rest at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except KeyboardInterrupt:
        print("nndl-notes: interrupted", file=sys.stderr)
        return INTERRUPTED
    except (ValueError, OSError) as error:
        print(f"nndl-notes: {error}", file=sys.stderr)
        return 2


def _run(arguments):
    try:
        options = _parser().parse_args(arguments)
        return options.run(options)
    finally:  # --help, too, leaves here
        print(end="", flush=True)  # or a closed pipe would be noticed too late


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
