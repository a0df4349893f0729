"""Propagandists, put together."""

from lantoa.channels.placing import PublicChannel

from .capability import CAPABILITY
from .kit import measure, on_the_phone, talk_sheet
from .talking import derive

PROPAGANDIST = PublicChannel(
    capability=CAPABILITY, outlet_form="lantoa.channels.propagandist.form.PropagandistForm", derive=derive,
    measure=measure, kit=talk_sheet, shown=on_the_phone,
)  # fmt: skip
