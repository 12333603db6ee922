"""Build hook of the package: wheel and source distribution know of which commit they are made."""

import json
import subprocess
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FILE = "nndl_notes/provenance.json"  # nndl_notes.citing.provenance reads it
PLACES = {"wheel": FILE, "sdist": f"src/{FILE}"}
CONTENT = ("src", "docs", "conf.py", "pyproject.toml", "hatch_build.py")


def provenance(root):
    """Return commit and date of a checkout, or None if it is none or differs from its commit."""
    # Unpacked in somebody's repository, we must not take that one's commit for ours.
    if not Path(root, ".git").exists():
        return None
    try:
        if git(root, "status", "--porcelain", "--", *CONTENT):
            return None
        commit, date = git(root, "log", "-1", "--format=%H %cs").split()
    except (FileNotFoundError, subprocess.CalledProcessError):  # no git, or no commit yet
        return None
    return {"commit": commit, "date": date}


def git(root, *arguments):
    """Return what git prints."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


class ProvenanceHook(BuildHookInterface):
    """Adds the file to what is built; the checkout stays as it is."""

    def initialize(self, version, build_data):
        """Add the file, from git or from the source distribution that we are in."""
        if version == "editable":  # asks git each time
            return
        source = Path(self.root, PLACES["sdist"])
        if not source.is_file():
            known = provenance(self.root)
            if known is None:
                return
            self.folder = tempfile.TemporaryDirectory()
            source = Path(self.folder.name, "provenance.json")
            source.write_text(json.dumps(known) + "\n", "utf-8")
        build_data["force_include"][str(source)] = PLACES[self.target_name]

    def finalize(self, version, build_data, artifact_path):
        """Remove the temporary file."""
        if hasattr(self, "folder"):
            self.folder.cleanup()
