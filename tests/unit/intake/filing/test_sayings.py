"""What people say of their own mail, and what only sounds like it."""

from __future__ import annotations

import pytest

from intake.filing.sayings import Saying, said

SAID = {
    Saying.WITHDRAWAL: [
        "I would like to cancel my contribution, please.",
        "We no longer wish our response to be considered.",
        "Je retire ma réponse.",
        "Notre contribution ne doit plus être prise en compte.",
        "Deseamos retirar nuestro aporte.",
        "Por favor, ignoren mi contribución, no quiero participar.",
        "Прошу считать мой ответ отозванным.",
        "Мы передумали, уберите наш вклад из списка.",
        "我们撤销先前的文稿。",
        "请不要采用我们的意见。",
        "أود سحب ردي.",
        "يرجى عدم الأخذ بمساهمتنا.",
        "Please take our response off the record.",
        "Nous souhaitons retirer nos réponses.",
        "Quisiera anular mi respuesta.",
        "Просим отозвать наше письмо.",
        "请将我方答复从记录中删除。",
        "نطلب شطب إجاباتنا من السجل.",
    ],
    Saying.CORRECTION: [
        "Attached is a revised edition of our contribution.",
        "My previous message contained a wrong figure; this one is right.",
        "Cette version remplace la précédente.",
        "Veuillez trouver ci-joint la bonne version de notre réponse.",
        "Esta carta reemplaza a la que enviamos ayer.",
        "Adjuntamos la versión correcta de nuestra contribución.",
        "Этот ответ заменяет присланный вчера.",
        "Направляем правильную версию нашего вклада.",
        "本答复取代我们昨天发出的答复。",
        "请以此版本为准，忽略前一版。",
        "هذا الرد يحل محل ردنا السابق.",
        "نرسل إليكم النسخة الصحيحة من مساهمتنا.",
        "Kindly replace our answer of this week with the following one.",
        "Une erreur s'est glissée dans notre avis précédent.",
        "Fe de erratas",
        "В нашем прошлом письме была ошибка.",
        "上次寄出的意见有误，请以本函为准。",
        "وقع خطأ في رسالتنا السابقة.",
    ],
    Saying.SUPPLEMENT: [
        "Further to our contribution of 2 November, here are two more points.",
        "I forgot the annex; it is attached now.",
        "En complément de notre réponse, veuillez trouver une annexe.",
        "J'avais oublié la pièce jointe, la voici.",
        "Como complemento de nuestra respuesta, enviamos un anexo.",
        "Me olvidé del anexo; lo mando ahora.",
        "В дополнение к нашему ответу направляем приложение.",
        "Забыли приложить файл, исправляемся.",
        "作为对此前答复的补充，附上附件。",
        "忘了附件，现补发。",
        "إضافة إلى ردنا السابق نرسل ملحقا.",
        "نسيت المرفق، وها هو.",
        "I should like to add one answer to those I sent you on Monday.",
        "Voici un complément à nos réponses d'hier.",
        "Ampliamos nuestra respuesta anterior con lo siguiente.",
        "Просим приобщить к нашему ответу следующее.",
        "现就此前提交的意见补充如下。",
        "إلحاقا بإجاباتنا المرسلة يوم الاثنين، نضيف ما يلي.",
    ],
    Saying.ANONYMITY: [
        "Please do not mention my name in the report.",
        "We want to remain anonymous.",
        "Je souhaite que mon nom ne soit pas publié.",
        "Nous préférons garder l'anonymat.",
        "Quiero que mi nombre no se publique.",
        "Deseamos permanecer en el anonimato.",
        "Пожалуйста, не публикуйте мое имя.",
        "Мы хотели бы сохранить анонимность.",
        "请不要公布我的姓名。",
        "我们希望以匿名方式参加。",
        "أرجو ألا ينشر اسمي.",
        "نفضل أن نبقى مجهولين.",
        "You may publish the text, but not who wrote it.",
        "Notre identité doit rester confidentielle.",
        "Solicitamos que se reserve la identidad de quien firma.",
        "Хочу остаться неназванным.",
        "公布时请隐去我们机构的名称。",
        "أفضل أن تبقى هويتي سرية.",
    ],
    Saying.CONTINUATION: [
        "The answers to the other questions are in the file attached.",
        "Suite dans la pièce jointe.",
        "El resto está en el archivo adjunto.",
        "Продолжение во вложении.",
        "其余答复见附件。",
        "بقية الإجابات في الملف المرفق.",
    ],
}
NOT_SAID = {
    Saying.WITHDRAWAL: [
        "Users must be able to withdraw their consent at any time.",
        "Le retrait d'un avis en ligne doit être motivé.",
        "Retirar una antena cuesta más que instalarla.",
        "Отзыв лицензии не решает дела.",
    ],
    Saying.ANONYMITY: [
        "Platforms publish reviews without the consent of the author.",
        "L'identité des enfants doit rester confidentielle.",
        "Publicar nuestro nombre nos parece bien.",
        "Платформы не раскрывают личность покупателя.",
        "平台不公开用户姓名，我们认为这样很好。",
        "用户身份应当保密。",
        "Names of users must be treated as confidential.",
        "El nombre del usuario debe mantenerse confidencial.",
        "Имя пользователя следует считать конфиденциальным.",
        "على المنصات عدم نشر أسماء الأطفال.",
    ],
    Saying.IMPERSONATION: [
        "Escribo en nombre de la Cámara de Antenas Rurales, que me lo ha encargado.",
        "We note that this letter is written on behalf of our members.",
        "J'écris au nom de la ligue.",
    ],
}


def pairs(table: dict[Saying, list[str]]) -> list[tuple[Saying, str]]:
    return [(saying, sentence) for saying, sentences in table.items() for sentence in sentences]


@pytest.mark.parametrize(("saying", "sentence"), pairs(SAID))
def test_it_is_said(saying: Saying, sentence: str) -> None:
    assert said(saying, f"Dear all,\n\n{sentence}\n\nKind regards") is not None


@pytest.mark.parametrize(("saying", "sentence"), pairs(NOT_SAID))
def test_it_only_sounds_like_it(saying: Saying, sentence: str) -> None:
    assert said(saying, sentence) is None


def test_a_short_entry_is_a_whole_word() -> None:
    """“no” stands at the beginning of “nombre”, and made a lawyer's letter a denial."""
    assert said(Saying.IMPERSONATION, "Firmo en nombre de mi cliente.") is None
    assert said(Saying.IMPERSONATION, "No firmamos nada que circule a nombre de la Cámara.") is not None
