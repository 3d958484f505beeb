"""Numbers with a check digit, and telephone numbers.

Identity number: GB 11643-1999 (公民身份号码), check character by ISO/IEC 7064 MOD 11-2; provinces by GB/T 2260. Since 2023
the permanent residence card of a foreigner carries the same structure behind a leading 9 (province at places 2-3).
Unified social credit code: GB 32100-2015 (法人和其他组织统一社会信用代码编码规则) with the later departments 2-4, 6-8, A, N.
Telephone numbers: numbering plan of the Ministry of Industry (电信网编号计划).
"""

from __future__ import annotations

import re
from datetime import date

from gongzhi.engine.forms.characters import narrow
from gongzhi.engine.forms.problems import Wrong

_ID_WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))
_ID_CHECK = "10X98765432"
#: GB/T 2260 province codes, with 81-83 of the residence permits for Hong Kong, Macau and Taiwan
PROVINCES = frozenset(
    str(code)
    for code in (
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        81,
        82,
        83,
    )
)
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(3**place % 31 for place in range(17))
_CREDIT_DEPARTMENTS = frozenset("123456789ANY")
_EARLIEST_BIRTH = date(1880, 1, 1)


def identity_check_digit(first17: str) -> str:
    """The 18th character for the first 17 digits (GB 11643-1999; ISO/IEC 7064 MOD 11-2).

    >>> identity_check_digit("11010519491231002")
    'X'
    """
    total = sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True))
    return _ID_CHECK[total % 11]


def identity_number(text: str, *, today: date | None = None) -> str:
    """A normalised identity number; ``today`` (when known) refuses births in the future.

    Raises ``Wrong``: F040 length, F041 characters, F042 birth date, F043 check digit, F044 area, F045 first generation.
    """
    value = re.sub(r"[\s-]", "", narrow(text)).upper()
    if not re.fullmatch(r"\d*X?", value, re.ASCII):
        raise Wrong("F041")
    if len(value) == 15 and value.isdigit():
        raise Wrong("F045")
    if len(value) != 18:
        raise Wrong("F040", count=len(value))
    province = value[1:3] if value[0] == "9" else value[:2]
    if province not in PROVINCES:
        raise Wrong("F044")
    try:
        born = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        raise Wrong("F042") from None
    if born < _EARLIEST_BIRTH or (today and born > today):
        raise Wrong("F042")
    if identity_check_digit(value[:17]) != value[17]:
        raise Wrong("F043")
    return value


def credit_check_digit(first17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015, 31 characters, weights 3^i mod 31).

    >>> credit_check_digit("91350100M000100Y4")
    '3'
    """
    total = sum(
        _CREDIT_ALPHABET.index(each) * weight for each, weight in zip(first17, _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def credit_code(text: str) -> str:
    """A normalised unified social credit code.

    Raises ``Wrong``: F050 length, F051 characters, F052 check digit, F053 registering department.
    """
    value = re.sub(r"[\s-]", "", narrow(text)).upper()
    if len(value) != 18:
        raise Wrong("F050", count=len(value))
    if any(each not in _CREDIT_ALPHABET for each in value):
        raise Wrong("F051")
    if value[0] not in _CREDIT_DEPARTMENTS:
        raise Wrong("F053", value=value[0])
    if credit_check_digit(value[:17]) != value[17]:
        raise Wrong("F052")
    return value


_SERVICE = re.compile(r"(?:400|800)\d{7}|1[0-2]\d|12\d{3}|9[56]\d{3,6}|11[0-9]")
_COUNTRY = re.compile(r"^(?:\+86|0086|86(?=1[3-9]\d{9}$))")


def phone(text: str) -> str:
    """A normalised telephone number: ``13800138000``, ``0714-8723456``, ``0714-8723456-801``, ``4008001234``, ``12345``.

    Raises ``Wrong``: F030 wrong length, F031 not a mobile number, F032 area code missing, F033 characters, F034 landline.

    >>> phone("＋８６ 138-0013-8000"), phone("(0714)8723456转801")
    ('13800138000', '0714-8723456-801')
    """
    value, *extension = re.split(r"转|ext\.?|#|x", narrow(text).lower(), maxsplit=1)
    if landline := re.fullmatch(
        r"(?:\+86|0086)?[\s-]*\(?(0\d{2,3})\)?[\s-]*(\d{3,4}[\s-]?\d{4})-(\d{1,6})", value.strip()
    ):
        value, extension = "".join(landline.groups()[:2]), [landline[3]]
    digits = re.sub(r"[\s\-()·.]", "", value)
    digits = _COUNTRY.sub("", digits)
    inner = "".join(extension).strip(" :-")
    if not digits or not re.fullmatch(r"\d*", digits + inner, re.ASCII):
        raise Wrong("F033")
    if len(inner) > 6:
        raise Wrong("F034", value=value)
    return _classified(digits, inner)


def _classified(digits: str, inner: str) -> str:
    if _SERVICE.fullmatch(digits):
        return digits
    if digits[0] == "1" and digits[:2] != "10":
        if len(digits) != 11:
            raise Wrong("F030", count=len(digits))
        if digits[1] < "3":
            raise Wrong("F031", value=digits)
        return digits
    if digits[0] != "0":
        if len(digits) in (7, 8):
            raise Wrong("F032")
        raise Wrong("F030", count=len(digits))
    if len(digits) < 10:
        raise Wrong("F034", value=digits)
    # 010 and 02x are the only three-digit area codes; all others have four
    code = 3 if digits[1] in "12" else 4
    if len(digits) - code not in (7, 8) or digits[code] in "01":
        raise Wrong("F034", value=digits)
    return f"{digits[:code]}-{digits[code:]}" + (f"-{inner}" if inner else "")


__all__ = [
    "PROVINCES",
    "credit_check_digit",
    "credit_code",
    "identity_check_digit",
    "identity_number",
    "phone",
]
