"""What the extension remembers in the build environment: of each page, and of files behind many."""

import hashlib


class PageData:
    """A dictionary ``docname -> value`` on the environment, kept right in parallel builds.

    Parameters
    ----------
    name : str
        Attribute of the environment that holds the dictionary.
    """

    def __init__(self, name):
        self.name = name

    def of(self, env):
        """Return the dictionary of an environment."""
        if not hasattr(env, self.name):
            setattr(env, self.name, {})
        return getattr(env, self.name)

    def connect(self, app):
        """Forget pages that are removed or read again; take over what a parallel reader read."""
        app.connect("env-purge-doc", self._purge)
        app.connect("env-merge-info", self._merge)

    def _purge(self, app, env, docname):
        self.of(env).pop(docname, None)

    def _merge(self, app, env, docnames, other):
        read = self.of(other)
        self.of(env).update({name: read[name] for name in docnames if name in read})


def file_changed(env, path):
    """Say whether a file is another than when the environment was last stored, and remember it."""
    if not hasattr(env, "nndl_files"):
        env.nndl_files = {}
    before = env.nndl_files.get(path.name)
    env.nndl_files[path.name] = (
        hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
    )
    return before != env.nndl_files[path.name]
