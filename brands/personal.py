"""What the tables of brands hold of anybody: their lines of the register (people/personal.py)."""

from brands import erasing
from people import erasing_traces, keeping_away
from people.personal import Fate, Whose, register, register_nobodys, register_objection, register_step


def fill() -> None:
    """Register the tables, the addresses that brands know, what is cleared away, and what is in the way."""
    _answers()
    _asked()
    _stands_for()
    _enrolments()
    _words()
    _reports()
    _stories()
    _studio()
    _brand()
    register_step(erasing.clear_away)
    register_objection(erasing.last_owner)
    erasing_traces.register_addresses(erasing.addresses)
    keeping_away.register(erasing.stop_asking)


def _answers() -> None:
    register(
        "brands.NamedAccount",
        Whose.ASKED,
        Fate.ROW,
        person="draft__invitation__enrolment__person",
        personal={
            "draft": "whose answer it belongs to",
            "handle": "an account that they named",
            "remote_id": "its id at the network",
            "display_name": "what it is called there",
            "posts": "its last posts, to pick from",
            "picks": "those that were ticked",
            "trouble": "how the look-up failed",
        },
        plain="id network shows look look_at",
    )
    register(
        "brands.AnswerDraft",
        Whose.ASKED,
        Fate.ROW,
        person="invitation__enrolment__person",
        address="login_address",
        personal={
            "invitation": "which invitation it answers",
            "line": "own words",
            "login_address": "the private address",
        },
        plain="id looks changed_at",
    )


def _asked() -> None:
    register(
        "brands.Invitation",
        Whose.ASKED,
        Fate.ROW,
        person="enrolment__person",
        address="address",
        names_address=True,
        personal={
            "enrolment": "who was asked",
            "address": "where they were asked",
            "by": "who asked",
            "words": "what the inviter wrote",
            "bounce": "what the mail system said of the address",
        },
        plain="id language nonce token_hash created_at expires_at next_letter_at letters sent_at bounced_at revoked_at"
        " ended_at",
    )
    register(
        "brands.JoinRequest",
        Whose.ASKED,
        Fate.ROW,
        person="enrolment__person",
        address="email",
        personal={
            "name": "the name",
            "email": "the address",
            "title": "the job title",
            "enrolment": "the enrolment that came of it",
        },
        plain="id link state created_at answered_at",
    )


def _stands_for() -> None:
    register(
        "brands.Alumnus",
        Whose.PERSON,
        Fate.ROW,
        person="enrolment__person",
        personal={
            "enrolment": "who was there",
            "person_at": "since when they want to be named",
            "now_at": "where they are now",
            "on_own_page": "whether their own page says where they were",
        },
        plain="brand_at",
    )
    register(
        "brands.Farewell",
        Whose.PERSON,
        Fate.ROW,
        person="enrolment__person",
        personal={
            "enrolment": "who is said farewell to",
            "line": "to them, or in own words",
            "person_at": "since when they want it",
        },
        plain="by_brand brand_at",
    )
    register(
        "brands.StandingLetter",
        Whose.PERSON,
        Fate.ROW,
        person="enrolment__person",
        personal={"enrolment": "who is written to", "reason": "why, as they read it"},
        plain="id kind due_at created_at",
    )
    register(
        "brands.PostChoice",
        Whose.PERSON,
        Fate.ROW,
        person="enrolment__person",
        personal={"enrolment": "who chose", "post": "which post", "shown": "what they chose"},
        plain="id at",
    )
    register(
        "brands.ShownAccount",
        Whose.PERSON,
        Fate.ROW,
        person="enrolment__person",
        personal={
            "enrolment": "whose yes it is",
            "account": "for which account",
            "shows": "what they said yes to",
            "since": "from when on",
            "reposts": "whether with what they pass on",
        },
        plain="id",
    )


def _enrolments() -> None:
    register(
        "brands.BrandCard_shows",
        Whose.PERSON,
        Fate.ROW,
        person="enrolment__person",
        personal={"enrolment": "who is drawn"},
        plain="id brandcard",
    )
    register(
        "brands.Enrolment_topics",
        Whose.PERSON,
        Fate.ROW,
        person="enrolment__person",
        personal={"enrolment": "who knows", "topic": "about what"},
        plain="id",
    )
    register(
        "brands.Enrolment",
        Whose.PERSON,
        Fate.ROW,
        person="person",
        personal={
            "person": "who stands for the brand",
            "title": "the job title",
            "team": "the team",
            "place": "where they work",
            "with_brand_since": "since when they are there",
            "line": "own words",
            "email": "the address that the brand knows",
            "external_id": "the brand's own number for them",
            "consent_reference": "where the yes is on file",
            "consented_at": "when they said yes",
            "paused_until": "when they come back",
            "suspended_reason": "why they are hidden",
        },
        plain="id brand state state_changed_at paused_by_brand suspended_pause_from in_chorus letter_due_at"
        " letter_nonce created_at",
    )


def _words() -> None:
    register(
        "brands.BrandPost",
        Whose.AUTHOR,
        Fate.ROW,
        person="person",
        personal={"post": "which post", "person": "who said it", "words": "by what it is found"},
        plain="id brand published_at",
    )
    register(
        "brands.Compared",
        Whose.AUTHOR,
        Fate.ROW,
        person="post__person",
        personal={"post": "which post", "near": "whether a colleague had said nearly the same"},
        plain="id brand said_at",
    )
    register(
        "brands.Fingerprint",
        Whose.AUTHOR,
        Fate.ROW,
        person="person",
        personal={
            "value": "a run of words, as a number",
            "person": "who said it",
            "post": "in which post",
            "delivery": "in what is to go out",
        },
        plain="id said_at",
    )
    register(
        "brands.Removal",
        Whose.AUTHOR,
        Fate.ROW,
        person="post__person",
        personal={"post": "which post", "reason": "why, as its author reads it", "by": "who took it off"},
        plain="id brand at put_back_at",
    )


def _reports() -> None:
    register(
        "brands.ReportCase_told",
        Whose.USER,
        Fate.ROW,
        user="user",
        personal={"user": "who was written to", "reportcase": "about which case"},
        plain="id",
    )
    register(
        "brands.ReportCase",
        Whose.AUTHOR,
        Fate.ROW,
        person="report__post__person",
        personal={"report": "which report", "by": "who decided it"},
        plain="id brand state answered_at gone_since mail_at tries",
    )
    register(
        "brands.ReportEnd",
        Whose.FAN,  # goes also where their login stays
        Fate.ROW,
        address="email",
        personal={"email": "where somebody is told that what they reported is gone"},
        plain="id report mail_at tries",
    )


def _stories() -> None:
    register(
        "brands.Lead",
        Whose.AUTHOR,
        Fate.ROW,
        person="person",
        personal={"story": "which story", "person": "who leads it", "words": "what they say of it"},
        plain="yes_at",
    )
    register(
        "brands.StoryPicture",
        Whose.AUTHOR,
        Fate.ROW,
        person="story__asker",
        personal={"story": "whose brief it belongs to", "stem": "its files", "alt": "what it shows, in words"},
        plain="id position",
    )
    register(
        "brands.Story",
        Whose.AUTHOR,
        Fate.ROW,
        person="asker",
        personal={"asker": "who asks", "title": "the words", "facts": "the words", "angles": "the words"},
        plain="id brand slug links ends_on ended_at created_at",
    )


def _studio() -> None:
    register(
        "brands.ImportRow",
        Whose.ASKED,
        Fate.BLANK,
        person="enrolment__person",
        personal={
            "cells": "what the brand's list says of somebody",
            "changes": "what was changed",
            "problem": "what is wrong with the row, in words",
            "troubles": "what is wrong with its cells",
            "enrolment": "who it is",
        },
        plain="id file number verdict field left_out done done_at undone",
        blank={"cells": {}, "changes": [], "problem": "", "troubles": {}},
    )
    register(
        "brands.BulkAct",
        Whose.USER,
        Fate.BLANK,  # the people in it, see clear_away
        user="by",
        personal={
            "by": "who asked for it",
            "undone_by": "who took it back; goes with their login",
            "enrolments": "on whom",
            "before": "what they were before",
        },
        plain="id brand act wishes state handled undo_from refused created_at finished_at",
        blank={"by": None},
    )
    register(
        "brands.Import",
        Whose.USER,
        Fate.BLANK,
        user="by",
        personal={"by": "who brought the list", "wishes": "and the words of the invitation"},
        plain="id brand file_name key state columns how total handled at_work counts trouble created_at started_at"
        " finished_at undo_until claim lease_until",
        blank={"by": None},
    )


def _brand() -> None:
    register(
        "brands.JoinLink",
        Whose.USER,
        Fate.BLANK,
        user="by",
        personal={"by": "who made it"},
        plain="id brand nonce token_hash note team domain needs_approval cap used created_at expires_at revoked_at",
        blank={"by": None},
    )
    register(
        "brands.Role",
        Whose.USER,
        Fate.ROW,
        user="user",
        personal={"user": "who has it", "name": "what they may do"},
        plain="id brand",
    )
    register(
        "brands.Brand",
        Whose.AUTHOR,
        Fate.BLANK,
        person="closing_by",
        personal={"closing_line": "words of one of its people", "closing_by": "who signs them"},
        plain="id slug name tagline colour colour_dark letter_language publishing_paused_at pause_line posting_cap_usd"
        " created_at",
        blank={"closing_line": "", "closing_by": None},
    )
    register(
        "brands.BrandCard",
        Whose.PERSON,
        Fate.BLANK,  # see clear_away
        personal={"stem": "a file with faces", "alt": "names of those who are on it"},
        plain="brand people places checked_at",
    )
    register_nobodys("brands.Team", "id brand slug name")
    register_nobodys("brands.Topic", "id brand slug name")
