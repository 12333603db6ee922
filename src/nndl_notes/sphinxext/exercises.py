"""What is answered and how well it is tested: ``{exercise-map}`` and ``{exercise-list} CHAPTER``.

Both are filled when the evidence of all pages is known, and follow every change of it.
"""

from collections import Counter

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from nndl_notes.verification import records as rec

from . import book
from .evidence import both, page_uri
from .ledger import LEDGERS
from .verdicts import tally, tally_words

# What supports an answer, strongest first; refutations are counted in words.
SUPPORT = ("proved", "checked", "measured", "argued", "failed")
UNANSWERED = ("尚无解答", "no answer yet")
MARKS = (
    "（一道竖线是一个结论，底色是多数的等级）",
    "(one bar is one claim; the tint is the level of most)",
)
UNKNOWN = ("没有查到这道题的题文。", "The text of this exercise was not found.")
STYLE = "exercises.css"


class exercises(nodes.General, nodes.Element):
    """Place of the map, or of the list of one ``chapter``."""


class MapDirective(SphinxDirective):
    """Show every exercise of the book by chapter, each with its verdicts."""

    def run(self):
        """Return the place of the map."""
        return [_place(self, None)]


class ListDirective(SphinxDirective):
    """Show the exercises of one chapter with their questions."""

    required_arguments = 1

    def run(self):
        """Return the place of the list."""
        known = [chapter.key for chapter in book.chapters(self.env.app)]
        if self.arguments[0] not in known:
            raise self.error(f"no chapter {self.arguments[0]!r}; there are {', '.join(known)}")
        return [_place(self, self.arguments[0])]


def _place(directive, chapter):
    env = directive.env
    LEDGERS.of(env)[env.docname] = "exercises"  # written again when evidence changes
    env.note_dependency(env.relfn2path(f"/{env.app.config.nndl_book}")[1])
    env.note_dependency(env.relfn2path(f"/{env.app.config.nndl_registry}")[1])
    node = exercises(chapter=chapter)
    directive.set_source_info(node)
    return node


def fill(app, doctree, docname):
    """Fill the places of a page."""
    for place in list(doctree.findall(exercises)):
        known = book.chapters(app)
        if place["chapter"] is None:
            filled = [_legend(), _map(app, docname, known)]
            filled.insert(0, _summary(app, known))
        else:
            (chapter,) = (c for c in known if c.key == place["chapter"])
            filled = [_list(app, docname, chapter)]
        place.replace_self(filled)


def _summary(app, known):
    everything = [e for chapter in known for e in chapter.exercises]
    numbered = [e for e in everything if not e.name.startswith("alg-")]
    answered = [e for e in numbered if e.docname]
    algorithms = [e for e in everything if e.docname and e not in answered]
    whole = sum((tally(app.env, docname) for docname in app.env.found_docs), Counter())
    zh, en = tally_words(whole)
    a, n, m = len(answered), len(numbered), len(algorithms)
    return nodes.paragraph(
        "",
        "",
        *both(
            f"第一版的 {n} 道习题，这里解答了 {a} 道，另有 {m} 个算法。全站 {zh}。",
            f"Of the {n} exercises of the first edition, {a} are answered here, and {m} of its "
            f"algorithms. On the whole site: {en}.",
        ),
        classes=["exercise-summary"],
    )


def _legend():
    line = nodes.paragraph(classes=["exercise-legend"])
    for level in SUPPORT[:-1]:
        line += _pips({level: 1})
        line += [nodes.Text(" "), *both(*rec.LEVELS[level]), nodes.Text("  ")]
    line += nodes.inline("", "2-1", classes=["cell", "none"])
    line += [nodes.Text(" "), *both(*UNANSWERED)]
    line += [nodes.Text(" "), *both(*MARKS)]
    return line


def _pips(count):
    """Return one mark for each claim: its height and its colour tell the level."""
    marks = [nodes.inline(classes=[level]) for level in SUPPORT for _ in range(count.get(level, 0))]
    return nodes.inline("", "", *marks, classes=["pips"])


def _map(app, docname, known):
    result = nodes.bullet_list(classes=["exercise-map"])
    for chapter in known:
        title = both(*(f"{chapter.key} {t}" if chapter.key.isdigit() else t for t in chapter.title))
        if chapter.docname:
            uri = page_uri(app.builder, docname, chapter.docname) or ""
            title = [nodes.reference("", "", *title, internal=True, refuri=uri, told=True)]
        cells = nodes.bullet_list(classes=["cells"])
        for exercise in chapter.exercises:
            cell = nodes.paragraph("", "", _cell(app, docname, chapter, exercise))
            cells += nodes.list_item("", cell)
        result += nodes.list_item("", nodes.paragraph("", "", *title), cells)
    return result


def _cell(app, docname, chapter, exercise):
    number = nodes.inline("", exercise.number)
    if exercise.docname is None:
        words, marks, level = UNANSWERED, [], "none"
        uri = page_uri(app.builder, docname, chapter.docname) if chapter.docname else None
        uri = uri if uri is None else f"{uri}#exercise-{exercise.name}"
    else:
        count = tally(app.env, exercise.docname)
        words, marks = tally_words(count), [_pips(count)]
        level = prevailing(count)
        uri = page_uri(app.builder, docname, exercise.docname)
    hidden = nodes.inline("", "", nodes.Text(" "), *both(*words), classes=["visually-hidden"])
    inside, classes = [number, *marks, hidden], ["cell", level]
    if uri is None:
        return nodes.inline("", "", *inside, classes=classes)
    return nodes.reference("", "", *inside, internal=True, refuri=uri, classes=classes)


def prevailing(count):
    """Return the level of most claims of a tally; of two equally frequent, the weaker."""
    return max(SUPPORT, key=lambda name: (count[name], SUPPORT.index(name)))


def _list(app, docname, chapter):
    result = nodes.bullet_list(classes=["exercise-list"])
    for exercise in chapter.exercises:
        name = [nodes.inline("", exercise.number, classes=["number"]), nodes.Text(" ")]
        line = nodes.paragraph("", "")
        words = both(*(exercise.question or UNKNOWN))
        if exercise.docname:
            uri = page_uri(app.builder, docname, exercise.docname) or ""
            line += nodes.reference("", "", *name, *words, internal=True, refuri=uri, told=True)
            count = tally(app.env, exercise.docname)
            state = [_pips(count), nodes.Text(" "), *both(*tally_words(count))]
        else:
            line += [*name, *words]
            state = both(*UNANSWERED)
        below = nodes.paragraph("", "", *state, classes=["state"])
        classes = ["answered" if exercise.docname else "unanswered"]
        anchor = [f"exercise-{exercise.name}"]
        result += nodes.list_item("", line, below, ids=anchor, classes=classes)
    return result


def add_style(app, pagename, templatename, context, doctree):
    """Load the style where it is used."""
    if doctree is not None and LEDGERS.of(app.env).get(pagename) == "exercises":
        app.add_css_file(STYLE)


def setup(app):
    """Register the directives."""
    app.add_node(exercises)
    app.add_directive("exercise-map", MapDirective)
    app.add_directive("exercise-list", ListDirective)
    app.connect("doctree-resolved", fill)
    app.connect("html-page-context", add_style)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
