"""The warm process.  It imports the heavy modules once and forks a kernel for each page.

``server`` runs this file as a script, outside the package: nothing of nndl_notes may be imported
before the fork, so that a page always sees the modules as they are when it runs.  For the same
reason no page's code runs here, and no socket of ZeroMQ exists before the fork.

A client connects to the listening socket and sends one line of JSON.  The connection is handed to
a spare, a kernel that was forked and set up in advance, which answers on it.  From then on the
connection is the kernel's life line: each end learns of the other's death from its closing.
"""

import contextlib
import gc
import glob
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import threading
import time
import traceback

PACKAGE = "nndl_notes"
# What is read when a module is imported or an interpreter starts cannot be changed after a fork.
FROZEN = ("PYTHON", "LD_", "MPL", "MATPLOTLIB", "IPYTHON", "JUPYTER", "OPENBLAS", "OMP_", "MKL_")
REQUEST_LIMIT = 1 << 17  # bytes; what a socket holds until a spare reads it
CHECK_INTERVAL = 1.0  # seconds between looks at the files of the imported modules


# -- Before the fork -----------------------------------------------------------------------------


def preload(names):
    """Import the modules that are installed; a page that needs another one will say so."""
    # As an ordinary kernel does before it imports Matplotlib.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    # The debugger of ipykernel writes a warning that kernels have never shown.
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    for name in names:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            continue
    del os.environ["PYDEVD_DISABLE_FILE_VALIDATION"]
    if "matplotlib" in sys.modules:
        draw_figure()


def draw_figure():
    """Draw a figure that nobody sees, which fills Matplotlib's tables of fonts and symbols.

    It does not touch pyplot, which chooses its backend when a page draws its first figure.
    """
    import io

    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.subplots()
    axes.plot([1, 10], [1, 10], label="$x_1^2$")
    axes.set(xscale="log", title="title", xlabel="x", ylabel=r"$\frac{1}{2}$")
    axes.legend()
    FigureCanvasSVG(figure).print_figure(io.StringIO(), format="svg", bbox_inches="tight")


def check_purity():
    """Refuse to fork when the package is loaded, or when threads would be lost by forking."""
    loaded = [name for name in sys.modules if name.split(".")[0] == PACKAGE]
    if loaded:
        raise RuntimeError(f"imported before the fork: {', '.join(sorted(loaded))}")
    if threading.active_count() > 1:
        raise RuntimeError("the imported modules have started threads")


def signatures():
    """Return ``{path: (time of modification, size)}`` of the files of the imported modules."""
    paths = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib:
        paths.add(matplotlib.matplotlib_fname())
    return {path: signature(path) for path in paths if path}


def configuration():
    """Return the signatures of the files with which IPython is configured."""
    folder = os.environ.get("IPYTHONDIR") or os.path.expanduser("~/.ipython")
    profile = os.path.join(glob.escape(folder), "profile_default")
    paths = [*glob.glob(f"{profile}/*_config.*"), *glob.glob(f"{profile}/startup/*")]
    return {path: signature(path) for path in paths}


def signature(path):
    """Return the time of modification and the size of a file, None if there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


class Zygote:
    """The loop that answers requests and keeps spares.

    Parameters
    ----------
    listener : socket.socket
        Where kernels are asked for.
    lifeline : int
        Read end of a pipe whose write end only the server's process holds.
    directory : str
        Private folder for the kernels' sockets.
    spares : int
        How many kernels to keep in reserve.
    arguments : list of str
        Arguments of the spares beside the connection file.
    """

    def __init__(self, listener, lifeline, directory, spares, arguments):
        self.listener, self.lifeline, self.directory = listener, lifeline, directory
        self.wanted, self.arguments = spares, arguments
        self.remaining = float("inf")
        self.spares = []
        self.children = {}  # the connection file of each
        self.forked = 0
        self.finished = False
        self.environment = dict(os.environ)
        self.files, self.checked = signatures(), time.monotonic()
        self.woken, self.waker = os.pipe()
        os.set_blocking(self.waker, False)
        os.set_blocking(self.woken, False)

    def run(self):
        """Serve until the server's process closes the life line, by will or by death."""
        signal.signal(signal.SIGCHLD, lambda *_: None)  # the wake-up descriptor tells
        signal.signal(signal.SIGTERM, self.finish)
        signal.set_wakeup_fd(self.waker, warn_on_full_buffer=False)
        try:
            while not self.finished:
                self.keep_spares()
                channels = {spare.channel: spare for spare in self.spares}
                sources = [self.lifeline, self.listener, self.woken, *channels]
                ready, _, _ = select.select(sources, [], [])
                if self.lifeline in ready:
                    return
                if self.woken in ready:
                    os.read(self.woken, 4096)
                    self.reap()
                for channel in channels.keys() & set(ready):  # a spare has died
                    self.drop(channels[channel])
                if self.listener in ready:
                    self.answer(self.listener.accept()[0])
        finally:
            self.end()

    def finish(self, *_):
        """Leave the loop after this round."""
        self.finished = True

    def keep_spares(self):
        while len(self.spares) < min(self.wanted, self.remaining):
            try:
                self.fork(self.arguments)
            except OSError:  # no memory, or too many processes: try when there is a page to run
                return

    def fork(self, arguments, *others):
        """Fork a spare; `others` are descriptors that it must not keep."""
        self.forked += 1
        path = os.path.join(self.directory, f"{self.forked}.json")
        ours, theirs = socket.socketpair()
        spare = Spare(ours, arguments, configuration())
        held = [ours, self.listener, *(spare.channel for spare in self.spares), *others]
        descriptors = [self.lifeline, self.woken, self.waker]
        pid = os.fork()
        if pid == 0:
            try:
                signal.set_wakeup_fd(-1)
                for held_socket in held:
                    held_socket.close()
                for descriptor in descriptors:
                    os.close(descriptor)
                become_kernel(theirs, path, arguments, self.environment)
            except BaseException:
                traceback.print_exc(file=sys.__stderr__)
            finally:
                os._exit(1)
        theirs.close()
        self.children[pid] = path
        self.spares.append(spare)

    def answer(self, connection):
        """Hand a connection to a spare, or say why there is none."""
        with connection:
            connection.settimeout(5)
            try:
                line = receive_line(connection)
                request = json.loads(line)
                if "remaining" in request:
                    self.remaining = request["remaining"]
                    return
                obstacle = self.obstacle(request["environment"])
                if obstacle:
                    connection.sendall(json.dumps({"refused": obstacle}).encode() + b"\n")
                    return
                self.hand_over(connection, line, request["arguments"])
            except (OSError, ValueError, KeyError):
                return  # the client is gone, or is none of ours; it sees the closing

    def hand_over(self, connection, line, arguments):
        self.arguments, current = arguments, configuration()
        for spare in list(self.spares):
            if (spare.arguments, spare.configuration) != (arguments, current):
                self.drop(spare)
        if not self.spares:
            self.fork(arguments, connection)
        spare = self.spares.pop(0)
        self.remaining -= 1
        with spare.channel:
            socket.send_fds(spare.channel, [line], [connection.fileno()])

    def obstacle(self, environment):
        """Return why a fork would differ from a new process, or None."""
        if time.monotonic() > self.checked + CHECK_INTERVAL:
            changed = [path for path, old in self.files.items() if signature(path) != old]
            if changed:
                return f"{min(changed)} has changed since it was imported"
            self.checked = time.monotonic()
        for name, value in environment.items():
            if name.startswith(FROZEN) and self.environment.get(name) != value:
                return f"{name} has changed since the modules were imported"
        return None

    def drop(self, spare):
        self.spares.remove(spare)
        spare.channel.close()  # it exits

    def reap(self):
        for pid, path in list(self.children.items()):
            if os.waitpid(pid, os.WNOHANG)[0]:
                del self.children[pid]
                for left in glob.glob(glob.escape(path.removesuffix(".json")) + "[.-]*"):
                    with contextlib.suppress(FileNotFoundError):  # the client also tidies up
                        os.unlink(left)

    def end(self):
        """Leave nothing behind."""
        self.listener.close()
        for pid in self.children:
            for kill in (os.killpg, os.kill):  # a very young spare leads no group yet
                try:
                    kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        for pid in self.children:
            os.waitpid(pid, 0)
        shutil.rmtree(self.directory, ignore_errors=True)


class Spare:
    """A kernel in reserve, and what it was set up with."""

    def __init__(self, channel, arguments, configuration):
        self.channel, self.arguments, self.configuration = channel, arguments, configuration


def receive_line(connection):
    """Return what arrives up to a line feed."""
    received = b""
    while not received.endswith(b"\n"):
        part = connection.recv(65536)
        if not part or len(received) > REQUEST_LIMIT:
            raise OSError("no request")
        received += part
    return received


# -- After the fork ------------------------------------------------------------------------------


def become_kernel(channel, path, arguments, environment):
    """Set up a kernel, wait for a page, and serve it until the end.

    Parameters
    ----------
    channel : socket.socket
        Brings the request and the connection to its sender.
    path : str
        Connection file to write.
    arguments : list of str
        Further arguments of the kernel.
    environment : dict
        With which the warm process was started.
    """
    os.setsid()  # like an ordinary kernel, so that a signal reaches what the page starts
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.enable()
    # What modules have drawn when they were imported; `random` itself is seeded by the fork.
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "sympy" in sys.modules:
        sys.modules["sympy.core.random"].rng.seed()

    import ipykernel_launcher
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = [ipykernel_launcher.__file__, "-f", path, *arguments]
    # Not 0, with which it would print how to connect to it, and no process to watch.
    app = IPKernelApp.instance(parent_handle=1)
    app.initialize(["-f", path, "--transport=ipc", *arguments])

    line, descriptors, _, _ = socket.recv_fds(channel, REQUEST_LIMIT, 1)
    if not line:
        os._exit(0)  # not needed any more
    if not line.endswith(b"\n"):
        line += receive_line(channel)
    channel.close()
    connection = socket.socket(fileno=descriptors[0])
    connection.setblocking(True)
    enter(json.loads(line), environment)
    app.shell.starting_dir = os.getcwd()
    with open(path, encoding="utf-8") as file:
        answer = {"pid": os.getpid(), "connection": json.load(file)}
    connection.sendall(json.dumps(answer).encode() + b"\n")
    threading.Thread(target=die_with, args=[connection], name="life line", daemon=True).start()
    app.start()
    os.killpg(0, signal.SIGKILL)  # with what the page has started


def enter(request, environment):
    """Take on the folder and the environment in which the page is to run."""
    for name in environment.keys() - request["environment"].keys():
        if not name.startswith(FROZEN):
            os.environ.pop(name, None)
    for name, value in request["environment"].items():
        if environment.get(name) != value:
            os.environ[name] = value
    os.chdir(request["folder"])
    importlib.invalidate_caches()


def die_with(connection):
    """End this kernel and what it started when the connection is closed."""
    try:
        while connection.recv(1):
            pass
    finally:
        os.killpg(0, signal.SIGKILL)


def main():
    """Start as the server says."""
    options = json.loads(sys.argv[1])
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != here]
    gc.disable()
    preload(options["modules"])
    check_purity()
    gc.collect()
    gc.freeze()  # collections in the kernels neither visit nor copy what is here
    listener = socket.socket(fileno=options["listener"])
    Zygote(
        listener,
        options["lifeline"],
        options["directory"],
        options["spares"],
        options["arguments"],
    ).run()


if __name__ == "__main__":
    main()
