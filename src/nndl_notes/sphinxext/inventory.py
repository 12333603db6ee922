"""What ``objects.inv`` calls exercises, equations and boxes when another Sphinx project links them.

Their labels stand in it, and any project asks for them with ``ref``.  A link without text shows
the name that the inventory gives: for an equation Sphinx gives the label, for an exercise the
title in both languages.  The other project is written in one, we do not know which.

What has a permanent tag is there under the tag too: it outlives a change of the label.
"""

import re

from sphinx.domains.std import StandardDomain

from nndl_notes.citing import tags

from .equation_names import neutral_name
from .statements import statements

PAGE = re.compile(r"^(?:ex|ref)-")  # of a page: what follows is its key in the register


class NamesForGuests(StandardDomain):
    """Sphinx's domain of labels, with names in its inventory that suit every language.

    On the site itself ``ref`` says what it said, and the search lists no labels.
    """

    def get_objects(self):
        """Yield what the inventory has."""
        names, known = dict(named(self.env)), tags.load(self.env.srcdir)
        tagged = {bearer: tag for tag, bearer in known.names.items()}
        for label, shown, kind, *place in super().get_objects():
            if kind == "label":
                shown = names.get(label, shown)
                if tag := tagged.get(PAGE.sub("", label)):
                    yield tag, shown, kind, *place
            yield label, shown, kind, *place


def named(env):
    """Yield the label and the name of each exercise, box and equation."""
    pages = {docname: neutral_name(env, docname) for docname in env.all_docs}
    for docname, name in pages.items():
        yield f"ex-{env.metadata[docname].get('exercise')}", name
    for boxes in statements(env).values():
        for box in boxes:
            yield box["id"], f"NNDL {box['id']}"
    # After the boxes: one that is an equation is known by its number.
    for label, (docname, number) in env.domains.math_domain.equations.items():
        yield label, f"{pages[docname]} ({number})"


def setup(app):
    """Take the place of Sphinx's domain."""
    app.add_domain(NamesForGuests, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
