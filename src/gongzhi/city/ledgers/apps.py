from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "gongzhi.city.ledgers"
    label = "ledgers"
    verbose_name = "账簿"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongzhi.city.ledgers import checks  # noqa: F401 - they register themselves
