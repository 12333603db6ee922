"""The commands of ``nndl-notes``, a module each.

A module has ``NAME``, ``HELP``, ``add_arguments(parser)`` and ``run(options)``, which returns the
exit status: 0 for success, 1 if something does not hold, 3 if it differs from what was published.
A ``ValueError`` is told to the reader, with exit status 2 as for wrong usage.
"""
