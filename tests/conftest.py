"""Settings shared by all tests."""

import signal

import sphinx.domains.python  # noqa: F401 - speaks for ever the language of the first site else
from hypothesis import settings

# The same examples in every run, and no time limit per example on a busy machine.
settings.register_profile("nndl_notes", deadline=None, derandomize=True)
# Other examples every night; what fails is printed so that it can be replayed.
settings.register_profile("nightly", deadline=None, max_examples=500, print_blob=True)
settings.load_profile("nndl_notes")

# What a shell starts in the background ignores interrupts, and so would what the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
