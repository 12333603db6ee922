"""The register of exercises: permanent identifiers, their pages and their aliases."""

import os
import tomllib
from difflib import get_close_matches
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
INSTALLED = (_PACKAGE / "docs", _PACKAGE.parents[1] / "docs")  # in a wheel, in a checkout


def documents():
    """Return the folder with ``registry.toml``.

    It is $NNDL_NOTES_DOCS; else found from the working directory upwards; else the pages with
    which the package was installed.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    named = os.environ.get("NNDL_NOTES_DOCS")
    here = Path.cwd()
    candidates = [Path(named)] if named else [
        *(folder / name for folder in (here, *here.parents) for name in ("docs", ".")),
        *INSTALLED]
    for folder in candidates:
        if (folder / "registry.toml").is_file() and (named or _ours(folder)):
            return folder.resolve()
    raise FileNotFoundError(f"no registry.toml in {named or 'docs/ of any parent folder'}")


def _ours(folder):
    """Tell whether a register has exercises; another project's may bear the same name."""
    try:
        return "exercises" in tomllib.loads((folder / "registry.toml").read_text("utf-8"))
    except ValueError:  # whoever reads it says what is wrong
        return True


def exercises(folder=None):
    """Return the register: identifier to a dict with ``path``, ``kind``, ``aliases``, ``title``.

    Parameters
    ----------
    folder : path-like, optional
        The documentation folder; found by :func:`documents` by default.

    Raises
    ------
    ValueError
        If ``registry.toml`` is not a register of exercises.
    """
    path = Path(folder or documents()) / "registry.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))["exercises"]
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}") from None
    except KeyError:
        raise ValueError(f"{path}: there is no [exercises]; is it another project's? "
                         "$NNDL_NOTES_DOCS can name the folder") from None


def resolve(identifier, known):
    """Return the key of an identifier or alias.

    Raises
    ------
    ValueError
        For an unknown identifier; near ones are suggested.
    """
    aliases = {alias: name for name, entry in known.items() for alias in entry.get("aliases", ())}
    name = aliases.get(identifier, identifier)
    if name in known:
        return name
    near = ", ".join(get_close_matches(identifier, [*known, *aliases], cutoff=0.3)) or "none"
    raise ValueError(f"identifier: no exercise {identifier!r} in registry.toml; near: {near}")
