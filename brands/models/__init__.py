"""What a brand is, who enrols for it, its page's feed, and the studio's long work."""

from brands.models.answer import AnswerDraft, NamedAccount
from brands.models.brand import Brand, Role, Team, Topic
from brands.models.enrolment import Enrolment, ShownAccount
from brands.models.feed import BrandPost
from brands.models.invitation import Invitation, JoinLink, JoinRequest
from brands.models.showing import PostChoice, Removal
from brands.models.staging import BulkAct, Import, ImportRow

__all__ = [
    "AnswerDraft",
    "Brand",
    "BrandPost",
    "BulkAct",
    "Enrolment",
    "Import",
    "ImportRow",
    "Invitation",
    "JoinLink",
    "JoinRequest",
    "NamedAccount",
    "PostChoice",
    "Removal",
    "Role",
    "ShownAccount",
    "Team",
    "Topic",
]
