"""Trains the model that tells what a statement claims: a deed, a failure, a promise, a wish, or none of these.

    python -m bench.accounts.stances     writes services/memory/warmline_memory/briefs/accounts/stances.npz

Sentences are written here, in English; the embedder carries what is learned over to other languages (HELD_OUT).
"""

# ruff: noqa: E501 (sentences, one stance to a line)

import numpy as np
from sklearn.linear_model import LogisticRegression

from warmline_memory.briefs.accounts import stances
from warmline_memory.salience import vectors

THINGS = """the refund of the invoice; the hotel booking; the flight change; the new delivery address; the database migration
the deployment to staging; the test suite; the insulin dose; the password reset; the replacement router; the appointment
the cancellation of the contract; the restart of the server; the upload of the file; the prescription; the bank transfer
the train ticket; the credit note; the parser fix; the insurance claim; the order; the voucher; the repair; the backup
a table for two at 19:30 on Tuesday; flight 796 from Oslo to New York on June 27th; a viewing of the flat at Elm Court on Monday at 7 pm
room 12 of the Heron guest house for 4 nights; a taxi from Harbour Street to the museum; order 4711 of 40 dollars; train 8603 to Leeds
the weather in Denver on Friday; attractions in the east of town; a cheap restaurant near the station; a meeting with Ruth at 3 pm""".replace(
    "\n", "; "
).split("; ")
SAID = {
    "done": """{} was done; {} has been completed; I have taken care of {}; we finished {} today; {} went through; {} is done
        {} was successful; {} has been confirmed; {} is complete and works; the agent carried out {}; all of {} passed; I just processed {}
        {} was approved; {} has been arranged; {}: done; {} is fixed now; we issued {}; {} passed
        we booked {}; I changed {} for the customer; checked {}; we found {} for them; looked up {}; I cancelled {}; sent {}
        {} was booked; scheduled {}; the agent reserved {}; {} was updated; we told them about {}; gave the customer {}; {} was found""",
    "failed": """{} failed; {} could not be done; {} was refused; {} was rejected by the system; there was an error with {}; {} did not work
        {} did not go through; the agent was unable to do {}; {} is not possible; the attempt at {} ended with an error; {} was declined
        {} is still not done; {} has not been done yet; {} is blocked; {} is still failing; I could not complete {}""",
    "promise": """we will take care of {} by Friday; I will call you back about {}; we promised to do {} tomorrow; a colleague will get back to the customer about {}
        you will receive {} within two days; the agent promised {}; we guarantee {} by the end of the week; I'll send you {} today
        the customer was promised {}; I will make sure that {} is done; they will hear from us about {}; was assured that {} will be done
        committed to {} by Monday; we will e-mail {} tonight""",
    "wish": """the customer wants {}; I would like {}; please do {}; can you help me with {}; I need {}; the user asks for {}; he is asking for {}
        could we do {}; they request {}; I want {} as soon as possible; looking for {}; the customer would like {}; wants to know about {}
        I want to book {}; please check {}; can you find {}; please cancel {}; he needs to change {}; I need you to send {}
        the customer needs {}; book {}; is there {}; to arrange {}; find {} please; do you have {}""",
    "other": """{} costs 40 dollars; {} belongs to the account; what about {}; which day is {} on; {} is in the afternoon; the number of {} is 4711
        {} is described in the file; the customer is happy with {}; her name is on {}; when is {}; {} takes two hours; {} is at the main street
        {} is the old one; {}; it depends on {}; {} is due on May 3; the reason is {}; {} needs a signature; nobody may touch {}
        {} has three parts; if {} happens, restart it; to do: {}; next: check {}""",
}
HELD_OUT = {
    "done": "Die Rückzahlung wurde veranlasst.; Le remboursement a été effectué.; La reserva está hecha.; 退款已经处理完成。; 予約は完了しました。; Rezervasyon yapıldı.; Заказ отправлен.; All 90 tests pass.; Deployed 4.2 to production; Los 85 tests pasan.; Ho cambiato l'indirizzo.; Já atualizei o endereço no cadastro.; 배송지를 변경했습니다.; Booked flight 796 for him.; The customer's plan was upgraded to Pro.; تم إلغاء الطلب.",
    "failed": "Die Rückzahlung ist fehlgeschlagen.; Le paiement a été refusé.; No se pudo cancelar el pedido.; 退款失败了。; 予約できませんでした。; Ödeme reddedildi.; Не удалось отправить заказ.; 2 of 90 tests fail.; The build is red.; Il pagamento non è andato a buon fine.; Não consegui atualizar o cadastro.; 결제가 실패했습니다.",
    "promise": "Wir rufen Sie morgen zurück.; Nous vous rappelons demain.; Le llamaremos antes de las 17:30.; 我们明天会给您回电话。; 明日ご連絡いたします。; Yarın sizi arayacağız.; Мы перезвоним вам завтра.; A technician comes on Thursday at 8, we promised that.; Ti richiamo domani.; Vamos enviar amanhã.; 내일 전화 드리겠습니다.; Ein Kollege meldet sich bis Freitag.",
    "wish": "Ich möchte mein Geld zurück.; Je voudrais annuler ma commande.; Quiero cambiar de tarifa.; 我想退货。; 返品したいです。; Siparişimi iptal etmek istiyorum.; Хочу вернуть деньги.; Customer wants his money back.; Vorrei cambiare il volo.; Quero mudar de plano.; 환불받고 싶어요.",
    "other": "Die Rechnung ist vom 3. Mai.; Elle habite à Lyon.; El cliente se llama Ana.; 他的订单号是4711。; 型番はWM-S70です。; Araç kırmızı.; Её зовут Анна.; He pays $199 a month.; Il volo parte alle 9.; O disco está a 91 por cento.; 전화번호는 010입니다.; Wie lange dauert das?",
}


def main() -> None:
    """Train, write, and print what holds for sentences of other languages that were not trained on."""
    texts = [
        (name, form.strip().format(thing))
        for name, forms in SAID.items()
        for form in forms.replace("\n", ";").split(";")
        for thing in THINGS
    ]
    model = LogisticRegression(C=3.0, max_iter=2000, class_weight="balanced").fit(
        vectors([text for _, text in texts]), [stances.NAMES.index(name) for name, _ in texts]
    )
    stances.MODEL.write({"weights": model.coef_.astype(np.float16), "bias": model.intercept_.astype(np.float32)})
    for name, said in HELD_OUT.items():
        sentences = said.split("; ")
        found = stances.of(vectors(sentences))
        right = [
            sentence for sentence, row in zip(sentences, found, strict=True) if stances.NAMES[int(row.argmax())] == name
        ]
        print(
            name,
            f"{len(right)}/{len(sentences)}",
            [
                (s, stances.NAMES[int(r.argmax())], dict(zip(stances.NAMES, r.round(2).tolist(), strict=True)))
                for s, r in zip(sentences, found, strict=True)
                if s not in right
            ],
        )


if __name__ == "__main__":
    main()
