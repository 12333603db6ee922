"""What can be cited: each answer, and on its page each labelled equation and box."""

from dataclasses import dataclass
from pathlib import Path

from nndl_notes.verification.registry import exercises
from nndl_notes.verification.source import Source


@dataclass(frozen=True)
class Claim:
    """An answer, or one of its equations and boxes.

    Attributes
    ----------
    name : str
        Key of the register, or label.
    page : str
        Key of the answer on whose page it stands; its own for an answer.
    kind : str
        ``"answer"``, ``"equation"``, or the kind of a box (``"claim"``, ``"argued"``,
        ``"refuted"``, ``"erratum"``).
    latex : str
        Of an equation, otherwise empty.
    line : int
        Where it stands in the page's source.
    refuted : bool
        Whether it is an equation that the page shows to be false.
    """

    name: str
    page: str
    kind: str
    latex: str = ""
    line: int = 1
    refuted: bool = False


def of_page(name, source):
    """Return the claims of one page, the answer itself first.

    Parameters
    ----------
    name : str
        Key of the answer.
    source : Source
    """
    found = [Claim(d.label, name, "equation", d.latex, d.line, d.refuted)
             for d in source.equations.values()]
    labels = {claim.name for claim in found}
    found += [Claim(label, name, kind, "", line)
              for label, (kind, line) in source.statements.items() if label not in labels]
    return [Claim(name, name, "answer"), *sorted(found, key=lambda claim: claim.line)]


def all_claims(folder):
    """Return the claims of all answers by name, in the order of the register.

    Raises
    ------
    ValueError
        If two claims have the same name.
    """
    found = {}
    for name, entry in exercises(folder).items():
        if "withdrawn" in entry:
            continue
        for claim in of_page(name, Source(Path(folder, entry["path"]))):
            if claim.name in found:
                raise ValueError(f"label: {claim.name} is on the pages of {name} and of "
                                 f"{found[claim.name].page}")
            found[claim.name] = claim
    return found
