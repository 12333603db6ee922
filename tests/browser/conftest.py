"""A real browser on the site as it was built, from a server and from the folder of files.

``nox -s docs browser`` builds the site and runs this folder.  The site lies in docs/_build/html,
or where NNDL_NOTES_SITE says; the browser is the system's Chromium, or Playwright's own.
"""

import os
import shutil
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("NNDL_NOTES_SITE", ROOT / "docs" / "_build" / "html")).resolve()
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
def chromium():
    """Start the browser."""
    from playwright.sync_api import sync_playwright

    if not (SITE / "index.html").is_file():
        pytest.fail(f"no site in {SITE}: `nox -s docs` builds one", pytrace=False)
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    # Chromium does not start its sandbox as root, which is who runs containers.
    root = hasattr(os, "getuid") and os.getuid() == 0
    arguments = ["--disable-gpu", "--disable-background-networking", *["--no-sandbox"] * root]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


class Handler(SimpleHTTPRequestHandler):
    """Serves the site, and does not log."""

    def log_message(self, *args):
        """Say nothing."""

    def send_error(self, code, message=None, explain=None):
        """Show the site's own page for what is not there, as hosts of static sites do."""
        if code != 404:
            super().send_error(code, message, explain)
            return
        content = (SITE / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(scope="session")
def server():
    """Serve the site on this machine and return its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(SITE))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(params=["http", "file"])
def address(request):
    """Return the address of the site: on a server, and in a folder."""
    if request.param == "http":
        return request.getfixturevalue("server")
    return SITE.as_uri()


class Visitor:
    """A reader with a browser of his own; what the pages request and complain of is kept."""

    def __init__(self, browser, address, **options):
        options = {"locale": "zh-CN", "viewport": {"width": 1280, "height": 900}} | options
        self.address = address
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.requests, self.complaints = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def open(self, path):
        """Open a page of the site."""
        self.page.goto(f"{self.address}/{path}")
        return self.page

    @property
    def foreign(self):
        """Requests that leave the site."""
        home = urlsplit(self.address)[:2]
        return [url for url in self.requests if urlsplit(url)[:2] != home]


@contextmanager
def visits(chromium, address):
    """Give a function that makes a visitor; what went wrong on his visit fails the test."""
    visitors = []

    def enter(**options):
        visitors.append(Visitor(chromium, address, **options))
        return visitors[-1]

    yield enter
    for visitor in visitors:
        visitor.context.close()
    assert [visitor.foreign for visitor in visitors if visitor.foreign] == []
    assert [visitor.complaints for visitor in visitors if visitor.complaints] == []


@pytest.fixture
def visit(chromium, address):
    """Return a function that makes a visitor of the site, on a server and in a folder."""
    with visits(chromium, address) as enter:
        yield enter


@pytest.fixture
def at_home(chromium, server):
    """Return a function that makes a visitor of the site on its server alone."""
    with visits(chromium, server) as enter:
        yield enter
