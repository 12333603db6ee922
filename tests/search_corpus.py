"""The queries of ``search_queries.toml``, and the site's index without executing a cell."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUERIES = tomllib.loads((Path(__file__).parent / "search_queries.toml").read_text("utf-8"))

# In another process: conf.py sets environment variables.
READ = """
import json, sys
from sphinx.application import Sphinx
from nndl_notes.sphinxext.search import index

root, scratch = sys.argv[1:]
app = Sphinx(
    f"{root}/docs", root, f"{scratch}/html", f"{scratch}/doctrees", "html",
    confoverrides={"nb_execution_mode": "off"}, status=None,
)
app.builder.read()
print(json.dumps(index(app)))
"""


def site_index(scratch):
    """Read the site's pages and return their search index."""
    result = subprocess.run(
        [sys.executable, "-c", READ, str(ROOT), str(scratch)], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)
