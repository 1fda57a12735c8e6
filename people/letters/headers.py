"""What stands on the outside of a letter: who sends it for whom, and how it is stopped with one click (RFC 8058)."""

from email.utils import formataddr, parseaddr

from django.conf import settings


def one_line(words: str) -> str:
    """Return words as a header may hold them: one line, no control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())


def sender(names: str) -> str:
    """Return the From of a letter: this site's own address, on behalf of the people whose words it brings."""
    return address(f"{settings.SITE_NAME} on behalf of {names}", parseaddr(settings.DEFAULT_FROM_EMAIL)[1])


def address(name: str, mailbox: str) -> str:
    """Return a name and a mailbox as one address."""
    return formataddr((one_line(name)[:120], one_line(mailbox)))


def of_letter(key: str, *, host: str, stop: str) -> dict[str, str]:
    """Return the other headers. The same letter has the same Message-ID, however often it would arrive."""
    return {
        "Message-ID": f"<letter-{key}@{host}>",
        "List-Id": f"{address(f'Letters of {settings.SITE_NAME}', f'letters.{host}')}",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "en",
    }
