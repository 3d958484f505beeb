"""Registration with Django: the cases room learns here where its case types come from."""

from django.apps import AppConfig


class MechanismsConfig(AppConfig):
    name = "gongzhi.city.mechanisms"
    label = "mechanisms"
    verbose_name = "机制"

    def ready(self) -> None:
        from gongzhi.city.cases import catalogue
        from gongzhi.city.mechanisms import checks, library, reacting, routine  # noqa: F401 - they register themselves

        catalogue.register(library.LIBRARY)
