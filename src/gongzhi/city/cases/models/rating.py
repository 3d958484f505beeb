"""What the resident says of the result, once."""

from __future__ import annotations

from django.db import models

from gongzhi.city.cases.models.case import Case


class Rating(models.Model):
    """The reporter's own words, separate from the call-back: one per case, never changed."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="rating")
    contacted = models.BooleanField("联系过我", null=True)
    solved = models.BooleanField("解决了", null=True)
    stars = models.PositiveSmallIntegerField("满意程度")
    words = models.TextField("想说的话", blank=True, default="")
    rated_at = models.DateTimeField()

    class Meta:
        verbose_name = "评价"
        constraints = [
            models.CheckConstraint(condition=models.Q(stars__gte=1, stars__lte=5), name="rating_one_to_five"),
        ]
