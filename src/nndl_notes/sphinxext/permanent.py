"""Addresses that stay: ``t/TAG/`` for each tag, ``t/2-4/`` for each answer, and earlier paths.

They are files, so that they lead on from any host and from a folder alike.
"""

from html import escape
from pathlib import Path, PurePosixPath

from docutils import nodes

from nndl_notes.citing import claims, tags

from .citations import answers
from .registry import earlier

FOLDER = "t"
REDIRECT = """\
<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="canonical" href="{canonical}">
{move}</head>
<body>
{body}
</body>
</html>
"""
# An address in the fragment of the old one is kept: labels stay when pages move.
MOVE = """\
<script>location.replace({target} + ({anchored} ? "" : location.hash));</script>
<noscript><meta http-equiv="refresh" content="0; url={href}"></noscript>
"""
# Servers show 404.html in the place of what they do not find, at any depth.
LOST = """\
<script>
const [address, before, tag] = /^(.*\\/t\\/)([0-9A-Za-z]{4})\\/?$/.exec(location.pathname) || [];
if (tag && tag !== tag.toUpperCase()) {
  location.replace(before + tag.toUpperCase() + "/" + location.hash);
}
</script>
"""


def redirect(title, target, canonical):
    """Return a page that leads on to `target`, a relative address."""
    href = escape(target)
    anchored = "true" if "#" in target else "false"
    quoted = '"' + target.replace('"', "%22").replace("<", "%3C") + '"'
    move = MOVE.format(target=quoted, anchored=anchored, href=href)
    body = f'<p><a href="{href}">{escape(title)}</a></p>'
    return REDIRECT.format(
        title=escape(title), canonical=escape(canonical), move=move, body=body
    )


def tombstone(tag, entry, home, canonical):
    """Return the page of a withdrawn tag, with the reason."""
    body = (
        f"<h1>{tag}</h1>\n"
        f"<p>{escape(entry['was'])} 已撤回：{escape(entry['zh'])}</p>\n"
        f'<p lang="en">{escape(entry["was"])} was withdrawn: {escape(entry["en"])}</p>\n'
        f'<p><a href="{home}">nndl-notes</a></p>'
    )
    title = f"{tag} · nndl-notes"
    return REDIRECT.format(title=title, canonical=escape(canonical), move="", body=body)


def lost(home):
    """Return the page for what is not there; a tag in small letters leads to its claim."""
    body = (
        "<h1>404</h1>\n"
        "<p>这里没有页面。公布过的地址不会失效，请检查是否抄错；也可以到首页搜索。</p>\n"
        '<p lang="en">There is no page here. Addresses that were published stay, so this one may '
        "have been mistyped; the home page has a search.</p>\n"
        f'<p><a href="{escape(home)}">nndl-notes</a></p>'
    )
    return REDIRECT.format(title="404 · nndl-notes", canonical=escape(home), move=LOST, body=body)


def files(app):
    """Return every permanent address as ``{path in the site: text}``."""
    known, base = tags.load(app.srcdir), app.config.html_baseurl
    pages = {name: app.builder.get_target_uri(docname) for docname, name, _ in answers(app)}
    result = {"404.html": lost(base)}
    for claim in claims.all_claims(app.srcdir).values():
        target = pages[claim.page]
        if claim.kind == "equation":
            target += f"#{nodes.make_id(f'equation-{claim.name}')}"
        elif claim.kind != "answer":
            target += f"#{claim.name}"
        names = [known.of(claim.name)] + [claim.name] * (claim.kind == "answer")
        text = redirect(f"{claim.name} · nndl-notes", f"../../{target}", base + target)
        result |= {f"{FOLDER}/{name}/index.html": text for name in names if name}
    for tag, entry in known.withdrawn.items():
        path = f"{FOLDER}/{tag}/"
        result[f"{path}index.html"] = tombstone(tag, entry, "../../index.html", base + path)
    for name, path, fault in earlier(app):
        if fault or name not in pages:
            continue  # the gate says so
        old = PurePosixPath(path).with_suffix(".html")
        target = "../" * (len(old.parts) - 1) + pages[name]
        result[str(old)] = redirect(f"{name} · nndl-notes", target, base + pages[name])
    return result


def write(app, exception):
    """Write the files."""
    if exception is not None or app.builder.name != "html" or not app.config.nndl_cite:
        return
    for name, text in files(app).items():
        path = Path(app.outdir, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def setup(app):
    """Write the files at the end of a build."""
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
