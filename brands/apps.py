"""The brands app."""

from django.apps import AppConfig


class BrandsConfig(AppConfig):
    """Brands, enrolments and the brand page's feed."""

    name = "brands"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to the one signal by which people let brands know, and tell people's pages where they appear."""
        from advocacy import versions  # noqa: PLC0415 - models must be loaded first
        from brands import (  # noqa: PLC0415
            bounces,
            duties,
            feed,
            personal,
            report_ends,
            reporting,
            shown_ahead,
            speaking,
            story_pictures,
            taken_along,
            tasks,
            telling,
            twins,
        )
        from brands.queries import alumni, cards, hints, newcomers, picks, stories  # noqa: PLC0415
        from brands.views import follow_here  # noqa: PLC0415
        from people import reaching, sections  # noqa: PLC0415
        from people import reporting as reports  # noqa: PLC0415
        from people.letters import stopping  # noqa: PLC0415
        from people.writing import briefs  # noqa: PLC0415

        feed.listen()
        report_ends.listen()
        follow_here.listen()
        speaking.listen()
        shown_ahead.listen()
        story_pictures.listen()
        twins.listen()
        tasks.listen()
        briefs.register(stories.brief_of)
        reports.register(reporting.open_cases, reporting.deciders_of)
        reaching.register_finder(reporting.address_of)
        stopping.register(bounces.came_back)
        personal.fill()
        versions.register(telling.spread)
        sections.register(cards.appearances)
        sections.register_newcomers(newcomers.newcomers)
        sections.register_roles(cards.roles)
        sections.register_pasts(alumni.pasts)
        sections.register_hinter(hints.of)
        sections.register_shower(cards.shows_post)
        sections.register_shower(picks.picks_post)
        sections.register_picker(picks.condition)
        sections.register_duties(duties.of)
        sections.register_keeper(duties.keeps_one_of)
        sections.register_keeper(stories.asks)
        taken_along.fill()
