"""Vietnamese text: folding, slugs, dictionary order, sentences, reading ease, figures; pure Python, no database."""

from .folding import fold, normalise, slugify, unaccent
from .markup import clean_html, words_of
from .names import perhaps_names
from .numbers import Number, date_text, number_text, percent_text
from .ordering import sort_key
from .poverty import says_who_is_poor
from .reading import SYLLABLES_PER_MINUTE, Advice, Level, Reading, Term, reading, speaking_minutes, syllables
from .sentences import sentences

__all__ = [
    "SYLLABLES_PER_MINUTE",
    "Advice",
    "Level",
    "Number",
    "Reading",
    "Term",
    "clean_html",
    "date_text",
    "fold",
    "normalise",
    "number_text",
    "percent_text",
    "perhaps_names",
    "reading",
    "says_who_is_poor",
    "sentences",
    "slugify",
    "sort_key",
    "speaking_minutes",
    "syllables",
    "unaccent",
    "words_of",
]
