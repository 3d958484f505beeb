"""Registration with Django: cases and records learn here where case types and registers come from, and cases of records."""

from django.apps import AppConfig


class MechanismsConfig(AppConfig):
    name = "gongzhi.city.mechanisms"
    label = "mechanisms"
    verbose_name = "机制"

    def ready(self) -> None:
        from gongzhi.city.alerts import catalogue as feeds
        from gongzhi.city.cases import catalogue, lookups
        from gongzhi.city.counters import points as service_points
        from gongzhi.city.duty import matters
        from gongzhi.city.ledgers import catalogue as books
        from gongzhi.city.mechanisms import (  # noqa: F401 - they register themselves
            checks,
            duty_desk,
            feeding,
            households,
            library,
            meetings,
            points,
            posting,
            reacting,
            risk_rules,
            role_rules,
            routine,
            routines,
            succession,
            watch_reactions,
            watch_routine,
        )
        from gongzhi.city.records import catalogue as registers
        from gongzhi.city.records import queries as records
        from gongzhi.city.territory import guarding

        catalogue.register(library.LIBRARY)
        registers.register(library.LIBRARY)
        books.register(library.LIBRARY)
        feeds.register(feeding.FEEDS)
        feeds.register_known(feeding.known_series)
        feeds.register_landing(feeding.land)
        lookups.register_household_of(households.number_of)
        lookups.register_balance(posting.balance)
        lookups.register_times_posted(posting.times_posted)
        lookups.register(records.lookup)
        lookups.register_open(records.is_open)
        lookups.register_may_name(households.may_name)
        lookups.register_shelf(records.SHELF)
        service_points.register(points.POINTS)
        matters.register(duty_desk.MATTERS)
        guarding.register(role_rules.guard)
