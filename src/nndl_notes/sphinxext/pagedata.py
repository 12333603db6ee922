"""What the extension remembers of each page in the build environment."""


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
