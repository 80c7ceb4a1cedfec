"use strict";
// What the terminal's own script leaves to the page: the address, the font, the window's title and the bell.
(() => {
  const terminal = document.getElementById("terminal");
  terminal.dataset.sessionWebsocketUrl = location.origin.replace(/^http/, "ws") + terminal.dataset.socket;

  let sound = null;
  const ring = () => {
    sound ??= new AudioContext();
    const tone = sound.createOscillator();
    const loudness = sound.createGain();
    loudness.gain.value = 0.05;
    tone.frequency.value = 660;
    tone.connect(loudness).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.12);
  };

  const hear = (event) => {
    if (typeof event.data !== "string") return;
    const [kind, said] = JSON.parse(event.data);
    if (kind === "title") document.title = said.words;
    if (kind === "bell") ring();
  };
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...how) {
      super(...how);
      this.addEventListener("message", hear);
      this.addEventListener("close", () => document.getElementById("again").focus());
    }
  };

  const begin = window.onload;
  window.onload = async (event) => {
    // The width of a cell is measured once, with the font that is there by then.
    await document.fonts.load("16px 'Roboto Mono'").catch(() => {});
    begin(event);
    terminal.querySelector("textarea")?.focus();
  };
})();
