"""References to equations: "(3)" on the same page, with the name of the exercise from another.

Every page numbers its equations from 1, so that the number alone would say nothing elsewhere.
"""

import re

from docutils import nodes
from sphinx.domains.math import MathDomain
from sphinx.util.nodes import clean_astext

from .evidence import both
from .reference_titles import enclosing_language, title_nodes

NAMES = (
    (re.compile(r"(\d+-\d+)"), "习题 {}", "Exercise {}", "NNDL {}"),
    (re.compile(r"alg-(\d+)-(\d+)"), "算法 {}.{}", "Algorithm {}.{}", "NNDL Alg. {}.{}"),
)


class EquationDomain(MathDomain):
    """Sphinx's domain of equations; a reference from another page names the page."""

    def resolve_xref(self, env, fromdocname, builder, typ, target, node, contnode):
        """Return the reference, or None where there is no such equation."""
        reference = super().resolve_xref(
            env, fromdocname, builder, typ, target, node, contnode
        )
        if reference is not None:
            docname = self.equations[target][0]
            if docname != fromdocname:
                name = page_name(env, docname, enclosing_language(node))
                reference.insert(0, [*name, nodes.Text(" ")])
        return reference


def page_name(env, docname, language):
    """Return the short name of a page as nodes, in one language or in both."""
    exercise = env.metadata[docname].get("exercise", "")
    for pattern, zh, en, _ in NAMES:
        if found := pattern.fullmatch(exercise):
            names = {"zh": zh.format(*found.groups()), "en": en.format(*found.groups())}
            return [nodes.Text(names[language])] if language else both(*names.values())
    return title_nodes(env.titles[docname].children, language)


def neutral_name(env, docname):
    """Return the short name of a page as text that is of no language, or else its title."""
    exercise = env.metadata[docname].get("exercise", "")
    for pattern, *_, neutral in NAMES:
        if found := pattern.fullmatch(exercise):
            return neutral.format(*found.groups())
    return f"NNDL {exercise}" if exercise else clean_astext(env.titles[docname])


def setup(app):
    """Take the place of Sphinx's domain."""
    app.add_domain(EquationDomain, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
