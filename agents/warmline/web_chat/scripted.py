"""The bot that is there without one of yours: it asks what it is about, and gets a person.

It promises nothing, and understands little: who wants a person, in five languages, and who says yes.
"""

import re

from warmline.web_chat.bots import Answer, Bot, Chat, HandOver

# What people write who want no bot, in the languages of TEXTS. A word that is missed costs one more question.
PERSON = re.compile(
    r"\b(?:person|human|agent|somebody|someone|operator|mensch\w*|mitarbeiter\w*|persona|humano|alguien|agente)\b"
    r"|شخص|موظف|إنسان|人間|担当|オペレーター|人と",
    re.IGNORECASE,
)
REASON = "The customer wants a person"
TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "ask": "Hello! I am an assistant. Tell me what it is about, please, with the order or invoice number if you "
        "have one. If you want a person, just say so.",
        "offer": "Thank you, I have noted it. I cannot settle this myself: I am getting a person who can.",
        "person": "I am getting a person. They will see what you wrote here; you need not repeat it.",
        "back": "I go on from here. Is there anything else? If you want a person again, just say so.",
        "more": "Thank you, I have noted it. If you want a person, just say so.",
    },
    "de": {
        "ask": "Guten Tag! Ich bin ein Assistent. Worum geht es, und haben Sie eine Bestell- oder Rechnungsnummer? "
        "Wenn Sie einen Menschen möchten, sagen Sie es einfach.",
        "offer": "Danke, das ist notiert. Ich kann das nicht selbst klären und hole einen Menschen, der es kann.",
        "person": "Ich hole einen Menschen. Er sieht, was Sie hier geschrieben haben; Sie müssen nichts wiederholen.",
        "back": "Ich mache hier weiter. Gibt es noch etwas? Wenn Sie wieder einen Menschen möchten, sagen Sie es.",
        "more": "Danke, das ist notiert. Wenn Sie einen Menschen möchten, sagen Sie es einfach.",
    },
    "es": {
        "ask": "¡Hola! Soy un asistente. ¿De qué se trata? Si tiene un número de pedido o de factura, escríbalo. "
        "Si quiere hablar con una persona, dígalo.",
        "offer": "Gracias, lo he anotado. No puedo resolverlo yo: voy a buscar a una persona que pueda.",
        "person": "Voy a buscar a una persona. Verá lo que usted escribió aquí; no tiene que repetirlo.",
        "back": "Sigo yo desde aquí. ¿Hay algo más? Si quiere hablar otra vez con una persona, dígalo.",
        "more": "Gracias, lo he anotado. Si quiere hablar con una persona, dígalo.",
    },
    "ar": {
        "ask": "مرحبًا! أنا مساعد آلي. ما الموضوع من فضلك؟ اكتب رقم الطلب أو الفاتورة إن وُجد. "
        "إذا أردت التحدث إلى شخص، فقل ذلك.",
        "offer": "شكرًا، لقد دوّنت ذلك. لا أستطيع حل هذا بنفسي، وسأحضر شخصًا يستطيع.",
        "person": "سأحضر شخصًا. سيرى ما كتبته هنا، ولا داعي لتكراره.",
        "back": "أتابع معك من هنا. هل هناك شيء آخر؟ إذا أردت التحدث إلى شخص مرة أخرى، فقل ذلك.",
        "more": "شكرًا، لقد دوّنت ذلك. إذا أردت التحدث إلى شخص، فقل ذلك.",
    },
    "ja": {
        "ask": "こんにちは。自動応答のアシスタントです。ご用件をお書きください。"
        "注文番号や請求書番号があればお知らせください。担当者をご希望の場合は、そうお書きください。",
        "offer": "ありがとうございます。承りました。私では解決できないため、担当者におつなぎします。",
        "person": "担当者におつなぎします。ここにお書きになった内容は伝わりますので、繰り返す必要はありません。",
        "back": "ここからは私が承ります。ほかにご用件はありますか。担当者をご希望の場合は、そうお書きください。",
        "more": "ありがとうございます。承りました。担当者をご希望の場合は、そうお書きください。",
    },
}


def scripted_bot(queue: str) -> Bot:
    """The bot that gets people from this queue."""

    def answer(chat: Chat) -> Answer:
        texts = TEXTS.get(chat.language.split("-")[0].lower(), TEXTS["en"])
        if PERSON.search(chat.text):
            return HandOver(to=f"queue:{queue}", reason=REASON, say=texts["person"])
        if chat.instruction is not None and not chat.text:
            return texts["back"]
        if any(line.who == "person" for line in chat.lines):
            return texts["more"]
        if not any(line.who == "bot" for line in chat.lines):
            return texts["ask"]
        return HandOver(to=f"queue:{queue}", reason="The assistant could not settle it", say=texts["offer"])

    return answer
