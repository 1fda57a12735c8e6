"""A person, their login, their accounts, their posts, and how reading went."""

from people.models.account import Account
from people.models.compliance import ComplianceJob
from people.models.parcel import Parcel
from people.models.person import BACKDROPS, Person
from people.models.picture import PostPicture
from people.models.post import Post
from people.models.sync import SyncRun, SyncState
from people.models.user import User

__all__ = [
    "BACKDROPS",
    "Account",
    "ComplianceJob",
    "Parcel",
    "Person",
    "Post",
    "PostPicture",
    "SyncRun",
    "SyncState",
    "User",
]
