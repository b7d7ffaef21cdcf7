/* The read-along player: the sound, the sentence that is marked, and the reader's wishes. docs/reference/player.md says what it does. */
leafletkit.player = (function () {
  "use strict";

  const RATES = [0.75, 1, 1.25, 1.5];

  /* `page`: {words, speeds, cues} of the page's data. */
  function start(section, audio, page) {
    const { current, next, previous, repeated, ofSentence, nearest } = leafletkit.cues;
    const cues = leafletkit.cues.expand(page.cues, page.whole);
    const blocks = new Set(cues.map((cue) => cue[2]));
    const links = Array.from(section.querySelectorAll('a[href*="#t="]'));
    const parts = links.map((link) => [startOf(Number(link.href.split("#t=")[1]))]);
    const show = leafletkit.highlight.highlighter();
    let started = false; // the reader has pressed Play
    let spoken = null; // the row of the sentence that is marked
    let failed = false;
    let waiting = null; // where to begin, while nothing is loaded yet

    const view = leafletkit.playerView.build(
      page.words,
      RATES.map((rate, number) => [rate, page.speeds[number]]),
      links.map((link, number) => [number, nameOf(link)]),
      {
        play: () => (audio.paused ? play() : audio.pause()),
        back: () => playFrom(previous(cues, time())),
        repeat: () => playFrom(repeated(cues, time())),
        forward: () => playFrom(next(cues, time())),
        seek,
        speed(rate) {
          setSpeed(rate);
          leafletkit.memory.set("speed", String(rate));
        },
        part: (number) => seek(parts[number][0]),
        time,
      }
    );
    const dock = leafletkit.dock.docker(view.home, view.bar);
    const follow = leafletkit.follow.follower(view.box, dock.height);

    /* Times in links are rounded: a part begins where its first sentence does. */
    function startOf(seconds) {
      const start = cues[nearest(cues, seconds)][0];
      return Math.abs(start - seconds) < 0.2 ? start : seconds;
    }

    /* The words of a link to a part, without the time. */
    function nameOf(link) {
      const words = link.cloneNode(true);
      words.querySelectorAll(".time").forEach((piece) => piece.remove());
      return words.textContent.trim();
    }

    function time() {
      return waiting === null ? audio.currentTime : waiting;
    }
    function length() {
      return Number.isFinite(audio.duration) ? audio.duration : cues[cues.length - 1][1];
    }

    /* What can be tapped looks like it; a phone tells of taps only where the pointer is a hand. */
    function begin() {
      started = true;
      blocks.forEach((id) => {
        const block = id && document.getElementById(id);
        if (block) block.classList.add("heard");
      });
      document.documentElement.classList.add("listening");
    }

    function play() {
      if (!started) begin();
      follow.resume();
      dock.keep(true);
      if (failed) {
        waiting = time();
        audio.load();
        fail(false);
      }
      const promise = audio.play();
      // A pause that comes before the sound is no failure; files that fail say so by themselves.
      if (promise) promise.catch(() => {});
      announce();
    }

    function seek(seconds) {
      if (audio.readyState) audio.currentTime = seconds;
      else waiting = seconds;
      follow.resume();
      update(true);
    }

    function playFrom(number) {
      if (number < 0) return;
      seek(cues[number][0]);
      if (audio.paused) play();
    }

    function setSpeed(rate) {
      audio.defaultPlaybackRate = audio.playbackRate = rate;
    }

    function fail(failing) {
      failed = failing;
      view.showFailed(failing);
      if (failing) {
        audio.pause(); // browsers count what failed as playing
        view.showPlaying(false);
        dock.keep(false);
      }
    }

    /* Shows where the sound is; `sought`: it has been sent there. */
    function update(sought) {
      const now = time();
      const cue = (started && !audio.ended && cues[current(cues, now)]) || null;
      const marked = show(cue);
      if (cue !== spoken || sought === true) follow.toView(marked);
      spoken = cue;
      view.showPlace(now, sought === true);
      view.showPart(Math.max(0, current(parts, now)));
    }
    function frame() {
      if (audio.paused) return;
      update();
      requestAnimationFrame(frame);
    }

    /* Buttons of the device, its lock screen and headphones. */
    function announce() {
      if (!("mediaSession" in navigator) || navigator.mediaSession.metadata) return;
      const title = document.querySelector("h1").textContent;
      navigator.mediaSession.metadata = new MediaMetadata({ title });
      const handlers = {
        play,
        pause: () => audio.pause(),
        previoustrack: () => playFrom(previous(cues, time())),
        nexttrack: () => playFrom(next(cues, time())),
      };
      Object.keys(handlers).forEach((name) => {
        try {
          navigator.mediaSession.setActionHandler(name, handlers[name]);
        } catch (error) {
          // This browser has no such button.
        }
      });
    }

    /* A tap on a sentence plays it, once the reader has chosen to listen. Following a link and marking words are no taps. */
    function tapped(event) {
      const target = event.target;
      if (!started || failed || event.button || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.defaultPrevented || target.closest("a, button, input, select, label, summary, audio")) return;
      if (String(getSelection())) return;
      let block = target.closest("[id]");
      while (block && !blocks.has(block.id)) block = block.parentElement && block.parentElement.closest("[id]");
      if (!block) return;
      const pieces = Array.from(block.querySelectorAll(".s"));
      const number = pieces.findIndex((piece) => piece.contains(target));
      if (number >= 0 || !pieces.length) playFrom(ofSentence(cues, block.id, Math.max(0, number)));
    }

    audio.addEventListener("loadedmetadata", () => {
      if (waiting !== null) audio.currentTime = waiting;
      waiting = null;
      view.showLength(length());
      update(true);
    });
    audio.addEventListener("durationchange", () => view.showLength(length()));
    audio.addEventListener("play", () => {
      view.showPlaying(true);
      requestAnimationFrame(frame);
    });
    audio.addEventListener("pause", () => {
      view.showPlaying(false);
      update(true);
    });
    audio.addEventListener("ended", () => {
      dock.keep(false);
      update(true);
    });
    // `timeupdate` serves tabs in the background, where no frames are drawn.
    ["seeking", "seeked", "timeupdate"].forEach((name) => audio.addEventListener(name, update));
    // The errors of its sources do not rise to the element: they are caught on their way down.
    const sources = audio.querySelectorAll("source");
    audio.addEventListener("error", (event) => {
      if (event.target === audio || event.target === sources[sources.length - 1]) fail(true);
    }, true);

    links.forEach((link, number) => link.addEventListener("click", (event) => {
      if (failed || event.button || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      seek(parts[number][0]);
      play();
    }));
    document.addEventListener("click", tapped);

    audio.controls = false;
    audio.after(view.box);
    view.showLength(length());
    const kept = Number(leafletkit.memory.get("speed"));
    if (RATES.includes(kept)) setSpeed(kept);
    view.showSpeed(audio.playbackRate);
    update(true);
  }

  return { start };
})();
