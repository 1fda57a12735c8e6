"""GET /2/tweets: up to 100 tweets by id. POST /2/tweets: one post in somebody's name."""

from typing import Any

from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from advocacy.sandbox import posting
from advocacy.sandbox.api import fields, including, problems
from advocacy.sandbox.api.base import Endpoint, person_of
from advocacy.sandbox.api.uploads import ready
from advocacy.sandbox.api.users import site_of
from advocacy.sandbox.models import Upload, Utterance, seen

# what this sandbox takes; X knows more, such as polls
KNOWN = {"text", "reply", "media", "quote_tweet_id", "reply_settings"}
SETTINGS = {None, "everyone", "mentionedUsers", "following", "subscribers", "verified"}
MOST_PICTURES = 4


class Posts(Endpoint):
    """Any version of a tweet, also one that was edited since; and where new ones are made."""

    endpoint = "tweets"
    parser_classes = (JSONParser,)

    def name(self, request: Request) -> str:
        """Reading and posting are counted apart."""
        return "post" if request.method == "POST" else "tweets"

    def scopes_for(self, request: Request) -> tuple[str, ...]:
        """Posting needs one more."""
        return (*self.scopes, "tweet.write") if request.method == "POST" else self.scopes

    def post(self, request: Request) -> Response:
        """Make one post of {"text", "reply": {"in_reply_to_tweet_id"}, "media": {"media_ids"}}; 201 with its id.

        Quoting is not for self-serve apps since April 2026, and replies only to whoever called the person.
        """
        asked = request.data if isinstance(request.data, dict) else {}
        for name in sorted(set(asked) - KNOWN):
            raise problems.invalid(f"The field `{name}` is not known", **{name: str(asked[name])})
        text = asked.get("text") or ""
        if not isinstance(text, str) or asked.get("reply_settings") not in SETTINGS:
            raise problems.invalid("The request is malformed")
        if asked.get("quote_tweet_id"):
            raise problems.refused(posting.NOT_PERMITTED)
        uploads = self._uploads(request, asked.get("media") or {})
        if not text.strip() and not uploads:
            raise problems.invalid("You must provide a text or media", text=text)
        number = (asked.get("reply") or {}).get("in_reply_to_tweet_id")
        if number is not None and not fields.ID.fullmatch(str(number)):
            raise problems.invalid("The id is not valid", in_reply_to_tweet_id=str(number))
        late = self.fault.late if self.fault else 0.0
        reply_to = int(number) if number is not None else None
        row = posting.post(person_of(request), text=text, uploads=uploads, reply_to=reply_to, late=late)
        data: dict[str, Any] = {"id": str(row.id), "text": row.text, "edit_history_tweet_ids": [str(row.id)]}
        return Response({"data": data}, status=201)

    def _uploads(self, request: Request, media: Any) -> list[Upload]:
        ids = media.get("media_ids") or [] if isinstance(media, dict) else None
        if ids is None or not isinstance(ids, list) or len(ids) > MOST_PICTURES:
            raise problems.invalid("`media_ids` must be a list of 1 to 4 ids", media_ids=str(ids))
        mine = Upload.objects.filter(inhabitant_id=person_of(request).inhabitant_id)
        found = {str(row.id): row for row in mine.filter(id__in=[int(i) for i in ids if str(i).isdecimal()])}
        if any(str(one) not in found or not ready(found[str(one)]) for one in ids):
            raise problems.invalid("Your media IDs are invalid.", media_ids=",".join(map(str, ids)))
        return [found[str(one)] for one in ids]

    def get(self, request: Request) -> Response:
        """Answer one look-up: data for those that are there, errors for the others."""
        asked, wanted = fields.listed(request, "ids", fields.ID), fields.wanted(request)
        numbers = [int(one) for one in asked if int(one) < 1 << 63]
        found = {row.id: row for row in Utterance.objects.filter(seen(), id__in=numbers).select_related("author")}
        shown, errors = [], []
        for one in asked:
            row = found.get(int(one))
            if row is None or row.deleted_at or row.author.deactivated:
                errors.append(problems.not_found("tweet", "ids", one))
            elif including.hidden(row.author):
                errors.append(problems.not_authorized("tweet", "ids", one))
            else:
                shown.append(row)
        answer = including.body(shown, wanted, site_of(request))
        if errors:
            answer["errors"] = errors + answer.get("errors", [])
        return Response(answer)
