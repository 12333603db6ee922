"""Mutate every checked equation of a page: each mutant must fail its check."""

import json
import multiprocessing
import os
import re
import signal
import time
import tomllib
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from itertools import islice

from nndl_notes.texmath import Interpreter, Node, TexMathError, parse, variables
from nndl_notes.texmath.arithmetic import is_array, is_scalar
from nndl_notes.texmath.mutation import mutants
from nndl_notes.texmath.tree import strip

from .checking import check, serving
from .evaluation import arithmetic_named
from .instance import Instance
from .links import bare
from .proving import prove
from .registry import documents
from .running import run

ALLOWED = "verification/equivalent_mutants.toml"


@dataclass(frozen=True)
class Result:
    """What became of one mutant.

    ``outcome`` is one of parse, shape, value, evaluation (killed), proved (identical, as the
    symbolic instance proves), reviewed (identical, with a reason in the public file), survived.
    """

    page: str
    label: str
    operator: str
    outcome: str
    latex: str


def squeezed(latex):
    """Return LaTeX without white space, the key of a reviewed mutant."""
    return re.sub(r"\s+", "", latex)


def reviewed():
    """Return ``{(label, squeezed LaTeX): reason}`` of the mutants reviewed as equivalent."""
    path = documents() / ALLOWED
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", [])
    return {(e["label"], squeezed(e["latex"])): e["reason"] for e in entries}


class _Recorder(Interpreter):
    """Remember what kind of value each node had."""

    def __init__(self, arithmetic, elementwise, kinds):
        super().__init__(arithmetic, elementwise)
        self.kinds = kinds

    def value(self, node, env, local):
        value = super().value(node, env, local)
        kind = "scalar" if is_scalar(value) else "array" if is_array(value) else "other"
        self.kinds.setdefault((node.start, node.end), set()).add(kind)
        return value


def _same(statement):
    """Return the tree without what says nothing: grouping brackets, the sign of an O(.)."""
    def signless(node):
        if node.op == "negative" and node.args[0].op == "order":
            return signless(node.args[0])
        return Node(node.op, tuple(signless(a) for a in node.args), node.value)
    return signless(bare(statement))


def _kinds(statements, instance, arithmetic):
    """Evaluate a display on an instance and return ``{(start, end): kinds of value}``."""
    kinds = {}
    for statement in statements:
        conclusion = statement.args[1] if statement.op == "implication" else statement
        for symbols, letters in islice(instance.cases(variables(statement)), 1):
            env = instance.environment().do(symbols)
            for side in (s for chain in conclusion.args for s in chain.args):
                try:
                    with arithmetic.working_precision():
                        _Recorder(arithmetic, instance.elementwise, kinds).value(
                            side, env, letters)
                except (TexMathError, TypeError):
                    continue  # an O(.) or a space: nothing below it is classified
    return kinds


def of_equation(page, label, sample=None):
    """Yield the mutants of one equation of a page that has been run.

    Mutants that read as the same tree are left out; so are swaps with scalar factors and
    transposes of matrices declared symmetric (``page.symmetric``), of identities and diagonals.
    """
    latex = page.source.equations[label].latex
    declarations = serving(label, page.declarations)
    instance, arithmetic = next(
        ((i, d.arithmetic) for d in declarations for k in range(20)
         if (i := d.draw(page.seed, label, d.strata[0], k)) is not None),
        (Instance({}), "float64"))
    notation, letters = instance.notation(), instance.letters
    statements = parse(latex, notation, letters)
    kinds = _kinds(statements, instance, arithmetic_named(arithmetic))
    originals = [_same(s) for s in statements]

    def scalar(node):
        return kinds.get((node.start, node.end)) == {"scalar"} or node.op in (
            "number", "variable", "constant", "percent")

    def symmetric(node):
        node = strip(node)
        return ((node.op == "size_free" and node.value == "I")
                or (node.op == "apply" and node.value == r"\mathrm{diag}")
                or (node.op == "symbol" and node.value in page.symmetric_symbols))

    found = mutants(latex, statements, letters, scalar, symmetric)
    if sample is not None and len(found) > sample:
        found = [found[k * len(found) // sample] for k in range(sample)]
    for mutant in found:
        try:
            if [_same(s) for s in parse(mutant.latex, notation, letters)] == originals:
                continue
        except TexMathError:
            yield mutant, True
            continue
        yield mutant, False


def judge(page, label, mutant, allowed):
    """Return the outcome of one mutant that can be parsed."""
    loose = page.not_sharp.get(label, ())
    try:
        report = check(mutant.latex, label, page.declarations, page.seed, loose, hasty=True)
    except Exception:  # a binding that cannot cope has noticed the mutant: that kills it
        return "evaluation"
    if not report.passed:
        example = report.counterexample
        if example is None:
            return "evaluation"
        return "shape" if example.shape_error else "value"
    if (label, squeezed(mutant.latex)) in allowed:
        return "reviewed"
    symbolic = [d for d in page.declarations if d.arithmetic == "exact" and label in d.labels]
    return "proved" if symbolic and prove(mutant.latex, label, symbolic).passed else "survived"


def of_page(identifier, sample=None):
    """Return (results of all mutants of a page's checked equations, error message or '')."""
    outcome = run(identifier)
    if outcome.error is not None:
        return [], f"{identifier}: {type(outcome.error).__name__}: {outcome.error}"
    allowed, results = reviewed(), []
    for page in {p.id: p for p in outcome.collected.pages}.values():
        for label, display in page.source.equations.items():
            if display.refuted:
                continue
            for mutant, unreadable in of_equation(page, label, sample):
                verdict = "parse" if unreadable else judge(page, label, mutant, allowed)
                results.append(Result(page.id, label, mutant.operator, verdict, mutant.latex))
    return results, ""


def _timed(identifier, sample):
    begun = time.perf_counter()
    return *of_page(identifier, sample), time.perf_counter() - begun


def _finished(identifiers, sample):
    """Mutate pages in parallel and yield each name with what `_timed` gives, as they finish."""
    # Ctrl-C reaches every process of the terminal: only this one answers, and ends the others.
    with ProcessPoolExecutor(os.cpu_count(), initializer=signal.signal,
                             initargs=(signal.SIGINT, signal.SIG_IGN)) as pool:
        try:
            runs = {pool.submit(_timed, name, sample): name for name in identifiers}
            for done in as_completed(runs):
                yield runs[done], done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise


def main(identifiers, sample=None, json_path=None):
    """Mutate pages in parallel, print the report, return 1 if a mutant survived."""
    started, outcomes, seconds = time.monotonic(), {}, {}
    for name, (*outcome, taken) in _finished(identifiers, sample):
        outcomes[name], seconds[name] = outcome, taken
        print(f"{name}: {_line(outcome[0])}; {taken:.0f} s, "
              f"{len(identifiers) - len(outcomes)} to go after {time.monotonic() - started:.0f} s",
              flush=True)
    print("\nslowest")
    for name in sorted(seconds, key=seconds.get, reverse=True)[:10]:
        print(f"  {seconds[name]:6.1f} s  {name}")
    results = [result for name in identifiers for result in outcomes[name][0]]
    errors = [outcomes[name][1] for name in identifiers if outcomes[name][1]]
    print("\nby operator")
    for operator in sorted({r.operator for r in results}):
        print(f"  {operator:18} {_line([r for r in results if r.operator == operator])}")
    print(f"\nall: {_line(results)}")
    survivors = [r for r in results if r.outcome == "survived"]
    for survivor in survivors:
        print(f"\nSURVIVED {survivor.label} ({survivor.operator})\n{survivor.latex}")
    for error in errors:
        print(f"\nERROR {error}")
    if json_path:
        with open(json_path, "w", encoding="utf-8") as file:
            json.dump([asdict(r) for r in results], file, indent=1, ensure_ascii=False)
    return 1 if survivors or errors or not results else 0


def _line(results):
    count = Counter(r.outcome for r in results)
    equivalent = count["proved"] + count["reviewed"]
    wrong = len(results) - equivalent
    rate = (wrong - count["survived"]) / wrong if wrong else 1.0
    kinds = ", ".join(f"{kind} {count[kind]}" for kind in (
        "parse", "shape", "evaluation", "value", "proved", "reviewed", "survived"))
    return f"{len(results)} mutants, {rate:.2%} of the non-equivalent killed ({kinds})"
