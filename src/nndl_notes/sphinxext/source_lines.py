"""Lines of a notebook page as its editor counts them.

MyST-NB 1.4 adds one to each line (``nb_to_tokens`` and the renderer both change from base 0 to
base 1) and does not count blank lines that it strips at the beginning of a Markdown cell.  A
message that names a line has to name the right one, so the map from cells to lines is corrected
where it is made.
"""

import functools

from myst_nb.core import read


def corrected(read_notebook):
    """Return the reader with a source map that makes every line come out right."""

    @functools.wraps(read_notebook)
    def read_and_correct(text, *args, **kwargs):
        notebook = read_notebook(text, *args, **kwargs)
        starts = notebook.metadata.get("source_map")
        if starts:
            lines = text.splitlines()
            notebook.metadata["source_map"] = [
                start - 1 + (_blank_lines(lines, start) if cell.cell_type == "markdown" else 0)
                for start, cell in zip(starts, notebook.cells, strict=True)
            ]
        return notebook

    read_and_correct.corrects = read_notebook
    return read_and_correct


def _blank_lines(lines, start):
    end = start
    while end < len(lines) and not lines[end]:
        end += 1
    return end - start


def setup(app):
    """Correct MyST-NB's reader, once in a process."""
    if not hasattr(read.read_myst_markdown_notebook, "corrects"):
        read.read_myst_markdown_notebook = corrected(read.read_myst_markdown_notebook)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
