"""Every display of the corpus is read and holds under bindings that do not repeat it."""

import pytest

from corpus import CHAPTERS, DECLARATIONS, EQUATIONS, verdict


def test_the_corpus_is_complete():
    assert len(EQUATIONS) == 73
    named = {label for declaration in DECLARATIONS for label in declaration.labels}
    numbers_only = {"conv-cost-plain", "conv-cost-bottleneck", "conv-params-ratio"}
    assert set(EQUATIONS) == named | numbers_only
    assert len(CHAPTERS) == 8


# Their builders use no random numbers, so that there is one instance.
FIXED = {"gelu-tanh", "dot-product-variance", "scaled-dot-product-variance"}


@pytest.mark.parametrize("label", EQUATIONS)
def test_the_display_holds(label):
    report = verdict(label)
    assert report.message == ""
    assert all(link.instances > 0 for link in report.links)
    if label not in FIXED and not report.exact:
        assert min(link.instances for link in report.links) >= 3
