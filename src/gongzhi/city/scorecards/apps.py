from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    name = "gongzhi.city.scorecards"
    label = "scorecards"
    verbose_name = "考核"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongzhi.city.scorecards import checks, reacting, routine  # noqa: F401 - they register themselves
