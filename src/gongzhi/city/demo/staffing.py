"""Posts for whoever a story needs: the person who holds the role in the office, appointed when nobody does."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from gongzhi.city.cases import world
from gongzhi.city.demo.cast import IN_OFFICE
from gongzhi.city.demo.sentences import person_name
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.people.actions import create_account
from gongzhi.city.people.models import User
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory import queries
from gongzhi.city.territory.models import Office, Post, valid
from gongzhi.engine.cases import Task


@dataclass(slots=True)
class Staff:
    """Standings by role, office and name; every one is a real post."""

    chance: random.Random
    known: dict[tuple[str, str, str], Standing] = field(default_factory=dict)

    def holder(self, role: str, office: str, title: str, person: str = "") -> Standing:
        """Who acts in the role in the office; a story that names a person gets that person."""
        key = (role, office, person)
        if key not in self.known:
            self.known[key] = self._found(role, office, person) or self._appointed(
                role, office, title, person
            )
        return self.known[key]

    def doer(self, task: Task, title: str, person: str = "") -> Standing:
        """Who does an open task: the one person whose it is, in a post that they hold (or get) there; else any holder."""
        user = User.objects.filter(pk=task.person[5:]).first() if task.person.startswith("user:") else None
        if user is None:
            return self.holder(task.role, task.office, title, person)
        posts = Post.objects.filter(valid(), user=user, role=task.role).select_related("office__area", "area")
        post = posts.filter(office__code=task.office).first() or territory.appoint(
            SYSTEM, user, task.role, office=Office.objects.get(code=task.office), title=title[:40]
        )
        return queries.standing(post)

    def another(self, task: Task, title: str, barred: Collection[str]) -> Standing:
        """Who does an open task from which those who acted before (``barred``: person ids) are kept: a colleague of theirs."""
        usual = self.doer(task, title)
        if usual.person not in barred:
            return usual
        posts = Post.objects.filter(valid(), role=task.role, office__code=task.office).order_by("id")
        for post in posts.select_related("user", "office__area", "area"):
            if (found := queries.standing(post)).person not in barred:
                return found
        return self._appointed(task.role, task.office, title, "")

    def _found(self, role: str, office: str, person: str) -> Standing | None:
        posts = Post.objects.filter(role=role, office__code=office).select_related(
            "user", "office__area", "area"
        )
        if person:
            posts = posts.filter(user__name=person)
        post = posts.order_by("id").first()
        return queries.standing(post) if post else None

    def _appointed(self, role: str, office: str, title: str, person: str) -> Standing:
        where = Office.objects.filter(code=office).first() or Office.objects.get(parent=None)
        number = Post.objects.filter(office=where).count() + 1
        name = person or person_name(self.chance)
        user = create_account(SYSTEM, username=f"{where.code}-{role.replace('_', '')}-{number}", name=name)
        starts = clock.today() - timedelta(days=IN_OFFICE)
        post = territory.appoint(SYSTEM, user, role, office=where, title=title[:40], starts=starts)
        world.forget()
        return queries.standing(post)
