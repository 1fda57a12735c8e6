"""Contacts as vCard 4.0 (RFC 6350), profiles at networks by RFC 9554."""

import datetime as dt
import re

from people.outgoing.contacts import Contact

TYPE = "text/vcard"
_OCTETS = 75  # of a line, its break not counted
_UNSAYABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def vcard(contact: Contact) -> str:
    """Return one card."""
    family, given = contact.names
    lines = ["BEGIN:VCARD", "VERSION:4.0", "KIND:individual", f"UID:{_uri(contact.page_url)}"]
    lines.append(f"FN:{_text(contact.name)}")
    if given:
        lines.append(f"N:{_text(family)};{_text(given)};;;")
    if contact.portrait_url:
        lines.append(f"PHOTO;MEDIATYPE=image/avif:{_uri(contact.portrait_url)}")
    if contact.title:
        lines.append(f"TITLE:{_text(contact.title)}")
    if contact.organisation:
        lines.append(f"ORG:{';'.join(map(_text, filter(None, (contact.organisation, contact.team))))}")
    if contact.topics:
        lines.append(f"CATEGORIES:{','.join(map(_text, contact.topics))}")
    if contact.line:
        lines.append(f"NOTE:{_text(contact.line)}")
    lines += [f"LANG;PREF={place}:{tag}" for place, tag in enumerate(contact.languages, 1) if _is_tag(tag)]
    lines.append(f"URL;PREF=1:{_uri(contact.page_url)}")
    lines += [f"URL:{_uri(link.url)}" for link in contact.links]
    lines += [
        f"SOCIALPROFILE;SERVICE-TYPE={_parameter(one.name)};USERNAME={_parameter(one.handle)}:{_uri(one.url)}"
        for one in contact.profiles
    ]
    lines += [f"REV:{contact.changed_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}", "END:VCARD"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _text(words: str) -> str:
    """Return words as a value: what would end it or begin another is escaped."""
    words = _UNSAYABLE.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"([\\,;])", r"\\\1", words).replace("\n", "\\n")


def _parameter(words: str) -> str:
    """Return words as the value of a parameter (RFC 6868)."""
    words = _UNSAYABLE.sub("", words).replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    return f'"{words}"' if re.search(r"[,;:\s]", words) else words


def _uri(address: str) -> str:
    """Return an address that cannot break the line that it stands in."""
    return re.sub(r"[\x00-\x20\x7f]", lambda found: f"%{ord(found[0]):02X}", address)


def _is_tag(tag: str) -> bool:
    return re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", tag) is not None


def _folded(line: str) -> str:
    """Return a line broken after at most 75 octets each, never inside a character."""
    pieces, room, piece = [], _OCTETS, ""
    for character in line:
        size = len(character.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", _OCTETS - 1  # the blank that begins a line going on counts
        piece += character
        room -= size
    return "\r\n ".join([*pieces, piece])
