"""Another city: 鄂州 with its own areas, offices and people. For tests that settle a second database."""

from __future__ import annotations

from gongzhi.city.kernel import paths

AREAS = (("420700000000", "鄂州市", "city", ""), ("420704000000", "鄂城区", "county", "420700000000"))
OFFICES = (("ez-gov", "鄂州市政府", "government", ""), ("ez-ggb", "鄂州市改革办", "department", "ez-gov"), ("ez-zhcg", "综合执法局", "department", "ez-gov"))  # fmt: skip
#: login -> (name, role, office)
PEOPLE = {
    "qinfang": ("秦芳", "reform_officer", "ez-ggb"),
    "lushan": ("卢山", "reform_chief", "ez-ggb"),
    "fengjie": ("冯杰", "officer", "ez-zhcg"),
    "tangli": ("唐丽", "hotline_agent", "ez-gov"),
}


def settle(password: str = "") -> None:
    """Write the city into an empty database."""
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Area, Office, Post

    areas: dict[str, Area] = {}
    for code, name, level, parent in AREAS:
        above = areas.get(parent)
        path = paths.next_child(
            above.path if above else "", [each.path for each in areas.values() if each.parent == above]
        )
        areas[code] = Area.objects.create(
            code=code, name=name, short_name=name, level=level, parent=above, path=path
        )
    offices: dict[str, Office] = {}
    for code, name, kind, parent in OFFICES:
        over = offices.get(parent)
        path = paths.next_child(
            over.path if over else "", [each.path for each in offices.values() if each.parent == over]
        )
        offices[code] = Office.objects.create(
            code=code,
            name=name,
            short_name=name,
            kind=kind,
            area=areas["420700000000"],
            parent=over,
            path=path,
        )
    for login, (name, role, office) in PEOPLE.items():
        user = User.objects.create(username=login, name=name)
        if password:
            user.set_password(password)
            user.save()
        Post.objects.create(user=user, role=role, office=offices[office])
