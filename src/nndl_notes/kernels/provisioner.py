"""How Jupyter comes by a warm kernel: the entry point ``nndl-warm`` for kernel provisioners.

Whatever stands in the way of a warm kernel, there is an ordinary one.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import sys
from pathlib import Path
from queue import Empty

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.provisioning import LocalProvisioner

from . import ADDRESS
from .server import end_with_starter

PATIENCE = 120  # seconds; the first kernel waits for the imports, on a busy machine

logger = logging.getLogger(__name__)


class Unavailable(Exception):
    """There is no warm kernel; the text says why."""


class WarmKernelClient(AsyncKernelClient):
    """A client that does not wait longer than it must for the kernel to be ready.

    The usual one then listens for another 0.2 seconds, to throw away what it hears; nbclient
    ignores messages that answer none of its own.
    """

    async def _async_wait_for_ready(self, timeout=None):
        loop = asyncio.get_running_loop()
        end = loop.time() + (60 if timeout is None else timeout)
        while True:
            self.kernel_info()
            try:
                reply = await self.shell_channel.get_msg(timeout=1)
                # Something on this channel shows that its subscription has arrived.
                await self.iopub_channel.get_msg(timeout=0.2)
            except Empty:
                reply = None
            if reply and reply["msg_type"] == "kernel_info_reply":
                self._handle_kernel_info_reply(reply)
                return
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if loop.time() > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    wait_for_ready = _async_wait_for_ready


class WarmProcess:
    """A kernel forked by the warm process, with the part of Popen's interface that is needed.

    It is nobody's child here: its connection tells whether it lives, and ends it when closed.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid, connection):
        self.pid, self.connection = pid, connection
        self.returncode = None

    def poll(self):
        """Return None while the kernel lives."""
        if self.returncode is None:
            try:
                self._received(self.connection.recv(1))
            except BlockingIOError:
                pass
            except OSError:
                self._received(b"")
        return self.returncode

    def _received(self, data):
        if not data:
            self.returncode = 0
            self.connection.close()

    def wait(self):
        """Return the exit status; the kernel is known to have ended."""
        return self.returncode

    def send_signal(self, signum):
        """Send a signal to the kernel and to what it has started."""
        if self.poll() is None:
            # Asked to shut down, it may end between the two lines, and be reaped.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signum)

    def kill(self):
        """End the kernel."""
        self.send_signal(signal.SIGKILL)

    def terminate(self):
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    async def end(self):
        """End the kernel and wait for it."""
        self.kill()
        while self.returncode is None:
            self._received(await asyncio.get_running_loop().sock_recv(self.connection, 1))


class WarmProvisioner(LocalProvisioner):
    """Provisions forks of the warm process, or ordinary kernels."""

    warm = None

    async def pre_launch(self, **kwargs):
        """Ask for a warm kernel, and prepare an ordinary one if there is none."""
        end_with_starter()
        try:
            self.warm, self.connection_info = await self._ask(kwargs)
        except Unavailable as obstacle:
            self._tell(obstacle)
            # Otherwise every ordinary kernel warns that others can listen.
            return await super().pre_launch(**kwargs | {"transport_encryption": "auto"})
        if self.parent.client_factory is AsyncKernelClient:
            self.parent.client_factory = WarmKernelClient
        return kwargs | {"cmd": []}

    async def _ask(self, kwargs):
        address = os.environ.get(ADDRESS)
        if not address:
            raise Unavailable("no warm process has been started")
        request = {
            "arguments": further_arguments(self.kernel_spec.argv, kwargs),
            "environment": dict(kwargs.get("env") or os.environ),
            "folder": os.path.abspath(kwargs.get("cwd") or os.curdir),
        }
        self._finalize_env(request["environment"])
        connection = socket.socket(socket.AF_UNIX)
        connection.setblocking(False)
        try:
            answer = await asyncio.wait_for(converse(connection, address, request), PATIENCE)
        except (TimeoutError, OSError, ValueError) as error:
            connection.close()
            ended = isinstance(error, ConnectionError | FileNotFoundError)
            state = "has ended" if ended else "does not answer"
            raise Unavailable(f"the warm process {state} ({error})") from error
        if "refused" in answer:
            connection.close()
            raise Unavailable(answer["refused"])
        info = answer["connection"]
        info["key"] = info["key"].encode()
        return WarmProcess(answer["pid"], connection), info

    def _tell(self, obstacle):
        """Say it once, however many processes are building."""
        address = os.environ.get(ADDRESS)
        try:
            if address:
                Path(address).with_name("told").touch(exist_ok=False)
        except FileExistsError:
            return
        except OSError:
            pass
        logger.warning("Pages run in ordinary kernels, which start slowly: %s.", obstacle)

    async def launch_kernel(self, cmd, **kwargs):
        """Return the connection to the warm kernel, or launch the ordinary one."""
        if self.warm is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.warm = self.warm, None
        self.pid = self.process.pid
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info

    async def shutdown_requested(self, restart=False):
        """End a warm kernel at once: its page is done, and all it leaves is in its outputs."""
        if isinstance(self.process, WarmProcess):
            await self.process.end()


def further_arguments(argv, kwargs):
    """Return the arguments of a kernel beside those that every IPython kernel has."""
    interpreters = {"python", "python3", f"python3.{sys.version_info[1]}", sys.executable}
    usual = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
    rest = [argument for argument in argv[1:] if argument != "-Xfrozen_modules=off"]
    if argv[0] not in interpreters or rest[:4] != usual:
        raise Unavailable("the kernel specification names another kernel")
    return rest[4:] + list(kwargs.get("extra_arguments", []))


async def converse(connection, address, request):
    """Send a request and return its answer."""
    loop = asyncio.get_running_loop()
    await loop.sock_connect(connection, address)
    await loop.sock_sendall(connection, json.dumps(request).encode() + b"\n")
    received = b""
    while not received.endswith(b"\n"):
        part = await loop.sock_recv(connection, 65536)
        if not part:
            raise ConnectionResetError("it closed the connection")
        received += part
    return json.loads(received)
