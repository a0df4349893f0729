"""Leaflets, put together."""

from lantoa.channels.deriving import whole_sentences
from lantoa.channels.placing import PublicChannel

from .capability import CAPABILITY


def derive(title: str, text: str) -> tuple[str, str]:
    """Return the leaflet: the title and the sentences that its two sides hold."""
    return title, whole_sentences(text, CAPABILITY.max_length or len(text))


LEAFLET = PublicChannel(capability=CAPABILITY, outlet_form="lantoa.channels.leaflet.form.LeafletForm", derive=derive)
