"""Each answer and each of its equations, ready to be cited and to be verified again.

A page carries the forms of its citation as templates; its script fills them in.  What is cited is
the evidence of this build, which has to be what ``record.json`` says (see ``problems``).
"""

import json
from pathlib import Path

from nndl_notes.citing import claims, record, tags
from nndl_notes.citing.citation import LANGUAGES, citation, levels, part
from nndl_notes.citing.formats import FORMATS, templates
from nndl_notes.citing.identifiers import Item
from nndl_notes.citing.provenance import addresses, provenance
from nndl_notes.verification.source import Source

from .displayed import PAGES, values
from .evidence import BUNDLES
from .freshness import FINGERPRINTS
from .pagedata import file_changed
from .registry import by_path
from .statements import statements

COMMAND = 'pipx run --spec "nndl-notes[notebooks] @ git+{source}@{commit}" nndl-notes verify {name}'


def answers(app):
    """Yield docname, register's key and entry of each answer that is there."""
    for path, (name, entry) in by_path(app).items():
        docname = app.env.path2doc(str(Path(app.srcdir, path)))
        if "withdrawn" not in entry and docname in app.env.found_docs:
            yield docname, name, entry


def found(app, docname):
    """Return the record of a page as this build has found it."""
    argued = [box["id"] for box in statements(app.env).get(docname, ()) if box["kind"] == "argued"]
    return record.of_page(BUNDLES.of(app.env).get(docname, []), argued)


def problems(app):
    """Yield location and message where tags or record do not fit the pages."""
    if not app.config.nndl_cite:
        return
    known = claims.all_claims(app.srcdir)
    place = Path(app.srcdir, tags.FILE)
    for message in tags.problems(tags.load(app.srcdir), known):
        yield f"{place}:1", message
    recorded, recorded_values = record.load(app.srcdir), record.load_values(app.srcdir)
    for name in sorted(recorded.keys() - {claim.page for claim in known.values()}):
        message = f"{record.FILE} tells of {name}, which is no answer; run nndl-notes record"
        yield f"{Path(app.srcdir, record.FILE)}:1", message
    for docname, name, _ in answers(app):
        different = list(record.differences(recorded.get(name, {}), found(app, docname)))
        if different:
            labels = ", ".join(label for label, *_ in different)
            message = f"{record.FILE} does not say what this build found of {labels}; "
            message += f"if that is meant, run nndl-notes record {name}"
            yield f"{app.env.doc2path(docname)}:1", message
        yield from _other_numbers(app, docname, name, recorded_values.get(name, {}))


def _other_numbers(app, docname, name, recorded):
    lines = {place["role"]: place["line"] for place in PAGES.of(app.env)[docname]["values"]}
    for role, old, new in record.value_differences(recorded, values(app.env, docname)):
        message = f"{record.FILE} has {old or 'nothing'} for {{value}}`{role}`, and this build "
        message += f"{new or 'nothing'}; if that is meant, run nndl-notes record {name}"
        yield f"{app.env.doc2path(docname)}:{lines.get(role, 1)}", message


def add_panel(app, pagename, templatename, context, doctree):
    """Give the template ``citation-panel.html`` what it shows."""
    source = app.env.doc2path(pagename) if pagename in app.env.all_docs else None
    name, entry = by_path(app).get(
        source.relative_to(app.srcdir).as_posix() if source else None, (None, {})
    )
    if not app.config.nndl_cite or name is None or "withdrawn" in entry:
        return
    known, recorded = tags.load(app.srcdir), {name: found(app, pagename)}
    items = [
        Item(claim, entry, known.of(claim.name) or "")
        for claim in claims.of_page(name, Source(source))
    ]
    if not all(item.tag for item in items) or not recorded[name]:
        return  # the gate says so
    cited = citation(items[0], recorded)
    this = provenance()
    accessed = {"zh": "年-月-日", "en": "YYYY-MM-DD"}
    app.add_js_file("citations.js", loading_method="defer")
    app.add_css_file("citations.css")
    context["citation"] = {
        "name": name,
        "tag": cited.tag,
        "plain": {x: FORMATS["plain"](cited, x, accessed[x]) for x in LANGUAGES},
        "data": _script_json(data(items, recorded[name], cited)),
        "commit": this.commit,
        "modified": this.modified,
        "versions": FINGERPRINTS.of(app.env)[pagename]["versions"],
        "command": COMMAND.format(
            source=addresses()["Source"], commit=this.commit or "main", name=name
        ),
        "local": f"nndl-notes verify {name}",
    }


def data(items, page, cited):
    """Return what the script fills into the templates, as plain data.

    Parameters
    ----------
    items : list of Item
        The answer and its claims.
    page : dict
        Their record.
    cited : Citation
        Of the answer.
    """
    filled = {cited.name: _filled(cited.tag, cited.digest, cited.part, cited.levels)}
    for item in items[1:]:
        if entry := page.get(item.claim.name):
            filled[item.claim.name] = _filled(
                item.tag, entry["digest"], part(item.claim), levels(entry)
            )
    base = cited.url.removesuffix(f"{cited.tag}/")
    return {"base": base, "forms": templates(cited), "claims": filled}


def _filled(tag, digest, part, levels):
    return {"tag": tag, "digest": digest, "part": part, "levels": levels}


def _script_json(content):
    """Return JSON for a ``script`` element, which a ``</`` would end."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def outdated(app, env):
    """Rewrite the answers when tags change."""
    if app.config.nndl_cite and file_changed(env, Path(app.srcdir, tags.FILE)):
        return [docname for docname, *_ in answers(app)]
    return []


def note_provenance(app, config):
    """Let pages be written again for another commit."""
    if config.nndl_cite:
        config.nndl_provenance = list(vars(provenance()).values())


def setup(app):
    """Show the panel; ``article_footer_items`` places it."""
    app.add_config_value("nndl_cite", False, "html", bool)
    app.add_config_value("nndl_provenance", [], "html", list)
    app.connect("config-inited", note_provenance)
    app.connect("env-updated", outdated)
    # Before the theme (500), which drops the components that are empty.
    app.connect("html-page-context", add_panel, priority=200)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
