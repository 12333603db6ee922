r"""The font of the formulas: STIX Two Math, mended for browsers and cut to what the site writes.

The build makes it from the font that ``ziamath`` installs, so that no binary is kept in git.
Browsers follow MathML Core, which is stricter than TeX's engines, or laxer:

* A combining accent has no width and stands left of its origin; as a formula's accent it must
  have one, or ``\overline`` and ``\vec`` are drawn beside the letter.
* A bar is drawn in the next ready-made length, beyond the ends of what it spans.
* Script-size forms (``ssty``) are not asked for, so primes get theirs for good.
* The connectors of an arrow's head are stated the wrong way round, so no arrow grows.
* Beside a root or a bracket Chromium leaves room for its widest size, whichever it draws.
* ``\widetilde`` is written with the tilde of ASCII, which has no wide forms.

The licence asks that what is changed has another name, and that the licence comes with it.
"""

import base64
import hashlib
import html
import io
import os
import re
from functools import lru_cache
from importlib import metadata, resources
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.otTables import GlyphClassDef, MathGlyphConstruction, MathVariants

FAMILY = "NNDL Maths"
# Only a file of it is wanted: importing the package sets up a renderer.
SOURCE = metadata.distribution("ziamath").locate_file("ziamath/fonts/STIXTwoMath-Regular.ttf")
LICENCE = resources.files(__package__).joinpath("static", "nndl-maths-OFL.txt")
WOFF2, SCRIPT, STYLE = "nndl-maths.woff2", "nndl-maths.js", "nndl-maths.css"
COMBINING = (*range(0x300, 0x370), *range(0x20D0, 0x20F0))
BARS = (0x305, 0x332)
PRIMES = (0x2032, 0x2033, 0x2034, 0x2057)
# Where a delimiter can be put together from pieces, larger ready-made sizes are not needed.
READY_MADE = 6
# How much wider than its smallest size a bracket or a root may grow.
WIDEST = dict.fromkeys("()[]{}⌊⌋⌈⌉⟨⟩⟦⟧", 1.25) | {"√": 1.13}
VARIATION_SELECTORS = {0xFE00, 0xFE01}  # two kinds of script letters, where a font has both


def _letters(first: int, alphabet: str) -> dict[int, int]:
    return {ord(letter): first + place for place, letter in enumerate(alphabet)}


LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
GREEK = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡϴΣΤΥΦΧΨΩ∇αβγδεζηθικλμνξοπρςστυφχψω∂ϵϑϰϕϱϖ"
# What a browser draws for a single letter in <mi>.
ITALIC = _letters(0x1D434, LATIN) | _letters(0x1D6E2, GREEK) | {0x131: 0x1D6A4, 0x237: 0x1D6A5}
ITALIC[ord("h")] = 0x210E
del ITALIC[ord("∇")], ITALIC[ord("∂")]

REPERTOIRE = frozenset(
    {
        *range(0x20, 0x7F),
        *map(ord, "\xa0¬°±·×÷ıȷ¨¯´"),
        *map(ord, "ˆˇ˘˙˚˜\u0302\u0303\u0305\u0332\u20d7⎴⎵⏜⏝⏞⏟"),
        *map(ord, GREEK),
        *ITALIC.values(),
        *range(0x1D400, 0x1D434),  # bold
        *range(0x1D468, 0x1D49C),  # bold italic
        *range(0x1D49C, 0x1D4B6),  # script capitals …
        *map(ord, "ℬℰℱℋℐℒℳℛ"),  # … and those that Unicode had before
        *range(0x1D538, 0x1D552),  # double-struck capitals
        *map(ord, "ℂℍℕℙℚℝℤ"),
        *range(0x1D6A8, 0x1D6C1),  # bold Greek capitals
        *range(0x1D71C, 0x1D756),  # bold italic Greek
        *range(0x1D7CE, 0x1D7E2),  # bold and double-struck digits
        *map(ord, "‖†‡•…′″‴⁗ℏℑℓℜℵ"),
        *range(0x2061, 0x2065),  # invisible operators
        *map(ord, "←↑→↓↔↕↗↘↦⇀⇌⇐⇑⇒⇓⇔⟵⟶⟷⟸⟹⟺⟼"),
        *map(ord, "∀∂∃∄∅∆∇∈∉∋∏∐∑−∓∖∗∘∙√∝∞∠∣∤∥∦∧∨∩∪∫∬∮∴∵∼≁≃≅≈≉≍≐≔≕≜≝≟≠≡≢"),
        *map(ord, "≤≥≦≧≨≩≪≫≮≯≰≱≲≳≺≻≼≽⊂⊃⊄⊆⊇⊈⊊⊎⊕⊖⊗⊘⊙⊞⊠⊢⊣⊤⊥⟂⊨⋀⋁⋂⋃⋄⋅⋆⋮⋯⋱"),
        *map(ord, "⌈⌉⌊⌋⟨⟩⟦⟧■□△▷▽◁○●★⨀⨁⨂⩽⩾⪯⪰"),
    }
)


class MathsFont(NamedTuple):
    """The font as a file, and what it can write."""

    woff2: bytes
    code_points: frozenset[int]


def load(folder: Path) -> MathsFont:
    """Return the font that an earlier build has put into a folder, or make it and put it there."""
    made_of = hashlib.sha256(SOURCE.read_bytes() + Path(__file__).read_bytes())
    made_of.update(repr([metadata.version(name) for name in ("fonttools", "brotli")]).encode())
    path = folder / f"nndl-maths-{made_of.hexdigest()[:16]}.woff2"
    try:
        woff2 = path.read_bytes()
    except FileNotFoundError:
        font = build()
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(font.woff2)
        os.replace(unfinished, path)
        return font
    return MathsFont(woff2, frozenset(TTFont(io.BytesIO(woff2)).getBestCmap()))


@lru_cache
def build() -> MathsFont:
    """Make the font; the same packages give the same bytes."""
    font = TTFont(io.BytesIO(SOURCE.read_bytes()), recalcTimestamp=False)
    use_script_primes(font)
    cut(font, REPERTOIRE)
    variants = font["MATH"].table.MathVariants
    widen_accents(font)
    lengthen_bars(font)
    turn_arrow_heads(variants)
    drop_large_sizes(variants)
    narrow_large_sizes(font)
    cut(font, REPERTOIRE)  # once more: the sizes that have just been dropped
    level_lines(font)
    rename(font)
    font.flavor = "woff2"
    stream = io.BytesIO()
    font.save(stream)
    return MathsFont(stream.getvalue(), frozenset(font.getBestCmap()))


def use_script_primes(font: TTFont) -> None:
    """Draw primes with the forms made for superscripts."""
    table = font["GSUB"].table
    (feature,) = {
        tuple(record.Feature.LookupListIndex)
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "ssty"
    }
    forms: dict[str, list[str]] = {}
    for index in feature:
        for subtable in table.LookupList.Lookup[index].SubTable:
            forms |= getattr(subtable, "ExtSubTable", subtable).alternates
    names = font.getBestCmap()
    primes = {prime: forms[names[prime]][0] for prime in PRIMES}
    for encoding in font["cmap"].tables:
        if encoding.isUnicode() and encoding.format != 14:
            encoding.cmap |= primes


def cut(font: TTFont, code_points: frozenset[int]) -> None:
    """Keep the glyphs that the code points can lead to, and only tables that browsers use."""
    options = subset.Options(
        hinting=False,
        layout_features=[],
        legacy_cmap=False,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
    )
    options.drop_tables += ["GPOS", "GSUB", "DSIG"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=code_points)
    subsetter.subset(font)


def widen_accents(font: TTFont) -> None:
    """Let combining accents and their wide forms begin at the origin and have their width."""
    glyphs, metrics = font["glyf"], font["hmtx"].metrics
    mathematics = font["MATH"].table
    names = font.getBestCmap()
    wide = constructions(mathematics.MathVariants, "Horiz")
    accents = {names[point] for point in COMBINING if point in names}
    for name in accents & wide.keys():
        accents |= {record.VariantGlyph for record in wide[name].MathGlyphVariantRecord}
    shifts = {}
    for name in accents:
        if metrics[name][0] == 0 and glyphs[name].numberOfContours:
            shifts[name] = (1, 0, 0, 1, -glyphs[name].xMin, 0)
    transform(font, shifts)
    attachments = mathematics.MathGlyphInfo.MathTopAccentAttachment
    middles = dict(
        zip(attachments.TopAccentCoverage.glyphs, attachments.TopAccentAttachment, strict=True)
    )
    for name in shifts:
        metrics[name] = (glyphs[name].xMax, 0)
        if name in middles:
            middles[name].Value = glyphs[name].xMax // 2
    # A browser takes the width of what the font calls a mark away again.
    classes = font["GDEF"].table.GlyphClassDef = GlyphClassDef()
    classes.classDefs = dict.fromkeys(font.getGlyphOrder()[1:], 1)
    # \widetilde is written with the tilde of ASCII.
    wide[names[ord("~")]] = wide[names[0x303]]
    variants = mathematics.MathVariants
    variants.HorizGlyphCoverage.glyphs = sorted(wide, key=font.getGlyphID)
    variants.HorizGlyphConstruction = [wide[name] for name in variants.HorizGlyphCoverage.glyphs]
    variants.HorizGlyphCount = len(wide)


def lengthen_bars(font: TTFont) -> None:
    r"""Let the bar of ``\overline`` and ``\underline`` be as long as what it spans."""
    variants = font["MATH"].table.MathVariants
    names, ways = font.getBestCmap(), constructions(variants, "Horiz")
    for point in BARS:
        name = names[point]
        glyph, length = font["glyf"][name], 2 * variants.MinConnectorOverlap
        pen = TTGlyphPen(None)
        pen.moveTo((0, glyph.yMin))
        for corner in ((0, glyph.yMax), (length, glyph.yMax), (length, glyph.yMin)):
            pen.lineTo(corner)
        pen.closePath()
        font["glyf"][name] = pen.glyph()
        font["hmtx"][name] = (length, 0)
        del ways[name].MathGlyphVariantRecord[1:]
        ways[name].VariantCount = 1
        ways[name].MathGlyphVariantRecord[0].AdvanceMeasurement = length
        pieces = ways[name].GlyphAssembly.PartRecords
        for piece in pieces:
            piece.glyph, piece.FullAdvance = name, length
            piece.StartConnectorLength = piece.EndConnectorLength = length - 10


def constructions(variants: MathVariants, direction: str) -> dict[str, MathGlyphConstruction]:
    """Return how each glyph that stretches does it, upright ("Vert") or lying ("Horiz")."""
    coverage = getattr(variants, f"{direction}GlyphCoverage")
    return dict(
        zip(coverage.glyphs, getattr(variants, f"{direction}GlyphConstruction"), strict=True)
    )


def turn_arrow_heads(variants: MathVariants) -> None:
    """Let the piece with the head of a long arrow connect at its other side."""
    least = variants.MinConnectorOverlap
    for construction in constructions(variants, "Horiz").values():
        pieces = construction.GlyphAssembly.PartRecords if construction.GlyphAssembly else []
        for left, right in pairwise(pieces):
            if left.EndConnectorLength >= least > right.StartConnectorLength:
                right.StartConnectorLength = right.EndConnectorLength
                right.EndConnectorLength = 0


def drop_large_sizes(variants: MathVariants) -> None:
    """Keep a few ready-made sizes of what can be put together from pieces."""
    for construction in constructions(variants, "Vert").values():
        if construction.GlyphAssembly:
            del construction.MathGlyphVariantRecord[READY_MADE:]
            construction.VariantCount = len(construction.MathGlyphVariantRecord)


def narrow_large_sizes(font: TTFont) -> None:
    """Make the wide sizes of brackets and roots nearly as narrow as the smallest."""
    names, ways = font.getBestCmap(), constructions(font["MATH"].table.MathVariants, "Vert")
    metrics, scales = font["hmtx"].metrics, {}
    for character, factor in WIDEST.items():
        name = names[ord(character)]
        widest = round(metrics[name][0] * factor)
        sizes = {record.VariantGlyph for record in ways[name].MathGlyphVariantRecord}
        if ways[name].GlyphAssembly:
            sizes |= {piece.glyph for piece in ways[name].GlyphAssembly.PartRecords}
        for size in sizes:
            if metrics[size][0] > widest:
                scales[size] = (widest / metrics[size][0], 0, 0, 1, 0, 0)
                metrics[size] = (widest, metrics[size][1])
    transform(font, scales)
    for name in scales:
        metrics[name] = (metrics[name][0], font["glyf"][name].xMin)


def transform(font: TTFont, matrices: dict[str, tuple[float, ...]]) -> None:
    """Move or scale the outlines of glyphs."""
    glyphs, outlines = font["glyf"], {}
    # All outlines before the first is changed: one glyph may be composed of another.
    for name in sorted(matrices):
        outlines[name] = DecomposingRecordingPen(font.getGlyphSet())
        font.getGlyphSet()[name].draw(outlines[name])
    for name, outline in outlines.items():
        pen = TTGlyphPen(None)
        outline.replay(TransformPen(pen, matrices[name]))
        glyphs[name] = pen.glyph()
        glyphs[name].recalcBounds(glyphs)


def level_lines(font: TTFont) -> None:
    """State one height and depth of a line, which browsers on Windows otherwise put at 3.9 em."""
    lines, windows = font["hhea"], font["OS/2"]
    windows.sTypoAscender = windows.usWinAscent = lines.ascent
    windows.sTypoDescender = lines.descent
    windows.usWinDescent = -lines.descent
    windows.sTypoLineGap = lines.lineGap = 0


def rename(font: TTFont) -> None:
    """Give the font its own name; copyright and licence stay."""
    names = font["name"]
    version = names.getDebugName(5)
    compact = FAMILY.replace(" ", "")
    for number, text in {
        1: FAMILY,
        2: "Regular",
        3: f"{version};{compact}",
        4: FAMILY,
        5: f"{version}; modified from STIX Two Math",
        6: compact,
    }.items():
        names.setName(text, number, 3, 1, 0x409)


def files(font: MathsFont) -> dict[str, bytes]:
    """Return the files that bring the font to a page, by name.

    The script has the font in it and runs before the page is drawn, so that nothing moves when
    the font arrives, and a page on a disk has it too, for which a browser may forbid fonts from
    a folder above.  The style sheet is for readers without scripts.
    """
    banner = f"/* {FAMILY}: STIX Two Math, modified. SIL Open Font License 1.1: {LICENCE.name} */\n"
    script = (
        f'window.FontFace&&document.fonts.add(new FontFace("{FAMILY}",Uint8Array.from(atob('
        f'"{base64.b64encode(font.woff2).decode()}"),function(c){{return c.charCodeAt(0)}})))\n'
    )
    style = f'@font-face{{font-family:"{FAMILY}";src:url("{WOFF2}")format("woff2")}}\n'
    return {
        WOFF2: font.woff2,
        SCRIPT: (banner + script).encode(),
        STYLE: (banner + style).encode(),
    }


def missing(mathml: str, font: MathsFont) -> set[int]:
    """Return the code points of a formula that the font does not have.

    Words in ``<mtext>`` are apart: Chinese comes from the font of the page.
    """
    formula = re.sub(r"<mtext\b.*?</mtext>", "", mathml, flags=re.DOTALL)
    formula = re.sub(r"<mi>(.|&[a-z]+;)</mi>", italic, formula)
    text = html.unescape(re.sub(r"<[^>]*>", "", formula))
    return set(map(ord, text)) - font.code_points - VARIATION_SELECTORS


def italic(match: re.Match) -> str:
    """Return what a browser makes of a single letter."""
    letter = html.unescape(match[1])
    return chr(ITALIC.get(ord(letter), ord(letter)))
