"""The texts that an exported model is compared on: of every length and of every sort that memories are."""

from collections.abc import Iterator

COUNT = 200
"""How many texts are compared: those that are written out below, and prose of every length for the rest."""

_PROSE = (
    "the customer asked about invoice and refund after upgrade to annual plan while agent checked account status then "
    "promised call back before Friday because payment failed twice on expired card with error code from gateway"
)
_WORDS = _PROSE.split()

_SHORT = (
    "",
    " ",
    "\n\t",
    ".",
    "?",
    "0",
    "a",
    "ok",
    "no",
    "\u00a0",
    "\u200b",
    "\x00",
    "[CLS]",
    "[PAD] [MASK]",
    "##ing",
    "...",
)

_UNICODE = (
    "Die Kundin möchte ihr Geld zurück: 299,00 € statt 199,00 €",
    "El cliente pregunta por qué se le cobró dos veces",
    "Клиент просит вернуть деньги за повторный платёж",
    "客户对账单有异议,要求退款一百美元",
    "請求書の金額が間違っています。返金してください。",
    "고객이 환불을 요청했습니다",
    "العميل يطلب استرداد المبلغ",
    "ग्राहक धनवापसी चाहता है",
    "ลูกค้าขอคืนเงิน",
    "I am so happy 😀🎉👩‍👩‍👧‍👦 thank you 🙏🏽",
    "cafe\u0301 nai\u0308ve ﬁancé ＦＵＬＬ ｗｉｄｔｈ",
    "\u202eright to left\u202c and \ufeff a mark",
)

_IDENTIFIERS = (
    "ACC-4521",
    "account_id=ACC-4521; plan=pro-annual; charged=$299.00; expected=$199.00",
    "01978f6e-7c1a-7000-8000-000000000001",
    "https://shop.example/orders/8841?ref=mail&utm=spring#items",
    "jane.doe+billing@mail.example, +49 (0)30 123456-78, 10.0.12.7:8420",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)

_CODE = (
    "def total(items: list[Item]) -> Decimal:\n    return sum((i.price * i.count for i in items), Decimal(0))",
    "SELECT id, amount FROM invoices WHERE account = 'ACC-4521' AND paid_at IS NULL ORDER BY due DESC LIMIT 10;",
    '{"tool": "refund", "arguments": {"invoice": 8841, "amount": 100.0}, "result": {"ok": true}}',
    "Traceback (most recent call last):\n  File \"app.py\", line 12, in <module>\nKeyError: 'plan'",
    "$ kubectl -n payments logs deploy/api --since=10m | grep -c 'HTTP 502'",
    '<p class="total">Total: <b>&euro;&nbsp;299</b></p> <!-- old -->',
)


def check_texts() -> list[str]:
    """200 texts, the same each time: nearly empty, many scripts, identifiers, code, and prose of 1 to 2,000 words."""
    special = [*_SHORT, *_UNICODE, *_IDENTIFIERS, *_CODE, *_endless()]
    return [*special, *_prose(COUNT - len(special))]


def _endless() -> Iterator[str]:
    """Far more than 512 tokens each."""
    for texts in (_UNICODE, _IDENTIFIERS, _CODE):
        yield " ".join(texts * 20)
    yield "x" * 5_000
    yield "-" * 2_000
    yield "\n".join(_words(start, 700) for start in range(3))


def _prose(count: int) -> Iterator[str]:
    """Most of a sentence or two, every tenth longer than a model reads."""
    for number in range(count):
        yield _words(number, 300 + 2 * number if number % 10 == 9 else 1 + number % 60)


def _words(start: int, count: int) -> str:
    step = 1 + start % (len(_WORDS) - 1)
    return " ".join(_WORDS[(start + step * position) % len(_WORDS)] for position in range(count))
