// The words of the chat, by language. A page adds others before the chat's tag: window.WarmlineTexts = {fr: {title: …}}.
// What a language leaves out is said in English.
(() => {
  "use strict";
  const texts = {
    en: {
      title: "Chat", open: "Open the chat", news: "New messages: {n}", close: "Close the chat", log: "Messages",
      write: "Your message", send: "Send", you: "You", bot: "Assistant", person: "A person from our team",
      speaks: "Answering you: {name}", coming: "A person is coming.", wait: "The wait is about {time}.",
      opens: "They are there again from {time}.", closed: "This conversation has ended. If you write again, it goes on.",
      typing: "{name} is writing an answer …", sending: "Sending …", sent: "Sent", failed: "Not sent yet.",
      attach: "Attach a file", large: "This file is too large.", corrected: "Corrected",
      again: "Try again", refused: "This cannot be sent as it is.",
      offline: "No connection. What you write is kept, and sent later.",
    },
    de: {
      title: "Chat", open: "Chat öffnen", news: "Neue Nachrichten: {n}", close: "Chat schließen", log: "Nachrichten",
      write: "Ihre Nachricht", send: "Senden", you: "Sie", bot: "Assistent", person: "Ein Mensch aus unserem Team",
      speaks: "Es antwortet: {name}", coming: "Ein Mensch kommt.", wait: "Die Wartezeit beträgt etwa {time}.",
      opens: "Ab {time} ist wieder jemand da.",
      closed: "Dieses Gespräch ist beendet. Wenn Sie wieder schreiben, geht es weiter.",
      typing: "{name} schreibt eine Antwort …", sending: "Wird gesendet …", sent: "Gesendet",
      failed: "Noch nicht gesendet.", attach: "Datei anhängen", large: "Diese Datei ist zu groß.", corrected: "Berichtigt",
      again: "Erneut versuchen", refused: "Das kann so nicht gesendet werden.",
      offline: "Keine Verbindung. Was Sie schreiben, bleibt erhalten und wird später gesendet.",
    },
    es: {
      title: "Chat", open: "Abrir el chat", news: "Mensajes nuevos: {n}", close: "Cerrar el chat", log: "Mensajes",
      write: "Su mensaje", send: "Enviar", you: "Usted", bot: "Asistente", person: "Una persona de nuestro equipo",
      speaks: "Le responde: {name}", coming: "Viene una persona.", wait: "La espera es de unos {time}.",
      opens: "Habrá alguien de nuevo a partir de {time}.",
      closed: "Esta conversación ha terminado. Si vuelve a escribir, continúa.",
      typing: "{name} está escribiendo una respuesta …", sending: "Enviando …", sent: "Enviado",
      failed: "Aún no se ha enviado.", attach: "Adjuntar un archivo", large: "Este archivo es demasiado grande.", corrected: "Corregido",
      again: "Intentar de nuevo", refused: "Esto no se puede enviar así.",
      offline: "Sin conexión. Lo que escriba se guarda y se envía después.",
    },
    ar: {
      title: "محادثة", open: "فتح المحادثة", news: "رسائل جديدة: {n}", close: "إغلاق المحادثة", log: "الرسائل",
      write: "رسالتك", send: "إرسال", you: "أنت", bot: "المساعد الآلي", person: "شخص من فريقنا",
      speaks: "يجيبك: {name}", coming: "سيأتي شخص إليك.", wait: "مدة الانتظار حوالي {time}.",
      opens: "سيكون هناك من يجيبك ابتداءً من {time}.", closed: "انتهت هذه المحادثة. إذا كتبت مرة أخرى فإنها تستمر.",
      typing: "{name} يكتب جوابًا …", sending: "جارٍ الإرسال …", sent: "أُرسلت", failed: "لم تُرسل بعد.",
      attach: "إرفاق ملف", large: "هذا الملف كبير جدًا.", corrected: "صُحّحت",
      again: "حاول مرة أخرى", refused: "لا يمكن إرسال هذا كما هو.",
      offline: "لا يوجد اتصال. ما تكتبه محفوظ وسيُرسل لاحقًا.",
    },
    ja: {
      title: "チャット", open: "チャットを開く", news: "新着メッセージ: {n}", close: "チャットを閉じる", log: "メッセージ",
      write: "メッセージ", send: "送信", you: "あなた", bot: "アシスタント", person: "担当者",
      speaks: "{name}がお答えします。", coming: "担当者がまいります。", wait: "待ち時間は約{time}です。",
      opens: "{time}から担当者が対応します。", closed: "この会話は終了しました。もう一度お書きになると続きます。",
      typing: "{name}が返信を書いています…", sending: "送信中…", sent: "送信済み", failed: "まだ送信されていません。",
      attach: "ファイルを添付", large: "ファイルが大きすぎます。", corrected: "訂正済み",
      again: "もう一度試す", refused: "このままでは送信できません。",
      offline: "接続がありません。書いた内容は保存され、あとで送信されます。",
    },
  };
  window.WarmlineTexts = {...texts, ...window.WarmlineTexts};
})();
