"""Which page has been executed, how many remain, and how long each took.

Times differ from build to build, and nothing else that the site publishes does.  They are
therefore kept out of the pages, in two files of their own that a comparison of builds leaves
out: ``execution-times.html`` and ``execution-times.json``.
"""

import json
import multiprocessing
import os
import re
import time
from html import escape
from pathlib import Path

from sphinx.util import logging

from nndl_notes.verification.modules import code_cells

logger = logging.getLogger(__name__)

PAGE = "execution-times"
SLOWEST = 10
NOTEBOOK = re.compile(r"\A---\n(?:(?!---).*\n)*?file_format: mystnb\n")  # not a page that shows one
TITLE = ("执行时间", "Execution times")
NOTE = (
    "各页单元格最近一次运行所用的时间，单位为秒。每次构建都不同，所以不写进各页。",
    "How long the cells of each page ran when they last did, in seconds. "
    "It differs from build to build, and is therefore not on the pages.",
)


class Progress:
    """Counts executed pages across the processes that read them."""

    def __init__(self, docnames):
        self.docnames, self.started = docnames, time.monotonic()
        # Sphinx's readers are forks.
        context = multiprocessing.get_context("fork" if hasattr(os, "fork") else None)
        self.remaining = context.Value("i", len(docnames))

    def executed(self, docname, seconds):
        """Count a page and return what to say of it."""
        with self.remaining.get_lock():
            self.remaining.value -= 1
            left = self.remaining.value
        elapsed = time.monotonic() - self.started
        return f"{docname} executed in {seconds:.1f} s; {left} to go after {elapsed:.0f} s"


def executing(env, docnames):
    """Return the pages that will be executed, of those that will be read."""
    sources = {name: Path(env.doc2path(name)).read_text("utf-8") for name in docnames}
    return {name for name, text in sources.items() if NOTEBOOK.search(text) and code_cells(text)}


def begin(app, env, docnames):
    """Begin to count."""
    app.nndl_progress = Progress(executing(env, docnames))


def advance(app, doctree):
    """Say at once that a page has been executed; a reader's log is shown only when it ends."""
    docname = app.env.docname
    seconds = runtimes(app.env).get(docname)
    if docname in app.nndl_progress.docnames and seconds is not None:
        print(app.nndl_progress.executed(docname, seconds), file=app._status, flush=True)


def runtimes(env):
    """Return ``{docname: seconds}`` of the pages that have been executed."""
    metadata = getattr(env, "nb_metadata", {})
    executions = {name: metadata[name].get("exec_data") or {} for name in sorted(metadata)}
    return {name: data["runtime"] for name, data in executions.items() if "runtime" in data}


def slowest_first(seconds):
    """Return pairs of docname and seconds, the slowest first."""
    return sorted(seconds.items(), key=lambda item: (-item[1], item[0]))


def finish(app, exception):
    """List the slowest pages of this build, and write down the times of all."""
    if exception is not None:
        return
    seconds = runtimes(app.env)
    done = {name: s for name, s in seconds.items() if name in app.nndl_progress.docnames}
    if done:
        total = time.monotonic() - app.nndl_progress.started
        logger.info("%d page(s) executed; %.0f s since; slowest:", len(done), total)
        for name, s in slowest_first(done)[:SLOWEST]:
            logger.info("%7.1f s  %s", s, name)
    if app.builder.format == "html":
        text = json.dumps({name: round(s, 2) for name, s in seconds.items()}, indent=1)
        Path(app.outdir, f"{PAGE}.json").write_text(text + "\n", "utf-8")


def table(app):
    """Yield the page with the execution times."""
    seconds = runtimes(app.env)
    rows = "".join(
        f'<tr><td><a href="{app.builder.get_relative_uri(PAGE, name)}">{escape(name)}</a></td>'
        f"<td>{s:.1f}</td></tr>"
        for name, s in slowest_first(seconds)
    )
    body = f'<h1>{_both(*TITLE)}</h1><p>{_both(*NOTE)}</p><table class="table">{rows}</table>'
    yield PAGE, {"title": " · ".join(TITLE), "body": body}, "page.html"


def _both(zh, en):
    return f'<span class="zh" lang="zh-CN">{zh}</span> <span class="en" lang="en">{en}</span>'


def setup(app):
    """Report while pages are read, and at the end, behind the gate."""
    app.connect("env-before-read-docs", begin)
    app.connect("doctree-read", advance)
    app.connect("html-collect-pages", table)
    app.connect("build-finished", finish, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
