"""Which modules of the package a page reaches, found without running it.

A page has to be verified anew when code that it reaches changes.  The modules are those that
its code cells import and, transitively, those that they import; whatever a kernel loads beyond
them is an error of the build, because a change of it would go unnoticed.
"""

import ast
import functools
import hashlib
import importlib.util
import re
from pathlib import Path

PACKAGE = "nndl_notes"
# Every page asks nndl_notes.page() for its equations.
ALWAYS = (PACKAGE, f"{PACKAGE}.texmath", f"{PACKAGE}.verification")

_FENCE = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})\s*(?P<info>.*)$")
_MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)


def sha256(path):
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def code_cells(source):
    """Return the Python text of each ``{code-cell}`` of a MyST Markdown page.

    Lines are kept in place (options become blank lines), so line *i* of a cell is line *i* of
    its fence's body.  A cell shown inside a longer fence counts as well: reaching too much is
    harmless.
    """
    cells, body, fence = [], None, ""
    for line in source.splitlines():
        match = _FENCE.match(line)
        if body is None:
            if match and match["info"].startswith("{code-cell}"):
                body, fence = [], match["fence"]
        elif match and match["fence"].startswith(fence) and not match["info"].strip():
            cells.append(_without_options(body))
            body = None
        else:
            body.append(line)
    if body is not None:
        cells.append(_without_options(body))
    return cells


def _without_options(body):
    end = 0
    if body and body[0].strip() == "---":
        end = next((i + 1 for i, line in enumerate(body[1:], 1) if line.strip() == "---"), 0)
    else:
        while end < len(body) and re.match(r":[\w-]+:", body[end]):
            end += 1
    return "\n".join([""] * end + body[end:])


class Package:
    """The package's files as they are now, each read once.

    Parameters
    ----------
    root : path-like, optional
        Folder of the package; by default the one that ``import nndl_notes`` finds.
    """

    def __init__(self, root=None):
        if root is None:
            root = importlib.util.find_spec(PACKAGE).submodule_search_locations[0]
        self.root = Path(root).resolve()
        self._files = {}
        for path in sorted(self.root.rglob("*.py")):
            parts = (PACKAGE, *path.relative_to(self.root).with_suffix("").parts)
            if all(part.isidentifier() for part in parts):
                name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                self._files[name] = path
        self._sources, self._imports, self._trees = {}, {}, {}

    def __contains__(self, module):
        return module in self._files

    def path(self, module):
        """Return the file of a module."""
        return self._files[module]

    def digest(self, module):
        """Return the SHA-256 of a module's file, or None if there is no such module."""
        return self._read(module)[1] if module in self._files else None

    def tree_digest(self, package):
        """Return one digest of a package and all modules below it."""
        if package not in self._trees:
            names = [n for n in self._files if f"{n}.".startswith(f"{package}.")]
            text = "".join(f"{name} {self.digest(name)}\n" for name in sorted(names))
            self._trees[package] = hashlib.sha256(text.encode()).hexdigest()
        return self._trees[package]

    def _read(self, module):
        if module not in self._sources:
            data = self._files[module].read_bytes()
            self._sources[module] = data, hashlib.sha256(data).hexdigest()
        return self._sources[module]

    def closure(self, source):
        """Return ``{module: SHA-256}`` of the modules that a page's code cells reach.

        Parameters
        ----------
        source : str
            The page.  Without a code cell it reaches nothing.

        Returns
        -------
        dict of str to str
            Sorted by module.  A cell that Python cannot parse (it will fail when executed)
            reaches every module.
        """
        cells = code_cells(source)
        if not cells:
            return {}
        todo = [name for name in ALWAYS if name in self]
        for cell in cells:
            todo += self._named_in(cell)
        reached = set()
        while todo:
            module = todo.pop()
            if module not in reached:
                reached.add(module)
                todo += self._imports_of(module)
        return {name: self.digest(name) for name in sorted(reached)}

    def imported(self, source):
        """Return the modules of the library that a page's code cells name themselves.

        Parameters
        ----------
        source : str
            The page.

        Returns
        -------
        list of str
            Sorted; without the package itself and what verifies, which every page uses.
        """
        found = {name for cell in code_cells(source) for name in self._named_in(cell)}
        tools = tuple(f"{name}." for name in ALWAYS[1:])
        return sorted(n for n in found - {PACKAGE} if not f"{n}.".startswith(tools))

    def _named_in(self, cell):
        try:
            return list(self._modules(_references(_plain_python(cell), "")))
        except SyntaxError:
            return list(self._files)

    def _imports_of(self, module):
        if module not in self._imports:
            self._imports[module] = self._find_imports(module)
        return self._imports[module]

    def _find_imports(self, module):
        is_package = self._files[module].name == "__init__.py"
        parent = module if is_package else module.rpartition(".")[0]
        try:
            return list(self._modules(_references(self._read(module)[0], parent)))
        except SyntaxError:
            return []  # its own digest is in the closure, and nobody can import it

    def _modules(self, references):
        """Yield the modules along dotted names: a.b.c loads a, a.b, and a.b.c if a module."""
        for dotted in references:
            parts = dotted.split(".")
            for end in range(1, len(parts) + 1):
                name = ".".join(parts[:end])
                if name in self._files:
                    yield name


def _plain_python(cell):
    """Replace IPython's magic lines by ``pass``."""
    if cell.lstrip().startswith("%%"):
        cell = cell.lstrip().partition("\n")[2]
    return _MAGIC.sub(r"\1pass", cell)


@functools.lru_cache(maxsize=1024)
def _references(code, parent):
    """Return dotted names below the package that `code`, inside package `parent`, refers to."""
    nodes = list(ast.walk(ast.parse(code)))
    found, aliases = set(), {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                found.add(alias.name)
                bound = alias.name if alias.asname else alias.name.partition(".")[0]
                aliases[alias.asname or bound] = bound
        elif isinstance(node, ast.ImportFrom):
            base = _absolute("." * node.level + (node.module or ""), parent)
            for alias in node.names:
                dotted = f"{base}.{alias.name}"
                found.add(dotted)
                aliases[alias.asname or alias.name] = dotted
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # importlib.import_module("nndl_notes.x") and tables of lazily imported modules
            if re.fullmatch(r"\.*\w+(\.\w+)*", node.value):
                found.add(_absolute(node.value, parent))
    for node in nodes:  # `import nndl_notes as nn; nn.x.f()`, when x is loaded lazily
        if isinstance(node, ast.Attribute):
            names = []
            while isinstance(node, ast.Attribute):
                names.append(node.attr)
                node = node.value
            if isinstance(node, ast.Name) and node.id in aliases:
                found.add(".".join([aliases[node.id], *reversed(names)]))
    return frozenset(name for name in found if (name + ".").startswith(PACKAGE + "."))


def _absolute(name, parent):
    """Resolve a relative module name inside package `parent`."""
    level = len(name) - len(name.lstrip("."))
    if not level or not parent:
        return name
    ancestors = parent.split(".")
    return ".".join([*ancestors[: len(ancestors) - level + 1], name[level:]]).rstrip(".")
