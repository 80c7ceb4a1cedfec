"""What simulated customers say."""

from __future__ import annotations

import random

from kustui.core.language import DEFAULT_LANGUAGE

_THANKS: dict[str, tuple[str, ...]] = {
    "en": (
        "Thank you, that was quick! Everything works now.",
        "Perfect, thanks a lot for your help.",
        "Great, that answers my question. Have a nice day!",
        "That did it. Much appreciated.",
    ),
    "de": (
        "Vielen Dank, das ging ja schnell! Jetzt funktioniert alles.",
        "Super, danke für Ihre Hilfe.",
        "Wunderbar, damit ist meine Frage beantwortet. Einen schönen Tag noch!",
        "Das war's. Herzlichen Dank.",
    ),
    "fr": (
        "Merci beaucoup, c'était rapide ! Tout fonctionne maintenant.",
        "Parfait, merci pour votre aide.",
        "Très bien, cela répond à ma question. Bonne journée !",
        "C'est bon maintenant, un grand merci.",
    ),
    "es": (
        "¡Muchas gracias, qué rapidez! Ahora funciona todo.",
        "Perfecto, gracias por su ayuda.",
        "Genial, eso responde a mi pregunta. ¡Que tenga un buen día!",
        "Ya está solucionado, muy agradecida.",
    ),
    "it": (
        "Grazie mille, che velocità! Adesso funziona tutto.",
        "Perfetto, grazie per l'aiuto.",
        "Benissimo, questo risponde alla mia domanda. Buona giornata!",
        "Risolto, grazie davvero.",
    ),
    "pt": (
        "Muito obrigado, que rapidez! Agora está tudo a funcionar.",
        "Perfeito, obrigada pela ajuda.",
        "Ótimo, isso responde à minha pergunta. Tenha um bom dia!",
        "Ficou resolvido, agradeço imenso.",
    ),
    "nl": (
        "Hartelijk dank, dat was snel! Alles werkt nu.",
        "Perfect, bedankt voor uw hulp.",
        "Mooi, dat beantwoordt mijn vraag. Fijne dag nog!",
    ),
    "ja": (
        "早速のご対応ありがとうございます。無事に使えるようになりました。",
        "とても助かりました。ありがとうございました。",
        "よくわかりました。丁寧なご説明に感謝いたします。",
    ),
}
_QUESTIONS: dict[str, tuple[str, ...]] = {
    "en": (
        "Thanks. One more thing: how long will that take?",
        "OK, and does that also apply to my second order?",
        "I see. Can I change the delivery address while we are at it?",
        "Could you send me the invoice again, please?",
    ),
    "de": (
        "Danke. Noch eine Frage: Wie lange dauert das ungefähr?",
        "In Ordnung. Gilt das auch für meine zweite Bestellung?",
        "Verstehe. Kann ich bei der Gelegenheit die Lieferadresse ändern?",
        "Könnten Sie mir bitte die Rechnung noch einmal schicken?",
    ),
    "fr": (
        "Merci. Encore une question : combien de temps cela prendra-t-il ?",
        "D'accord, est-ce aussi valable pour ma deuxième commande ?",
        "Je vois. Puis-je en profiter pour changer l'adresse de livraison ?",
        "Pourriez-vous me renvoyer la facture, s'il vous plaît ?",
    ),
    "es": (
        "Gracias. Una pregunta más: ¿cuánto tardará?",
        "De acuerdo, ¿vale también para mi segundo pedido?",
        "Entiendo. ¿Puedo cambiar de paso la dirección de entrega?",
        "¿Podría enviarme otra vez la factura, por favor?",
    ),
    "it": (
        "Grazie. Un'altra domanda: quanto tempo ci vorrà?",
        "Va bene, vale anche per il mio secondo ordine?",
        "Capisco. Posso cambiare anche l'indirizzo di consegna?",
        "Potrebbe rimandarmi la fattura, per favore?",
    ),
    "pt": (
        "Obrigado. Mais uma pergunta: quanto tempo vai demorar?",
        "Está bem, também se aplica à minha segunda encomenda?",
        "Compreendo. Posso aproveitar para mudar a morada de entrega?",
        "Pode enviar-me a fatura outra vez, por favor?",
    ),
    "nl": (
        "Bedankt. Nog één vraag: hoe lang gaat dat duren?",
        "Oké, geldt dat ook voor mijn tweede bestelling?",
        "Zou u mij de factuur nog eens kunnen sturen?",
    ),
    "ja": (
        "ありがとうございます。もう一点、どのくらい時間がかかりますか。",
        "承知しました。二つ目の注文にも適用されますか。",
        "請求書をもう一度送っていただけますでしょうか。",
    ),
}
_DETAILS: dict[str, tuple[str, ...]] = {
    "en": (
        "I tried it on my phone and on my laptop: the same twice: “Something went wrong (E{number})”.",
        "My order number is {number}. It was paid by card on Monday.",
        "It started yesterday evening, right after the update. Before that all was fine.",
    ),
    "de": (
        "Ich habe es am Handy und am Laptop versucht, beide Male kam „Etwas ist schiefgelaufen (E{number})“.",
        "Meine Bestellnummer ist {number}. Bezahlt habe ich am Montag mit Karte.",
        "Es fing gestern Abend an, gleich nach dem Update. Vorher war alles in Ordnung.",
    ),
    "fr": (
        "J'ai essayé sur mon téléphone et mon ordinateur, le même message : « Erreur (E{number}) ».",
        "Mon numéro de commande est le {number}. J'ai payé par carte lundi.",
        "Cela a commencé hier soir, juste après la mise à jour. Avant, tout allait bien.",
    ),
    "es": (
        "Lo he probado en el móvil y en el portátil, siempre sale «Algo ha ido mal (E{number})».",
        "Mi número de pedido es {number}. Pagué con tarjeta el lunes.",
        "Empezó ayer por la tarde, justo después de la actualización. Antes todo iba bien.",
    ),
    "it": (
        "Ho provato dal telefono e dal portatile, stesso messaggio: «Qualcosa è andato storto (E{number})».",
        "Il mio numero d'ordine è {number}. Ho pagato con la carta lunedì.",
        "È cominciato ieri sera, subito dopo l'aggiornamento. Prima andava tutto bene.",
    ),
    "pt": (
        "Tentei no telemóvel e no portátil, aparece sempre «Algo correu mal (E{number})».",
        "O número da minha encomenda é {number}. Paguei com cartão na segunda-feira.",
        "Começou ontem à noite, logo depois da atualização. Antes estava tudo bem.",
    ),
    "nl": (
        "Ik heb het op mijn telefoon en op mijn laptop geprobeerd, steeds “Er ging iets mis (E{number})”.",
        "Mijn bestelnummer is {number}. Ik heb maandag met de kaart betaald.",
    ),
    "ja": (
        "スマートフォンとパソコンの両方で試しましたが、「エラーが発生しました（E{number}）」と表示されます。",
        "注文番号は{number}です。月曜日にカードで支払いました。",
    ),
}
_OPENINGS: dict[str, tuple[str, ...]] = {
    "en": ("Hello,", "Hi,"), "de": ("Guten Tag,", "Hallo,"), "fr": ("Bonjour,",),
    "es": ("Hola:", "Buenos días:"),
    "it": ("Buongiorno,", "Salve,"), "pt": ("Olá,", "Bom dia,"), "nl": ("Hallo,", "Goedendag,"),
    "ja": ("お世話になっております。",),
}  # fmt: skip
_CLOSINGS: dict[str, tuple[str, ...]] = {
    "en": ("Best regards", "Thanks"), "de": ("Viele Grüße", "Freundliche Grüße"), "fr": ("Cordialement",),
    "es": ("Saludos", "Un saludo"), "it": ("Cordiali saluti",), "pt": ("Cumprimentos", "Obrigado"),
    "nl": ("Met vriendelijke groet",), "ja": ("よろしくお願いいたします。",),
}  # fmt: skip


def answer_in(language: str, channel: str, turn: int, chance: random.Random) -> str:
    """Something a customer may say: `turn` counts their answers so far; the later, the more thankful.

    Emails open and close as letters do, the other channels come to the point. A language that
    nobody here speaks is answered in English.
    """
    language = language.partition("-")[0].lower()
    if language not in _THANKS:
        language = DEFAULT_LANGUAGE
    weights = ((3, 4, 3), (5, 3, 2), (1, 0, 0))[min(turn, 2)]
    stock = chance.choices((_THANKS, _QUESTIONS, _DETAILS), weights)[0]
    words = chance.choice(stock[language]).format(number=chance.randint(10_000, 99_999))
    if channel != "email":
        return words
    return f"{chance.choice(_OPENINGS[language])}\n\n{words}\n\n{chance.choice(_CLOSINGS[language])}"
