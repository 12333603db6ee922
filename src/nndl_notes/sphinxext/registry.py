"""The register of identifiers: which page answers which exercise, and of what kind it is."""

import tomllib
from pathlib import Path, PurePosixPath


def _read(app):
    path = Path(app.srcdir, app.config.nndl_registry)
    if not path.is_file():
        return path, {}, ()
    text = path.read_text("utf-8")
    return path, tomllib.loads(text).get("exercises", {}), text.splitlines()


def by_path(app):
    """Return ``{path of the page: (exercise, entry)}``; paths are relative to the sources."""
    return {entry["path"]: (name, entry) for name, entry in _read(app)[1].items()}


def earlier(app):
    """Yield exercise, earlier path of its page, and what is wrong with that, if anything."""
    given = set()
    for name, entry in _read(app)[1].items():
        for path in entry.get("formerly", ()):
            fault = ""
            if path in given or str(PurePosixPath(path).with_suffix("")) in app.env.all_docs:
                fault = f"exercise {name} was formerly at {path}, where another page is now"
            elif ".." in PurePosixPath(path).parts or PurePosixPath(path).is_absolute():
                fault = f"exercise {name} was formerly at {path}, which is outside the site"
            given.add(path)
            yield name, path, fault


def in_order(app, docnames):
    """Return pages in the order of the register, and then those that are not in it."""
    order = {path: place for place, path in enumerate(by_path(app))}

    def place(docname):
        source = app.env.doc2path(docname).relative_to(app.srcdir).as_posix()
        return order.get(source, len(order)), docname

    return sorted(docnames, key=place)


def by_folder(env, docnames):
    """Return ``{page: pages}``: those of one folder under its index, others under themselves."""
    groups = {}
    for name in docnames:
        index = str(PurePosixPath(name).with_name("index"))
        groups.setdefault(index if index in env.titles else name, []).append(name)
    return groups


def problems(app):
    """Yield location and message where the register and the pages do not agree."""
    path, entries, lines = _read(app)
    if not entries:
        return
    env = app.env
    for name, entry in entries.items():
        heads = (f"[exercises.{name}]", f'[exercises."{name}"]')
        line = next((i for i, text in enumerate(lines, 1) if text.strip() in heads), 1)
        docname = env.path2doc(str(Path(app.srcdir, entry["path"])))
        if docname not in env.all_docs:
            yield f"{path}:{line}", f"exercise {name}: there is no page {entry['path']}"
        elif "withdrawn" not in entry and env.metadata[docname].get("exercise") != name:
            yield (
                f"{env.doc2path(docname)}:1",
                f"the register says exercise {name}; the front matter needs `exercise: \"{name}\"`",
            )
    yield from ((f"{path}:1", fault) for *_, fault in earlier(app) if fault)
    paths = [entry["path"] for entry in entries.values()]
    for docname in sorted(env.all_docs):
        page = env.doc2path(docname)
        name = env.metadata[docname].get("exercise")
        if name and page.relative_to(app.srcdir).as_posix() not in paths:
            yield f"{page}:1", f"exercise {name} is not in {path.name}"
