"""A feed as Atom (RFC 4287), its older pages linked (RFC 5005)."""

import datetime as dt
import io
import re
from xml.sax.xmlreader import AttributesImpl

from django.utils.xmlutils import SimplerXMLGenerator

from people.outgoing.addresses import whole
from people.outgoing.feeds import Feed, Item

TYPE = "application/atom+xml"
# what XML 1.0 cannot say at all, however it is escaped
_UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def sayable(text: str) -> str:
    """Return the text without characters that no XML may hold."""
    return _UNSAYABLE.sub("", text)


def atom(feed: Feed) -> str:
    """Return the document."""
    out = io.StringIO()
    xml = SimplerXMLGenerator(out, "utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement("feed", AttributesImpl({"xmlns": "http://www.w3.org/2005/Atom", "xml:base": whole("/")}))
    xml.addQuickElement("id", feed.tag)
    xml.addQuickElement("title", sayable(feed.title))
    xml.addQuickElement("updated", _time(feed.updated))
    _link(xml, feed.page_url, "alternate", "text/html")
    _link(xml, feed.at("atom", feed.before), "self", TYPE)
    if feed.before:
        _link(xml, feed.at("atom"), "first", TYPE)
    if feed.older:
        _link(xml, feed.at("atom", feed.older), "next", TYPE)
    for item in feed.items:
        _entry(xml, item)
    xml.endElement("feed")
    xml.endDocument()
    return out.getvalue()


def _entry(xml: SimplerXMLGenerator, item: Item) -> None:
    xml.startElement("entry", AttributesImpl({"xml:lang": sayable(item.lang)} if item.lang else {}))
    xml.addQuickElement("id", item.tag)
    xml.addQuickElement("title", sayable(item.title))
    xml.addQuickElement("published", _time(item.published))
    xml.addQuickElement("updated", _time(item.updated))
    xml.startElement("author", AttributesImpl({}))
    xml.addQuickElement("name", sayable(item.author))
    xml.addQuickElement("uri", sayable(item.author_url))
    xml.endElement("author")
    _link(xml, item.url, "alternate", "text/html")
    if item.link:
        _link(xml, item.link, "related", "text/html")
    if item.html:
        xml.addQuickElement("content", sayable(item.html), {"type": "html"})
    xml.endElement("entry")


def _link(xml: SimplerXMLGenerator, url: str, rel: str, kind: str) -> None:
    xml.addQuickElement("link", "", {"href": sayable(url), "rel": rel, "type": kind})


def _time(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
