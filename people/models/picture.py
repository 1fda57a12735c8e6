"""A picture of a post, as this site keeps it."""

from django.db import models

from people.models.post import Post


class PostPicture(models.Model):
    """A picture that a post has at its network and that this site shows from its own disk; wanted until it is fetched.

    What it shows in words stands in Post.media at the same position. Gone with the post, its files at once.
    """

    MOST_TRIES = 4  # the first and, a day apart each, three more

    post = models.ForeignKey(Post, models.CASCADE, related_name="pictures")
    position = models.PositiveSmallIntegerField()  # in Post.media, from 0
    source_url = models.CharField(max_length=1000)  # at the network; another one makes another row
    published_at = models.DateTimeField()  # the post's: the newest are fetched first
    stem = models.CharField(max_length=32, blank=True)  # of the files below media/pictures; "" until they are there
    width = models.PositiveIntegerField(default=0)  # pixels of the larger file; 0 until it is there
    height = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "position"], name="picture_post_position")]
        indexes = [
            # what is to be fetched, newest first. Old posts have no row here and fetched ones none in the index, so
            # that beat's question every 20 seconds costs the same beside 100,000 posts as beside none
            models.Index(
                models.F("published_at").desc(), condition=models.Q(stem="", tries__lt=4), name="picture_wanted"
            ),
            # whether another row names the files of one that goes
            models.Index(fields=["stem"], condition=~models.Q(stem=""), name="picture_stem"),
        ]
