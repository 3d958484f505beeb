from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "gongzhi.city.messages"
    # Django has an app of its own with the label "messages"
    label = "outgoing"
    verbose_name = "对外消息"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongzhi.city.messages import checks, routine  # noqa: F401 - registers doctor's checks and periodic work
