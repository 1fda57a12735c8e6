"""Where the archive has what brands know of a person, and of the rest why it has not: see people/archive_places.py."""

from people.archive_places import nowhere, there

_BRANDS = "me.json brands"
_LIST = "the brand's own list; what it took over from there stands with the brand"
_STUDIO = "what somebody did for the brand is the brand's; the person's role there is in the archive"
_DERIVED = "it is made from posts that are in the archive, and made anew"

_ANSWERS = {
    "brands.NamedAccount": nowhere(
        "draft handle remote_id display_name posts picks trouble", "half an answer, gone with the yes or the no"
    ),
    "brands.AnswerDraft": nowhere("invitation line login_address", "half an answer, gone with the yes or the no"),
    "brands.Invitation": there(_BRANDS, "enrolment address bounce", by="who asked", words="they are the inviter's"),
    "brands.JoinRequest": there(_BRANDS, "name email title enrolment"),
}
_STANDING = {
    "brands.Alumnus": there(_BRANDS, "enrolment person_at now_at on_own_page"),
    "brands.Farewell": there(_BRANDS, "enrolment line person_at"),
    "brands.StandingLetter": there(_BRANDS, "enrolment reason"),
    "brands.PostChoice": there("posts.json choices", "enrolment post shown"),
    "brands.ShownAccount": there(_BRANDS, "enrolment account shows since reposts"),
    "brands.BrandCard_shows": nowhere("enrolment", "who is drawn on the card of a brand's page, which everybody sees"),
    "brands.Enrolment_topics": there(_BRANDS, "enrolment topic"),
    "brands.Enrolment": there(
        _BRANDS,
        "person title team place with_brand_since line email external_id consent_reference consented_at paused_until"
        " suspended_reason",
    ),
}
_WORDS = {
    "brands.BrandPost": nowhere("post person words", _DERIVED),
    "brands.Compared": nowhere(
        "post near", "it tells of a colleague's words; nobody reads it, and it goes into a count"
    ),
    "brands.Fingerprint": nowhere("value person post delivery", _DERIVED),
    "brands.Removal": there("posts.json taken_off", "post reason", by="who took it off"),
    "brands.ReportCase_told": nowhere("user reportcase", _STUDIO),
    "brands.ReportCase": nowhere("report by", "what a brand decides about a report is told by what it takes off"),
    "brands.ReportEnd": nowhere("email", "a letter to somebody who reported a post; gone once it is sent"),
    "brands.Lead": there("me.json stories_led", "story person words"),
    "brands.StoryPicture": there("me.json stories_asked", "story stem alt"),
    "brands.Story": there("me.json stories_asked", "asker title facts angles"),
}
_STUDIOS = {
    "brands.ImportRow": nowhere("cells changes problem troubles enrolment", _LIST),
    "brands.BulkAct": nowhere("by undone_by enrolments before", _STUDIO),
    "brands.Import": nowhere("by wishes", _STUDIO),
    "brands.JoinLink": nowhere("by", _STUDIO),
    "brands.Role": there("me.json roles", "user name"),
    "brands.Brand": there("me.json closing_lines", "closing_line closing_by"),
    "brands.BrandCard": nowhere("stem alt", "it shows others too, and everybody sees it"),
}
PLACES = {**_ANSWERS, **_STANDING, **_WORDS, **_STUDIOS}
