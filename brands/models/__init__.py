"""What a brand is, who enrols for it, and its page's feed."""

from brands.models.brand import Brand, Role, Team, Topic
from brands.models.enrolment import Enrolment, ShownAccount
from brands.models.feed import BrandPost

__all__ = ["Brand", "BrandPost", "Enrolment", "Role", "ShownAccount", "Team", "Topic"]
