/* Starts what the pages of the site have. Without scripts all leaflets can be reached by links. */
(function () {
  "use strict";

  const page = JSON.parse(document.getElementById("page-data").textContent);
  leafletkit.offer.start(page);
  leafletkit.searchBox.start(page);
})();
