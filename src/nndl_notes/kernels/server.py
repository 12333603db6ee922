"""Starting and stopping the warm process."""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import weakref
from pathlib import Path

from . import ADDRESS, PROVISIONER

# What kernels, pages and the package import, also in the middle of a call.
# Not matplotlib_inline: it shows figures only if IPython runs when it is imported.
MODULES = (
    "numpy",
    "numpy.random",
    "scipy.integrate",
    "scipy.linalg",
    "scipy.optimize",
    "scipy.signal",
    "scipy.special",
    "scipy.stats",
    "sympy",
    "sympy.combinatorics",
    "sympy.physics.units",
    "sympy.sets.setexpr",
    "sympy.tensor.tensor",
    "contourpy",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "PIL.JpegImagePlugin",
    "ipykernel_launcher",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "jupyter_client.ioloop",
    "sqlite3",
    "tomllib",
    "tornado.platform.asyncio",
    "traitlets.config.argcomplete_config",
    "zmq.utils.garbage",
)
ARGUMENTS = ["--HistoryManager.hist_file=:memory:"]  # those of nbclient
# Kernels run side by side, and a set's order must not change from build to build.
PINNED = {
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
LONGEST_DIRECTORY = 80  # a socket's path has at most 103 bytes

_running = weakref.WeakSet()


class WarmKernels:
    """A warm process, and the environment that leads Jupyter to it.

    Parameters
    ----------
    spares : int, optional
        How many kernels are kept in reserve: as many as pages are read at a time.
    modules : sequence of str, optional
        What to import.  Modules that are not installed are left out.

    Raises
    ------
    OSError
        From `start`, if this system has no fork, or no place for the process's sockets.

    Notes
    -----
    The environment variables that the kernels need are set in this process from `start` to
    `stop`.  Processes forked from this one find the warm process and end when this one does.
    """

    def __init__(self, spares=1, modules=MODULES):
        self.spares, self.modules = spares, tuple(modules)
        self.process = None

    def start(self):
        """Start the process; it answers when it has imported the modules."""
        if not hasattr(os, "fork"):
            raise OSError("this system cannot fork processes")
        self.pid = os.getpid()
        self.directory = Path(tempfile.mkdtemp(prefix="nndl-"))
        if len(os.fsencode(self.directory)) > LONGEST_DIRECTORY:
            self.directory.rmdir()
            raise OSError(f"the path {self.directory} is too long for a socket")
        address = str(self.directory / "kernels")
        named = {ADDRESS: address, "JUPYTER_DEFAULT_PROVISIONER_NAME": PROVISIONER}
        self._set_environment(PINNED | named)
        self.pulse, self.lifeline = os.pipe()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(address)
            listener.listen(64)
            self.process = self._spawn(listener)
        _running.add(self)
        atexit.register(self.stop)

    def _spawn(self, listener):
        options = {
            "listener": listener.fileno(),
            "lifeline": self.pulse,
            "directory": str(self.directory),
            "spares": self.spares,
            "arguments": ARGUMENTS,
            "modules": self.modules,
        }
        return subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("zygote.py")), json.dumps(options)],
            stdin=subprocess.DEVNULL,
            pass_fds=(listener.fileno(), self.pulse),
            start_new_session=True,  # an interrupt from the keyboard is for this process to handle
        )

    def _set_environment(self, values):
        self._former = {name: os.environ.get(name) for name in values}
        os.environ |= values
        forget_provisioner()

    def expect(self, pages):
        """Say how many kernels will be asked for yet, so that no spare is made in vain."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(self.directory / "kernels"))
                connection.sendall(json.dumps({"remaining": pages}).encode() + b"\n")
        except OSError:
            pass  # the process has died; the provisioner will say so

    def stop(self):
        """End the process and its kernels, and remove its files.  May be called again."""
        if self.process is None or os.getpid() != self.pid:
            return
        atexit.unregister(self.stop)
        _running.discard(self)
        os.close(self.lifeline)
        os.close(self.pulse)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None
        shutil.rmtree(self.directory, ignore_errors=True)
        for name, value in self._former.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        forget_provisioner()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        self.stop()


def forget_provisioner():
    """Let Jupyter read the environment again, which it does once in the life of a process."""
    if factory := sys.modules.get("jupyter_client.provisioning.factory"):
        factory.KernelProvisionerFactory.clear_instance()


def _in_forked_process():
    """Let go of the write ends, so that only the process that started it holds each."""
    for kernels in _running:
        if kernels.lifeline is not None:  # the process that forked may itself be a fork
            os.close(kernels.lifeline)
            kernels.lifeline = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_forked_process)


def end_with_starter():
    """In a process forked from the one that started a warm process, end when that one does.

    Sphinx's readers would otherwise go on after it was killed, with kernels of their own.
    """
    for kernels in list(_running):
        if kernels.pid != os.getpid() and not hasattr(kernels, "watch"):
            kernels.watch = threading.Thread(target=_watch, args=[kernels.pulse], daemon=True)
            kernels.watch.start()


def _watch(pulse):
    os.read(pulse, 1)
    os._exit(1)
