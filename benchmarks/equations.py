"""Time of reading and of checking the displayed equations of every page.

Run ``python benchmarks/equations.py`` in an environment with the project's ``docs`` group. Prints
milliseconds; compare ratios, not numbers, between machines. Nothing fails on a time.
"""

import statistics
import time

from nndl_notes.texmath import parse
from nndl_notes.verification.checking import check, serving
from nndl_notes.verification.registry import exercises
from nndl_notes.verification.running import run


def milliseconds(function, repeat):
    """Return the median duration of a call."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


def main():
    print(f"{'equation':34} {'parse':>8} {'check':>9} {'instances':>10} {'per instance':>13}")
    parses, singles = [], []
    for identifier in exercises():
        for page in {p.id: p for p in run(identifier).collected.pages}.values():
            for label, display in page.source.equations.items():
                if display.refuted:
                    continue
                declaration = next(iter(serving(label, page.declarations)), None)
                if declaration is None:
                    continue  # a display of numbers: no instance
                instance = declaration.draw(0, label, declaration.strata[0], 0)
                if instance is None:
                    continue
                notation, letters = instance.notation(), instance.letters
                reading = milliseconds(lambda: parse(display.latex, notation, letters), 5)
                arguments = (display.latex, label, page.declarations, 0,
                             page.not_sharp.get(label, ()))
                report = check(*arguments)
                whole = milliseconds(lambda: check(*arguments), 1)
                count = sum(t["accepted"] for t in report.strata.values()) or 1
                parses.append(reading)
                singles.append(whole / count)
                print(f"{label:34} {reading:8.2f} {whole:9.1f} {count:10d} {whole / count:13.2f}")
    print(f"median: parse {statistics.median(parses):.2f} ms, "
          f"check {statistics.median(singles):.2f} ms per instance; "
          f"slowest {max(singles):.1f} ms per instance; {len(parses)} equations")


if __name__ == "__main__":
    main()
