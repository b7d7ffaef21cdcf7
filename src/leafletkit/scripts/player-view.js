/* The player's controls: native elements, each with its words in the page's language. Knows nothing of sound. */
leafletkit.playerView = (function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const ICONS = {
    play: "M7 4v16l13-8z",
    pause: "M6 4h4v16H6zM14 4h4v16h-4z",
    back: "M5 5h3v14H5zM20 5v14L9 12z",
    forward: "M16 5h3v14h-3zM4 5v14l11-7z",
    repeat: "M12 5V1L6 6l6 5V7.5a5.5 5.5 0 1 1-5.5 5.5H4a8 8 0 1 0 8-8z",
  };

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  function icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS(SVG, "path"));
    svg.firstChild.setAttribute("d", ICONS[name]);
    return svg;
  }

  function button(name, words, action) {
    const element = make("button", "player-" + name);
    element.type = "button";
    element.append(icon(name), make("span", "player-word", words));
    element.addEventListener("click", action);
    return element;
  }

  /* A control with its label beside it: inside of the label, a choice would lend it its own words. */
  function labelled(words, name, control) {
    const row = make("div", "player-" + name);
    const label = make("label", "", words);
    label.htmlFor = control.id = "listen." + name; // no block of a leaflet has a dot in its id
    row.append(label, control);
    return row;
  }

  function choice(rows, action) {
    const select = make("select");
    rows.forEach(([value, words]) => select.append(new Option(words, String(value))));
    select.addEventListener("change", () => action(Number(select.value)));
    return select;
  }

  /* `actions`: play, back, repeat, forward, seek(seconds), speed(rate), part(number). `speeds` and `parts` are rows of [value, words]. */
  function build(words, speeds, parts, actions) {
    const play = button("play", words.play, actions.play);
    const back = button("back", words.back, actions.back);
    const repeat = button("repeat", words.repeat, actions.repeat);
    const forward = button("forward", words.forward, actions.forward);
    const bar = make("div", "player-bar");
    bar.append(play, back, repeat, forward);
    const home = make("div", "player-home");
    home.append(bar);

    const place = make("input");
    place.type = "range";
    place.min = place.value = "0";
    place.step = "1";
    const time = make("span", "player-time");
    time.dir = "ltr";
    time.setAttribute("aria-hidden", "true"); // the slider says it
    const placeRow = labelled(words.place, "place", place);
    placeRow.append(time);

    const speed = choice(speeds, actions.speed);
    const part = choice(parts, actions.part);
    const choices = make("div", "player-choices");
    choices.append(labelled(words.speed, "speed", speed));
    if (parts.length) choices.append(labelled(words.part, "part", part));

    const failed = make("p", "player-failed");
    failed.setAttribute("role", "alert");
    const box = make("div", "player");
    box.append(home, placeRow, choices, make("p", "player-hint", words.hint), failed);

    let sliding = false;
    let told = 0;
    let length = 0;

    function showTime(seconds) {
      const text = leafletkit.cues.clock(seconds) + " / " + leafletkit.cues.clock(length);
      if (time.textContent !== text) time.textContent = text;
      return text;
    }
    function tell(seconds) {
      place.value = String(Math.floor(seconds));
      place.setAttribute("aria-valuetext", showTime(seconds));
      told = seconds;
    }

    // While the slider is drawn along, the sound stays where it is; letting go is what moves it.
    place.addEventListener("input", () => {
      sliding = true;
      place.setAttribute("aria-valuetext", showTime(Number(place.value)));
    });
    place.addEventListener("change", () => {
      sliding = false;
      actions.seek(Number(place.value));
    });
    place.addEventListener("keydown", () => { if (!sliding) tell(actions.time()); });

    return {
      box,
      bar,
      home,
      showPlaying(playing) {
        play.querySelector(".player-word").textContent = playing ? words.pause : words.play;
        play.querySelector("path").setAttribute("d", playing ? ICONS.pause : ICONS.play);
      },
      showLength(seconds) {
        length = seconds;
        place.max = String(Math.ceil(seconds));
      },
      /* A screen reader says each change of a slider that has the focus: then it changes every ten seconds only. */
      showPlace(seconds, sought) {
        if (sliding) return;
        const patient = document.activeElement === place && !sought && Math.abs(seconds - told) < 10;
        if (patient) showTime(seconds);
        else if (sought || Math.floor(seconds) !== Math.floor(told)) tell(seconds);
      },
      showSpeed(rate) { speed.value = String(rate); },
      showPart(number) {
        if (parts.length && document.activeElement !== part && part.selectedIndex !== number) part.selectedIndex = number;
      },
      showFailed(failing) { failed.textContent = failing ? words.failed : ""; },
    };
  }

  return { build };
})();
