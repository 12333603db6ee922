"""Sphinx configuration: ``sphinx-build -c . docs docs/_build/html``."""

import os
import shutil
import sys
import tomllib
import warnings
from pathlib import Path

from nndl_notes.kernels.server import PINNED

ROOT = Path(__file__).resolve().parent
CONFIG = ROOT / "docs" / "_config"

# -- Project -----------------------------------------------------------------------------------

project = "nndl-notes"
author = "The nndl-notes contributors"
copyright = "2026, The nndl-notes contributors"
metadata = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
release = metadata["version"]
version = release
language = "zh_CN"

# -- Sources -----------------------------------------------------------------------------------

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_autodoc_typehints",
    "nndl_notes.sphinxext",
]
exclude_patterns = ["_build", "_config", "**/jupyter_execute", "**/.ipynb_checkpoints"]
templates_path = []

# Equations are written with the math directive, which gives each a label, so "amsmath" is not
# here: it would let unlabelled environments in.
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath", "fieldlist"]

# -- Execution ---------------------------------------------------------------------------------

# A page that Sphinx reads is a page that runs: no notebook cache, which would not see a change
# of a formula or of the package.
nb_execution_mode = "force"
nb_execution_timeout = 300
nb_execution_show_tb = True
# Not at the first failure: every failing page is reported in one run, and -W fails the build.
nb_execution_raise_on_error = False
nb_merge_streams = True
nndl_kernel_files = ["docs/_config/ipython_kernel_config.py", "docs/_config/matplotlibrc"]
nndl_warm_kernels = True  # each page's kernel is forked from one that has imported NumPy and so on

# -- API reference -----------------------------------------------------------------------------

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # sphinx_autodoc_typehints writes them
napoleon_google_docstring = False
napoleon_use_rtype = False
typehints_document_rtype = False
always_use_bars_union = True
# Its call of what Sphinx 10 removes is for its authors to see; pyproject.toml excludes Sphinx 10.
warnings.filterwarnings("ignore", module="sphinx_autodoc_typehints", category=DeprecationWarning)

# A link to a function or a module has to resolve.  Types in our docstrings tell shape and range
# to people ("(D, N) array"), and no other project's inventory is fetched: builds need no network.
nitpicky = True
nitpick_ignore_regex = [
    ("py:class", ".*"),
    ("py:.*", r"(numpy|scipy|sympy|matplotlib)\..*"),
]

# -- HTML --------------------------------------------------------------------------------------

html_theme = "sphinx_book_theme"
html_title = "NNDL 习题解答 · nndl-notes"
html_baseurl = metadata["urls"]["Documentation"]
html_short_title = "nndl-notes"
html_math_renderer = "nndl-mathml"  # at build time: nothing to load, nothing to run
html_static_path = ["docs/_static"]
html_css_files = ["site.css"]
html_favicon = "docs/_static/favicon.svg"
html_copy_source = True
html_show_sourcelink = False
html_last_updated_fmt = None  # two builds of one commit are the same bytes
html_theme_options = {
    "logo": {
        "text": '<span class="zh" lang="zh-CN">NNDL 习题解答</span> '
        '<span class="en" lang="en">NNDL exercises</span>'
    },
    "repository_url": metadata["urls"]["Source"],
    "path_to_docs": "docs",
    "use_repository_button": True,
    "use_edit_page_button": False,  # at the foot of the page, in both languages
    "article_footer_items": ["citation-panel", "page-links"],
    "navbar_persistent": [],  # otherwise a second, empty top bar
    "show_navbar_depth": 1,
    "article_header_end": ["language-switch", "article-header-buttons"],
}
nndl_cite = True  # permanent tags, citations, and the record that goes with the package
nndl_issues_url = metadata["urls"]["Issues"]


def set_kernel_environment(app, config):
    """Give the kernels what the pages rely on; kernels inherit our environment."""
    ipython = Path(app.doctreedir) / "ipython"
    # A copy, because IPython writes beside its configuration.
    profile = ipython / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    shutil.copy2(CONFIG / "ipython_kernel_config.py", profile)
    # Whoever has chosen a backend for Matplotlib would get pages without figures.
    os.environ.pop("MPLBACKEND", None)
    os.environ |= PINNED | {
        "NNDL_NOTES_DOCS": str(Path(app.srcdir)),
        "IPYTHONDIR": str(ipython),
        "MATPLOTLIBRC": str(CONFIG / "matplotlibrc"),
        # This interpreter's kernel, whatever kernels the user has registered elsewhere.
        "JUPYTER_PATH": str(Path(sys.prefix, "share", "jupyter")),
    }


def setup(app):
    app.connect("config-inited", set_kernel_environment)
