"""The studio's forms."""

from typing import TYPE_CHECKING

from django import forms
from django.http import QueryDict

from brands import inviting, tending
from brands.contrast import DARK_PAPER, LEAST, LIGHT_PAPER, contrast
from brands.models import Brand, Enrolment, Role, Team, Topic
from brands.models.brand import hex_colour
from people.models.user import fold_address

_LONGEST_REASON = 300
ADDRESS_STAYS = (
    "The address stays as it was when the person was asked. "
    "To ask at another one, end this invitation and enrol the person anew with that address."
)


class InviteForm(forms.Form):
    """What the inviter says in the letter."""

    words = forms.CharField(
        label="Your own words",
        required=False,
        max_length=inviting.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="They open the letter, under your name. What the yes means is explained below them.",
    )
    language = forms.ChoiceField(
        label="Language of the letter",
        choices=list(inviting.LANGUAGES.items()),
        help_text="Of what every letter says, the reminders too. Your own words stay as you write them.",
    )


class PersonForm(forms.Form):
    """What the brand knows of a person; the address can be changed until they are asked."""

    email = forms.EmailField(
        label="E-mail address", required=False, max_length=254, help_text="The invitation goes there."
    )
    title = forms.CharField(label="Title", required=False, max_length=120)
    place = forms.CharField(label="Place", required=False, max_length=80)
    team = forms.ModelChoiceField(Team.objects.none(), label="Team", required=False, empty_label="No team")
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.none(), label="Topics", required=False, widget=forms.CheckboxSelectMultiple
    )
    with_brand_since = forms.DateField(
        label="Works here since", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, sent: QueryDict | None = None, *, enrolment: Enrolment) -> None:
        self.enrolment = enrolment
        names = ("title", "place", "team", "with_brand_since", "email")
        initial: dict[str, object] = {name: getattr(enrolment, name) for name in names}
        initial["topics"] = list(enrolment.topics.all())
        super().__init__(sent, initial=initial)
        if enrolment.consented_at is not None:
            del self.fields["email"]
        elif not tending.address_open().filter(pk=enrolment.pk).exists():
            self.fields["email"].disabled = True
            self.fields["email"].help_text = ADDRESS_STAYS
        for name, model in (("team", Team), ("topics", Topic)):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = model.objects.filter(brand=enrolment.brand_id).order_by("name")

    def clean_email(self) -> str:
        """Return the address folded, if nobody else of the brand has it."""
        if self.fields["email"].disabled:
            return self.enrolment.email
        address = fold_address(self.cleaned_data["email"])
        others = Enrolment.objects.filter(brand=self.enrolment.brand_id, email=address, state__in=Enrolment.OPEN)
        other = others.exclude(pk=self.enrolment.pk).select_related("person").first() if address else None
        if other:
            raise forms.ValidationError(f"{other.person.name} has this address already. Write another one.")
        return address

    @property
    def facts(self) -> tending.Facts:
        """Return what was written, once it is checked."""
        return tending.Facts(**({"email": self.enrolment.email} | self.cleaned_data))


class ReasonForm(forms.Form):
    """Why somebody, or a post, is taken off the pages."""

    reason = forms.CharField(
        label="Reason",
        max_length=_LONGEST_REASON,
        error_messages={"required": "Write the reason. The person reads it."},
    )


class LabelForm(forms.Form):
    """The name of a team or a topic."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Write a name."})


class RoleForm(forms.Form):
    """Whom to give which role."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    role = forms.ChoiceField(label="Role", choices=Role.Name.choices, initial=Role.Name.MARKETER)


if TYPE_CHECKING:
    _OfBrand = forms.ModelForm[Brand]
else:
    _OfBrand = forms.ModelForm  # Django's own cannot be subscripted


class BrandForm(_OfBrand):
    """How the brand's page looks and ends; colours that nobody could see are refused."""

    class Meta:
        model = Brand
        fields = ("name", "tagline", "colour", "colour_dark")
        labels = {
            "name": "Name",
            "tagline": "The people of",
            "colour": "Colour on the light page",
            "colour_dark": "Colour on the dark page",
        }
        help_texts = {
            "tagline": "What stands after “The people of” on your page, if it is not the name.",
            "colour": "A thin line and a dot. Write # and six digits.",
            "colour_dark": "The same for readers whose screen is dark.",
        }

    def clean_colour(self) -> str:
        """Return the colour, if the dot can be seen on the light paper."""
        return self._seen("colour", LIGHT_PAPER, "light", "darker")

    def clean_colour_dark(self) -> str:
        """Return the colour, if the dot can be seen on the dark paper."""
        return self._seen("colour_dark", DARK_PAPER, "dark", "lighter")

    def _seen(self, name: str, paper: str, page: str, remedy: str) -> str:
        colour = str(self.cleaned_data[name])
        try:
            hex_colour(colour)
        except forms.ValidationError:
            return colour  # the model says what is wrong
        measured = contrast(colour, paper)
        if measured < LEAST:
            raise forms.ValidationError(
                f"{colour} stands out {measured:.1f} to 1 from the {page} page; "
                f"a dot that everybody sees needs {LEAST:g} to 1. Choose a {remedy} colour."
            )
        return colour


class ClosingForm(forms.Form):
    """The line that ends the page's opening, under the name of whoever writes it."""

    closing_line = forms.CharField(
        label="Closing line",
        required=False,
        max_length=120,
        help_text="It stands under your own name. Leave it empty and the page ends with how many people speak here.",
    )
