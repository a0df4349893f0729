"""The tables of the audience room; private to it, except where `docs/modules/audience.md` promises a name."""

from lantoa.audience.models.consent import Consent, ConsentEvent, ConsentWording, Reach, Suppression
from lantoa.audience.models.intake import ContactImport, SubscriptionRequest
from lantoa.audience.models.merges import PersonMerge
from lantoa.audience.models.people import Address, AudienceGroup, GroupMembership, Person, VaultName
from lantoa.audience.models.rights import DataBreach, OwnPageLink, RightsEvent, RightsRequest
from lantoa.audience.models.segments import Segment
from lantoa.audience.models.standing import Cell, GroupTally, Standing, Tally

__all__ = [
    "Address",
    "AudienceGroup",
    "Cell",
    "Consent",
    "ConsentEvent",
    "ConsentWording",
    "ContactImport",
    "DataBreach",
    "GroupMembership",
    "GroupTally",
    "OwnPageLink",
    "Person",
    "PersonMerge",
    "Reach",
    "RightsEvent",
    "RightsRequest",
    "Segment",
    "Standing",
    "SubscriptionRequest",
    "Suppression",
    "Tally",
    "VaultName",
]
