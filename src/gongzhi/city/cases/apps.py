from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "gongzhi.city.cases"
    label = "cases"
    verbose_name = "案件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongzhi.city.cases import checks, lookups, matters, routine  # noqa: F401 - checks and periodic work register

        lookups.register_matter(matters.matter)
