"""Tags, identifiers, the published record, and the forms of a citation."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pybtex import format_from_string
from pybtex.database import parse_string

from nndl_notes.citing import claims, record, tags
from nndl_notes.citing.citation import AUTHOR, Citation, citation
from nndl_notes.citing.formats import FORMATS, OPEN, templates
from nndl_notes.citing.identifiers import Catalogue, UnknownIdentifier
from nndl_notes.citing.tags import Tags

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
NAMES = st.lists(st.from_regex(r"[a-z0-9]{1,4}(-[a-z]{1,5})?", fullmatch=True), unique=True)
TAGS = tags.load(DOCS)
CATALOGUE = Catalogue(DOCS)


def find(text, folder=None):
    return (Catalogue(folder) if folder else CATALOGUE).find(text)


def cite(text):
    return citation(find(text), CATALOGUE.record)


# -- Tags ----------------------------------------------------------------------------------------


def test_every_claim_has_a_tag():
    assert list(tags.problems(TAGS, CATALOGUE.claims)) == []


def test_no_tag_was_ever_taken_back():
    """Of every tag that git remembers, the file still knows what it stands for."""
    history = ["git", "log", "-p", "--format=", "--", "docs/tags.toml"]
    result = subprocess.run(history, cwd=ROOT, capture_output=True, text=True)
    if result.returncode:
        pytest.skip("no git history in this copy")
    given_once = re.findall(r'^-([0-9A-Z]{4}) = "', result.stdout, re.M)
    assert set(given_once) <= {*TAGS.names, *TAGS.withdrawn}


@given(NAMES)
def test_assigned_tags_have_their_shape_and_differ(names):
    assigned = tags.assign(Tags(), names)
    assert list(assigned.names.values()) == names
    assert list(tags.problems(assigned, names)) == []


@given(NAMES, NAMES)
def test_a_tag_is_given_once(names, more):
    assigned = tags.assign(Tags(), names)
    extended = tags.assign(assigned, dict.fromkeys([*more, *names]))
    assert assigned.names.items() <= extended.names.items()


def test_branches_give_the_same_tag():
    alone = tags.assign(Tags(), ["2-4"]).of("2-4")
    assert tags.assign(Tags(), ["9-9", "2-4", "8-8"]).of("2-4") == alone


def test_a_taken_tag_is_not_given_again():
    tag = next(tags.candidates("2-4"))
    withdrawn = {tag: {"was": "1-1", "zh": "错", "en": "wrong"}}
    for known in (Tags({tag: "1-1"}), Tags(withdrawn=withdrawn)):
        assert tags.assign(known, ["2-4"]).of("2-4") not in (None, tag)


@pytest.mark.parametrize(
    "known",
    [
        Tags({"1A2B": "2-4-new"}, formerly={"2-4-old": "1A2B"}),
        Tags(withdrawn={"1A2B": {"was": "2-4-old", "zh": "错", "en": "wrong"}}),
    ],
)
def test_a_label_is_not_used_again(known):
    with pytest.raises(ValueError, match=r"2-4-old was the label of 1A2B"):
        tags.assign(known, ["2-4-old"])


def test_a_tag_twice_in_the_file(tmp_path):
    (tmp_path / tags.FILE).write_text('[tags]\n1A2B = "a"\n1A2B = "b"\n', "utf-8")
    with pytest.raises(ValueError, match="is a tag used twice"):
        tags.load(tmp_path)


@pytest.mark.parametrize(
    ("known", "message"),
    [
        (Tags({"ABCD": "a"}), "ABCD is no tag"),
        (Tags({"1ABI": "a"}), "1ABI is no tag"),
        (Tags({"1ABC": "a", "1ABD": "a"}), "a has two tags"),
        (Tags({"1ABC": "a", "1ABD": "b"}), "1ABD stands for b, which is on no page"),
        (Tags(), "a has no tag; run nndl-notes record"),
        (Tags({"1ABC": "a"}, {"c": "9ZZZ"}), "there is no tag 9ZZZ"),
        (Tags({"1ABC": "a"}, withdrawn={"2ABC": {"was": "b", "zh": "错"}}), "`en` is missing"),
        (
            Tags({"1ABC": "a"}, withdrawn={"1ABC": {"was": "b", "zh": "错", "en": "no"}}),
            "1ABC is withdrawn and cannot stand for a",
        ),
    ],
)
def test_problems_of_tags(known, message):
    assert any(message in problem for problem in tags.problems(known, ["a"]))


def test_the_file_reads_back(tmp_path):
    reason = {"was": "c", "zh": "“错”\n换行", "en": 'said "no" \\ backwards\t'}
    known = Tags({"1ABC": "a"}, {"b": "1ABC"}, {"2ABC": reason})
    (tmp_path / tags.FILE).write_text(tags.text(known), "utf-8")
    assert tags.load(tmp_path) == known


@pytest.mark.parametrize(
    "content",
    [
        'tags = ["1ABC"]',
        '[tags]\n1ABC = 3',
        '[withdrawn]\n1ABC = "because"',
        '[withdrawn.1ABC]\nwas = "c"\nzh = 1',
        '[withdrwan.1ABC]\nwas = "c"',
    ],
)
def test_what_would_be_lost_from_the_file_is_no_tag(tmp_path, content):
    (tmp_path / tags.FILE).write_text(content, "utf-8")
    with pytest.raises(ValueError, match=rf"{tags.FILE}: "):
        tags.load(tmp_path)


# -- Identifiers ---------------------------------------------------------------------------------

TAG = TAGS.of("2-4")
SPELLINGS = ["2-4", "习题2-4", "习题 2–4", "习题2.4", "1e:2-4", "1e: 习题2-4", "Exercise 2-4"]
SPELLINGS += ["ex. 2-4", "NNDL 2-4", "NNDL 习题 2-4", TAG, TAG.lower(), f" {TAG} "]
SPELLINGS += [TAG.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})]  # full-width
SPELLINGS += ["NNDL 1e:2-4", "nndl:2-4", "习题 1e:2-4", f"nndl-notes:{TAG}"]
SITE = "https://nndl-notes.github.io/nndl-notes"
SPELLINGS += [f"{SITE}/t/{TAG}/", f"{SITE}/t/{TAG.lower()}", f"{SITE}/t/2-4/", f"t/{TAG}/"]
SPELLINGS += [f"file:///unzipped/t/{TAG}/index.html", f"{SITE}/ch02/2-4.html", "ch02/2-4.md"]
SPELLINGS += [f"{SITE}/ch02/2-4.html#answer"]


@pytest.mark.parametrize("text", SPELLINGS)
def test_spellings_of_an_exercise(text):
    item = find(text)
    assert (item.claim.name, item.claim.kind, item.tag) == ("2-4", "answer", TAG)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("算法4.1", "alg-4-1"),
        ("Algorithm 12.2", "alg-12-2"),
        ("1e:alg-2-1", "alg-2-1"),
        ("2-4-gradient", "2-4-gradient"),
        ("2-4-Gradient", "2-4-gradient"),
        (f"{SITE}/ch02/2-4.html#equation-2-4-gradient", "2-4-gradient"),
        (f"{SITE}/quiz/choice.html", "quiz-choice"),
        ("2019-04:5-3", "5-4"),
        ("2e:15-7", "12-6"),
        ("convolution", "convolution"),
    ],
)
def test_other_identifiers(text, name):
    assert find(text).claim.name == name


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("2-5", "2-4"),
        ("2-4-gradeint", "2-4-gradient"),
        ("ridge", "2-4"),
        ("岭回归", "2-4"),
        ("习题2-44", "2-4"),
        ("1e:2-9", "1e:2-4"),
    ],
)
def test_unknown_identifiers_suggest_near_ones(text, near):
    with pytest.raises(UnknownIdentifier, match=rf"no {text!r} here.*near: .*\b{near}\b"):
        find(text)


@pytest.mark.parametrize("text", ["2-5", "习题2-5", "1e:2-5", "2019-04:2-5", "alg-9-9"])
def test_what_may_still_be_answered_is_told_apart(text):
    with pytest.raises(UnknownIdentifier, match="an exercise without an answer yet"):
        find(text)


@pytest.mark.parametrize("text", ["", "  ", "9Z9Z9Z", "https://example.org/", "3e:2-4:1"])
def test_nonsense_is_unknown(text):
    with pytest.raises(UnknownIdentifier):
        find(text)


def test_a_withdrawn_tag_tells_its_reason(tmp_path):
    (tmp_path / "registry.toml").write_text("[exercises]\n", "utf-8")
    known = Tags(withdrawn={"1ABC": {"was": "9-9", "zh": "答案有误", "en": "it was wrong"}})
    (tmp_path / tags.FILE).write_text(tags.text(known), "utf-8")
    with pytest.raises(UnknownIdentifier, match=r"9-9\) was withdrawn: 答案有误 · it was wrong"):
        find("1abc", tmp_path)


def test_an_earlier_label_is_still_found(tmp_path):
    page = '---\nexercise: "9-1"\n---\n```{math}\n:label: 9-1-new\n1 = 1\n```\n'
    (tmp_path / "9-1.md").write_text(page, "utf-8")
    (tmp_path / "registry.toml").write_text('[exercises.9-1]\npath = "9-1.md"\n', "utf-8")
    known = tags.assign(Tags(), ["9-1", "9-1-new"])
    known.formerly["9-1-old"] = known.of("9-1-new")
    (tmp_path / tags.FILE).write_text(tags.text(known), "utf-8")
    assert find("9-1-old", tmp_path).claim.name == "9-1-new"


def test_two_pages_cannot_share_a_label(tmp_path):
    for name in ("9-1", "9-2"):
        (tmp_path / f"{name}.md").write_text("```{math}\n:label: same\n1 = 1\n```\n", "utf-8")
    entries = (f'[exercises.{name}]\npath = "{name}.md"\n' for name in ("9-1", "9-2"))
    (tmp_path / "registry.toml").write_text("".join(entries), "utf-8")
    with pytest.raises(ValueError, match="same is on the pages of 9-2 and of 9-1"):
        claims.all_claims(tmp_path)


# -- The published record ------------------------------------------------------------------------


def entry(**changes):
    base = {"id": "a", "kind": "equation", "verb": "check", "passed": True, "level": "checked"}
    base |= {"latex_sha256": "0", "seed": 0, "sizes": None, "claim": None, "line": 3}
    base |= {"links": [{"relation": "=", "passed": True, "instances": 3, "gap": 1e-16}]}
    return base | {"strata": {"generic": {"accepted": 3, "rejected": 0}}} | changes


def digest(**changes):
    return record.of_page([{"records": [entry(**changes)]}])["a"]["digest"]


@pytest.mark.parametrize(
    "changes",
    [
        {"latex_sha256": "1"},
        {"level": "proved"},
        {"verb": "prove"},
        {"passed": False},
        {"seed": 1},
        {"links": [{"relation": "=", "passed": True, "instances": 2, "gap": 1e-16}]},
        {"links": []},
        {"strata": {}},
    ],
)
def test_the_digest_covers_what_was_claimed_and_how_it_was_tested(changes):
    assert digest(**changes) != digest()


@pytest.mark.parametrize(
    "changes",
    [
        {"line": 4},
        {"links": [{"relation": "=", "passed": True, "instances": 3, "gap": 2e-16}]},
    ],
)
def test_the_digest_does_not_depend_on_the_processor(changes):
    assert digest(**changes) == digest()


def test_levels_strongest_first():
    records = [entry(), entry(verb="prove", level="proved")]
    assert record.of_page([{"records": records}])["a"]["levels"] == ["proved", "checked"]
    records.append(entry(verb="measure", passed=False, level=None))
    assert record.of_page([{"records": records}])["a"]["levels"][0] == "failed"


def test_every_claim_that_is_tested_is_recorded():
    pages, known = CATALOGUE.record, CATALOGUE.claims
    answers = [name for name, claim in known.items() if claim.kind == "answer"]
    assert list(pages) == answers
    recorded = {label: name for name, page in pages.items() for label in page}
    assert recorded == {n: c.page for n, c in known.items() if c.kind != "answer"}


def test_a_record_of_another_schema(tmp_path):
    path = tmp_path / record.FILE
    path.parent.mkdir()
    path.write_text('{"schema": 99, "pages": {}}', "utf-8")
    with pytest.raises(ValueError, match="schema 99, expected 1"):
        record.load(tmp_path)


# -- Citations -----------------------------------------------------------------------------------

CITED = Citation(
    name="2-4-gradient", tag="1ABC", kind="equation", latex="a = b",
    title={"zh": "题目 100% & 更多", "en": "A title of 100% & more"},
    part={"zh": "，公式 2-4-gradient", "en": ", equation 2-4-gradient"},
    url="https://example.org/t/1ABC/", version="1.2.3", commit="abcdef0", date="2026-03-04",
    levels={"zh": "已证、已验", "en": "proved, checked"}, digest="0123456789ab",
)  # fmt: skip
LANGUAGES = ("zh", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FORMATS)
def test_each_form_carries_everything(name, language):
    text = FORMATS[name](CITED, language, "2026-05-06").replace("\\", "")
    for needed in (CITED.title[language], "2-4-gradient", "1ABC", CITED.url, "1.2.3", "abcdef0"):
        assert needed in text
    for needed in (CITED.levels[language], CITED.digest, "2026", "2026-05-06"):
        assert needed in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_latex_of_an_equation_carries_its_source(language):
    text = FORMATS["latex"](CITED, language, "2026-05-06")
    assert "\\begin{equation}\n\\label{nndl:2-4-gradient}\na = b\n\\end{equation}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_csl_json_is_json(language):
    (item,) = json.loads(FORMATS["csl-json"](CITED, language, "2026-05-06"))
    assert item["issued"] == {"date-parts": [[2026, 3, 4]]}
    assert item["type"] == "webpage" and item["URL"] == CITED.url


def test_without_git_there_is_no_date_and_no_commit():
    undated = Citation(**{**CITED.__dict__, "commit": "", "date": ""})
    for form in FORMATS.values():
        text = form(undated, "en", "2026-05-06")
        assert "commit" not in text and "()" not in text and ", ;" not in text
    (item,) = json.loads(FORMATS["csl-json"](undated, "en", "2026-05-06"))
    assert "issued" not in item


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FORMATS)
def test_a_filled_template_is_the_form_itself(name, language):
    """So that the page's script, which only fills in, says what the command line says."""
    answer = cite("2-4")
    for cited in (answer, cite("2-4-gradient"), cite("2-4-wrong-minimum")):
        equation = name == "latex" and cited.kind == "equation"
        text = templates(answer)[language]["latex-equation" if equation else name]
        for field in OPEN:
            value = {"accessed": "2026-05-06"}.get(field) or getattr(cited, field)
            value = value if isinstance(value, str) else value[language]
            text = text.replace(f"{{{{{field}}}}}", value)
        assert text == FORMATS[name](cited, language, "2026-05-06")


@pytest.mark.parametrize("form", FORMATS)
def test_a_refuted_equation_is_called_that(form):
    cited = cite("quiz-short-wrong-ridge")
    texts = {language: FORMATS[form](cited, language, "2026-05-06") for language in LANGUAGES}
    assert "，被反驳的公式 quiz-short-wrong-ridge" in texts["zh"]
    assert ", refuted equation quiz-short-wrong-ridge" in texts["en"]


def test_a_citation_of_every_claim():
    for name in CATALOGUE.claims:
        cited = cite(name)
        assert cited.levels["zh"] and cited.levels["en"] and cited.url.endswith(f"/t/{cited.tag}/")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["2-4", "2-4-gradient", "8-2", "alg-12-1"])
def test_bibtex_is_set_by_a_bibtex_style(name, language):
    cited, day = cite(name), "2026-05-06"
    source = FORMATS["bibtex"](cited, language, day)
    (entry,) = parse_string(source, "bibtex").entries.values()
    assert entry.type == "online"
    # Braces around the author keep the name of a group in one piece.
    assert [str(person) for person in entry.persons["author"]] == [f"{{{AUTHOR[language]}}}"]
    printed = format_from_string(source, "unsrt", output_backend="plaintext")
    plain_title = cited.title[language] + cited.part[language]
    assert printed.startswith(f"[1] {AUTHOR[language]}. {plain_title}.")
    assert f"URL: {cited.url} (visited on {day})" in printed and cited.digest in printed


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_is_a_link(language):
    cited = cite("2-4-gradient")
    (paragraph,) = (
        token
        for token in MarkdownIt().parse(FORMATS["markdown"](cited, language, "2026-05-06"))
        if token.type == "inline"
    )
    opened, text, closed, rest = paragraph.children
    assert (opened.type, closed.type) == ("link_open", "link_close")
    assert opened.attrs == {"href": cited.url}
    assert text.content == cited.title[language] + cited.part[language]
    assert cited.digest in rest.content
