"""What a brand is, who enrols for it, its page's feed, and the studio's long work."""

from brands.models.alumni import Alumnus
from brands.models.answer import AnswerDraft, NamedAccount
from brands.models.brand import Brand, Role, Team, Topic
from brands.models.enrolment import Enrolment, ShownAccount
from brands.models.farewell import Farewell
from brands.models.feed import BrandPost
from brands.models.invitation import Invitation, JoinLink, JoinRequest
from brands.models.letter import StandingLetter
from brands.models.report import ReportCase, ReportEnd
from brands.models.share_card import BrandCard
from brands.models.showing import PostChoice, Removal
from brands.models.staging import BulkAct, Import, ImportRow
from brands.models.story import Compared, Fingerprint, Lead, Story, StoryPicture

__all__ = [
    "Alumnus",
    "AnswerDraft",
    "Brand",
    "BrandCard",
    "BrandPost",
    "BulkAct",
    "Compared",
    "Enrolment",
    "Farewell",
    "Fingerprint",
    "Import",
    "ImportRow",
    "Invitation",
    "JoinLink",
    "JoinRequest",
    "Lead",
    "NamedAccount",
    "PostChoice",
    "Removal",
    "ReportCase",
    "ReportEnd",
    "Role",
    "ShownAccount",
    "StandingLetter",
    "Story",
    "StoryPicture",
    "Team",
    "Topic",
]
