"""The font of the formulas: what it can write, and what was mended in it."""

import io
import unicodedata
from itertools import pairwise

import pytest
from fontTools.ttLib import TTFont
from sphinx.testing.util import SphinxTestApp

from nndl_notes.sphinxext import maths_font
from nndl_notes.sphinxext.mathml import MathMLWriter

CONF = """
extensions = [f"nndl_notes.sphinxext.{name}" for name in ("mathml", "language_switch", "assets")]
extensions += ["myst_nb"]
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath"]
html_theme = "basic"
html_math_renderer = "nndl-mathml"
exclude_patterns = ["_build"]
"""


@pytest.fixture(scope="module")
def font():
    return TTFont(io.BytesIO(maths_font.build().woff2))


def constructions(font, direction):
    variants = font["MATH"].table.MathVariants
    coverage = getattr(variants, f"{direction}GlyphCoverage").glyphs
    ways = getattr(variants, f"{direction}GlyphConstruction")
    names = {name: point for point, name in font.getBestCmap().items()}
    return {names.get(name, name): way for name, way in zip(coverage, ways, strict=True)}


def test_two_builds_are_the_same_bytes():
    first = maths_font.build().woff2
    maths_font.build.cache_clear()
    assert maths_font.build().woff2 == first


def test_it_is_made_once(tmp_path, monkeypatch):
    made = maths_font.load(tmp_path)
    assert made == maths_font.build()
    assert [path.suffix for path in tmp_path.iterdir()] == [".woff2"]
    monkeypatch.setattr(maths_font, "build", None)
    assert maths_font.load(tmp_path) == made
    monkeypatch.setattr(maths_font.metadata, "version", lambda name: "another")
    with pytest.raises(TypeError):  # it would be made
        maths_font.load(tmp_path)


def test_it_is_small():
    assert len(maths_font.build().woff2) < 65_000


def test_it_has_its_whole_repertoire():
    lacking = maths_font.REPERTOIRE - maths_font.build().code_points
    # Unicode leaves holes in its alphabets where a letter existed before.
    assert {point for point in lacking if unicodedata.category(chr(point)) != "Cn"} == set()


@pytest.mark.parametrize(
    "latex",
    [
        r"\hat{y} \tilde{x} \bar{x} \vec{v} \dot{x} \ddot{x} \overline{ab} \widehat{ab}",
        r"\mathcal{ABCDEFGHIJKLMNOPQRSTUVWXYZ} \mathbb{ABCDEFGHIJKLMNOPQRSTUVWXYZ}",
        r"\mathbf{abcxyzABCXYZ0123456789} \boldsymbol{\alpha\omega\Gamma\Omega xX} \mathbb{1}",
        r"\alpha\beta\gamma\delta\epsilon\varepsilon\zeta\eta\theta\vartheta\iota\kappa\lambda",
        r"\mu\nu\xi\pi\varpi\rho\varrho\sigma\tau\upsilon\phi\varphi\chi\psi\omega\ell\hbar",
        r"\Gamma\Delta\Theta\Lambda\Xi\Pi\Sigma\Upsilon\Phi\Psi\Omega \nabla \partial \infty",
        r"\sum\prod\int\oint\bigcup\bigoplus \sqrt[3]{x} \underbrace{x}_{n} \overbrace{x}^{n}",
        r"a \xrightarrow{n\to\infty} b \implies c \iff d \mapsto e \longrightarrow f \leftarrow g",
        r"\le\ge\neq\approx\equiv\sim\simeq\propto\ll\gg\triangleq\prec\succ\in\notin\subseteq",
        r"\odot\otimes\oplus\times\cdot\ast\circ\pm\mp\setminus\cup\cap\wedge\vee\neg\top\perp",
        r"\left\lfloor x \right\rceil \left\langle x \right\rangle \lVert x \rVert \cdots \vdots",
        r"f'(x) + f''(x) \forall\exists\emptyset\mid\nmid\parallel \text{若 } x > 0",
    ],
)
def test_formulas_of_the_field_can_be_written(latex):
    formula = MathMLWriter({}).convert(latex, display=True)
    assert maths_font.missing(formula, maths_font.build()) == set()


@pytest.mark.parametrize(
    ("mathml", "missing"),
    [
        ("<mi>x</mi>", set()),
        ("<mi>h</mi>", set()),  # Unicode has it apart from the other italic letters
        ("<mi>д</mi>", {0x434}),
        ("<mo>&lt;</mo><mi>&alpha;</mi>", set()),
        ("<mi>\U0001d504</mi><mo>⌘</mo>", {0x1D504, 0x2318}),
        ("<mi>ℒ\ufe00</mi>", set()),
        ("<mtext>否则 д</mtext>", set()),  # words come from the font of the page
        ("<mi>\u5426</mi>", {0x5426}),
    ],
)
def test_what_the_font_lacks_is_found(mathml, missing):
    assert maths_font.missing(f"<math>{mathml}</math>", maths_font.build()) == missing


def test_single_letters_are_looked_up_as_italics():
    font = maths_font.build()
    without_x = font._replace(code_points=font.code_points - {0x1D465})
    assert maths_font.missing("<math><mi>x</mi></math>", without_x) == {0x1D465}
    for word in ('<mi mathvariant="normal">x</mi>', "<mi>max</mi>"):
        assert maths_font.missing(f"<math>{word}</math>", without_x) == set()


def test_accents_have_their_width_and_begin_at_the_origin(font):
    glyphs, names = font["glyf"], font.getBestCmap()
    for point in set(maths_font.COMBINING) & names.keys():
        glyph, (advance, _) = glyphs[names[point]], font["hmtx"][names[point]]
        assert (glyph.xMin, glyph.xMax) == (0, advance), hex(point)
        assert font["GDEF"].table.GlyphClassDef.classDefs[names[point]] == 1


def test_wide_accents_are_not_left_of_their_place(font):
    for point in (0x302, 0x303, ord("~")):
        records = constructions(font, "Horiz")[point].MathGlyphVariantRecord
        assert len(records) >= 5
        for record in records:
            assert font["glyf"][record.VariantGlyph].xMin >= 0


@pytest.mark.parametrize("direction", ["Horiz", "Vert"])
def test_pieces_connect(font, direction):
    least = font["MATH"].table.MathVariants.MinConnectorOverlap
    for point, way in constructions(font, direction).items():
        pieces = way.GlyphAssembly.PartRecords if way.GlyphAssembly else []
        for left, right in pairwise(pieces):
            assert min(left.EndConnectorLength, right.StartConnectorLength) >= least, point


def test_arrows_and_bars_stretch(font):
    ways = constructions(font, "Horiz")
    assert all(ways[point].GlyphAssembly for point in (0x2190, 0x2192, 0x305, 0x332))


def test_large_delimiters_can_be_put_together(font):
    ways = constructions(font, "Vert")
    assert all(ways[ord(bracket)].GlyphAssembly for bracket in "()[]{}|‖⌊⌋⌈⌉")


def test_large_sizes_are_hardly_wider_than_the_smallest(font):
    ways, metrics = constructions(font, "Vert"), font["hmtx"].metrics
    for character, factor in maths_font.WIDEST.items():
        way, smallest = ways[ord(character)], metrics[font.getBestCmap()[ord(character)]][0]
        sizes = [record.VariantGlyph for record in way.MathGlyphVariantRecord]
        sizes += [p.glyph for p in way.GlyphAssembly.PartRecords] if way.GlyphAssembly else []
        assert len(sizes) >= 3
        assert max(metrics[size][0] for size in sizes) <= round(smallest * factor), character


def test_primes_are_those_of_superscripts(font):
    glyph = font["glyf"][font.getBestCmap()[0x2032]]
    assert (glyph.yMin, glyph.yMax) == (85, 527)  # the other: 399 to 703


def test_name_and_licence(font):
    names = {record.nameID: str(record) for record in font["name"].names}
    assert names[1] == names[4] == maths_font.FAMILY
    assert "STIX" not in names[1] + names[4] + names[6]
    assert "The STIX Fonts Project Authors" in names[0]
    assert "SIL Open Font License" in names[13]
    assert maths_font.LICENCE.read_text("utf-8").startswith("SIL OPEN FONT LICENSE")


# -- On a site ----------------------------------------------------------------------------------


def build(folder, text):
    (folder / "conf.py").write_text(CONF, "utf-8")
    (folder / "index.md").write_text(text, "utf-8")
    app = SphinxTestApp("html", srcdir=folder)
    try:
        app.build()
        return app.outdir, app.warning.getvalue()
    finally:
        app.cleanup()


@pytest.mark.site
def test_the_site_brings_font_and_licence(tmp_path):
    outdir, warnings = build(tmp_path, "# Title\n\n$x$\n")
    assert warnings == ""
    page = (outdir / "index.html").read_text("utf-8")
    assert '<script src="_static/nndl-maths.js?v=' in page
    assert '<noscript><link rel="stylesheet" href="_static/nndl-maths.css" /></noscript>' in page
    for name, content in maths_font.files(maths_font.build()).items():
        assert (outdir / "_static" / name).read_bytes() == content
        assert name == maths_font.WOFF2 or maths_font.LICENCE.name.encode() in content
    assert (outdir / "_static" / maths_font.LICENCE.name).is_file()


@pytest.mark.site
def test_a_symbol_that_the_font_lacks_fails_at_its_line(tmp_path):
    _, warnings = build(tmp_path, "# Title\n\nText.\n\n$$\n\\mathfrak{g} + x\n$$\n")
    assert "index.md:5: WARNING: the maths font has no U+1D524" in warnings
    assert "REPERTOIRE in nndl_notes.sphinxext.maths_font" in warnings
    assert warnings.count("WARNING") == 1


@pytest.mark.site
def test_every_formula_has_its_latex_for_browsers_without_mathml(tmp_path):
    outdir, _ = build(tmp_path, "# Title\n\n$a<b$\n\n$$\nx^2\n$$\n")
    page = (outdir / "index.html").read_text("utf-8")
    assert 'data-tex="a&lt;b"' in page
    assert 'data-tex="x^2"' in page


def test_a_sized_bracket_with_an_exponent_stands_in_a_row():
    mathml = MathMLWriter({}).convert(r"\bigl(x\bigr)^2", display=True)
    assert '<msup><mrow><mo minsize="1.2em" maxsize="1.2em">)</mo></mrow><mn>2</mn>' in mathml
