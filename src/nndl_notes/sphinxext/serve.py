"""Serve the site on this machine, rebuild it on every save and reload it in the browser.

``python serve.py [options of sphinx-build] sources output``, by the path of this file: nothing of
nndl_notes may be imported before a build is forked, so that each build sees the extension as it
is then.  What is imported once is Sphinx, MyST-NB and the theme, and, in the warm process that
stands from build to build, what the kernels need.
"""

import argparse
import contextlib
import http.server
import importlib
import json
import multiprocessing
import multiprocessing.connection
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

PACKAGE = "nndl_notes"
HEAVY = (
    *("sphinx.cmd.build", "sphinx.builders.html", "sphinx.ext.autodoc", "sphinx.ext.napoleon"),
    *("myst_nb.sphinx_ext", "sphinx_book_theme", "jsonschema", "math_core"),
)
FORKS = sys.platform == "linux"  # where forking is safe
BUILT = {"_build", "__pycache__", "jupyter_execute"}  # folders to pass by
INTERVAL = 0.2  # seconds between looks at the sources
PATIENCE = 30  # seconds after which a browser asks again
RELOAD = b"""
<script>(async function wait(built) {
  try {
    const now = await (await fetch("/_built?" + built)).text();
    if (built && now !== built) return location.reload();
    wait(now);
  } catch { setTimeout(wait, 1000, built); }
})("");</script>
"""


class Builds:
    """Counts builds, and lets browsers wait for the next one."""

    def __init__(self, context):
        self.done = context.Condition()
        self.number = context.Value("i", 0, lock=self.done)

    def add(self):
        """Say that a build has ended."""
        with self.done:
            self.number.value += 1
            self.done.notify_all()

    def after(self, number):
        """Return the number of the last build, when it is not `number` or after some time."""
        with self.done:
            self.done.wait_for(lambda: str(self.number.value) != number, PATIENCE)
            return str(self.number.value)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files, and adds to each page a script that reloads it after a build."""

    def __init__(self, *arguments, builds, **options):
        self.builds = builds
        super().__init__(*arguments, **options)

    def do_GET(self):
        path, _, number = self.path.partition("?")
        if path == "/_built":
            return self.answer(self.builds.after(number).encode(), "text/plain")
        file = Path(self.translate_path(path))
        file = file / "index.html" if file.is_dir() and path.endswith("/") else file
        if file.suffix == ".html" and file.is_file():
            page = file.read_bytes()
            return self.answer(page.replace(b"</body>", RELOAD + b"</body>"), "text/html")
        return super().do_GET()

    def answer(self, body, kind):
        """Send a whole answer, which is not to be kept."""
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Say nothing of each request: the builds have the terminal."""


def contents(watched):
    """Return ``{path: (time of modification, size)}`` of all files below the watched paths."""
    found = {}
    for root in watched:
        walk = os.walk(root) if root.is_dir() else [(root.parent, [], [root])]
        for folder, folders, names in walk:
            here = Path(folder)
            folders[:] = [n for n in folders if n[0] != "." and n not in BUILT]
            for name in names:
                with contextlib.suppress(FileNotFoundError):  # editors replace files
                    status = os.stat(here / name)
                    found[here / name] = status.st_mtime_ns, status.st_size
    return found


def forget(package):
    """Forget the modules of a package."""
    for name in list(sys.modules):
        if name.split(".")[0] == package:
            del sys.modules[name]


def build(arguments):
    """Build in a fork of this process, which has imported Sphinx.

    Returns
    -------
    status : int
    environment : dict
        The variables that the build has set for the kernels.
    """
    if not FORKS:
        return subprocess.call([sys.executable, "-m", "sphinx", *arguments]), {}
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(reading)
            forget(PACKAGE)
            before = dict(os.environ)
            from sphinx.cmd.build import build_main

            status = build_main(arguments)
            changed = {n: v for n, v in os.environ.items() if before.get(n) != v}
            os.write(writing, json.dumps(changed).encode())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    os.close(writing)
    try:
        with open(reading, "rb") as pipe:
            told = pipe.read()
    except KeyboardInterrupt:
        os.kill(pid, signal.SIGTERM)
        raise
    finally:
        _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), json.loads(told or "{}")


class Kernels:
    """The warm process, in the environment that the builds set."""

    running = None

    def follow(self, changed):
        """Start the process, or another one if it has died or a build wants another environment."""
        alive = self.running and self.running.process.poll() is None
        if not FORKS or (alive and not changed):
            return
        self.close()
        from nndl_notes.kernels.server import WarmKernels

        os.environ |= changed
        kernels = WarmKernels()
        with contextlib.suppress(OSError):  # each build then says why its kernels are ordinary
            kernels.start()
            self.running = kernels

    def close(self):
        """End the process."""
        if self.running:
            self.running.stop()
            self.running = None


def watch(arguments, watched, builds, address):
    """Build, and build again whenever a source changes, until the server's process ends."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for name in HEAVY:
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(name)
    server = multiprocessing.parent_process().sentinel
    kernels, seen = Kernels(), None
    with contextlib.suppress(KeyboardInterrupt), contextlib.closing(kernels):
        while True:
            now = contents(watched)
            if now != seen:
                seen, begun = now, time.monotonic()
                status, environment = build(arguments)
                took = time.monotonic() - begun
                builds.add()
                print(f"built in {took:.1f} s, status {status}: {address}", flush=True)
                kernels.follow(environment)
            if multiprocessing.connection.wait([server], INTERVAL):
                return


def main(arguments):
    """Serve what is there, and build in another process."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8000, help="0 for any that is free")
    parser.add_argument("--watch", type=Path, action="append", default=[], help="not only sources")
    options, rest = parser.parse_known_args(arguments)
    source, out = (Path(path).resolve() for path in rest[-2:])
    watched = [source, *(path.resolve() for path in options.watch)]
    context = multiprocessing.get_context("fork" if FORKS else None)
    builds = Builds(context)
    handler = partial(Handler, directory=str(out), builds=builds)
    with http.server.ThreadingHTTPServer(("127.0.0.1", options.port), handler) as server:
        address = "http://{}:{}/".format(*server.server_address)
        builder = context.Process(target=watch, args=(rest, watched, builds, address))
        builder.start()
        server.daemon_threads = True
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
        finally:
            builder.terminate()
            builder.join()


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != here]
    main(sys.argv[1:])
