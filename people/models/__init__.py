"""Users and where they work, the partnerships, who may do what, and tokens for programs."""

from people.models.access import ApiToken, IdempotencyKey, RoleGrant
from people.models.data_protection import DataRequest, RetentionRun
from people.models.mail_count import MailCount
from people.models.organisation import Area, Organisation, OrganisationAlias, Sector
from people.models.partnership import Partnership, SafeguardingContact, Statement
from people.models.user import Alarm, User

__all__ = [
    "Alarm",
    "ApiToken",
    "Area",
    "DataRequest",
    "IdempotencyKey",
    "MailCount",
    "Organisation",
    "OrganisationAlias",
    "Partnership",
    "RetentionRun",
    "RoleGrant",
    "SafeguardingContact",
    "Sector",
    "Statement",
    "User",
]
