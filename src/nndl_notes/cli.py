"""The command line: ``nndl-notes list``, ``verify`` and ``mutate``."""

import argparse
import sys
import traceback

from . import __version__


def main(arguments=None):
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(prog="nndl-notes", description=__doc__)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="exercises and their pages")
    verify = commands.add_parser("verify", help="run a page's cells without building the site")
    verify.add_argument("id", nargs="*", help="exercise such as 2-4; all by default")
    verify.add_argument("-v", "--verbose", action="store_true", help="show a traceback")
    mutate = commands.add_parser("mutate", help="mutate the displayed equations of pages")
    mutate.add_argument("id", nargs="*", help="exercise such as 2-4; all by default")
    mutate.add_argument("--sample", type=int, help="at most this many mutants per equation")
    mutate.add_argument("--json", help="write the full report to this file")
    options = parser.parse_args(arguments)
    return {"list": _list, "verify": _verify, "mutate": _mutate}[options.command](options)


def _chosen(options):
    from .verification.registry import exercises, resolve
    known = exercises()
    try:
        return [resolve(name, known) for name in options.id] or list(known)
    except ValueError as error:
        sys.exit(f"nndl-notes: {error}")


def _list(options):
    from .verification.registry import exercises
    for name, entry in exercises().items():
        print(f"{name:10} {entry.get('kind', ''):12} {entry['path']}")
    return 0


def _verify(options):
    from .verification.running import run
    failed = 0
    for name in _chosen(options):
        outcome = run(name)
        records = [r for b in outcome.collected.bundles for r in b["records"]]
        levels = [r["level"] or "failed" for r in records]
        counts = ", ".join(f"{levels.count(x)} {x}" for x in dict.fromkeys(levels))
        print(f"{name}: {'FAILED' if outcome.error else 'ok'} ({counts or 'no records'}; "
              f"{outcome.seconds:.1f} s)")
        unread = {u["latex"]: u for b in outcome.collected.bundles for u in b["inline"]["unread"]}
        for entry in unread.values():
            print(f"  inline, not read, line {entry['line']}: ${entry['latex']}$ "
                  f"({entry['reason']})")
        if outcome.error is not None:
            failed += 1
            if options.verbose:
                traceback.print_exception(outcome.error)
            else:
                print(f"  {type(outcome.error).__name__}: {outcome.error}")
    return 1 if failed else 0


def _mutate(options):
    from .verification.mutation import main
    return main(_chosen(options), sample=options.sample, json_path=options.json)


if __name__ == "__main__":
    sys.exit(main())
