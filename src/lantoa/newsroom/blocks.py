"""The pieces a page is made of. Each looks the same whoever writes it."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText

from lantoa.kernel.text import words_of
from lantoa.newsroom.enums import LegalKind
from lantoa.newsroom.rich_text import written
from lantoa.ui.writing import bind_compounds

WRITING = ["bold", "italic", "link", "document-link", "ul", "ol"]
LINE = ["bold", "link", "document-link"]


class Writing(blocks.RichTextBlock):
    """Rich text that finds its words without a parser: a story has hundreds of pieces."""

    def get_searchable_content(self, value: RichText) -> list[str]:
        """The words, as they are found and counted."""
        return [words_of(value.source)] if self.search_index else []


class Paragraph(Writing):
    """Running text: bold, italic, links and lists, nothing that breaks the page's look."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": WRITING, **kwargs})

    def render(self, value: RichText, context: Any = None) -> SafeString:
        """Drawn without a template, as most of a story is this."""
        return written(value.source)

    class Meta:
        label = _("Paragraph")
        icon = "pilcrow"


class Line(Writing):
    """One or two sentences with bold and links only."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": LINE, **kwargs})


class Heading(blocks.CharBlock):
    """A heading inside the text."""

    def render(self, value: str, context: Any = None) -> SafeString:
        """Drawn without a template."""
        return format_html("<h2>{}</h2>", bind_compounds(str(value)))

    class Meta:
        label = _("Heading")
        icon = "title"


class Step(blocks.StructBlock):
    """One thing to do, in its order."""

    title = blocks.CharBlock(
        label=pgettext_lazy("step", "What to do"), help_text=_("Begin with what to do: Go to, Fill in, Bring.")
    )
    text = Line(label=_("How"), required=False, help_text=_("What helps to do it right, in one or two sentences."))

    class Meta:
        label = _("Step")
        icon = "list-ol"


class GuideStep(Step):
    """One thing to do, with where, who helps and how long it takes."""

    where = blocks.CharBlock(
        label=_("Where, with whom"), required=False, help_text=_("Such as: at the commune's desk.")
    )
    takes = blocks.CharBlock(label=_("How long"), required=False, help_text=_("Such as: the same day; 5 working days."))


class Steps(blocks.ListBlock):
    """Numbered steps."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Step(), **kwargs)

    class Meta:
        label = _("Steps")
        icon = "list-ol"
        template = "newsroom/blocks/steps.html"


class Callout(blocks.StructBlock):
    """One thing the reader must not miss."""

    tone = blocks.ChoiceBlock(
        label=_("Tone"),
        choices=[("info", _("Good to know")), ("warn", _("Beware")), ("good", _("Good news"))],
        default="info",
        help_text=_("Decides the colour and the sign: keep Beware for what can cost people money or a right."),
    )
    title = blocks.CharBlock(label=_("Title"), help_text=_("What must not be missed, in a few words."))
    text = Line(label=_("Text"), required=False, help_text=_("One or two sentences more, when they are needed."))

    class Meta:
        label = _("Callout")
        icon = "warning"
        template = "newsroom/blocks/callout.html"


class Picture(blocks.StructBlock):
    """A photo or drawing with what it shows; its alt text belongs to the image itself."""

    image = ImageChooserBlock(
        label=_("Image"), help_text=_("Its alt text, credit and consent are written once, beside the image itself.")
    )
    caption = blocks.CharBlock(
        label=_("Caption"), required=False, help_text=_("Who, where, when. Name nobody who did not agree to be named.")
    )

    class Meta:
        label = _("Image")
        icon = "image"
        template = "newsroom/blocks/picture.html"


class Quote(blocks.StructBlock):
    """Someone's own words."""

    text = blocks.TextBlock(label=_("Their words"), help_text=_("As they were said. The marks come by themselves."))
    who = blocks.CharBlock(
        label=_("Who said it"), required=False, help_text=_("As the person wished to be called; a hamlet is enough.")
    )

    class Meta:
        label = _("Quote")
        icon = "openquote"
        template = "newsroom/blocks/quote.html"


class Table(TypedTableBlock):
    """A small ledger: words to the left, figures to the right; it folds into blocks on a phone."""

    def __init__(self, **kwargs: Any) -> None:
        columns = [
            ("text", blocks.CharBlock(label=pgettext_lazy("table", "Words"), required=False)),
            ("figure", blocks.CharBlock(label=_("Figure"), required=False)),
        ]
        kwargs.setdefault("help_text", _("Three columns at most fit a phone. The source stands in the caption."))
        super().__init__(columns, **kwargs)

    class Meta:
        label = _("Table")
        icon = "table"
        template = "newsroom/blocks/table.html"


class LegalValue(blocks.StructValue):
    """What the template shows of a legal reference."""

    @property
    def kind_label(self) -> str:
        """The kind in the reader's language."""
        return str(LegalKind(self["kind"]).label)


class LegalReference(blocks.StructBlock):
    """A text the page rests on: kind, number, date, issuer."""

    kind = blocks.ChoiceBlock(
        label=pgettext_lazy("document", "Kind"), choices=LegalKind.choices, help_text=_("As its first line calls it.")
    )
    number = blocks.CharBlock(
        label=pgettext_lazy("document", "Number"), help_text=_("As printed on the text, marks and slashes included.")
    )
    issued_on = blocks.DateBlock(
        label=_("Date of issue"), required=False, help_text=_("The day it was signed, not the day it takes effect.")
    )
    issuer = blocks.CharBlock(label=_("Issued by"), required=False, help_text=_("Such as: the Prime Minister."))
    title = blocks.CharBlock(label=_("About"), required=False, help_text=_("What it deals with, in a few plain words."))
    url = blocks.URLBlock(
        label=_("Where to read it"), required=False,
        help_text=_("An official address; a text of our own library is linked by its number alone."),
    )  # fmt: skip

    class Meta:
        label = _("Legal reference")
        icon = "doc-full"
        template = "newsroom/blocks/legal.html"
        value_class = LegalValue


class Contact(blocks.StructBlock):
    """An office or a role to ask: never a private person's number."""

    title = blocks.CharBlock(
        label=_("Who or where"), help_text=_("An office or a role, such as: the commune's desk. No private person.")
    )
    phone = blocks.CharBlock(
        label=_("Phone"), required=False, help_text=_("The office's number; a phone dials it at a touch.")
    )
    text = blocks.CharBlock(
        label=_("Address, hours"), required=False, help_text=_("How to find it, and when somebody is there.")
    )

    class Meta:
        label = _("Contact")
        icon = "user"
        template = "newsroom/blocks/contact.html"


class Question(blocks.StructBlock):
    """A question as people ask it, and its answer."""

    question = blocks.CharBlock(label=_("Question"), help_text=_("In the words people ask it."))
    answer = Line(label=_("Answer"), help_text=_("The answer first, then why. Two sentences are best."))

    class Meta:
        label = _("Question and answer")
        icon = "help"
        template = "newsroom/blocks/question.html"


class Button(blocks.StructBlock):
    """A link that matters more than a word in a line."""

    label = blocks.CharBlock(
        label=_("Words on the button"), help_text=_("What happens when it is pressed, such as: Download the form.")
    )
    page = blocks.PageChooserBlock(
        label=_("Page of this site"), required=False, help_text=_("It follows the page when its address changes.")
    )
    url = blocks.URLBlock(
        label=_("Or another address"), required=False, help_text=_("Whole, with https://. Used when no page is chosen.")
    )

    class Meta:
        label = _("Button")
        icon = "link"
        template = "newsroom/blocks/button.html"


class Chosen(blocks.StructBlock):
    """A page of this site picked for a bundle."""

    page = blocks.PageChooserBlock(
        label=_("Page of this site"), help_text=_("Shown once it is out; until then readers do not see it.")
    )

    class Meta:
        label = _("Page")
        icon = "doc-full"


class Listen(blocks.StructBlock):
    """The text read aloud."""

    audio = DocumentChooserBlock(
        label=_("Sound file"), help_text=_("MP3, M4A or Opus, small enough for a weak network: 1 MB for 4 minutes.")
    )
    title = blocks.CharBlock(label=_("Title"), required=False, help_text=_("What is heard, when it is not this page."))
    length = blocks.CharBlock(label=_("Length"), required=False, help_text=_("As people say it: 3 minutes 20."))

    class Meta:
        label = _("Listen")
        icon = "media"
        template = "newsroom/blocks/listen.html"


class Fact(blocks.StructBlock):
    """One figure that answers the first question."""

    label = blocks.CharBlock(label=_("What it is"), help_text=_("Such as: Most you can borrow."))
    value = blocks.CharBlock(label=_("Figure"), help_text=_("The figure alone, such as: 100."))
    unit = blocks.CharBlock(
        label=pgettext_lazy("measure", "Unit"), required=False, help_text=_("Such as: million dong, years.")
    )

    class Meta:
        label = _("Figure")


class Condition(blocks.StructBlock):
    """One line of who may, or may not."""

    yes = blocks.BooleanBlock(
        label=_("Counts for this support"), required=False, default=True,
        help_text=_("Take the tick away for those who do not get it: they stand below, with a cross."),
    )  # fmt: skip
    text = Line(label=_("Who"), help_text=_("One group of people a line, as they call themselves."))

    class Meta:
        label = _("Who")


class Paper(blocks.StructBlock):
    """One paper to bring."""

    text = Line(
        label=pgettext_lazy("dossier", "Paper"), help_text=_("As people call it; whether a copy will do; how many.")
    )
    form = DocumentChooserBlock(
        label=_("Blank form"), required=False,
        help_text=_("If it is a form to fill in: the file as the office takes it. The guide leads to it as well."),
    )  # fmt: skip

    class Meta:
        label = pgettext_lazy("dossier", "Paper")


STORY: list[tuple[str, blocks.Block]] = [
    ("paragraph", Paragraph()),
    ("heading", Heading()),
    ("image", Picture()),
    ("quote", Quote()),
    ("callout", Callout()),
    ("steps", Steps()),
    ("table", Table()),
    ("question", Question()),
    ("contact", Contact()),
    ("legal", LegalReference()),
    ("button", Button()),
    ("listen", Listen()),
]
