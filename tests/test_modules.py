"""Which modules a page reaches, and which formulas in running text state something."""

import pytest

from nndl_notes.verification.modules import Package, code_cells, sha256
from nndl_notes.verification.stated import states_relation

FILES = {
    "__init__.py": "def page(name):\n    from nndl_notes.verification import Page\n    return Page",
    "_arguments.py": "",
    "ridge.py": "from nndl_notes._arguments import finite\nimport numpy as np",
    "lstm.py": "from .gates import sigmoid\nfrom . import _arguments",
    "gates.py": "",
    "unused.py": "",
    "texmath/__init__.py": "from .parser import parse",
    "texmath/parser.py": "from ..gates import nothing",
    "verification/__init__.py": "from nndl_notes import texmath",
    "lazy/__init__.py": "import importlib\n\ndef __getattr__(name):\n"
    "    return importlib.import_module('.deep', __name__)",
    "lazy/deep.py": "",
}
ALWAYS = {
    *("nndl_notes", "nndl_notes.verification", "nndl_notes.texmath"),
    *("nndl_notes.texmath.parser", "nndl_notes.gates"),
}


@pytest.fixture
def package(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return Package(tmp_path)


def reached(package, code):
    closure = package.closure(f"# Title\n\n```{{code-cell}}\n{code}\n```\n")
    return {name.removeprefix("nndl_notes.") for name in set(closure) - ALWAYS}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import numpy", set()),
        ("import nndl_notes.ridge", {"ridge", "_arguments"}),
        ("import nndl_notes.ridge as r", {"ridge", "_arguments"}),
        ("from nndl_notes.ridge import solve", {"ridge", "_arguments"}),
        ("from nndl_notes import ridge, lstm", {"ridge", "lstm", "_arguments"}),
        ("import nndl_notes\nnndl_notes.lstm.forward()", {"lstm", "_arguments"}),
        ("import nndl_notes as nn\nnn.lstm.forward()", {"lstm", "_arguments"}),
        ("from nndl_notes import lazy", {"lazy", "lazy.deep"}),
        ("import importlib\nimportlib.import_module('nndl_notes.ridge')", {"ridge", "_arguments"}),
        ("def later():\n    from nndl_notes import ridge", {"ridge", "_arguments"}),
        ("%matplotlib inline\nfrom nndl_notes import unused", {"unused"}),
        ("%%time\nfrom nndl_notes import unused", {"unused"}),
        (":tags: [hide-input]\nfrom nndl_notes import unused", {"unused"}),
        ("---\ntags: [hide-input]\n---\nfrom nndl_notes import unused", {"unused"}),
    ],
)
def test_reaches_what_the_cells_import(package, code, expected):
    assert reached(package, code) == expected


def test_any_code_reaches_the_verification(package):
    assert ALWAYS == set(package.closure("```{code-cell}\n1\n```"))


def test_text_without_cells_reaches_nothing(package):
    page = "from nndl_notes import ridge\n\n```python\nimport nndl_notes\n```"
    assert package.closure(page) == {}


def test_code_that_cannot_be_parsed_reaches_everything(package):
    assert reached(package, "from nndl_notes import (") >= {"unused", "ridge", "lazy.deep"}


def test_digests_are_those_of_the_files(package):
    closure = package.closure("```{code-cell}\nfrom nndl_notes import ridge\n```")
    assert closure["nndl_notes.ridge"] == sha256(package.root / "ridge.py")
    assert list(closure) == sorted(closure)


def test_a_module_that_python_cannot_parse_is_reached_without_error(package):
    (package.root / "ridge.py").write_text("def f(:\n")
    assert reached(Package(package.root), "import nndl_notes.ridge") == {"ridge"}


def test_missing_modules_have_no_digest(package):
    assert package.digest("nndl_notes.nothing") is None


def test_cells_are_found_in_longer_and_other_fences():
    page = "~~~{code-cell} ipython3\na\n~~~\n\n````{code-cell}\n```\nb\n````\n"
    assert code_cells(page) == ["a", "```\nb"]


@pytest.mark.parametrize(
    "latex",
    [
        *("x = 1", r"a \le b", r"w \in \mathbb{R}^{D}", "n<N", r"f_{i}(x) \approx 0"),
        *(r"\left(a\right) = b", r"x_n=1", r"y^2>0", r"\frac{a}{b} \neq {c}", "a ≤ b"),
        *(r"{a = b}", r"\underbrace{a = b}_{c}"),
    ],
)
def test_relations_are_statements(latex):
    assert states_relation(latex)


@pytest.mark.parametrize(
    "latex",
    [
        *("x", r"\sum_{n=1}^{N} x_n", r"\mathbf{X}^\top", r"\lim_{x \to 0} f(x)", "a+b"),
        *(r"\sum_{n \in \mathcal{B}}^{N}", r"x^{(n=1)}", r"\left( x \right)", r"\{x\}"),
        *(r"\sum_{\substack{i=1 \\ j=2}} a", r"\infty", r"\leftarrow", r"\text{a}"),
    ],
)
def test_other_formulas_are_not(latex):
    assert not states_relation(latex)
