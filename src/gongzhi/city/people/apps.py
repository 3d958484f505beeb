from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "gongzhi.city.people"
    label = "people"
    verbose_name = "人员与隐私"

    def ready(self) -> None:
        from gongzhi.city.people import checks  # noqa: F401 - registers doctor's checks
