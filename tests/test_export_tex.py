"""Pages as LaTeX documents."""

import re
import sys

import pytest

from exported import BASE, LANGUAGES, REGISTER, answer, small_page
from nndl_notes.export.markdown import Extras
from nndl_notes.export.outputs import CellOutput
from nndl_notes.export.reading import Prose, walk
from nndl_notes.export.tex import document
from nndl_notes.export.texprose import ProseWriter, escape, listing

HAN = re.compile(r"[\u4e00-\u9fff]")
# What the fonts of an English and of a Chinese document have beside ASCII and Chinese.
LATIN = set("“”‘’–—…·°×éöüáçñ")
CHINESE = re.compile(r"[\u2e80-\uffef]")


@pytest.mark.parametrize(
    ("markdown", "latex"),
    [
        ("50 % of $x_1$ & more", r"50 \% of $x_1$ \& more"),
        ("**a** and *b*", r"\textbf{a} and \emph{b}"),
        ("`x_1.shape` {}", r"\texttt{x\_\allowbreak{}1.\allowbreak{}shape} \{\}"),
        ("[(2-4-a)](#2-4-a), [it](#2-4-a)", r"\eqref{2-4-a}, \hyperref[2-4-a]{it}"),
        ("[elsewhere](#b)", rf"\href{{{BASE}ch02/2-4.html\#b}}{{elsewhere}}"),
        ("[2-2](2-2.md#c)", rf"\href{{{BASE}ch02/2-2.html\#c}}{{2-2}}"),
        ("- a\n- b", "\\begin{itemize}\n\\item a\n\\item b\n\\end{itemize}"),
        ("1. a\n2. b", "\\begin{enumerate}\n\\item a\n\\item b\n\\end{enumerate}"),
        (
            "| | $x$ |\n| --- | --- |\n| a | b & c |",
            "\\begin{center}\n\\begin{tabularx}{\\linewidth}"
            "{>{\\raggedright\\arraybackslash}X>{\\raggedright\\arraybackslash}X}\n"
            "\\toprule\n & $x$ \\\\\n\\midrule\na & b \\& c \\\\\n\\bottomrule\n"
            "\\end{tabularx}\n\\end{center}",
        ),
        ("```text\nα ← v̂ \\ {\n```",
         "\\begin{Verbatim}[commandchars=\\\\\\{\\}]\n\\ensuremath{\\alpha} "
         "\\ensuremath{\\leftarrow} \\ensuremath{\\hat{v}} \\textbackslash{} \\{\n\\end{Verbatim}"),
        # In Verbatim ^ is a character like any other, and would be printed.
        ("```text\nAᵀ x⁻¹\n```",
         "\\begin{Verbatim}[commandchars=\\\\\\{\\}]\nA\\ensuremath{\\sp{\\top}} "
         "x\\ensuremath{\\sp{-}}\\ensuremath{\\sp{1}}\n\\end{Verbatim}"),
        ("Aᵀ", r"A\ensuremath{^{\top}}"),
    ],
)
def test_markdown_becomes_latex(tmp_path, markdown, latex):
    page = small_page(tmp_path, "```{math}\n:label: 2-4-a\na = b\n```\n")
    assert ProseWriter(page, BASE).write(markdown) == latex


def test_a_title_is_no_list(tmp_path):
    writer = ProseWriter(small_page(tmp_path, "# A\n"), BASE)
    assert writer.inline("1. Which *one*?") == r"1. Which \emph{one}?"


def test_html_is_refused(tmp_path):
    writer = ProseWriter(small_page(tmp_path, "# A\n"), BASE)
    with pytest.raises(ValueError, match=r"2-4\.md: no LaTeX is known for Markdown's html_block"):
        writer.write("<p>a</p>")


def test_quotation_marks_of_english_are_those_of_latex():
    assert escape("“a”—it’s – …", "en") == r"``a''---it's -- \dots{}"
    assert escape("“甲”……", "zh") == "“甲”……"


def test_without_its_extra_the_error_names_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "mdit_py_plugins.dollarmath", None)
    with pytest.raises(ModuleNotFoundError, match=r'install "nndl-notes\[export\]"'):
        document(small_page(tmp_path, "# A\n"), "en", BASE)


def test_a_small_page_whole(tmp_path):
    myst = (
        "(ex-2-4)=\n# {zh}`题` {en}`E_1`\n\n## {zh}`节` {en}`Part`\n\n"
        "```{math}\n:label: 2-4-a\na &= b \\\\\n\n&= c\n```\n\n"
        "::::{claim} 2-4-c\n:::{zh}\n真。\n:::\n:::{en}\nTrue.\n:::\n::::\n\n"
        '```{code-cell}\n---\nmystnb:\n  image:\n    alt: "甲 · A"\n---\nprint(1)\n```\n'
    )
    extras = Extras(r"\url{x}", "End.", {"2-4-a": "proved", "2-4-c": "measured"},
                    {1: CellOutput("1 \n", ("f.pdf",))})
    text = document(small_page(tmp_path, myst), "en", BASE, extras)
    assert r"\title{E\_1}" in text and r"\date{\url{x}}" in text and "ctex" not in text
    body = text.partition("\\maketitle\n\n")[2]
    assert body == "\n".join([
        r"\phantomsection\label{ex-2-4}", "",
        r"\section{Part}", "",
        r"\begin{equation}", r"\tag{2-4-a}\label{2-4-a}",
        r"\begin{aligned}a &= b \\", r"&= c\end{aligned}", r"\end{equation}",
        r"\formulaverdict{proved}", "",
        r"\begin{statement}{claim}{Claim}", r"\phantomsection\label{2-4-c}", "", "True.", "",
        r"\verdict{measured}", r"\end{statement}", "",
        r"\begin{Verbatim}[commandchars=\\\{\},frame=leftline,rulecolor=\color{black!20}]",
        "print(1)", r"\end{Verbatim}", "",
        r"\outputname{Output}",
        r"\begin{Verbatim}[commandchars=\\\{\},fontsize=\footnotesize]", "1",
        r"\end{Verbatim}", "",
        r"\begin{center}",
        r"\includegraphics[width=\linewidth,height=0.4\textheight,keepaspectratio,alt={A}]{f.pdf}",
        r"\end{center}", "",
        "End.", "", r"\end{document}", "",
    ])


def test_an_english_page_with_a_chinese_title_has_a_chinese_font(tmp_path):
    text = document(small_page(tmp_path, "# {han}`书` A\n"), "en", BASE)
    assert text.startswith("% !TeX program = xelatex") and "[scheme=plain]{ctex}" in text


# -- Every page of the site ----------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", REGISTER)
def test_a_document_is_whole(name, language):
    page = answer(name)
    text = document(page, language, BASE)
    assert (r"\documentclass{ctexart}" in text) == (language != "en")
    body = text.partition(r"\maketitle")[2]
    listings = re.findall(r"\\begin\{Verbatim\}.*?\\end\{Verbatim\}", body, re.S)
    prose = re.sub(r"\\begin\{Verbatim\}.*?\\end\{Verbatim\}", "", body, flags=re.S)
    opened = []
    for kind, environment in re.findall(r"\\(begin|end)\{(\w+\*?)\}", prose):
        if kind == "begin":
            opened.append(environment)
        else:
            assert environment == "document" or opened.pop() == environment
    assert opened == []
    for display in page.equations.values():
        lines = [line for line in display.latex.splitlines() if line.strip()]
        assert "\n".join(lines) in prose
        assert rf"\tag{{{display.label}}}\label{{{display.label}}}" in prose
    labels = re.findall(r"\\label\{(.*?)\}", prose)
    assert len(labels) == len(set(labels)) and set(page.labels()) == set(labels)
    assert set(re.findall(r"\\(?:eqref|hyperref)[\[{](.*?)[\]}]", prose)) <= set(labels)
    assert re.findall(r":::|\{(?:zh|en|given|math)\}|\*\*|\]\(|(?<!\\)`\w+`", prose) == []
    strange = {c for c in body if ord(c) > 126 and not CHINESE.match(c)} - LATIN
    assert strange == set()
    if language == "en":
        assert HAN.findall(body) == []
    assert len(listings) >= page.path.read_text("utf-8").count("{code-cell}")


@pytest.mark.parametrize("name", REGISTER)
def test_a_chinese_document_has_no_english_sentence(name):
    page = answer(name)
    text = document(page, "zh", BASE)
    english = [
        part
        for block in walk(page.blocks)
        if isinstance(block, Prose) and block.language == "en"
        for part in re.findall(r"[A-Z][a-z]+(?: [a-z]+){4,}", block.text)
    ]
    assert len(english) > 3
    chinese = " ".join(b.text for b in walk(page.blocks)
                       if isinstance(b, Prose) and b.language == "zh")
    code = "\n".join(listing(block.code) for block in walk(page.blocks) if hasattr(block, "code"))
    assert [part for part in english if part in text and part not in chinese + code] == []
