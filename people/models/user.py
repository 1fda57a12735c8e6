"""A login."""

import unicodedata
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower


def fold_address(address: str) -> str:
    """Return the form of an e-mail address by which two are the same: NFC, case-folded, stripped."""
    return unicodedata.normalize("NFC", address.strip()).casefold()


class UserManager(BaseUserManager["User"]):
    """Makes logins; the address is always stored folded."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a login; without a password it signs in by a code sent by mail."""
        user = self.model(email=fold_address(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a login with every right, as Django's createsuperuser asks for."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a login by its address, however it is written."""
        return self.get(email=fold_address(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in, by e-mail address. A Person may have one, or not yet."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_folded")]

    def __str__(self) -> str:
        return self.email
