from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    name = "gongzhi.city.benefits"
    label = "benefits"
    verbose_name = "待遇"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongzhi.city.benefits import checks, giving, reacting, routine  # noqa: F401 - they register themselves
        from gongzhi.city.cases import lookups
        from gongzhi.city.mechanisms import giving as doors

        lookups.register_benefits(giving.KEEPER)
        doors.register(giving.KEEPER)
