"""Pages run in warm kernels (``nndl_notes.kernels``) on systems where forking is safe.

``nndl_warm_kernels = True`` in ``conf.py`` asks for them, and ``nndl_warm_modules`` names what
they have imported; elsewhere, and whenever something stands
in their way, pages run in ordinary kernels, with the same results.
"""

import os
import sys
from importlib import metadata

from sphinx.util import logging

logger = logging.getLogger(__name__)

GROUP = "jupyter_client.kernel_provisioners"


def start(app, config):
    """Start the warm process early: it imports while Sphinx reads its configuration."""
    from nndl_notes.kernels import ADDRESS, PROVISIONER
    from nndl_notes.kernels.server import MODULES, WarmKernels

    app.nndl_kernels = None
    if not config.nndl_warm_kernels or config.nb_execution_mode == "off":
        return
    # Whoever builds again and again may keep a warm process for all builds.
    if ADDRESS in os.environ:
        return
    # Windows has no fork; on macOS, what has used the system's libraries must not fork.
    if sys.platform != "linux" or not metadata.entry_points(group=GROUP, name=PROVISIONER):
        return
    kernels = WarmKernels(spares=app.parallel, modules=config.nndl_warm_modules or MODULES)
    try:
        kernels.start()
    except OSError as obstacle:
        logger.info("Pages run in ordinary kernels, which start slowly: %s.", obstacle)
    else:
        app.nndl_kernels = kernels


def expect(app, env, docnames):
    """Say how many pages there are to run, at most."""
    if app.nndl_kernels and docnames:
        app.nndl_kernels.expect(len(docnames))
    else:
        stop(app, None)


def stop(app, exception):
    """End the warm process, whether the build has succeeded or not."""
    if app.nndl_kernels:
        app.nndl_kernels.stop()


def setup(app):
    """Start after ``conf.py`` has set the kernels' environment, and stop at the end."""
    app.add_config_value("nndl_warm_kernels", False, "", bool)
    app.add_config_value("nndl_warm_modules", (), "", (list, tuple))
    app.connect("config-inited", start, priority=900)
    app.connect("env-before-read-docs", expect)
    app.connect("build-finished", stop)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
