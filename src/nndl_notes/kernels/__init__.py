"""Warm kernels: each page's kernel is a fork of one process that has imported the heavy modules.

``server`` starts and stops that process, ``zygote`` is the process, and ``provisioner`` is how
Jupyter asks it for kernels.  Neither MyST-NB nor nbclient knows of it, nor does this package know
Sphinx.
"""

ADDRESS = "NNDL_NOTES_WARM_KERNELS"  # environment variable: the socket of the warm process
PROVISIONER = "nndl-warm"  # the entry point's name
