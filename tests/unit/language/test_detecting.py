"""Which language a short text is in, or that it is not sure."""

import pytest

from warmline_memory.language.detecting import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where is my order?", "en"),
        ("Mir wurde diesen Monat zweimal etwas abgebucht", "de"),
        ("où est ma commande ?", "fr"),
        ("¿dónde está mi pedido?", "es"),
        ("non funziona ancora", "it"),
        ("quero cancelar a minha assinatura", "pt"),
        ("het werkt nog steeds niet", "nl"),
        ("nadal nie działa", "pl"),
        ("siparişim nerede?", "tr"),
        ("хочу отменить подписку", "ru"),
        ("まだ動きません", "ja"),
        ("我的号码是555-0101，请更新", "zh"),
        ("أريد إلغاء اشتراكي", "ar"),
        ("मेरा ऑर्डर कहाँ है?", "hi"),
        ("I WANT MY MONEY BACK", "en"),
        ("Hi,\nmy invoice INV-77812\nis wrong", "en"),
    ],
)
def test_a_short_sentence_is_enough(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "ok", "555-0101", "ACC-4521", "👍", "ref: 77812", "foo()", "\n", "Dave"])
def test_what_is_in_no_language_is_not_guessed(text: str) -> None:
    assert language_of(text) is None
