"""The command line: what it prints and how it exits."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from nndl_notes.citing import record, tags
from nndl_notes.cli import main
from nndl_notes.commands.options import default_language
from nndl_notes.verification import registry

PAGE = """---
exercise: "9-1"
---
The number $a = 2$ and $q = 1$.

```{{math}}
:label: 9-1-sum
1 + 1 = {right}
```

```{{math}}
:label: 9-1-drawn
u + a = a + u
```

::::{{argued}} 9-1-why
Because.
::::

```{{code-cell}}
import nndl_notes
page = nndl_notes.page("9-1")
page.instance(lambda rng: {{"a": 2, "u": rng.normal()}})
page.check()
print("this is not shown")
```
"""
REGISTRY = """\
[exercises.9-1]
path = "9-1.md"
kind = "proof"
aliases = ["1e:9-1"]
title.zh = "和"
title.en = "A sum"
"""


@pytest.fixture
def docs(tmp_path, monkeypatch):
    monkeypatch.setenv("NNDL_NOTES_DOCS", str(tmp_path))
    (tmp_path / "registry.toml").write_text(REGISTRY, "utf-8")
    (tmp_path / "9-1.md").write_text(PAGE.format(right=2), "utf-8")
    return tmp_path


@pytest.fixture
def recorded(docs, capsys):
    assert main(["record"]) == 0
    assert capsys.readouterr().out == "9-1: 3 claims\n"
    return docs


def test_list_without_a_record(docs, capsys):
    assert main(["list"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.split() == ["9-1", "-", "proof", "和", "·", "A", "sum"]
    assert second.strip() == "nothing is published"


def test_list_of_what_is_recorded(recorded, capsys):
    assert main(["list", "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["verdicts"]["en"] == "1 proved, 1 checked, 1 argued"
    assert entry["claims"]["9-1-why"] == ["argued"]
    assert entry["url"].endswith(f"/t/{entry['tag']}/")


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (["--chapter", "9"], 1),
        (["--chapter", "8"], 0),
        (["--kind", "proof"], 1),
        (["--level", "checked"], 1),
        (["--level", "refuted"], 0),
        (["SUM"], 1),
        (["1e:9"], 1),
        (["习题9-1"], 1),
        (["9-1-sum"], 1),
        (["9-1-su"], 0),
        (["积"], 0),
    ],
)
def test_list_filters(recorded, capsys, filters, count):
    assert main(["list", "--json", *filters]) == 0
    captured = capsys.readouterr()
    assert len(json.loads(captured.out)) == count
    assert ("no answer fits" in captured.err) == (count == 0)


def test_list_finds_tags(recorded, capsys):
    for name in ("9-1", "9-1-drawn"):
        assert main(["list", tags.load(recorded).of(name).lower()]) == 0
        assert capsys.readouterr().out.startswith("9-1 ")


def test_list_knows_its_kinds_and_levels(recorded, capsys):
    assert main(["list", "--kind", "prof"]) == 2
    assert "there is no 'prof'; there are proof" in capsys.readouterr().err
    with pytest.raises(SystemExit):  # what failed is never published
        main(["list", "--level", "failed"])


@pytest.mark.parametrize("arguments", [[], ["9-1"], ["1e:9-1"], ["习题9-1"], ["9-1", "9-1-sum"]])
def test_verify_a_sound_page(docs, capsys, arguments):
    assert main(["verify", *arguments]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("9-1: ok (1 proved, 1 checked, 1 argued; ")
    assert out[-1] == "  inline, not read, line 4: $q = 1$ (q is not in the page's notation)"


def test_verify_compares_with_the_record(recorded, capsys):
    assert main(["verify", "9-1-sum"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("9-1: ok, as published (")
    digest = record.load(recorded)["9-1"]["9-1-sum"]["digest"]
    assert re.search(rf"^  9-1-sum: \w+ \[{digest}\]$", out, re.M)


def test_verify_counts_as_list_and_cite_do(recorded, capsys):
    assert main(["list", "--json"]) == 0
    counted = json.loads(capsys.readouterr().out)[0]["verdicts"]["en"]
    for command in (["verify", "9-1"], ["cite", "9-1", "--lang", "en"]):
        assert main(command) == 0
        assert f"{counted};" in capsys.readouterr().out


def test_verify_tells_what_differs_from_the_record(recorded, capsys):
    text = (recorded / "9-1.md").read_text("utf-8")
    (recorded / "9-1.md").write_text(text.replace("u + a = a + u", "2 u = u + u"), "utf-8")
    assert main(["verify"]) == 3
    out = capsys.readouterr().out
    assert out.startswith("9-1: ok, not as published (")
    assert re.search(r"^  9-1-drawn: published as checked \[\w+\], now checked \[\w+\]$", out, re.M)
    assert "9-1-sum: published" not in out


@pytest.mark.parametrize(("old", "new"), [("9-1-why\n", "9-1-how\n"), ("argued", "note")])
def test_verify_sees_what_is_no_longer_argued(recorded, capsys, old, new):
    text = (recorded / "9-1.md").read_text("utf-8")
    (recorded / "9-1.md").write_text(text.replace(old, new), "utf-8")
    assert main(["verify"]) == 3
    assert re.search(r"^  9-1-why: published as argued \[\w+\], now absent$",
                     capsys.readouterr().out, re.M)


def test_verify_with_another_seed_says_what_it_compares(recorded, capsys):
    text = (recorded / "9-1.md").read_text("utf-8")
    (recorded / "9-1.md").write_text(text.replace("u + a = a + u", "2 u = u + u"), "utf-8")
    assert main(["verify", "--seed", "7"]) == 0
    assert capsys.readouterr().out.startswith("9-1: ok, its levels as published (")


@pytest.mark.parametrize("seed", ["-1", "1.5", "x"])
def test_a_seed_is_a_natural_number(docs, capsys, seed):
    with pytest.raises(SystemExit) as caught:
        main(["verify", "--seed", seed])
    message = f"argument --seed: expected a whole number from 0 up, got '{seed}'"
    assert caught.value.code == 2 and message in capsys.readouterr().err


@pytest.mark.parametrize("sample", ["0", "-1", "x"])
def test_a_sample_is_not_empty(docs, capsys, sample):
    with pytest.raises(SystemExit) as caught:
        main(["mutate", "--sample", sample])
    message = f"expected a whole number from 1 up, got '{sample}'"
    assert caught.value.code == 2 and message in capsys.readouterr().err


def test_a_day_is_a_date(docs, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["cite", "9-1", "--accessed", "yesterday"])
    message = "expected a day such as 2026-01-31, got 'yesterday'"
    assert caught.value.code == 2 and message in capsys.readouterr().err


def test_verify_with_fresh_instances(recorded, capsys):
    """Another seed gives other digests, but the levels have to be those that were published."""
    assert main(["verify", "--seed", "7", "--json"]) == 0
    seventh = json.loads(capsys.readouterr().out)
    assert main(["verify", "--json"]) == 0
    zeroth = json.loads(capsys.readouterr().out)
    assert seventh["seed"] == 7 and zeroth["pages"][0]["passed"]
    claims = [report["pages"][0]["claims"]["9-1-drawn"] for report in (seventh, zeroth)]
    assert claims[0]["levels"] == claims[1]["levels"]
    assert claims[0]["digest"] != claims[1]["digest"]


def test_verify_a_page_that_fails(recorded, capsys):
    (recorded / "9-1.md").write_text(PAGE.format(right=3), "utf-8")
    assert main(["verify"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("9-1: FAILED (1 checked, 1 argued, 1 failed; ")
    assert all(line.startswith("  ") for line in out.splitlines()[1:] if line)
    assert "VerificationError: 9-1.md, line 6, equation 9-1-sum: the relation = does not" in out
    assert "published" not in out


def test_verify_a_page_whose_cell_raises(docs, capsys):
    (docs / "9-1.md").write_text("```{code-cell}\n1 / 0\n```\n", "utf-8")
    assert main(["verify", "-v"]) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith("9-1: FAILED (no claims; ")
    assert "ZeroDivisionError" in captured.err and "9-1.md, cell 1" in captured.err


@pytest.mark.parametrize("status", ["", "0"])
def test_a_page_that_leaves_early_has_not_passed(recorded, capsys, status):
    text = (recorded / "9-1.md").read_text("utf-8")
    text = text.replace("import nndl_notes", f"raise SystemExit({status})")
    (recorded / "9-1.md").write_text(text, "utf-8")
    assert main(["verify", "--json"]) == 1
    (report,) = json.loads(capsys.readouterr().out)["pages"]
    assert report["error"].startswith("SystemExit")


def test_an_interrupted_command_says_so(docs, capsys):
    (docs / "9-1.md").write_text("```{code-cell}\nraise KeyboardInterrupt\n```\n", "utf-8")
    assert main(["verify"]) == 130
    assert capsys.readouterr().err == "nndl-notes: interrupted\n"


STUBBORN = """```{{code-cell}}
import pathlib, time
pathlib.Path("{}").touch()
try:
    time.sleep(300)
except KeyboardInterrupt:
    time.sleep(300)
```
"""


def test_an_interrupted_mutation_ends_its_workers(docs, tmp_path):
    (docs / "9-1.md").write_text(STUBBORN.format(tmp_path / "asleep"), "utf-8")
    process = started("mutate", "9-1", start_new_session=True)
    while process.poll() is None and not (tmp_path / "asleep").exists():
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to all of them
    printed, error = process.communicate(timeout=60)
    assert (printed, process.returncode) == (b"", 130)
    assert error.endswith(b"nndl-notes: interrupted\n")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


@pytest.mark.parametrize("content", ["x = 1", "x ="])
def test_a_register_of_another_project(docs, capsys, content):
    (docs / "registry.toml").write_text(content, "utf-8")
    assert main(["list"]) == 2
    assert str(docs / "registry.toml") in capsys.readouterr().err


def test_the_register_of_another_project_is_passed_by(docs, monkeypatch):
    inside = docs / "theirs" / "here"
    inside.mkdir(parents=True)
    (inside.parent / "registry.toml").write_text("x = 1", "utf-8")
    monkeypatch.delenv("NNDL_NOTES_DOCS")
    monkeypatch.chdir(inside)
    assert registry.documents() == docs
    (inside.parent / "registry.toml").write_text("x =", "utf-8")  # whoever reads it will say so
    assert registry.documents() == inside.parent


def started(*arguments, start_new_session=False, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "nndl_notes", *arguments], env=os.environ | environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=start_new_session)


@pytest.mark.parametrize("command", [("list",), ("list", "--json"), ("cite", "9-1"), ("--help",)])
def test_nobody_reads_on(recorded, command):
    process = started(*command, PYTHONUNBUFFERED="")
    process.stdout.close()
    assert (process.stderr.read(), process.wait()) == (b"", 141)
    process.stderr.close()


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (("list",), rb"\u548c \xb7 A sum"),
        (("cite", "9-1", "--lang", "zh"), rb"\u548c"),
        (("--help",), rb"\u5217\u51fa"),
    ],
)
def test_a_terminal_without_chinese(recorded, command, shown):
    printed, error = started(*command, PYTHONIOENCODING="ascii", LC_ALL="C").communicate()
    assert error == b"" and shown in printed


def test_json_is_valid_in_any_encoding(recorded):
    printed, error = started("list", "--json", PYTHONIOENCODING="ascii").communicate()
    assert error == b"" and json.loads(printed)[0]["title"]["zh"] == "和"


def test_json_shows_chinese_where_it_can(recorded):
    printed, error = started("list", "--json", PYTHONIOENCODING="utf-8").communicate()
    assert error == b"" and '"zh": "和"' in printed.decode()


PLOT = "```{{code-cell}}\n{}\n```\n"


@pytest.mark.parametrize("code", ["import matplotlib.pyplot as plt", "from matplotlib import cm"])
def test_what_cannot_run_has_not_failed(docs, capsys, monkeypatch, code):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    (docs / "9-1.md").write_text(PLOT.format(code), "utf-8")
    assert main(["verify"]) == 2
    out = capsys.readouterr().out
    assert out.startswith("9-1: not run\n  the cells of 9-1 need matplotlib, ")
    assert out.endswith('python -m pip install "nndl-notes[notebooks]"\n') and "FAILED" not in out
    assert main(["verify", "--json"]) == 2
    (report,) = json.loads(capsys.readouterr().out)["pages"]
    assert not report["run"] and not report["passed"]


def test_a_failure_counts_more_than_what_cannot_run(docs, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with (docs / "registry.toml").open("a") as file:
        file.write(REGISTRY.replace("9-1", "9-2"))
    (docs / "9-1.md").write_text(PLOT.format("import matplotlib"), "utf-8")
    (docs / "9-2.md").write_text(PLOT.format("1 / 0"), "utf-8")
    assert main(["verify"]) == 1
    assert re.findall("^9-.: [a-zA-Z ]*[a-zA-Z]", capsys.readouterr().out, re.M) == [
        "9-1: not run", "9-2: FAILED"]


def test_cite(recorded, capsys):
    tag = tags.load(recorded).of("9-1-sum")
    arguments = ["--format", "gbt7714", "--lang", "zh", "--accessed", "2026-01-02"]
    assert main(["cite", tag.lower(), *arguments]) == 0
    out = capsys.readouterr().out
    assert "习题 9-1：和，公式 9-1-sum（" in out and "[EB/OL]" in out and "[2026-01-02]" in out
    assert out.endswith(f"/t/{tag}/.\n")


def test_citations_in_csl_json_are_one_array_and_each_stands_once(recorded, capsys):
    tag = tags.load(recorded).of("9-1")
    command = ["cite", "9-1", "9-1-sum", tag, "9-1", "--format"]
    assert main([*command, "csl-json"]) == 0
    items = json.loads(capsys.readouterr().out)
    assert [item["id"] for item in items] == [
        f"nndl-notes:{tags.load(recorded).of(name)}" for name in ("9-1", "9-1-sum")]
    assert main([*command, "plain"]) == 0
    assert len(capsys.readouterr().out.split("\n\n")) == 2


def test_cite_what_is_not_recorded(docs, capsys):
    assert main(["cite", "9-1"]) == 2
    assert "nndl-notes record makes both" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["verify", "cite", "mutate", "record"])
def test_an_unknown_page(docs, capsys, command):
    assert main([command, "9-2"]) == 2
    assert "there is no '9-2' here (an exercise without an answer yet?); near: 9-1" in (
        capsys.readouterr().err
    )


def test_record_twice_gives_the_same_files(recorded):
    files = [recorded / tags.FILE, recorded / record.FILE]
    before = [path.read_bytes() for path in files]
    assert main(["record"]) == 0
    assert [path.read_bytes() for path in files] == before


def test_record_leaves_a_failing_page_as_it_was(recorded, capsys):
    before = (recorded / record.FILE).read_bytes()
    (recorded / "9-1.md").write_text(PAGE.format(right=3), "utf-8")
    assert main(["record"]) == 1
    assert "9-1: FAILED, not recorded" in capsys.readouterr().out
    assert (recorded / record.FILE).read_bytes() == before


def test_what_came_with_the_package_is_not_recorded_anew(recorded, capsys, monkeypatch):
    before = (recorded / record.FILE).read_bytes()
    (recorded / "9-1.md").write_text(PAGE.format(right="1 + 1"), "utf-8")
    monkeypatch.setattr(registry, "INSTALLED", (recorded.resolve(),))
    assert main(["record"]) == 2
    assert "its record stays as it was published" in capsys.readouterr().err
    assert (recorded / record.FILE).read_bytes() == before


def test_record_keeps_no_tag_for_what_has_gone(recorded, capsys):
    text = (recorded / "9-1.md").read_text("utf-8")
    (recorded / "9-1.md").write_text(text.replace("9-1-sum", "9-1-total"), "utf-8")
    assert main(["record"]) == 2
    assert "stands for 9-1-sum, which is on no page" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["prove"], 2), (["--version"], 0)])
def test_usage(arguments, status, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == status


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_TW"}, "zh"),
        ({"LANG": "de_DE"}, "en"),
    ],
)
def test_language_follows_the_locale(environment, language):
    assert default_language(environment) == language
