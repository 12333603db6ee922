"""Run the command line with ``python -m nndl_notes``."""

import sys

from .cli import main

sys.exit(main())
