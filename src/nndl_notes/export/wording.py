"""The words that a format adds to a page, in Chinese and in English."""

BOXES = {
    "refuted": {"zh": "已驳：一个常见的答案", "en": "Refuted: a common answer"},
    "erratum": {"zh": "勘误：书中的说法", "en": "Erratum: what the book says"},
    "claim": {"zh": "论断", "en": "Claim"},
    "argued": {"zh": "仅论证，机器未验", "en": "Argued only, not checked by machine"},
    "answer": {"zh": "答案与理由", "en": "Answer and reason"},
}
CITATION = {"zh": "引用", "en": "How to cite"}
OUTPUT = {"zh": "输出", "en": "Output"}
SEPARATOR = " · "
LANGUAGES = ("zh", "en")


def say(words, language):
    """Return words in a language; in both, the Chinese before the English.

    Parameters
    ----------
    words : dict
        ``{"zh": …, "en": …}``
    language : {"zh", "en", "both"}
    """
    return SEPARATOR.join(words.values()) if language == "both" else words[language]
