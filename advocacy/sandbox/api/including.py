"""A page of tweets with what its expansions ask for: a few queries, whatever the size of the page."""

from collections.abc import Iterable, Sequence
from typing import Any

from advocacy.sandbox.api import problems, shapes
from advocacy.sandbox.api.fields import Wanted
from advocacy.sandbox.models import Inhabitant, Utterance

Json = dict[str, Any]


def histories(posts: Iterable[Utterance]) -> dict[int, list[str]]:
    """Return the versions of those posts that were edited, by their first version, oldest first."""
    firsts = {post.first_version for post in posts if post.first_version}
    found: dict[int, list[str]] = {first: [] for first in firsts}
    if firsts:
        rows = Utterance.objects.filter(first_version__in=firsts).order_by("id").values_list("first_version", "id")
        for first, number in rows:
            found[first].append(str(number))  # type: ignore[index]
    return found


def body(posts: Sequence[Utterance], wanted: Wanted, site: str) -> Json:
    """Return data, includes and errors for posts that came with their author (select_related); empty ones left out."""
    chains = histories(posts)
    data = [_tweet(post, chains, wanted) for post in posts]
    includes, errors = _includes(posts, wanted, site)
    parts: Json = {"data": data, "includes": includes, "errors": errors}
    return {name: part for name, part in parts.items() if part}


def _tweet(post: Utterance, chains: dict[int, list[str]], wanted: Wanted) -> Json:
    history = chains.get(post.first_version or 0, [])
    return shapes.picked(shapes.tweet(post, post.author.handle, history), wanted.tweet)


def _includes(posts: Sequence[Utterance], wanted: Wanted, site: str) -> tuple[Json, list[Json]]:
    includes: Json = {}
    errors: list[Json] = []
    people: dict[int, Json] = {}
    if "author_id" in wanted.expansions:
        people |= {post.author_id: shapes.user(post.author, site) for post in posts}
    media_of = list(posts)
    if "referenced_tweets.id" in wanted.expansions or "referenced_tweets.id.author_id" in wanted.expansions:
        tweets, originals, errors = _referenced(posts, wanted)
        includes["tweets"] = tweets
        if "referenced_tweets.id.author_id" in wanted.expansions:
            people |= {post.author_id: shapes.user(post.author, site) for post in originals}
            for post in posts:
                if post.repost_of and post.repost_of.get("user_id"):
                    people.setdefault(int(post.repost_of["user_id"]), shapes.stranger(post.repost_of))
        if "referenced_tweets.id.attachments.media_keys" in wanted.expansions:
            media_of += originals
    if "attachments.media_keys" in wanted.expansions:
        found = {one["key"]: shapes.media(one, site) for post in media_of for one in post.media}
        includes["media"] = [shapes.picked(one, wanted.media) for one in found.values()]
    includes["users"] = [shapes.picked(one, wanted.user) for one in people.values()]
    return {name: part for name, part in includes.items() if part}, errors


def _referenced(posts: Sequence[Utterance], wanted: Wanted) -> tuple[list[Json], list[Utterance], list[Json]]:
    """Return the tweets that the posts point to, their rows, and errors for those that are not there."""
    strangers = {str(post.repost_of["id"]): post.repost_of for post in posts if post.repost_of}
    asked = list(dict.fromkeys(reference["id"] for post in posts for reference in shapes.references(post)))
    rows = (
        {str(row.id): row for row in Utterance.objects.filter(id__in=asked).select_related("author")} if asked else {}
    )
    chains = histories(rows.values())
    tweets, originals, errors = [], [], []
    for number in asked:
        row = rows.get(number)
        if row is None and number in strangers:
            tweets.append(shapes.picked(shapes.strange_tweet(strangers[number]), wanted.tweet))
        elif row is None or row.deleted_at or row.author.deactivated:
            errors.append(problems.not_found("tweet", "referenced_tweets.id", number))
        elif hidden(row.author):
            errors.append(problems.not_authorized("tweet", "referenced_tweets.id", number, "includes"))
        else:
            originals.append(row)
            tweets.append(_tweet(row, chains, wanted))
    return tweets, originals, errors


def hidden(author: Inhabitant) -> bool:
    """Say whether an account's posts are kept from everybody else."""
    return author.protected or author.suspended
