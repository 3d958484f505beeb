"""Areas, offices, posts and the duty directory. Nothing is deleted: rows end (``ends``) and have successors.

Dates are half-open: valid from ``starts`` on, no longer valid on ``ends``; an empty ``ends`` means until further notice.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import Reach


class Dated(models.Model):
    """A row with a time of validity."""

    starts = models.DateField(_("生效日期"), default=date(2000, 1, 1))
    ends = models.DateField(_("失效日期"), null=True, blank=True)

    class Meta:
        abstract = True

    def is_valid(self, on: date | None = None) -> bool:
        """Whether the row holds on the day (default: today)."""
        on = on or clock.today()
        return self.starts <= on and (self.ends is None or on < self.ends)


def valid(on: date | None = None, prefix: str = "") -> Q:
    """The condition "holds on the day"; ``prefix`` reaches through a relation, e.g. ``office__``."""
    on = on or clock.today()
    open_ended = Q(**{f"{prefix}ends__isnull": True}) | Q(**{f"{prefix}ends__gt": on})
    return open_ended & Q(**{f"{prefix}starts__lte": on})


def _ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(name=name, condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")))


class Level(models.TextChoices):
    """Levels of areas: the five of the state's division codes, and self-governance units below villages."""

    PROVINCE = "province", _("省")
    CITY = "city", _("市州")
    COUNTY = "county", _("县市区")
    TOWN = "town", _("乡镇街道")
    VILLAGE = "village", _("村社区")
    UNIT = "unit", _("自治单元")


class Area(Dated):
    """A piece of land that is governed as one: a county, a town, a village, a self-governance unit."""

    #: 12 digits of the division code (GB/T 10114, statistics bureau); units append ``-`` and two digits
    code = models.CharField(_("代码"), max_length=24, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    short_name = models.CharField(_("简称"), max_length=40)
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    #: GeoNames, survey …; ``approximate`` where nobody measured
    position_source = models.CharField(max_length=40, blank=True)

    path = models.CharField(max_length=paths.MAX_LENGTH, unique=True, editable=False)

    reach = Reach(area="path")

    class Meta:
        ordering = ["path"]
        constraints = [
            _ends_after_start("area_ends_after_start"),
            models.CheckConstraint(
                name="area_position_is_whole",
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__range=(-180, 180), lat__range=(-90, 90), lon__isnull=False, lat__isnull=False),
            ),
        ]
        indexes = [
            # areas of one level, for pickers and maps: all towns in the order of the tree
            models.Index(fields=["level", "path"], name="area_level_path"),
            # "is there an area of this name?" when a register is imported
            models.Index(fields=["name"], name="area_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Boundary(models.Model):
    """Where an area ends, on WGS-84 and thinned out for drawing. It is no survey: land disputes are not settled here."""

    area = models.OneToOneField(Area, models.PROTECT, primary_key=True, related_name="boundary")
    #: polygons, each its rings of [lon, lat]: the outer one, then holes
    shape = models.JSONField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    source = models.CharField(max_length=80)
    loaded_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    reach = Reach(area="area__path")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="boundary_on_earth",
                condition=Q(west__gte=-180, east__lte=180, south__gte=-90, north__lte=90)
                & Q(west__lte=F("east"), south__lte=F("north")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.area_id}"


class Office(Dated):
    """A department, town government, hall or centre that can be responsible for a matter."""

    code = models.CharField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=40)
    #: department, town, village, centre, hall, enterprise …: a word of the mechanisms, not of the code
    kind = models.CharField(_("类别"), max_length=30)
    area = models.ForeignKey(Area, models.PROTECT, related_name="offices")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    #: takes what nobody is responsible for (兜底)
    is_backstop = models.BooleanField(_("兜底单位"), default=False)

    path = models.CharField(max_length=paths.MAX_LENGTH, unique=True, editable=False)

    reach = Reach(area="area__path", offices=("path",))

    class Meta:
        ordering = ["path"]
        constraints = [
            _ends_after_start("office_ends_after_start"),
            models.UniqueConstraint(
                fields=["area"],
                name="office_one_backstop_per_area",
                condition=Q(is_backstop=True, ends__isnull=True),
            ),
        ]
        indexes = [
            # "who handles this?": offices of one kind in an area
            models.Index(fields=["kind", "area"], name="office_kind_area"),
            # an official types a name or its short form
            models.Index(fields=["short_name"], name="office_short_name"),
        ]

    def __str__(self) -> str:
        return self.short_name


class OfficeLink(Dated):
    """Subordination beside the tree: vertical departments answer to their own line and to the town (双重管理)."""

    class Kind(models.TextChoices):
        DIRECT = "direct", _("垂直管理")
        DUAL = "dual", _("双重管理")

    office = models.ForeignKey(Office, models.PROTECT, related_name="superiors")
    superior = models.ForeignKey(Office, models.PROTECT, related_name="subordinates")
    kind = models.CharField(max_length=10, choices=Kind)
    basis = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        constraints = [
            _ends_after_start("officelink_ends_after_start"),
            models.CheckConstraint(name="officelink_not_itself", condition=~Q(office=F("superior"))),
            models.UniqueConstraint(
                fields=["office", "superior", "kind"], name="officelink_once", condition=Q(ends__isnull=True)
            ),
        ]


class Succession(models.Model):
    """Who goes on with the matters of what ended: one row per successor (merge: many to one; split: one to many)."""

    old_area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="successions")
    new_area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="predecessions")
    old_office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="successions")
    new_office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="predecessions")
    on = models.DateField(_("日期"))
    basis = models.CharField(_("依据"), max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="succession_of_one_kind",
                condition=Q(
                    old_area__isnull=False,
                    new_area__isnull=False,
                    old_office__isnull=True,
                    new_office__isnull=True,
                )
                | Q(
                    old_area__isnull=True,
                    new_area__isnull=True,
                    old_office__isnull=False,
                    new_office__isnull=False,
                ),
            ),
            models.UniqueConstraint(fields=["old_area", "new_area"], name="succession_area_once"),
            models.UniqueConstraint(fields=["old_office", "new_office"], name="succession_office_once"),
        ]


class Post(Dated):
    """A person holds a role at an office, for an area, or both, for some time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts")
    #: a role of the mechanisms or of the city (kernel/data/roles.csv)
    role = models.CharField(_("角色"), max_length=40)
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="posts")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="posts")
    #: the only mechanism for which it holds; empty for all
    mechanism = models.CharField(max_length=60, blank=True)
    title = models.CharField(_("职务"), max_length=60, blank=True)

    reach = Reach(area="office__area__path", offices=("office__path",), mechanism="mechanism")

    class Meta:
        constraints = [
            _ends_after_start("post_ends_after_start"),
            models.CheckConstraint(
                name="post_has_a_place", condition=Q(office__isnull=False) | Q(area__isnull=False)
            ),
            # NULLs are all different to a database: one constraint for posts at an office, one for posts without
            models.UniqueConstraint(
                fields=["user", "role", "office", "mechanism"],
                name="post_held_once_at_office",
                condition=Q(ends__isnull=True, office__isnull=False, area__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area", "mechanism"],
                name="post_held_once_for_area",
                condition=Q(ends__isnull=True, office__isnull=True, area__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "office", "area", "mechanism"],
                name="post_held_once_at_both",
                condition=Q(ends__isnull=True, office__isnull=False, area__isnull=False),
            ),
        ]
        indexes = [
            # on every request: what may this person do?
            models.Index(fields=["user", "starts"], name="post_user"),
            # who is the officer of this office? (assignment, notices, "who may do this")
            models.Index(fields=["role", "office"], name="post_role_office"),
            # who is the grid worker of this village?
            models.Index(fields=["role", "area"], name="post_role_area"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"


class DutyEntry(Dated):
    """One line of the duty directory (职责清单): matters of a category in an area belong to an office."""

    class Source(models.TextChoices):
        LIST = "list", _("清单")
        RULING = "ruling", _("裁定")

    #: path of words from the general to the special, joined by ``/``: 市政设施/路灯
    category = models.CharField(_("类别"), max_length=120)
    #: where it holds, with everything below; empty: everywhere
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="duties")
    office = models.ForeignKey(Office, models.PROTECT, related_name="duties")
    #: article of the list, number of the ruling: what an officer quotes when a matter is disputed
    basis = models.CharField(_("依据"), max_length=200)
    source = models.CharField(_("来源"), max_length=10, choices=Source, default=Source.LIST)
    #: the matter that was ruled on, e.g. ``case:0199…``
    ruling = models.CharField(max_length=80, blank=True)

    version = models.PositiveIntegerField(_("版本"), default=1)

    reach = Reach(area="area__path", offices=("office__path",))

    class Meta:
        constraints = [
            _ends_after_start("duty_ends_after_start"),
            models.UniqueConstraint(fields=["category", "area", "version"], name="duty_version_once"),
            # one answer at a time; two rows because NULL areas are all different to a database
            models.UniqueConstraint(
                fields=["category", "area"],
                name="duty_one_now",
                condition=Q(ends__isnull=True, area__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["category"],
                name="duty_one_now_everywhere",
                condition=Q(ends__isnull=True, area__isnull=True),
            ),
            models.CheckConstraint(
                name="duty_ruling_names_its_matter", condition=Q(source="list") | ~Q(ruling="")
            ),
        ]
        indexes = [
            # "who handles this category here?": all lines of the category and its general ones
            models.Index(fields=["category", "starts"], name="duty_category"),
        ]

    def __str__(self) -> str:
        return f"{self.category} → {self.office}"
