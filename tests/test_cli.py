"""The command line: what it prints and how it exits."""

import pytest

from nndl_notes.cli import main

PAGE = """---
exercise: "9-1"
---
The number $a = 2$ and $q = 1$.

```{{math}}
:label: 9-1-sum
1 + 1 = {right}
```

```{{code-cell}}
import nndl_notes
page = nndl_notes.page("9-1")
page.instance(lambda rng: {{"a": 2}})
page.check()
print("this is not shown")
```
"""


@pytest.fixture
def docs(tmp_path, monkeypatch):
    monkeypatch.setenv("NNDL_NOTES_DOCS", str(tmp_path))
    (tmp_path / "registry.toml").write_text(
        '[exercises.9-1]\npath = "9-1.md"\nkind = "proof"\naliases = ["1e:9-1"]\n', "utf-8")
    (tmp_path / "9-1.md").write_text(PAGE.format(right=2), "utf-8")
    return tmp_path


def test_list(docs, capsys):
    assert main(["list"]) == 0
    assert capsys.readouterr().out.split() == ["9-1", "proof", "9-1.md"]


@pytest.mark.parametrize("arguments", [[], ["9-1"], ["1e:9-1"]])
def test_verify_a_sound_page(docs, capsys, arguments):
    assert main(["verify", *arguments]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("9-1: ok (1 proved, 1 checked; ")
    assert second == ("  inline, not read, line 4: $q = 1$ (q is not in the page's notation)")


def test_verify_a_page_that_fails(docs, capsys):
    (docs / "9-1.md").write_text(PAGE.format(right=3), "utf-8")
    assert main(["verify"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("9-1: FAILED (1 failed, 1 checked; ")
    assert "VerificationError: 9-1.md, line 6, equation 9-1-sum: the relation = does not" in out


def test_verify_a_page_whose_cell_raises(docs, capsys):
    (docs / "9-1.md").write_text("```{code-cell}\n1 / 0\n```\n", "utf-8")
    assert main(["verify", "-v"]) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith("9-1: FAILED (no records; ")
    assert "ZeroDivisionError" in captured.err and "9-1.md, cell 1" in captured.err


def test_an_unknown_page(docs):
    with pytest.raises(SystemExit) as caught:
        main(["verify", "9-2"])
    assert "no exercise '9-2' in registry.toml; near: 9-1" in str(caught.value.code)


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["prove"], 2), (["--version"], 0)])
def test_usage(arguments, status, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == status
