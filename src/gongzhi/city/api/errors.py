"""How this door refuses, before any action is asked."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NotJson(GongzhiError):
    """The body is no JSON text (RFC 8259) that two programs would read alike: broken, NaN, a name twice, half a
    surrogate, a number beyond 64 bits."""

    code = "D201"
    sentence = "请求的内容不是合格的 JSON:%(why)s。"
    remedy = "请按 RFC 8259 重新编码；什么都没有保存。"
    status = 400


class TooDeep(GongzhiError):
    """Nested deeper than anything this API takes: a bomb, or a mistake."""

    code = "D202"
    sentence = "请求的内容嵌套超过%(limit)d层。"
    remedy = "请减少嵌套；什么都没有保存。"
    status = 400


class NulCharacter(GongzhiError):
    """U+0000 in a text: no database keeps it, and no person ever types it."""

    code = "D203"
    sentence = "请求的内容含有空字符（U+0000）。"
    remedy = "请去掉空字符；什么都没有保存。"
    status = 400


class WrongMediaType(GongzhiError):
    """A body in another format than the operation takes."""

    code = "D204"
    sentence = "请求的内容应为 %(wanted)s。"
    remedy = "请改正 Content-Type。"
    status = 415


class NotSignedIn(GongzhiError):
    """Neither a token nor a session."""

    code = "D205"
    sentence = "请先表明身份。"
    remedy = "请在 Authorization 头里带上令牌（Bearer …），或先登录。"
    status = 401


class CsrfMissing(GongzhiError):
    """A browser's session without the token that shows that the request came from one of our own pages."""

    code = "D206"
    sentence = "这个请求没有带页面的校验码。"
    remedy = "请刷新页面后再试，或改用令牌。"
    status = 403


class NotYourPost(GongzhiError):
    """``X-Acting-Post`` names a post that the person does not hold."""

    code = "D207"
    sentence = "您没有岗位“%(post)s”。"
    remedy = "可以用的岗位是：%(posts)s。"
    status = 403


class BadParameters(GongzhiError):
    """Values that do not have the documented shape; ``data["fields"]`` maps each to its sentence."""

    code = "D208"
    sentence = "有%(count)d处不符合接口说明。"
    remedy = "请按 fields 里的说明改正；什么都没有保存。"
    status = 422


class TooLong(GongzhiError):
    """A header or a parameter beyond its limit."""

    code = "D209"
    sentence = "“%(name)s”太长，最多%(limit)d个字符。"
    status = 400


class NoSuchThing(GongzhiError):
    """An address that leads to nothing."""

    code = "D210"
    sentence = "没有找到“%(which)s”。"
    remedy = "请核对后再试。"
    status = 404


class BadOpen311(GongzhiError):
    """An Open311 argument that is missing or makes no sense; the specification wants status 400."""

    code = "D220"
    sentence = "参数“%(name)s”%(why)s。"
    status = 400


class BadApiKey(GongzhiError):
    """``api_key`` is missing or not valid (GeoReport v2: 403)."""

    code = "D221"
    sentence = "api_key 缺失或无效。"
    remedy = "请向管理员申请令牌。"
    status = 403


class NoSuchService(GongzhiError):
    """``service_code``, ``service_request_id``, token or jurisdiction that is not there (GeoReport v2: 404)."""

    code = "D222"
    sentence = "没有找到%(name)s“%(which)s”。"
    status = 404
