"""Numbers as lists show them: letters, Roman, Chinese, Arabic, Hebrew … (ISO/IEC 29500-1, 17.18.59)."""

from __future__ import annotations

from collections.abc import Callable

MAX_REPEATED = 20
"""Letters of one number: aa follows z, aaa follows zz; what counts on is shown in digits."""

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MAX_ROMAN = 32_767
_HEBREW = ((400, "ת"), (300, "ש"), (200, "ר"), (100, "ק"), (90, "צ"), (80, "פ"), (70, "ע"), (60, "ס"), (50, "נ"),
           (40, "מ"), (30, "ל"), (20, "כ"), (10, "י"), (9, "ט"), (8, "ח"), (7, "ז"), (6, "ו"), (5, "ה"), (4, "ד"),
           (3, "ג"), (2, "ב"), (1, "א"))  # fmt: skip
_ALPHABETS = {
    "lowerLetter": "abcdefghijklmnopqrstuvwxyz",
    "russianLower": "абвгдежзиклмнопрстуфхцчшщыэюя",
    "arabicAlpha": "أبتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "arabicAbjad": "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ",
    "arabicAbjadBare": "ابجدهوزحطيكلمنسعفصقرشتثخذضظغ",
    "hebrew2": "אבגדהוזחטיכלמנסעפצקרשת",
    "thaiLetters": "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ",
    "hindiVowels": "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह",
    "hindiConsonants": "अआइईउऊऋऌऍऎएऐऑऒओऔ",
    "ganada": "가나다라마바사아자차카타파하",
    "chosung": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
    "aiueo": "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ",
    "iroha": "ｲﾛﾊﾆﾎﾍﾄﾁﾘﾇﾙｦﾜｶﾖﾀﾚｿﾂﾈﾅﾗﾑｳヰﾉｵｸﾔﾏｹﾌｺｴﾃｱｻｷﾕﾒﾐｼヱﾋﾓｾｽﾝ",
    "aiueoFullWidth": "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
    "irohaFullWidth": "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス",
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "chicago": "*†‡§",
}
_ALIASES = {"upperLetter": "lowerLetter", "russianUpper": "russianLower"}
_ONCE = {"ideographTraditional", "ideographZodiac"}
"""Series that end; digits follow."""
_DIGITS = {
    "hindiNumbers": "०१२३४५६७८९",
    "thaiNumbers": "๐๑๒๓๔๕๖๗๘๙",
    "decimalFullWidth": "０１２３４５６７８９",
    "decimalFullWidth2": "０１２３４５６７８９",
    "ideographDigital": "〇一二三四五六七八九",
    "japaneseDigitalTenThousand": "〇一二三四五六七八九",
    "taiwaneseDigital": "○一二三四五六七八九",
    "koreanDigital": "영일이삼사오육칠팔구",
    "koreanDigital2": "零一二三四五六七八九",
    "arabicIndic": "٠١٢٣٤٥٦٧٨٩",
    "persian": "۰۱۲۳۴۵۶۷۸۹",
}
"""The last two have no name of their own in Word; OpenDocument and custom formats ask for them."""
_COUNTING = {
    "chineseCounting": ("〇一二三四五六七八九", "十百千", "万"),
    "chineseCountingThousand": ("零一二三四五六七八九", "十百千", "万"),
    "taiwaneseCounting": ("○一二三四五六七八九", "十百千", "萬"),
    "taiwaneseCountingThousand": ("零一二三四五六七八九", "十百千", "萬"),
    "japaneseCounting": ("〇一二三四五六七八九", "十百千", "万"),
    "koreanCounting": ("영일이삼사오육칠팔구", "십백천", "만"),
    "chineseLegalSimplified": ("零壹贰叁肆伍陆柒捌玖", "拾佰仟", "萬"),
    "ideographLegalTraditional": ("零壹貳參肆伍陸柒捌玖", "拾佰仟", "萬"),
    "japaneseLegal": ("零壱弐参四伍六七八九", "拾百阡", "萬"),
}
"""Digits, then ten, hundred, thousand, ten thousand."""
_TENS_ONLY = {"chineseCounting", "taiwaneseCounting"}
"""From one hundred on they go digit by digit."""
_NO_ZERO = {"japaneseCounting", "japaneseLegal", "koreanCounting"}
_LEGAL = {"chineseLegalSimplified", "ideographLegalTraditional"}
"""They say one ten, where the others say ten."""
_ENCLOSED = {
    "decimalEnclosedCircle": (0x2460, 20), "decimalEnclosedCircleChinese": (0x2460, 20),
    "decimalEnclosedParen": (0x2474, 20), "decimalEnclosedFullstop": (0x2488, 20),
    "ideographEnclosedCircle": (0x3280, 10),
}  # fmt: skip
_ONES = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
         "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_KOREAN_ONES = ("", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉")
_KOREAN_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def write_number(number: int, style: str) -> str:
    """A number in a style of Word's; in European digits where we do not know the style, as Word itself does."""
    if style in {"none", "bullet"}:
        return ""
    if style in _DIGITS:
        return str(number).translate({0x30 + value: digit for value, digit in enumerate(_DIGITS[style])})
    if number < 1:
        return str(number)
    if style in _COUNTING:
        return _count(number, style)
    if style in _ENCLOSED:
        first, most = _ENCLOSED[style]
        return chr(first + number - 1) if number <= most else str(number)
    base = _ALIASES.get(style, style)
    if base in _ALPHABETS:
        alphabet = _ALPHABETS[base]
        letters = str(number) if base in _ONCE and number > len(alphabet) else _repeat(number, alphabet)
        return letters.upper() if style.startswith(("upper", "russianUpper")) else letters
    return _OTHERS.get(style, str)(number)


def write_custom(number: int, pattern: str) -> str:
    """A format that spells its beginning: «001, 002, 003, ...» pads, and uses the digits it shows."""
    first = pattern.partition(",")[0].strip()
    if not first or not all(one.isdecimal() for one in first):
        return str(number)
    zero = ord(first[-1]) - int(first[-1])
    return str(number).zfill(len(first)).translate({0x30 + value: chr(zero + value) for value in range(10)})


def _repeat(number: int, alphabet: str) -> str:
    times, at = divmod(number - 1, len(alphabet))
    return alphabet[at] * (times + 1) if times < MAX_REPEATED else str(number)


def _roman(number: int) -> str:
    if number > _MAX_ROMAN:
        return str(number)
    out = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        out += letters * times
    return out


def _hebrew(number: int) -> str:
    if number > 999:  # noqa: PLR2004 - thousands are said with another letter before.
        return str(number)
    out = ""
    for value, letter in _HEBREW:
        if number in {15, 16}:  # They would spell the name of God.
            return out + ("טו" if number == 15 else "טז")  # noqa: PLR2004
        while number >= value:
            out, number = out + letter, number - value
    return out


def _count(number: int, style: str) -> str:
    digits, powers, myriad = _COUNTING[style]
    if number >= 10_000 or (style in _TENS_ONLY and number >= 100):  # noqa: PLR2004
        high, low = divmod(number, 10_000)
        if style in _TENS_ONLY or high >= 10_000:  # noqa: PLR2004
            return "".join(digits[int(one)] for one in str(number))
        zero = "" if low >= 1000 or not low or style in _NO_ZERO else digits[0]  # noqa: PLR2004
        return _count(high, style) + myriad + zero + (_count(low, style) if low else "")
    out, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if not digit:
            gap = bool(out)
            continue
        if gap and style not in _NO_ZERO:
            out += digits[0]
        says_one = digit > 1 or power == 0 or (style not in _NO_ZERO and (power > 1 or bool(out) or style in _LEGAL))
        out += (digits[digit] if says_one else "") + (powers[power - 1] if power else "")
        gap = False
    return out


def _ordinal(number: int) -> str:
    tail = number % 100
    return f"{number}{'th' if 10 < tail < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(tail % 10, 'th')}"  # noqa: PLR2004


def _cardinal(number: int) -> str:
    if number >= 100:  # noqa: PLR2004 - no list of answers is spelt that far.
        return str(number)
    tens, ones = divmod(number, 10)
    return _ONES[number] if number < len(_ONES) else "-".join(filter(None, (_TENS[tens], _ONES[ones])))


def _korean(number: int) -> str:
    tens, ones = divmod(number, 10)
    return _KOREAN_TENS[tens] + _KOREAN_ONES[ones] if tens < len(_KOREAN_TENS) else str(number)


def _ordinal_word(number: int) -> str:
    if number >= 100:  # noqa: PLR2004
        return _ordinal(number)
    before, hyphen, last = _cardinal(number).rpartition("-")
    last = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return before + hyphen + last


_OTHERS: dict[str, Callable[[int], str]] = {
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "decimalZero": lambda number: f"{number:02}",
    "numberInDash": lambda number: f"- {number} -",
    "hex": lambda number: f"{number:X}",
    "hebrew1": _hebrew,
    "ordinal": _ordinal,
    "koreanLegal": _korean,
    "cardinalText": lambda number: _cardinal(number).capitalize(),
    "ordinalText": lambda number: _ordinal_word(number).capitalize(),
}


def write_letters(number: int, *, capital: bool) -> str:
    """Letters as OpenDocument counts with them: after z comes aa, then ab."""
    out = ""
    while number > 0:
        number, at = divmod(number - 1, 26)
        out = _ALPHABETS["lowerLetter"][at] + out
    return out.upper() if capital else out


SERIES: dict[tuple[str, ...], str] = {
    tuple(write_number(one, style) for one in range(1, length + 1)): style
    for length in (1, 2, 3)
    for style in (*_DIGITS, *_COUNTING, *_ENCLOSED, *_ALPHABETS, *_ALIASES, *_OTHERS, "chineseCountingThousand")
    if style != "hex"
} | {("א", "י", "ק"): "hebrew1"}
"""Styles by how they begin; OpenDocument names them so."""
