"""What a phone shared while nobody was signed in, until somebody is."""

from django.db import models


class SharedPicture(models.Model):
    """A picture that waits for the sign-in of whoever shared it. Only the session that names its batch sees it."""

    batch = models.CharField(max_length=32)  # one share; a random name that only the sharer's session has
    position = models.PositiveSmallIntegerField()  # from 0
    stem = models.CharField(max_length=32)  # of the files below media/pictures: random, so that no bytes tell it
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="sharedpicture_batch_position")]
        indexes = [models.Index(fields=["expires_at"], name="sharedpicture_over")]  # what is to be deleted
