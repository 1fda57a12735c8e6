"""The form by which somebody without an account asks for a letter."""

from django import forms

from people.logins import LONGEST_ADDRESS, short_enough
from people.models import Rhythm
from people.time_zones import ZoneField, ZoneSelect

WANTS = (
    (Rhythm.WEEKLY, "One letter every Sunday"),
    (Rhythm.DAILY, "One letter every day"),
    (Rhythm.NEVER, "No letters: I read here"),
)


class FollowForm(forms.Form):
    """Where to write, how often, and whose Sunday it is."""

    email = forms.EmailField(
        label="E-mail",
        max_length=LONGEST_ADDRESS,
        validators=[short_enough],
        help_text="We send one link to confirm. Leave with one click.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Write your address, such as lea@example.org.",
            "invalid": "Write the whole address, such as lea@example.org.",
        },
    )
    rhythm = forms.ChoiceField(label="What to send", choices=WANTS, initial=Rhythm.WEEKLY)
    zone = ZoneField(label="Your time zone", initial="UTC", widget=ZoneSelect(attrs={"data-guess": "yes"}))
