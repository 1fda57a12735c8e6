"""What the tables of signing in and of the plumbing hold of anybody: their lines of the register."""

from people.personal import Fate, Whose, register, register_nobodys


def fill() -> None:
    """Register the tables."""
    _login()
    _sessions()
    _plumbing()
    _nobodys()


def _login() -> None:
    register(
        "people.ApiKey",
        Whose.USER,
        Fate.ROW,
        user="user",
        personal={"user": "whose key it is", "name": "what they call it", "last_used_on": "when it was used"},
        plain="id prefix digest scopes created_at expires_at revoked_at",
    )
    register(
        "account.EmailConfirmation",
        Whose.USER,
        Fate.ROW,
        user="email_address__user",
        personal={"email_address": "which address"},
        plain="id created sent key",
    )
    register(
        "account.EmailAddress",
        Whose.USER,
        Fate.ROW,
        user="user",
        personal={"user": "whose it is", "email": "the address"},
        plain="id verified primary",
    )
    register(
        "mfa.Authenticator",
        Whose.USER,
        Fate.ROW,
        user="user",
        personal={"user": "whose it is", "data": "passkeys and seeds", "last_used_at": "when it was used"},
        plain="id type created_at",
    )


def _sessions() -> None:
    register(
        "usersessions.UserSession",
        Whose.USER,
        Fate.ROW,
        user="user",
        personal={
            "user": "who is signed in",
            "ip": "from where",
            "user_agent": "with what",
            "session_key": "the session",
            "data": "more of the session",
            "last_seen_at": "when last",
        },
        plain="id created_at",
    )
    register(
        "sessions.Session",
        Whose.USER,
        Fate.ROW,  # found by what is in it, see erasing_traces.py
        personal={"session_data": "who is signed in, and what they were about to do"},
        plain="session_key expire_date",
    )
    for table, columns in (("User_groups", "group"), ("User_user_permissions", "permission")):
        register(
            f"people.{table}",
            Whose.USER,
            Fate.ROW,
            user="user",
            personal={"user": "who has it"},
            plain=f"id {columns}",
        )
    register(
        "people.User",
        Whose.USER,
        Fate.ROW,
        user="pk",
        personal={
            "email": "the address",
            "password": "a hash of the password",  # noqa: S106 - what it is, in words
            "last_login": "when they signed in",
            "joined_at": "when they came",
        },
        plain="id is_superuser is_active is_staff",
    )


def _plumbing() -> None:
    register(
        "people.Pause",
        Whose.USER,
        Fate.BLANK,
        user="by",
        personal={"by": "who began it", "label": "who began it", "subject": "whom it holds"},
        plain="id scope since",
        blank={"by": None, "label": "erased"},
    )
    register(
        "people.Erasure",
        Whose.PERSON,
        Fate.BLANK,  # by the erasure itself, as its last act
        personal={"person": "who is being erased; null afterwards", "login": "whose login; null afterwards"},
        plain="id key kind state asked_at done_at claim lease_until",
    )
    why = "a keyed fingerprint, so that nobody is brought back against their will; it tells no name, address or id"
    register(
        "people.Tombstone",
        Whose.PERSON,
        Fate.KEPT,
        personal={"digest": "a keyed fingerprint of an address, an account or a slug"},
        plain="id kind",
        why=why,
    )
    register(
        "advocacy.AuditEvent",
        Whose.USER,
        Fate.BLANK,  # subject, label and details too, see erasing_traces.py
        user="actor",
        personal={
            "actor": "who did it",
            "actor_label": "who did it",
            "subject": "about whom or what",
            "details": "more of it",
        },
        plain="id at verb brand",
        blank={"actor": None},
    )


def _nobodys() -> None:
    register_nobodys("advocacy.RateBucket", "id key remaining reset_at parked_until strikes")
    register_nobodys("advocacy.Allowance", "id key day used")
    register_nobodys("advocacy.Heartbeat", "id name seen_at")
    register_nobodys("advocacy.Version", "key number")
    register_nobodys("people.Epoch", "id number raised_at owner lease_until stopped_at")
    register_nobodys("auth.Permission", "id name content_type codename")
    register_nobodys("auth.Group", "id name")
    register_nobodys("auth.Group_permissions", "id group permission")
    register_nobodys("contenttypes.ContentType", "id app_label model")
    register_nobodys("people.TombstoneKey", "id sealed")
