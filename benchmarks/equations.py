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


def measured(page, label, latex):
    """Return (parse, check, instances) of one equation, or None for a display of numbers."""
    declaration = next(iter(serving(label, page.declarations)), None)
    instance = declaration and declaration.draw(0, label, declaration.strata[0], 0)
    if instance is None:
        return None
    notation, letters = instance.notation(), instance.letters
    arguments = latex, label, page.declarations, 0, page.not_sharp.get(label, ())
    report = check(*arguments)  # the first call parses; what is timed below is checking
    count = sum(tally["accepted"] for tally in report.strata.values())
    return (milliseconds(lambda: parse(latex, notation, letters), 5),
            milliseconds(lambda: check(*arguments), 1), count)


def main():
    print(f"{'equation':34} {'parse':>8} {'check':>9} {'instances':>10} {'per instance':>13}")
    parses, singles = [], []
    for identifier in exercises():
        for page in {p.id: p for p in run(identifier).collected.pages}.values():
            for label, display in page.source.equations.items():
                found = None if display.refuted else measured(page, label, display.latex)
                if found is None:
                    continue
                reading, whole, count = found
                parses.append(reading)
                singles.append(whole / count)
                print(f"{label:34} {reading:8.2f} {whole:9.1f} {count:10d} {whole / count:13.2f}")
    print(f"median: parse {statistics.median(parses):.2f} ms, "
          f"check {statistics.median(singles):.2f} ms per instance; "
          f"slowest {max(singles):.1f} ms per instance; {len(parses)} equations")


if __name__ == "__main__":
    main()
