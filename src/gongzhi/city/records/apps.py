"""Registration with Django."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "gongzhi.city.records"
    label = "records"
    verbose_name = "登记簿"

    def ready(self) -> None:
        from gongzhi.city.records import checks, routine  # noqa: F401 - both register themselves
