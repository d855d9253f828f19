"""docs/start/faq.md answers each sentence of the two guides, once."""

import re
from collections import Counter

from contracts.uat.acceptance.sentences import sentences
from tests.meta.project_files import ROOT, text_of

ANSWERED = re.findall(r"`((?:PS|SK)\d+\.\d+)`", text_of(ROOT / "docs/start/faq.md"))


def test_each_sentence_of_the_guides_is_answered_once():
    there = {sentence.id for sentence in sentences()}
    assert Counter(ANSWERED) == Counter(there)
