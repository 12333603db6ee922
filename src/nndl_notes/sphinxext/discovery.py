"""How programs find the pages: ``sitemap.xml``, ``robots.txt`` and ``llms.txt``.

All three are made of what has been read, not of what this build wrote: an incremental build gives
the same files.  (sphinx-sitemap lists the pages that it has seen written: its issue 13.)  There
are no dates of modification, of which a checkout knows nothing.

Crawlers ask for ``robots.txt`` at the root of a host only; it is for whoever puts the site there.
"""

from pathlib import Path
from xml.sax.saxutils import escape

from . import book, record_fields
from .parity import page_language
from .reference_titles import title_texts
from .registry import by_path
from .verdicts import tally, tally_words

SUMMARY = """\
> Answers, in Chinese and English, to the exercises of Qiu Xipeng's Neural Networks and Deep \
Learning (邱锡鹏《神经网络与深度学习》, first edition, 2020). Every labelled formula was parsed \
from its LaTeX and tested when the site was built; wrong answers in circulation are refuted by \
counterexamples.

After each page stands how many of its claims have which level: proved exactly, checked on random \
instances, measured statistically, argued in words only, or refuted (a false statement, shown as \
such). A level belongs to a formula; cite the formula's label and its level with the page. \
Version {release}; text under CC BY 4.0, code under BSD-3-Clause."""
DATA = (
    ("verification.json", "every record of every page, with digests, seeds and versions"),
    (record_fields.FILE, "the JSON Schema of verification.json"),
    ("objects.inv", "labels of exercises and equations, for Sphinx's intersphinx"),
    ("sitemap.xml", "all pages"),
)


def sitemap(addresses):
    """Return a sitemap as the protocol 0.9 of sitemaps.org has it.

    Parameters
    ----------
    addresses : iterable of str
        In full, and percent-encoded where need be.
    """
    lines = [f"  <url><loc>{escape(address)}</loc></url>" for address in addresses]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
            *lines,
            "</urlset>\n",
        ]
    )


def robots(base):
    """Return the permission to read everything, given the site's address."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {base}sitemap.xml\n"


def item(titles, address, words=""):
    """Return one line of ``llms.txt``."""
    name = " · ".join(dict.fromkeys(titles)).replace("[", r"\[").replace("]", r"\]")
    return f"- [{name}]({address}){': ' * bool(words)}{words}"


def llms(app):
    """Return ``llms.txt`` as llmstxt.org proposes it: exercises by chapter, data, and the rest."""
    env, base = app.env, app.config.html_baseurl
    registered = [env.path2doc(str(Path(env.srcdir, path))) for path in by_path(app)]
    waiting = [name for name in registered if name in env.found_docs]
    sections = []
    for chapter in book.chapters(app):
        answered = [e.docname for e in chapter.exercises if e.docname in waiting]
        head = f"{chapter.key} " * chapter.key.isdigit() + " · ".join(chapter.title)
        sections.append((head, [answer(app, name) for name in answered]))
        waiting = [name for name in waiting if name not in answered]
    sections.append(("参考与自测 · Reference and quiz", [answer(app, n) for n in waiting]))
    data = [item([name], base + name, words) for name, words in DATA]
    sections.append(("数据 · Data", data))
    chapters = {chapter.docname for chapter in book.chapters(app)}
    others = [
        item(title_texts(env, name), base + app.builder.get_target_uri(name))
        for name in sorted(env.found_docs - chapters - set(registered))
        if page_language(app, name) is None
    ]
    sections.append(("Optional", others))
    parts = [f"# {app.config.project}", SUMMARY.format(release=app.config.release)]
    for head, lines in sections:
        if lines:
            parts += [f"## {head}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def answer(app, docname):
    """Return the line of a page that can be had as plain Markdown."""
    words = " · ".join(tally_words(tally(app.env, docname)))
    return item(title_texts(app.env, docname), f"{app.config.html_baseurl}{docname}.md", words)


def write(app, exception):
    """Write the files of a site that has an address."""
    base = app.config.html_baseurl
    if exception is not None or app.builder.name != "html" or not base:
        return
    pages = sorted(base + app.builder.get_target_uri(name) for name in app.env.found_docs)
    files = {"sitemap.xml": sitemap(pages), "robots.txt": robots(base), "llms.txt": llms(app)}
    for name, text in files.items():
        Path(app.outdir, name).write_text(text, "utf-8")


def setup(app):
    """Write the files when the evidence of all pages is known."""
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
