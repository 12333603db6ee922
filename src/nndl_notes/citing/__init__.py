"""Citing an answer: permanent tags, the published record, and the forms of a citation.

Needs nothing but the standard library and the pages; knows no Sphinx.
"""
