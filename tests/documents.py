"""Documents for the tests: known texts, the programs that make files of them, and a measure of what was read.

A text has a title, paragraphs, and items. What is read is measured in words, multiplicity counted, and in pairs of
neighbours; a Chinese character is a word.
"""

from __future__ import annotations

import html
import io
import itertools
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from system import not_run, require

SOFFICE_SECONDS = 180
CHROMIUM_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Sample:
    """A text whose every word is known."""

    language: str
    title: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...]

    @property
    def is_right_to_left(self) -> bool:
        return self.language == "ar"

    @property
    def text(self) -> str:
        return "\n".join((self.title, *self.paragraphs, *self.items))


ARABIC = Sample(
    "ar",
    "ردّ الإدارة على الاستشارة المفتوحة بشأن الإنترنت",
    (
        (
            "تشكر الإدارةُ فريقَ العمل على إتاحة الفرصة للإدلاء برأيها في السياسات العامة الدولية المتعلقة بالإنترنت، "
            "وترى أن الاتصالات الآمنة والميسورة الكلفة شرط لازم للتنمية الاقتصادية والاجتماعية في جميع البلدان ولا سيما "
            "أقل البلدان نموّاً. ولا يجوز أن يُستثنى أحد من الاستفادة من الخدمات الرقمية بسبب السن أو الإعاقة أو مكان الإقامة."
        ),
        (
            "لا تزال الفجوة الرقمية بين الجنسين واسعة في المناطق الريفية، إذ لا تتجاوز نسبة النساء اللاتي يستعملن الإنترنت "
            "ثلاثين في المائة. ولذلك أطلقت الحكومة عام 2024 برنامجاً لإلحاق مليون امرأة بدورات الإلمام الرقمي، وخصصت له "
            "مبلغ 150 مليون دولار خلال ثلاث سنوات، كما أُلغيت الرسوم الجمركية على الأجهزة الطرفية."
        ),
        (
            "وأما الأخطار التي تهدد الأطفال على الخط فإن معالجتها تستلزم تعاوناً بين المدارس والأسر ومقدّمي الخدمات والإعلام، "
            "مع احترام الخصوصية وحرية الاطلاع على المعلومات. ونقترح إنشاء آلية للإبلاغ عن المحتوى الضار خلال 24 ساعة."
        ),
    ),
    (
        "توسيع النفاذ إلى النطاق العريض في القرى والأحياء الفقيرة",
        "إعداد دليل للإجراءات الإدارية والإصلاحات القانونية اللازمة",
        "الاعتراف بالأسماء الدولية للميادين وبالأبجديات كافة",
    ),
)
CHINESE = Sample(
    "zh",
    "关于国际互联网公共政策公开征求意见的答复",
    (
        (
            "我国主管部门感谢工作组组织本次公开征求意见，并愿就与互联网有关的国际公共政策问题阐述立场。我们认为，安全、可靠、"
            "价格合理的连接是各国特别是最不发达国家实现经济和社会发展的前提，任何人都不应因年龄、残疾或居住地点而被排除在数字服务之外。"
        ),
        (
            "农村地区的性别数字鸿沟依然明显，女性上网比例不到百分之三十。为此，政府于2024年启动数字素养培训计划，三年内投入1.5亿元，"
            "帮助一百万名妇女掌握使用互联网的基本技能，同时免征终端设备进口关税，鼓励运营商推出优惠套餐。"
        ),
        (
            "保护儿童上网安全需要学校、家庭、服务提供商和媒体共同努力，同时必须尊重隐私和获取信息的自由。我们建议建立有害内容举报机制，"
            "要求平台在24小时内作出处理，并定期公布统计数据。"
        ),
    ),
    ("扩大村庄和贫困社区的宽带接入", "编写行政程序和必要法律改革指南", "支持国际化域名和各种文字的使用"),
)
RUSSIAN = Sample(
    "ru",
    "Ответ администрации на открытую консультацию по вопросам интернета",
    (
        (
            "Администрация благодарит рабочую группу за возможность изложить своё мнение о международной государственной "
            "политике, касающейся интернета. Мы считаем, что безопасная и доступная по цене связь является необходимым "
            "условием экономического и социального развития всех стран, прежде всего наименее развитых. Никто не должен "
            "быть лишён цифровых услуг из-за возраста, инвалидности или места жительства."
        ),
        (
            "Гендерный цифровой разрыв в сельской местности остаётся значительным: интернетом пользуются менее тридцати "
            "процентов женщин. Поэтому в 2024 году правительство начало программу обучения цифровой грамотности, выделив на "
            "неё 150 миллионов рублей на три года, и отменило ввозные пошлины на абонентские устройства."
        ),
        (
            "Защита детей в сети требует объединения усилий школ, семей, поставщиков услуг и средств массовой информации при "
            "уважении частной жизни и свободы доступа к сведениям. Предлагаем создать порядок сообщения о вредоносном "
            "содержании, обязывающий площадки отвечать в течение 24 часов."
        ),
    ),
    (
        "Расширение широкополосного доступа в сёлах и бедных районах",
        "Подготовка руководства по административным процедурам",
        "Поддержка интернационализированных доменных имён и всех письменностей",
    ),
)
SAMPLES = {sample.language: sample for sample in (ARABIC, CHINESE, RUSSIAN)}


# --- the measure -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Likeness:
    """Shares from 0 to 1 of what should be there, and of what should not."""

    words: float
    """Of the words of the original, those that were read, as often as they stand there."""
    order: float
    """Of the pairs of neighbours of the original, those that are neighbours in what was read."""
    surplus: float
    """Of the words that were read, those that the original does not have, or not so often."""


_WORD = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u9fff\uf900-\ufaff]+")
_UNSEEN = re.compile(r"[\u00ad\u0640\u064b-\u065f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Hyphens that show only at the end of a line, marks of direction, Arabic short vowels and stretching."""


def words_of(text: str) -> list[str]:
    """In order; without what is no letter and no digit."""
    return _WORD.findall(_UNSEEN.sub("", text).casefold())


def compare(original: str, read: str) -> Likeness:
    """How much of the original is in what was read."""
    wanted, found = words_of(original), words_of(read)
    pairs, seen = (Counter(itertools.pairwise(one)) for one in (wanted, found))
    common = (Counter(wanted) & Counter(found)).total()
    return Likeness(
        words=common / len(wanted),
        order=(pairs & seen).total() / max(1, pairs.total()),
        surplus=1 - common / max(1, len(found)),
    )


def need_fonts(language: str) -> None:
    """Without a font for a language its letters are boxes, and the test is not run."""
    (program,) = require("fc-list")
    if not subprocess.run([program, f":lang={language}"], capture_output=True, check=True).stdout:
        not_run(f"a font for {language} (apt-get install fonts-noto-core fonts-noto-cjk)")


# --- makers ------------------------------------------------------------------------------------------


def write_html(sample: Sample, font: str = "") -> str:
    """A page with the text: title as heading, items as a list."""
    direction = "rtl" if sample.is_right_to_left else "ltr"
    style = f"<style>body {{ font-family: '{font}' }}</style>" if font else ""
    inside = [f"<h1>{html.escape(sample.title)}</h1>"]
    inside += [f"<p>{html.escape(one)}</p>" for one in sample.paragraphs]
    inside += ["<ul>", *(f"<li>{html.escape(one)}</li>" for one in sample.items), "</ul>"]
    head = f"<head><meta charset=utf-8><title>{html.escape(sample.title)}</title>{style}</head>"
    return f"<!doctype html><html lang={sample.language} dir={direction}>{head}<body>{''.join(inside)}</body></html>"


def write_docx(sample: Sample) -> bytes:
    """By python-docx; right to left where the language is."""
    import docx
    from docx.oxml import OxmlElement

    document = docx.Document()
    document.add_heading(sample.title, level=1)
    for paragraph in sample.paragraphs:
        document.add_paragraph(paragraph)
    for item in sample.items:
        document.add_paragraph(item, style="List Bullet")
    if sample.is_right_to_left:
        for one in document.paragraphs:
            one._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
            for run in one.runs:
                run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def write_pptx(sample: Sample) -> bytes:
    """By python-pptx: a slide of title and text, and one whose table has the items; the last paragraph is a note."""
    import pptx

    show = pptx.Presentation()
    first = show.slides.add_slide(show.slide_layouts[1])
    first.shapes.title.text = sample.title
    first.placeholders[1].text_frame.text = "\n".join(sample.paragraphs[:-1])
    first.notes_slide.notes_text_frame.text = sample.paragraphs[-1]
    second = show.slides.add_slide(show.slide_layouts[6])
    table = second.shapes.add_table(len(sample.items), 1, 0, 0, 9_000_000, 3_000_000).table
    for at, item in enumerate(sample.items):
        table.cell(at, 0).text = item
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def write_xlsx(sample: Sample) -> bytes:
    """By openpyxl: the title in A1, paragraphs below it, items in the column behind."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "1"
    sheet["A1"] = sample.title
    for at, paragraph in enumerate(sample.paragraphs, 2):
        sheet.cell(at, 1, paragraph)
    for at, item in enumerate(sample.items, 2 + len(sample.paragraphs)):
        sheet.cell(at, 2, item)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def convert(files: Sequence[Path], to: str, folder: Path) -> list[Path]:
    """By LibreOffice, all files in one start; ``to`` is an extension or ``extension:filter``."""
    (soffice,) = require("soffice")
    with tempfile.TemporaryDirectory(prefix="soffice-") as profile:
        command = [soffice, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", to]
        command += ["--outdir", str(folder), *map(str, files)]
        subprocess.run(command, check=True, capture_output=True, timeout=SOFFICE_SECONDS)
    made = [folder / f"{file.stem}.{to.partition(':')[0]}" for file in files]
    assert all(one.is_file() for one in made), made
    return made


def print_by_weasyprint(page: str) -> bytes:
    import weasyprint

    octets = weasyprint.HTML(string=page).write_pdf()
    assert octets is not None
    return octets


def print_by_chromium(page: str, folder: Path) -> bytes:
    (chromium,) = require("chromium")
    source, made = folder / "page.html", folder / "page.pdf"
    source.write_text(page, encoding="utf-8")
    made.unlink(missing_ok=True)
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        f"--user-data-dir={folder}/profile",
    ]
    command = [chromium, *options, f"--print-to-pdf={made}", source.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=CHROMIUM_SECONDS)
    return made.read_bytes()
