"""A feed as JSON Feed 1.1 (jsonfeed.org)."""

import datetime as dt
import json

from people.outgoing.feeds import Feed, Item

TYPE = "application/feed+json"


def json_feed(feed: Feed) -> str:
    """Return the document."""
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": feed.page_url,
            "feed_url": feed.at("json", feed.before),
            **({"next_url": feed.at("json", feed.older)} if feed.older else {}),
            "items": [_item(item) for item in feed.items],
        },
        ensure_ascii=False,
    )


def _item(item: Item) -> dict[str, object]:
    # an item must have a content: where the words may not leave, it is its author and address
    content = {"content_html": item.html} if item.html else {"content_text": f"{item.title}: {item.url}"}
    return {
        "id": item.tag,
        "url": item.url,
        **({"external_url": item.link} if item.link else {}),
        "title": item.title,
        **content,
        **({"image": item.picture} if item.picture else {}),
        "date_published": _time(item.published),
        "date_modified": _time(item.updated),
        "authors": [{"name": item.author, "url": item.author_url}],
        **({"language": item.lang} if item.lang else {}),
    }


def _time(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
