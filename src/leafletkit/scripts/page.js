/* Starts what the page has. Without scripts the page keeps the browser's own player, and everything can be read. */
(function () {
  "use strict";

  const data = document.getElementById("page-data");
  const section = document.getElementById("listen");
  const audio = section && section.querySelector("audio");

  leafletkit.textSize.start();
  if (data && audio) {
    const page = Object.assign(JSON.parse(data.textContent), self.leafletkitCues);
    if (page.cues && page.cues.length) leafletkit.player.start(section, audio, page);
  }
})();
