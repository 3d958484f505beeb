from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "gongzhi.city.exchange"
    label = "exchange"
    verbose_name = "机制移交"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongzhi.city.exchange import checks  # noqa: F401 - registers itself
