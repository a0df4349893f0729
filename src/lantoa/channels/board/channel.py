"""Notice boards, put together."""

from lantoa.channels.deriving import whole_sentences
from lantoa.channels.placing import PublicChannel

from .capability import CAPABILITY


def derive(title: str, text: str) -> tuple[str, str]:
    """Return the sheet: the title as its headline and the sentences that one page holds."""
    return title, whole_sentences(text, CAPABILITY.max_length or len(text))


BOARD = PublicChannel(capability=CAPABILITY, outlet_form="lantoa.channels.board.form.BoardForm", derive=derive)
