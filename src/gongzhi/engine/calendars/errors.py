"""How a calendar refuses."""

from gongzhi.engine.errors import GongzhiError


class UnannouncedYear(GongzhiError):
    """A question about a working day of a year whose holidays nobody has announced.

    Guessing would move deadlines; so the calendar refuses unless it was made with ``unannounced="weekends"``.
    """

    code = "K011"
    sentence = "日历“%(calendar)s”没有%(year)s年的放假安排，算不出工作日。"
    remedy = (
        "请在国务院办公厅公布后补充%(year)s年的放假和调休日期(更新日历数据或 chinesecalendar);"
        "在此之前确要估算的,给日历设置 unannounced: weekends,只按周末休息计算。"
    )


class UnknownCalendar(GongzhiError):
    """The name of a calendar that is not built in."""

    code = "K012"
    sentence = "没有日历“%(calendar)s”。"
    remedy = "内置的日历是：%(known)s;其他日历请用数据建立。"
    status = 404


class CalendarExhausted(GongzhiError):
    """The answer lies outside 1900-2999: too long a limit, or a calendar in which hardly any day has hours."""

    code = "K013"
    sentence = "按日历“%(calendar)s”算到了%(year)s年还没有结果。"
    remedy = "请检查期限的长短和日历的休息日、工作时间。"


__all__ = ["CalendarExhausted", "UnannouncedYear", "UnknownCalendar"]
