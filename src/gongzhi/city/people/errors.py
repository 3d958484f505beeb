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


class MandateExpired(GongzhiError):
    """A mandate that opened this case to an agent has run out or was revoked: the case is closed to them at once."""

    code = "H101"
    sentence = "%(why)s，从%(since)s起，这件事您不能再看、也不能再代办。"
    remedy = "请和委托人重新签一份委托书；委托人也可以凭查询码自己办理。"
    status = 403


class OutsideMandate(GongzhiError):
    """What the agent wants to do is not what the mandate says."""

    code = "H102"
    sentence = "委托书写的是“%(title)s”，不包括“%(asked)s”。"
    remedy = "请按委托书办理；要办别的事，请和委托人另签一份。"
    status = 403


class NoSuchMandate(GongzhiError):
    """No mandate of that code or id, or none that this person may see: the answer is the same."""

    code = "H103"
    sentence = "没有找到这份委托书(%(which)s)。"
    remedy = "请核对委托码。"
    status = 404


class BadMandate(GongzhiError):
    """Something that a written mandate must say is missing or impossible (civil code art. 165)."""

    code = "H104"
    sentence = "委托书还不完整：%(why)s。"
    remedy = "您填的内容没有丢，改好后再签。"
    status = 422


class MandateUsed(GongzhiError):
    """A mandate for one application has been used for it."""

    code = "H105"
    sentence = "这份委托只办一次，已经用它办了一件。"
    remedy = "已办的那件可以继续跟；再办一件，请和委托人另签一份。"
    status = 409


class MandateNotYet(GongzhiError):
    """The mandate begins on a later day."""

    code = "H106"
    sentence = "这份委托从%(starts)s起才有效。"
    remedy = "请到那一天再办；急用请和委托人另签一份。"
    status = 403


class MandatorUnknown(GongzhiError):
    """A case whose reporter left no name can't be handed to an agent: nobody could sign for it."""

    code = "H107"
    sentence = "这件事没有登记是谁的，不能签委托。"
    remedy = "请本人留下姓名和电话重新登记，或者凭查询码自己办。"
    status = 422


class NoSuchResident(GongzhiError):
    """Nobody with this number has ever brought anything here."""

    code = "P108"
    sentence = "还没有用这个电话登记过的人。"
    remedy = "请直接填表，姓名和电话填一次就记住了。"
    status = 404
