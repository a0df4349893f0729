"""What a propagandist takes along: the talk sheet on paper, with lines to note what people asked; and on the phone."""

from django.utils.translation import ngettext

from lantoa.channels.placing import Kit, Measure, Placing, Shown
from lantoa.channels.printing import words
from lantoa.channels.printing.typesetting import typeset
from lantoa.ui.writing import number

from .talking import Talk, read

SHEET = "propagandist/talk.typ"
TEMPLATE = "channels/talk.html"


def talk_sheet(placing: Placing) -> Kit:
    """Return the sheet as a PDF; raises CannotPrintError for signs that no face has."""
    talk = read(placing.text)
    facts = {
        "title": words.heading(placing.title), "language": placing.language, "source": placing.source,
        "say": list(talk.say), "questions": [[one.asked, one.answer] for one in talk.questions],
        "send": list(talk.send), "contact": words.contact(placing.place), "address": words.address(placing.link),
        "qr": words.qr(placing.link), "place": words.place_name(placing.place), "legal-basis": placing.legal_basis,
        "minutes": number(max(1, round(talk.minutes))),
    }  # fmt: skip
    return Kit(f"to-noi-chuyen-{placing.key}.pdf", "application/pdf", typeset(SHEET, facts))


def on_the_phone(placing: Placing) -> Shown:
    """Return the sheet for the placement's page; `sheet` is the `Talk`, its title, language, link and whom to ask."""
    return Shown(TEMPLATE, _Sheet(placing, read(placing.text)))


class _Sheet:
    """What `channels/talk.html` reads."""

    def __init__(self, placing: Placing, talk: Talk) -> None:
        self.title, self.language, self.link = placing.title, placing.language, placing.link
        self.talk, self.contact = talk, words.contact(placing.place)


def measure(text: str) -> Measure:
    """Minutes of telling, without the questions."""
    minutes = read(text).minutes
    whole = max(1, round(minutes))
    said = ngettext("about %(n)d minute to tell", "about %(n)d minutes to tell", whole) % {"n": whole}
    return Measure(minutes, said)
