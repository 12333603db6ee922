"""Answers to take away: as Markdown, as LaTeX, as a notebook, and in the terminal.

A page is read once into blocks (``reading``), of which one language or both are chosen
(``languages``); each format writes what was chosen.  Nothing here knows Sphinx or MyST-NB.
"""
