"""How the people room refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class CannotUnseal(GongzhiError):
    """A sealed value doesn't open: its key left the ring, or the row was changed outside the application."""

    code = "P101"
    sentence = "%(place)s 的一个加密值打不开(密钥 %(key)s)。"
    remedy = "请把该密钥放回 GONGZHI_FIELD_KEYS,或从备份恢复这一行。"
    status = 500


class PurposeMissing(GongzhiError):
    """A secret was asked for without saying what for."""

    code = "P102"
    sentence = "查看敏感信息要写明用途。"
    remedy = "请用一句话写明用途（至少4个字），它会记入日志。"
    status = 422


class TokenRefused(GongzhiError):
    """An API token is unknown, expired or revoked; the message doesn't say which."""

    code = "P103"
    sentence = "令牌无效或已过期。"
    remedy = "请向管理员申请新的令牌。"
    status = 401


class ScopeMissing(GongzhiError):
    """A token is good but wasn't given for this."""

    code = "P104"
    sentence = "这个令牌没有“%(scope)s”权限。"
    remedy = "请换用带有该权限的令牌。"
    status = 403


class PhoneInvalid(GongzhiError):
    """Not a mainland phone number."""

    code = "P105"
    sentence = "电话号码的格式不对。"
    remedy = "请填写11位手机号，或带区号的座机号。"
    status = 422


class LockedOut(GongzhiError):
    """Too many wrong passwords for one name from one address."""

    code = "P106"
    sentence = "这个账号从这里连续输错密码，已暂停登录%(minutes)d分钟。"
    remedy = "请稍后再试；忘记密码请联系本单位管理员。"
    status = 429


class TooManyGuesses(GongzhiError):
    """Well-formed tracking codes that don't exist, one after the other from one address: somebody is trying them out."""

    code = "P107"
    sentence = "从这里查了太多不存在的查询码，请%(minutes)d分钟后再试。"
    remedy = "忘记查询码请拨打热线，话务员核实身份后可以帮您查。"
    status = 429
