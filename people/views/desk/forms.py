"""The desk's forms: they check what somebody typed; the verbs write it."""

from typing import Any

from django import forms

from people import faces, saying
from people.languages import LANGUAGES
from people.models import Person, Post
from people.pictures import NotAPicture
from people.profile_changes import ABOUT, LABEL, LINE, MOST_LANGUAGES, MOST_LINKS, Words
from people.weblinks import checked_link

_PICTURES = ",".join(faces.ACCEPTED)
REGION_NAMES = (
    ("", "A little above the middle"),
    ("top", "The top"),
    ("bottom", "The bottom"),
    ("left", "The left"),
    ("right", "The right"),
)


def another_picture(problem: NotAPicture) -> str:
    """Return what to do about a picture that cannot be used."""
    words = str(problem)
    return f"{words[:1].upper()}{words[1:]}. Choose another one."


class PageForm(forms.Form):
    """What the person's page says in their own words."""

    line = forms.CharField(
        label="Your line",
        max_length=LINE,
        required=False,
        help_text="It follows your first name. 60 characters.",
        error_messages={"max_length": "A line has room for 60 characters. Shorten yours."},
    )
    about = forms.CharField(
        label="About you",
        max_length=ABOUT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Stands large at the head of your page. {ABOUT} characters.",
        error_messages={"max_length": f"There is room for {ABOUT} characters. Shorten what you wrote."},
    )

    def __init__(self, entered: Any = None, *, person: Person) -> None:
        """Begin with what the page says now."""
        initial = {"line": person.line, "about": person.about}
        initial |= {f"language_{n}": tag for n, tag in enumerate(person.languages[:MOST_LANGUAGES], 1)}
        for n, link in enumerate(person.links[:MOST_LINKS], 1):
            initial |= {f"label_{n}": link["label"], f"url_{n}": link["url"]}
        super().__init__(entered, initial=initial)
        known = {**LANGUAGES, **{tag: LANGUAGES.get(tag, tag) for tag in person.languages}}
        choices = [("", "None"), *sorted(known.items(), key=lambda pair: pair[1])]
        for n in range(1, MOST_LANGUAGES + 1):
            self.fields[f"language_{n}"] = forms.ChoiceField(label=f"Language {n}", choices=choices, required=False)
        for n in range(1, MOST_LINKS + 1):
            self.fields[f"label_{n}"] = forms.CharField(label=f"Link {n}, its name", max_length=LABEL, required=False)
            self.fields[f"url_{n}"] = forms.CharField(label=f"Link {n}, its address", required=False)

    def clean(self) -> dict[str, Any]:
        """Check each link's form, and that it is whole."""
        for n in range(1, MOST_LINKS + 1):
            label, url = self.cleaned_data.get(f"label_{n}", ""), self.cleaned_data.get(f"url_{n}", "")
            if url:
                try:
                    checked_link(url)
                except ValueError as problem:
                    self.add_error(f"url_{n}", str(problem))
                if not label:
                    self.add_error(f"label_{n}", "Say what this link is, such as My garden.")
            elif label:
                self.add_error(f"url_{n}", "Give the address of this link, or take its name away.")
        return self.cleaned_data

    @property
    def words(self) -> Words:
        """What was entered, checked."""
        said = self.cleaned_data
        return Words(
            line=" ".join(said["line"].split()),
            about=" ".join(said["about"].split()),
            languages=[tag for n in range(1, MOST_LANGUAGES + 1) if (tag := said[f"language_{n}"])],
            links=[(said[f"label_{n}"], said[f"url_{n}"]) for n in range(1, MOST_LINKS + 1) if said[f"url_{n}"]],
        )


class PortraitForm(forms.Form):
    """A picture of the person, and which part of it to keep."""

    picture = forms.FileField(
        label="A picture of you",
        help_text="JPEG, PNG, WebP, GIF or AVIF, 15 MB at most.",
        widget=forms.ClearableFileInput(attrs={"accept": _PICTURES}),
        error_messages={"required": "Choose a picture first.", "empty": "The file is empty. Choose another one."},
    )
    region = forms.ChoiceField(
        label="Which part to keep", choices=REGION_NAMES, required=False, widget=forms.RadioSelect
    )
    alt = forms.CharField(
        label="What is to be seen, in words",
        max_length=200,
        required=False,
        help_text="Read aloud to people who cannot see it.",
    )


class SaidForm(forms.Form):
    """Something said elsewhere."""

    words = forms.CharField(
        label="In your own words",
        max_length=saying.MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": "Write what you said there, in your own words.",
            "max_length": f"There is room for {saying.MOST_WORDS} characters. Shorten what you wrote.",
        },
    )
    link = forms.CharField(
        label="Where it stands",
        help_text="The address, beginning with https://",
        error_messages={"required": "Give the address where it stands."},
    )
    picture = forms.FileField(
        label="A picture (may stay empty)",
        required=False,
        widget=forms.FileInput(attrs={"accept": _PICTURES}),
        help_text="JPEG, PNG, WebP, GIF or AVIF, 15 MB at most.",
        error_messages={"empty": "The file is empty. Choose another one."},
    )
    alt = forms.CharField(
        label="What the picture shows, in words",
        max_length=saying.MOST_ALT,
        required=False,
        help_text="Read aloud to people who cannot see it.",
    )

    def __init__(self, *args: Any, post: Post | None = None, **kwargs: Any) -> None:
        """Begin with what was said before."""
        if post is not None:
            alt = post.media[0]["alt"] if post.media else ""
            kwargs["initial"] = {"words": post.text, "link": post.link, "alt": alt}
        super().__init__(*args, **kwargs)

    def clean_link(self) -> str:
        """Check the form of the address."""
        try:
            return checked_link(self.cleaned_data["link"])
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None

    @property
    def said(self) -> saying.Said:
        """What was entered, checked."""
        entered, file = self.cleaned_data, self.cleaned_data["picture"]
        body = file.read(saying.LARGEST_PICTURE + 1) if file else None
        return saying.Said(words=entered["words"], link=entered["link"], alt=entered["alt"], picture=body)
