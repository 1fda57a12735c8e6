"""A person, their login, their accounts, their posts, and how reading went."""

from people.models.account import Account
from people.models.api_key import ApiKey, Scope
from people.models.compliance import ComplianceJob
from people.models.connection import Connection, PendingLink, Revocation
from people.models.erasure import Erasure, Tombstone, TombstoneKey
from people.models.follow import Block, Fan, Follow, FollowRequest, Rhythm
from people.models.letter import AnswerAddress, Letter, LetterRound, Opening, Telling
from people.models.link_card import DraftLink, LinkCard
from people.models.parcel import Parcel
from people.models.person import BACKDROPS, Person
from people.models.picture import PostPicture
from people.models.post import Post
from people.models.publishing import Attempt, Delivery, Draft, DraftPicture, Epoch, Pause
from people.models.report import PostReport
from people.models.share_card import PersonCard
from people.models.shared_picture import SharedPicture
from people.models.sync import SyncRun, SyncState
from people.models.user import User
from people.models.week import Week

__all__ = [
    "AnswerAddress",
    "BACKDROPS",
    "Account",
    "ApiKey",
    "Attempt",
    "Block",
    "ComplianceJob",
    "Connection",
    "Delivery",
    "Draft",
    "DraftLink",
    "DraftPicture",
    "Epoch",
    "Erasure",
    "Fan",
    "Follow",
    "FollowRequest",
    "Letter",
    "LetterRound",
    "LinkCard",
    "Opening",
    "Parcel",
    "Pause",
    "PendingLink",
    "Person",
    "PersonCard",
    "Post",
    "PostPicture",
    "PostReport",
    "Revocation",
    "Rhythm",
    "Scope",
    "SharedPicture",
    "SyncRun",
    "SyncState",
    "Tombstone",
    "TombstoneKey",
    "Telling",
    "User",
    "Week",
]
